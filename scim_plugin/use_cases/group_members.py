"""The members of the host's groups: they follow the Users in a Group, and by setting also those in its inner groups.

Each Group that contains a User, at whatever depth, is one origin of one membership. It ends when no way from the Group
to the User is left, however many there were.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.use_cases.memberships import scim_origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scim_plugin.ports import Identified, MembershipOutcome
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.provisioning.link import Link
    from scim_plugin.use_cases.memberships import Memberships
    from scim_plugin.use_cases.write import Write

_BATCH = 1000


class GroupMembers:
    """Lets members of the host join and leave its groups as Users do. Batches: the cost is that of what changes."""

    def __init__(self, memberships: Memberships) -> None:
        """Change the host's groups through *memberships*."""
        self._memberships = memberships

    def fill(self, write: Write, group: Resource, target: str) -> None:
        """Let everybody in *group* join the host's group *target*, to which it has just been linked."""
        integration, resources = write.caller.integration, write.unit.resources
        users = (
            resources.users_within(integration, [group.id])
            if integration.flattens
            else resources.member_ids(integration, group)
        )
        for batch in _batches(users):
            self._memberships.join(write, target, batch.values(), scim_origin(group.id))

    def follow(self, write: Write, group: Resource, link: Link | None, outcome: MembershipOutcome) -> None:
        """Let the host's members follow a change of *group*. Users that are not linked yet follow when they are."""
        integration, resources = write.caller.integration, write.unit.resources
        holders = {} if link is None else {group.id: link.target}
        is_nested = outcome.nested and integration.flattens
        if is_nested:
            holders.update(resources.group_targets(integration, group, nested=True))
        for batch in _batches(self._users(write, outcome.left)):
            staying = resources.within(integration, holders, batch) if is_nested else ()
            for holder, target in holders.items():
                leaving = [member for user, member in batch.items() if (holder, user) not in staying]
                self._memberships.leave(write, target, leaving, scim_origin(holder))
        for batch in _batches(self._users(write, outcome.joined)):
            for holder, target in holders.items():
                self._memberships.join(write, target, batch.values(), scim_origin(holder))

    def dissolve(self, write: Write, group: Resource, link: Link | None) -> None:
        """Let everybody in *group*, which is being deleted, leave the groups to which no other way leads."""
        integration, resources = write.caller.integration, write.unit.resources
        if integration.flattens and resources.group_targets(integration, group, nested=True):
            self.follow(write, group, link, resources.change_members(integration, group, (), None))

    def realign(self, write: Write) -> None:
        """Bring the members of all groups in step with the integration's setting for nested groups, which is new."""
        integration, resources = write.caller.integration, write.unit.resources
        for outer in resources.outer_groups(integration):
            if outer.link is None:
                continue
            target, origin = outer.link.target, scim_origin(outer.resource.id)
            members = tuple(resources.member_ids(integration, outer.resource))
            direct = {member.id for member in members if member.type == USER.name}
            inner = [member.id for member in members if member.type == GROUP.name]
            for batch in _batches(resources.users_within(integration, inner)):
                if integration.flattens:
                    self._memberships.join(write, target, batch.values(), origin)
                else:
                    leaving = [member for user, member in batch.items() if user not in direct]
                    self._memberships.leave(write, target, leaving, origin)

    def _users(self, write: Write, changed: Iterable[Identified]) -> Iterator[Identified]:
        """Yield what is in *changed*, and, when groups are flattened, the Users in its groups."""
        groups: list[str] = []
        for member in changed:
            if member.type == GROUP.name:
                groups.append(member.id)
            yield member
        if groups and write.caller.integration.flattens:
            yield from write.unit.resources.users_within(write.caller.integration, groups)


def _batches(members: Iterable[Identified]) -> Iterator[dict[str, str]]:
    """Yield ids of Users with those of their members, a thousand at a time."""
    linked = ((one.id, one.target) for one in members if one.type == USER.name and one.target is not None)
    while batch := dict(islice(linked, _BATCH)):
        yield batch
