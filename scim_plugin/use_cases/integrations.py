"""Integrations: add, update, enable, disable, remove, list, get.

At most one integration of a tenant is enabled, unless the host's settings allow several; the rule is checked inside the
unit of work that enables.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scim_plugin.dialects.dialect import ENTRA_ID, Dialect
from scim_plugin.protocol.catalogue import BUILT_IN, Catalogue
from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.protocol.refit import Misfit
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.credential import issue
from scim_plugin.provisioning.integration import DEFAULT_TENANT, Integration, State
from scim_plugin.provisioning.member import GroupRefused
from scim_plugin.use_cases.administration import AnotherIsEnabled, InvalidSettings, find_integration
from scim_plugin.use_cases.caller import Caller
from scim_plugin.use_cases.credentials import check_expiry
from scim_plugin.use_cases.group_members import GroupMembers
from scim_plugin.use_cases.integration_draft import (
    IntegrationDraft,
    check_settings,
    check_tenant,
    ensure_default_group,
)
from scim_plugin.use_cases.memberships import Memberships
from scim_plugin.use_cases.write import Write, publish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.ports import EventSink, GroupDirectory, MemberDirectory, OpenUnitOfWork, UnitOfWork


@dataclass(frozen=True, slots=True)
class AddedIntegration:
    """A new integration and its first secret. ``key`` is shown to a person once and kept nowhere.

    ``created_group`` is the name of the default group when the host had none of this name before.
    """

    integration: Integration
    key: str
    created_group: str | None = None


@dataclass(frozen=True, slots=True)
class UpdatedIntegration:
    """A changed integration; ``created_group`` as in :class:`AddedIntegration`."""

    integration: Integration
    created_group: str | None = None


class AddIntegration:
    """Add an integration to a tenant, which becomes known by it, and issue its first secret."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        host_members: MemberDirectory,
        host_groups: GroupDirectory,
        *,
        several_enabled: bool = False,
        catalogue: Catalogue = BUILT_IN,
    ) -> None:
        """Take the store, the host, whether a tenant may have several enabled integrations, and what new ones serve."""
        self._open_unit = open_unit
        self._members = host_members
        self._groups = host_groups
        self._several_enabled = several_enabled
        self._catalogue = catalogue

    def __call__(
        self,
        draft: IntegrationDraft,
        tenant: str = DEFAULT_TENANT,
        *,
        enabled: bool = False,
        expires: int | None = None,
    ) -> AddedIntegration:
        """Return the new integration; its first secret *expires* then, in microseconds since 1970.

        Raises InvalidSettings, AnotherIsEnabled.
        """
        moment = now()
        check_tenant(tenant)
        check_expiry(expires, moment)
        blank = Integration(secrets.token_hex(8), tenant, "", ENTRA_ID, moment, catalogue=self._catalogue)
        with self._open_unit() as unit:
            unit.integrations.add_tenant(tenant)
            integration = draft.applied_to(blank)
            check_settings(integration, self._members.fields(tenant))
            if enabled:
                _check_one_enabled(unit, integration, several_enabled=self._several_enabled)
                integration = replace(integration, state=State.ENABLED)
            integration, created_group = _with_default_group(self._groups, integration, draft)
            unit.integrations.add(integration)
            credential, key = issue(integration.id, moment, expires)
            unit.credentials.add(credential)
            unit.commit()
        return AddedIntegration(integration, key, created_group)


