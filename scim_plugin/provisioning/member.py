"""The host's accounts and groups as the plug-in sees them: ids are text, fields are named values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

FieldValue: TypeAlias = str | bool | None

MAX_MATCHES = 10
"""How many members a directory has to return at most for one value: among so many there is no single right one."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the host's members to which a mapping rule may write.

    ``type`` says which values it takes. ``confers_privilege`` marks a field that no rule may write (role, staff flag,
    password, verified flag): SECURITY of the host, not of the IdP.
    """

    name: str
    type: Literal["text", "boolean"] = "text"
    required: bool = False
    confers_privilege: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """An account of the host. ``fields`` holds its mappable fields by name, user name and e-mail among them.

    A ``protected`` member (administrator, service account) is never linked, changed or suspended.
    """

    id: str
    active: bool = True
    protected: bool = False
    fields: Mapping[str, FieldValue] = field(default_factory=dict[str, FieldValue])


@dataclass(frozen=True, slots=True)
class HostGroup:
    """A group of the host. Its permissions are the host's business and do not appear here."""

    id: str
    name: str


class MemberRefused(Exception):
    """The host cannot store a member with these values; ``field`` names the one that is taken or not accepted."""

    def __init__(self, field_name: str, reason: str) -> None:
        """Name the field, and give the *reason* in words that name no person."""
        super().__init__(reason)
        self.field = field_name
        self.reason = reason


class GroupRefused(Exception):
    """The host cannot store a group under this name."""

    def __init__(self, reason: str) -> None:
        """Give the *reason* in words that name no group of another owner."""
        super().__init__(reason)
        self.reason = reason
