"""What a Group does to the host's group: created, adopted or refused, renamed, its members, and the end of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.provisioning.integration import GroupPolicy
from scim_plugin.provisioning.link import Link, Tier
from scim_plugin.provisioning.member import GroupRefused
from scim_plugin.use_cases.group_members import GroupMembers
from scim_plugin.use_cases.memberships import scim_origin

if TYPE_CHECKING:
    from scim_plugin.ports import GroupDirectory, MembershipOutcome
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.use_cases.memberships import Memberships
    from scim_plugin.use_cases.write import Write

_EXISTS = (
    "The host already has a group with this name. Rename one of the two, or let the integration adopt existing groups, "
    "then retry."
)


class GroupProjection:
    """Keeps the host's group in step with its Group. The permissions of the host's group are never touched."""

    def __init__(self, groups: GroupDirectory, memberships: Memberships) -> None:
        """Write to *groups* of the host, and to their members through *memberships*."""
        self._groups = groups
        self._memberships = memberships
        self._members = GroupMembers(memberships)

    def project(self, write: Write, resource: Resource, link: Link | None) -> Link:
        """Bring name and existence of the host's group in step with *resource*; return its link. Raises Uniqueness."""
        group = self._groups.get(write.tenant, link.target) if link else None
        name = resource.document["displayName"]
        if link is None or group is None:
            return self._link(write, resource, name)
        write.target = group.id
        if group.name != name:
            namesake = self._groups.find(write.tenant, name)
            if namesake is not None and namesake.id != group.id:
                raise Uniqueness("displayName", _EXISTS)
            self._rename(write, group.id, name)
        return link

    def _rename(self, write: Write, group_id: str, name: str) -> None:
        try:
            self._groups.rename(write.tenant, group_id, name)
        except GroupRefused as refusal:
            raise Uniqueness("displayName", f"The host refused the group's name: {refusal.reason}") from None
        write.changes.append("name")

    def _link(self, write: Write, resource: Resource, name: str) -> Link:
        integration = write.caller.integration
        group = self._groups.find(write.tenant, name)
        if group is None:
            try:
                group, tier = self._groups.create(write.tenant, name, key=resource.id), Tier.CREATE
            except GroupRefused as refusal:
                raise Uniqueness("displayName", f"The host refused the group: {refusal.reason}") from None
        elif integration.groups is not GroupPolicy.ADOPT or write.unit.resources.is_linked(
            write.tenant, "Group", group.id
        ):
            raise Uniqueness("displayName", _EXISTS)
        else:
            tier = Tier.ADOPT
            if group.name != name:
                self._rename(write, group.id, name)
        link = Link(group.id, tier, write.moment, own=tier is Tier.CREATE)
        write.unit.resources.relink(integration, resource, link)
        write.target, write.tier = group.id, tier
        self._members.fill(write, resource, group.id)
        return link

    def project_members(self, write: Write, resource: Resource, link: Link | None, outcome: MembershipOutcome) -> None:
        """Let the host's members follow *outcome*. Members that are not linked yet follow when they are."""
        self._members.follow(write, resource, link, outcome)

    def retire(self, write: Write, resource: Resource, link: Link | None) -> None:
        """Remove the host's group of a Group that is being deleted; an adopted one is released, and stays."""
        self._members.dissolve(write, resource, link)
        if link is None or self._groups.get(write.tenant, link.target) is None:
            return
        write.target = link.target
        self._memberships.leave(write, link.target, None, scim_origin(resource.id))
        if link.own:
            self._groups.remove(write.tenant, link.target)
