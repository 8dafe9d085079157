"""Authenticate: from the ``Authorization`` header to the caller, or nothing. It fails closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.dialects.dialect import Dialect
from scim_plugin.protocol.errors import Forbidden, Unauthorized, Unavailable
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.credential import public_id
from scim_plugin.use_cases.caller import Caller

if TYPE_CHECKING:
    from scim_plugin.ports import OpenUnitOfWork
    from scim_plugin.provisioning.credential import Credential

_MAX_HEADER = 512
_USE_IS_NOTED_EVERY = 60_000_000
"""Microseconds: the last use of a credential is written at most once a minute."""


class Authenticate:
    """Tells who asks. An unknown, expired, revoked or foreign secret are one and the same refusal."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Look credentials up in units of work of *open_unit*."""
        self._open_unit = open_unit

    def __call__(
        self, authorization: str | None, *, tenant: str | None, integration_id: str | None, request_id: str
    ) -> Caller:
        """Return the caller whose header value is *authorization*.

        *tenant* and *integration_id* are those of the path, when it has them; they must be the credential's own.
        Raises Unauthorized, or Forbidden to a valid credential of an integration that is disabled.
        """
        key = _bearer(authorization)
        credential_id = public_id(key) if key else None
        if key is None or credential_id is None:
            raise Unauthorized
        with self._open_unit(write=False) as unit:
            found = unit.credentials.find(credential_id)
        if found is None:
            raise Unauthorized
        credential, integration = found
        moment = now()
        if (
            not credential.is_valid(key, moment)
            or tenant not in (None, integration.tenant)
            or integration_id not in (None, integration.id)
        ):
            raise Unauthorized
        if not integration.enabled:
            detail = f"The integration '{integration.name}' is disabled: enable it, then test the connection again."
            raise Forbidden(detail)
        self._note_use(credential, moment)
        return Caller(integration, credential.id, request_id, Dialect(integration.type), credential.cursor_key)

    def _note_use(self, credential: Credential, moment: int) -> None:
        if credential.last_used is not None and moment - credential.last_used < _USE_IS_NOTED_EVERY:
            return
        try:
            with self._open_unit() as unit:
                unit.credentials.used(credential, moment)
                unit.commit()
        except Unavailable:
            return  # a store that cannot be written to still answers reads; the next request notes its use


def _bearer(authorization: str | None) -> str | None:
    if authorization is None or len(authorization) > _MAX_HEADER or not authorization.isascii():
        return None
    scheme, _, key = authorization.partition(" ")
    return key.strip(" ") if scheme.lower() == "bearer" else None
