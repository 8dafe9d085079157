"""Secret keys of an integration: issue, list, revoke."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scim_plugin.protocol.text import format_date_time, now
from scim_plugin.provisioning.credential import issue, public_id
from scim_plugin.use_cases.administration import InvalidSettings, SecretNotFound, find_integration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.ports import OpenUnitOfWork
    from scim_plugin.provisioning.credential import Credential
    from scim_plugin.provisioning.integration import Integration


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """A new secret. ``key`` is shown to a person once and kept nowhere."""

    integration: Integration
    credential: Credential
    key: str


def check_expiry(expires: int | None, moment: int) -> None:
    """Check that a secret that expires at *expires* can be used at all. Raises InvalidSettings."""
    if expires is not None and expires <= moment:
        raise InvalidSettings([f"A secret cannot expire at {format_date_time(expires)}: that is in the past."])


class IssueSecret:
    """Issue one more secret of an integration; those that it has stay valid, so that keys can be rotated."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Take the factory of units of work."""
        self._open_unit = open_unit

    def __call__(self, reference: str, *, tenant: str | None = None, expires: int | None = None) -> IssuedSecret:
        """Return the new secret of the integration with this id or name; *expires* is in microseconds since 1970.

        Raises IntegrationNotFound, AmbiguousName, InvalidSettings.
        """
        moment = now()
        check_expiry(expires, moment)
        with self._open_unit() as unit:
            integration = find_integration(unit, reference, tenant)
            credential, key = issue(integration.id, moment, expires)
            unit.credentials.add(credential)
            unit.commit()
        return IssuedSecret(integration, credential, key)


class ListSecrets:
    """List the secrets of an integration, never their keys."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Take the factory of units of work."""
        self._open_unit = open_unit

    def __call__(self, reference: str, *, tenant: str | None = None) -> Sequence[Credential]:
        """Return all secrets, revoked and expired ones too, oldest first.

        Raises IntegrationNotFound, AmbiguousName.
        """
        with self._open_unit(write=False) as unit:
            return unit.credentials.list(find_integration(unit, reference, tenant))


class RevokeSecret:
    """Make a secret unusable at once."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Take the factory of units of work."""
        self._open_unit = open_unit

    def __call__(self, reference: str) -> Credential:
        """Return the revoked secret; *reference* is its id or the key itself. Revoking it twice changes nothing.

        Raises SecretNotFound.
        """
        credential_id = public_id(reference) or reference
        with self._open_unit() as unit:
            found = unit.credentials.find(credential_id)
            if found is None:
                raise SecretNotFound(credential_id[:20])
            credential = found[0]
            if credential.revoked is None:
                credential = replace(credential, revoked=now())
                unit.credentials.revoke(credential, now())
                unit.commit()
        return credential
