"""What a resource is made of, and the document that is answered for it (RFC 7643 §3).

A stored document holds what the client asserted. What the server computes is added when an answer is made: ``id`` and
``meta``, a User's ``groups`` and a Group's ``members``, whose references depend on the address of the server.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

from scim_plugin.protocol.json_types import Document
from scim_plugin.protocol.text import format_date_time


@dataclass(frozen=True, slots=True)
class GroupReference:
    """A group to which a User belongs: one value of ``User.groups``."""

    id: str
    display: str
    direct: bool = True


@dataclass(frozen=True, slots=True)
class MemberReference:
    """A member of a Group: one value of ``Group.members``; ``type`` is the name of its resource type."""

    id: str
    type: str


@dataclass(frozen=True, slots=True)
class Representation:
    """A resource as it is answered: either its ``document`` or the stored JSON ``text`` of it, and what is computed.

    Document and text hold ``schemas`` and the asserted attributes; never ``id``, ``meta``, ``groups`` or ``members``.
    ``groups`` and ``members`` are None when they were not asked for. Times are microseconds since 1970.
    """

    id: str
    type: str
    endpoint: str
    version: int
    created: int
    modified: int
    document: Document | None = None
    text: bytes | None = None
    groups: tuple[GroupReference, ...] | None = None
    members: tuple[MemberReference, ...] | None = None

    @property
    def etag(self) -> str:
        """Return the weak entity tag (RFC 7644 §3.14): the version, and the stamp of the groups if there are any."""
        stamp = self.stamp
        return f'W/"{self.version}-{stamp}"' if stamp else f'W/"{self.version}"'

    @property
    def stamp(self) -> str:
        """Return what stands for the ``groups`` of a User in its entity tag, since they change without its version."""
        if not self.groups:
            return ""
        shown = "\0".join(sorted(f"{group.id} {group.direct} {group.display}" for group in self.groups))
        return f"{zlib.crc32(shown.encode()):08x}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the resources of an integration are found: ``base`` is its URI without a trailing slash."""

    base: str
    endpoints: dict[str, str] = field(default_factory=lambda: {"User": "/Users", "Group": "/Groups"})

    def of(self, resource_type: str, resource_id: str) -> str:
        """Return the URI of a resource."""
        return f"{self.base}{self.endpoints[resource_type]}/{resource_id}"


def computed_attributes(representation: Representation, addresses: Addresses) -> Document:
    """Return the attributes that the server adds to the stored document of *representation*, ``id`` first."""
    computed: Document = {"id": representation.id}
    if representation.groups:
        computed["groups"] = [
            {
                "value": group.id,
                "$ref": addresses.of("Group", group.id),
                "display": group.display,
                "type": "direct" if group.direct else "indirect",
            }
            for group in representation.groups
        ]
    if representation.members:
        computed["members"] = [
            {"value": member.id, "$ref": addresses.of(member.type, member.id), "type": member.type}
            for member in representation.members
        ]
    computed["meta"] = meta(representation, addresses)
    return computed


def meta(representation: Representation, addresses: Addresses) -> dict[str, Any]:
    """Return the ``meta`` of *representation* (RFC 7643 §3.1)."""
    return {
        "resourceType": representation.type,
        "created": format_date_time(representation.created),
        "lastModified": format_date_time(representation.modified),
        "location": addresses.of(representation.type, representation.id),
        "version": representation.etag,
    }
