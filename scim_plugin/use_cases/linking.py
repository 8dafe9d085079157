"""Linking: which member of the host a User is, decided by ordered keys, and never by guessing.

A key matches when exactly one member has the whole value, is not protected and is not linked by any integration of the
tenant. Nothing that a client sends selects a member in any other way: ``id`` and ``externalId`` are opaque text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.protocol.json_types import is_object
from scim_plugin.protocol.text import fold
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import preferred
from scim_plugin.provisioning.member import MAX_MATCHES

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
_KEYS = {Tier.EXTERNAL_ID: "the external ID", Tier.EMAIL: "the e-mail address"}


@dataclass(frozen=True, slots=True)
class Match:
    """The member that a key found, and which key it was; ``member`` None: a new one is to be created.

    ``is_own`` tells that the integration itself created the member, now or for a User that was deleted since.
    """

    tier: Tier
    member: Member | None
    is_own: bool = False


def find_member(write: Write, members: MemberDirectory, document: Document, projection: Projection) -> Match:
    """Return which member *document*, a User, is. Raises Uniqueness for a conflict that an administrator must solve."""
    integration = write.caller.integration
    for tier in integration.linking:
        match tier:
            case Tier.LINK:
                match = _by_retired_link(write, members, document)
            case Tier.EXTERNAL_ID:
                match = _by_external_id(write, members, document)
            case Tier.EMAIL:
                match = _by_email(write, members, document, projection)
            case _:
                match = Match(Tier.CREATE, None, is_own=True)
        if match is not None:
            return match
    raise Uniqueness("member", _NO_KEY_MATCHES)


def _by_retired_link(write: Write, members: MemberDirectory, document: Document) -> Match | None:
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
    return Match(Tier.LINK, member, is_own=retired.own)


def _by_external_id(write: Write, members: MemberDirectory, document: Document) -> Match | None:
    field, value = write.caller.integration.external_id_key, document.get("externalId")
    if field is None or not value:
        return None
    return _only(write, Tier.EXTERNAL_ID, members.find(write.tenant, field, value))


def _by_email(write: Write, members: MemberDirectory, document: Document, projection: Projection) -> Match | None:
    if members.email_field is None:
        return None
    value = projection.values(document, creating=True).get(members.email_field) or _email_of(document)
    if not isinstance(value, str) or not value.strip():
        return None
    return _only(write, Tier.EMAIL, members.find(write.tenant, members.email_field, value.strip()))


def _email_of(document: Document) -> str | None:
    """Return the primary, else the work e-mail address of a User. A private one tells nothing about who it is here."""
    emails: list[Document] = document.get("emails", [])
    eligible = [email for email in emails if email.get("primary") is True or fold(str(email.get("type", ""))) == "work"]
    chosen = preferred(eligible)
    return chosen.get("value") if is_object(chosen) else None


def _only(write: Write, tier: Tier, found: Sequence[Member]) -> Match | None:
    free = [member for member in found if _is_free(write, member)]
    if not free:
        return None
    # A directory that stopped counting may have left out another candidate.
    if len(free) > 1 or len(found) >= MAX_MATCHES:
        raise Uniqueness("member", _AMBIGUOUS.format(key=_KEYS[tier]))
    return Match(tier, free[0])


def _is_free(write: Write, member: Member) -> bool:
    return not member.protected and not write.unit.resources.is_linked(write.tenant, "User", member.id)
