"""A resource as an integration's identity provider last asserted it."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scim_plugin.protocol.json_types import Document

if TYPE_CHECKING:
    from scim_plugin.protocol.schema import ResourceType


_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Resource:
    """A versioned document. It holds ``schemas`` and what the client asserted; ``id`` and ``meta`` are fields.

    ``created`` and ``modified`` are microseconds since 1970. ``key`` is the store's own, opaque to everyone else.
    """

    id: str
    type: ResourceType
    version: int
    created: int
    modified: int
    document: Document
    key: int = 0


def new_id() -> str:
    """Return a new resource id: 32 lower-case hexadecimal digits, never reused, roughly in order of creation."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def is_id(text: str) -> bool:
    """Tell whether *text* can be an id. What cannot is not there: no store is asked for odd letters or kilobytes."""
    return _ID.fullmatch(text) is not None