class UpdateIntegration:
    """Change settings of an integration."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        host_members: MemberDirectory,
        host_groups: GroupDirectory,
        event_sink: EventSink | None = None,
    ) -> None:
        """Take the store and the host."""
        self._open_unit = open_unit
        self._members = host_members
        self._groups = host_groups
        self._event_sink = event_sink

    def __call__(self, reference: str, draft: IntegrationDraft, *, tenant: str | None = None) -> UpdatedIntegration:
        """Return the integration with this id or name as it is now.

        The host's groups follow a change of ``nested_groups`` in the same transaction.

        Raises IntegrationNotFound, AmbiguousName, InvalidSettings.
        """
        with self._open_unit() as unit:
            before = find_integration(unit, reference, tenant)
            integration = draft.applied_to(before)
            check_settings(integration, self._members.fields(before.tenant))
            integration, created_group = _with_default_group(self._groups, integration, draft)
            if integration == before:
                return UpdatedIntegration(before)
            integration = replace(integration, version=before.version + 1)
            _store(unit, integration)
            write = Write(Caller(integration, "", "", Dialect(integration.type), b""), unit, now())
            if integration.nested_groups is not before.nested_groups:
                GroupMembers(Memberships(self._groups)).realign(write)
            unit.commit()
        publish(self._event_sink, write.events)
        return UpdatedIntegration(integration, created_group)


class EnableIntegration:
    """Let an integration answer requests."""

    def __init__(self, open_unit: OpenUnitOfWork, *, several_enabled: bool = False) -> None:
        """Take the store, and whether a tenant may have several enabled integrations."""
        self._open_unit = open_unit
        self._several_enabled = several_enabled

    def __call__(self, reference: str, *, tenant: str | None = None) -> Integration:
        """Return the enabled integration. Raises IntegrationNotFound, AmbiguousName, AnotherIsEnabled."""
        with self._open_unit() as unit:
            integration = find_integration(unit, reference, tenant)
            _check_one_enabled(unit, integration, several_enabled=self._several_enabled)
            return _with_state(unit, integration, State.ENABLED)


class DisableIntegration:
    """Let an integration refuse every request; its members, groups and links stay as they are."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Take the store."""
        self._open_unit = open_unit

    def __call__(self, reference: str, *, tenant: str | None = None) -> Integration:
        """Return the disabled integration. Raises IntegrationNotFound, AmbiguousName."""
        with self._open_unit() as unit:
            return _with_state(unit, find_integration(unit, reference, tenant), State.DISABLED)


class RemoveIntegration:
    """Remove an integration with its secrets, resources and links. The host's members and groups stay as they are."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Take the store."""
        self._open_unit = open_unit

    def __call__(self, reference: str, *, tenant: str | None = None) -> Integration:
        """Return the integration that was removed. Raises IntegrationNotFound, AmbiguousName."""
        with self._open_unit() as unit:
            integration = find_integration(unit, reference, tenant)
            unit.integrations.remove(integration)
            unit.commit()
        return integration


class ListIntegrations:
    """List integrations."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Take the store."""
        self._open_unit = open_unit

    def __call__(self, tenant: str | None = None) -> Sequence[Integration]:
        """Return the integrations of the *tenant*, or of all tenants, by order of creation."""
        with self._open_unit(write=False) as unit:
            return unit.integrations.list(tenant)


class GetIntegration:
    """Look one integration up."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Take the store."""
        self._open_unit = open_unit

    def __call__(self, reference: str, *, tenant: str | None = None) -> Integration:
        """Return the integration with this id or name. Raises IntegrationNotFound, AmbiguousName."""
        with self._open_unit(write=False) as unit:
            return find_integration(unit, reference, tenant)


def _store(unit: UnitOfWork, integration: Integration) -> None:
    try:
        unit.integrations.update(integration)
    except Misfit as error:
        raise InvalidSettings([str(error)]) from None
    except Uniqueness as error:
        detail = f"'{error.attribute}' cannot be unique: several resources that are stored have the same value."
        raise InvalidSettings([detail]) from None


def _check_one_enabled(unit: UnitOfWork, integration: Integration, *, several_enabled: bool) -> None:
    if several_enabled:
        return
    for other in unit.integrations.list(integration.tenant):
        if other.enabled and other.id != integration.id:
            raise AnotherIsEnabled(other)


def _with_state(unit: UnitOfWork, integration: Integration, state: State) -> Integration:
    if integration.state is state:
        return integration
    changed = replace(integration, state=state, version=integration.version + 1)
    unit.integrations.update(changed)
    unit.commit()
    return changed


def _with_default_group(
    groups: GroupDirectory, integration: Integration, draft: IntegrationDraft
) -> tuple[Integration, str | None]:
    if not draft.default_group:
        return integration, None
    try:
        group, created = ensure_default_group(groups, integration.tenant, draft.default_group)
    except GroupRefused as error:
        raise InvalidSettings([f"The default group cannot be created: {error.reason}"]) from error
    return replace(integration, default_group=group.id), group.name if created else None
