"""Memberships in the host's groups, with their origins: what we gave we take, what was given by hand stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.provisioning.events import MembershipChanged

if TYPE_CHECKING:
    from collections.abc import Collection

    from scim_plugin.ports import GroupDirectory
    from scim_plugin.use_cases.write import Write


def scim_origin(group_resource_id: str) -> str:
    """Return the origin of memberships that a Group of the IdP gives."""
    return f"scim:{group_resource_id}"


def default_origin(integration_id: str) -> str:
    """Return the origin of the membership in the default group of an integration."""
    return f"default:{integration_id}"


class Memberships:
    """Lets members join and leave groups of the host. Each call costs the same few statements for any number."""

    def __init__(self, groups: GroupDirectory) -> None:
        """Write to *groups* of the host."""
        self._groups = groups

    def join(self, write: Write, group_id: str, members: Collection[str], origin: str) -> None:
        """Let *members* join; a membership that stood before and is not ours is not claimed."""
        if not members or self._groups.get(write.tenant, group_id) is None:
            return
        joined = tuple(self._groups.change_members(write.tenant, group_id, members, ()))
        write.unit.origins.join(write.tenant, group_id, members, joined, origin)
        self._tell(write, group_id, joined, ())

    def leave(self, write: Write, group_id: str, members: Collection[str] | None, origin: str) -> None:
        """End what *origin* gave to *members* (None: to everybody); whoever has no other origin leaves the group."""
        if members is not None and not members:
            return
        leaving = tuple(write.unit.origins.leave(write.tenant, group_id, members, origin))
        if leaving:
            self._groups.change_members(write.tenant, group_id, (), leaving)
            self._tell(write, group_id, (), leaving)

    def _tell(self, write: Write, group_id: str, joined: tuple[str, ...], left: tuple[str, ...]) -> None:
        if joined or left:
            write.events.append(MembershipChanged(write.tenant, write.caller.integration.id, group_id, joined, left))
