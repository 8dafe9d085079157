"""Who asks: what every use case knows of a request besides its message."""

from __future__ import annotations

from dataclasses import dataclass, field

from scim_plugin.dialects.dialect import Dialect
from scim_plugin.provisioning.integration import Integration


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated request: its integration, its credential, its id, and the dialect that reads its messages.

    ``cursor_key`` seals the cursors that it is given.
    """

    integration: Integration
    credential_id: str
    request_id: str
    leniency: Dialect
    cursor_key: bytes = field(repr=False)
