"""What happened to members and groups, told to the host after the commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from scim_plugin.provisioning.link import Tier


@dataclass(frozen=True, slots=True)
class MemberLinked:
    """A User was tied to a member; ``tier`` tells what decided, ``create`` means that the member is new."""

    tenant: str
    integration_id: str
    member_id: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Mapped ``fields`` of a member were written."""

    tenant: str
    integration_id: str
    member_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberSuspended:
    """A member lost access."""

    tenant: str
    integration_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class MemberReactivated:
    """A member has access again."""

    tenant: str
    integration_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class MemberUnlinked:
    """A member is no longer managed by the integration; ``erased`` tells that the host removed the account."""

    tenant: str
    integration_id: str
    member_id: str
    erased: bool = False


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """Members joined or left a group of the host. Both are host ids."""

    tenant: str
    integration_id: str
    group_id: str
    joined: tuple[str, ...]
    left: tuple[str, ...]


Event: TypeAlias = (
    MemberLinked | MemberChanged | MemberSuspended | MemberReactivated | MemberUnlinked | MembershipChanged
)
