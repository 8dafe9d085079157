"""Linking: which member of the host a User is, decided by ordered keys, and never by guessing.

A key matches when exactly one member has the whole value, is not protected and is not linked by any integration of the
tenant. Nothing that a client sends selects a member in any other way: ``id`` and ``externalId`` are opaque text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.protocol.json_types import is_array, is_object
from scim_plugin.protocol.text import fold
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import preferred

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.ports import MemberDirectory
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.provisioning.mapping import Projection
    from scim_plugin.provisioning.member import Member
    from scim_plugin.use_cases.write import Write

_NO_KEY_MATCHES = (
    "No member of the host matches this user by the integration's linking keys, and the integration does not create "
    "members. Create the member in the host first, or allow the integration to create members."
)
_AMBIGUOUS = (
    "More than one member of the host matches this user by {key}. Make the value unique in the host, or link the user "
    "by another key, then retry."
)


@dataclass(frozen=True, slots=True)
class Match:
    """The member that a key found, and which key it was; ``member`` None: a new one is to be created."""

    tier: Tier
    member: Member | None


def find_member(write: Write, members: MemberDirectory, document: Document, projection: Projection) -> Match:
    """Return which member *document*, a User, is. Raises Uniqueness for a conflict that an administrator must solve."""
    integration = write.caller.integration
    for tier in integration.linking:
        match tier:
            case Tier.LINK:
                member = _by_retired_link(write, members, document)
            case Tier.EXTERNAL_ID:
                member = _by_external_id(write, members, document)
            case Tier.EMAIL:
                member = _by_email(write, members, document, projection)
            case _:
                return Match(Tier.CREATE, None)
        if member is not None:
            return Match(tier, member)
    raise Uniqueness("member", _NO_KEY_MATCHES)


def _by_retired_link(write: Write, members: MemberDirectory, document: Document) -> Member | None:
    retired = write.unit.retired_links.find(
        write.caller.integration, document.get("externalId"), fold(document["userName"])
    )
    if retired is None:
        return None
    member = members.get(write.tenant, retired.target)
    if member is None:
        write.unit.retired_links.remove(retired)
        return None
    if not _is_free(write, member):
        return None
    write.unit.retired_links.remove(retired)
    return member


def _by_external_id(write: Write, members: MemberDirectory, document: Document) -> Member | None:
    field, value = write.caller.integration.external_id_key, document.get("externalId")
    if field is None or not value:
        return None
    return _only(write, members.find(write.tenant, field, value), "the external ID")


def _by_email(write: Write, members: MemberDirectory, document: Document, projection: Projection) -> Member | None:
    if members.email_field is None:
        return None
    value = projection.values(document, creating=True).get(members.email_field) or _email_of(document)
    if not isinstance(value, str) or not value.strip():
        return None
    return _only(write, members.find(write.tenant, members.email_field, value.strip()), "the e-mail address")


def _email_of(document: Document) -> str | None:
    """Return the primary, else the work, else the first e-mail address of a User."""
    emails = document.get("emails")
    if not is_array(emails):
        return None
    work = [email for email in emails if is_object(email) and fold(str(email.get("type", ""))) == "work"]
    chosen = preferred([*work, *emails])
    value = chosen.get("value") if is_object(chosen) else None
    return value if isinstance(value, str) else None


def _only(write: Write, found: Sequence[Member], key: str) -> Member | None:
    free = [member for member in found if _is_free(write, member)]
    if len(free) > 1:
        raise Uniqueness("member", _AMBIGUOUS.format(key=key))
    return free[0] if free else None


def _is_free(write: Write, member: Member) -> bool:
    return not member.protected and not write.unit.resources.is_linked(write.tenant, "User", member.id)
