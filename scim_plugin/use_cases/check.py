"""Does the configuration make sense? What an administrator should know before an identity provider finds it out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scim_plugin.dialects.dialect import PERMITTED, Dialect
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import ScimError
from scim_plugin.protocol.text import format_date_time, now
from scim_plugin.provisioning.integration import PasswordPolicy
from scim_plugin.provisioning.link import Tier
from scim_plugin.use_cases.administration import find_integration
from scim_plugin.use_cases.caller import Caller
from scim_plugin.use_cases.integration_draft import problems_of
from scim_plugin.use_cases.search import SearchRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scim_plugin.ports import GroupDirectory, MemberDirectory, OpenUnitOfWork
    from scim_plugin.provisioning.credential import Credential
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.use_cases.search import SearchResources

EXPIRES_SOON = 30 * 24 * 60 * 60 * 1_000_000
"""Microseconds before the end of the last usable secret from which on it is worth a warning: 30 days."""

_EMAIL_RISK = (
    "Members are linked by e-mail address: whoever may set addresses in the identity provider can take over a member "
    "that is not linked yet. Protect administrators and service accounts, or leave 'email' out of the linking order."
)


class Level(StrEnum):
    """How much a finding matters: nothing to do, something to consider, something that will fail."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the whole store, or about the integration whose id it bears."""

    level: Level
    text: str
    integration_id: str | None = None


class CheckIntegrations:
    """Look the store and its integrations over, and test the connection as Microsoft Entra ID does."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        host_members: MemberDirectory,
        host_groups: GroupDirectory,
        search: SearchResources,
        *,
        schema_problem: Callable[[], str | None] | None = None,
        takes_passwords: bool = False,
    ) -> None:
        """Take the store, the host, the real search, and what tells the store's schema from the one it should have."""
        self._open_unit = open_unit
        self._members = host_members
        self._groups = host_groups
        self._search = search
        self._schema_problem = schema_problem
        self._takes_passwords = takes_passwords

    def __call__(self, reference: str | None = None, *, tenant: str | None = None) -> Sequence[Finding]:
        """Return findings about one integration, or about all of the *tenant* (None: of all tenants).

        Raises IntegrationNotFound, AmbiguousName.
        """
        problem = self._schema_problem() if self._schema_problem else None
        if problem is not None:
            return [Finding(Level.ERROR, problem)]
        findings = [Finding(Level.OK, "The database has the schema that this version needs.")]
        with self._open_unit(write=False) as unit:
            if reference is None:
                integrations = unit.integrations.list(tenant)
            else:
                integrations = [find_integration(unit, reference, tenant)]
            credentials = {integration.id: unit.credentials.list(integration) for integration in integrations}
        if not integrations:
            findings.append(Finding(Level.WARNING, "There is no integration yet: add one."))
        for integration in integrations:
            for level, text in self._about(integration, credentials[integration.id]):
                findings.append(Finding(level, text, integration.id))
        return findings

    def _about(self, integration: Integration, credentials: Sequence[Credential]) -> Iterator[tuple[Level, str]]:
        if integration.enabled:
            yield Level.OK, "The integration is enabled."
        else:
            yield Level.WARNING, "The integration is disabled: every request is refused with 403."
        yield _about_secrets(credentials)
        problems = list(problems_of(integration, self._members.fields(integration.tenant)))
        yield from ((Level.ERROR, problem) for problem in problems)
        if not problems:
            yield Level.OK, "Type, mapping and linking order fit the schema and the fields of the host's members."
        yield from self._about_default_group(integration)
        yield from self._about_linking(integration)
        if integration.passwords is PasswordPolicy.HAND_OVER and not self._takes_passwords:
            yield Level.WARNING, "Passwords are to be handed over, but this host takes none: they are ignored."
        if integration.type in PERMITTED:
            yield self._connection(integration)

    def _about_default_group(self, integration: Integration) -> Iterator[tuple[Level, str]]:
        if integration.default_group is None:
            return
        if self._groups.get(integration.tenant, integration.default_group) is None:
            yield Level.ERROR, "The default group is gone: name another one, or none."
        else:
            yield Level.OK, "The default group exists."

    def _about_linking(self, integration: Integration) -> Iterator[tuple[Level, str]]:
        if Tier.EMAIL in integration.linking and self._members.email_field is not None:
            yield Level.WARNING, _EMAIL_RISK
        if Tier.CREATE not in integration.linking:
            yield Level.WARNING, "New members are not created: a user that matches no member is refused."

    def _connection(self, integration: Integration) -> tuple[Level, str]:
        """Look a user and a group up that cannot exist, as Entra's 'Test Connection' does."""
        stranger = str(uuid.uuid4())
        caller = Caller(integration, "", stranger, Dialect(integration.type), b"")
        try:
            users = self._search(caller, SearchRequest(USER, f'userName eq "{stranger}"'))
            groups = self._search(caller, SearchRequest(GROUP, f'displayName eq "{stranger}"', with_members=False))
        except ScimError as error:
            return Level.ERROR, f"The connection test failed: {error}"
        if users.total or groups.total:
            return Level.ERROR, "The connection test failed: a user or group that cannot exist was found."
        return Level.OK, "The connection test passed: an unknown user and an unknown group give empty lists."


def _about_secrets(credentials: Sequence[Credential]) -> tuple[Level, str]:
    moment = now()
    usable = [
        credential
        for credential in credentials
        if credential.revoked is None and (credential.expires is None or moment < credential.expires)
    ]
    if not usable:
        return Level.ERROR, "The integration has no usable secret: all are expired or revoked. Issue one."
    if any(credential.expires is None for credential in usable):
        return Level.OK, f"Usable secrets: {len(usable)}, at least one of them without an end."
    last = max(credential.expires for credential in usable if credential.expires is not None)
    if last - moment < EXPIRES_SOON:
        return Level.WARNING, f"The last usable secret expires at {format_date_time(last)}: issue the next one now."
    return Level.OK, f"Usable secrets: {len(usable)}, until {format_date_time(last)}."
