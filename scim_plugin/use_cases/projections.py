"""What a write does in the host, by resource type; a type without members or groups is only stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import InvalidValue
from scim_plugin.protocol.intake import MEMBERS
from scim_plugin.protocol.resource import Resource
from scim_plugin.use_cases.group_projection import GroupProjection
from scim_plugin.use_cases.member_projection import MemberProjection
from scim_plugin.use_cases.memberships import Memberships

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scim_plugin.ports import GroupDirectory, Identified, MemberDirectory, PasswordDirectory
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.membership import MembershipChange
    from scim_plugin.provisioning.link import Link
    from scim_plugin.use_cases.write import Write

_NAMED = 10
"""How many unknown members an error names."""


class Projections:
    """Carries what the IdP asserted over to the host's members and groups."""

    def __init__(
        self, members: MemberDirectory, groups: GroupDirectory, passwords: PasswordDirectory | None = None
    ) -> None:
        """Write to the host's *members* and *groups*, and to its *passwords* if it has any."""
        memberships = Memberships(groups)
        self._members = MemberProjection(members, memberships, passwords)
        self._groups = GroupProjection(groups, memberships)

    def project(
        self, write: Write, resource: Resource, link: Link | None, *, asserts_active: bool
    ) -> tuple[Link | None, Document]:
        """Bring the host in step with *resource*; return the link and the document with the host's own values."""
        if resource.type.name == USER.name:
            return self._members.project(write, resource, link, asserts_active=asserts_active)
        if resource.type.name == GROUP.name:
            return self._groups.project(write, resource, link), resource.document
        return link, resource.document

    def change_members(self, write: Write, group: Resource, link: Link | None, change: MembershipChange) -> bool:
        """Change the members of *group* in the store and in the host; tell whether anything changed.

        Raises InvalidValue naming the ids that do not exist, and where a group would contain itself.
        """
        if change.is_empty:
            return False
        integration, resources = write.caller.integration, write.unit.resources
        known = resources.identify(integration, change.joining)
        strangers = [member for member in change.joining if member not in known]
        if strangers:
            raise InvalidValue(_unknown(strangers))
        if _has_group(known) and resources.would_cycle(integration, group, change.joining):
            detail = f"The group '{group.id}' would contain itself through its '{MEMBERS}'."
            raise InvalidValue(detail)
        outcome = resources.change_members(integration, group, change.joining, change.leaving)
        if not outcome.joined and not outcome.left:
            return False
        write.changes.append(MEMBERS)
        self._groups.project_members(write, group, link, outcome)
        return True

    def retire(self, write: Write, resource: Resource, link: Link | None) -> None:
        """Do to the host what the deletion of *resource* means."""
        if resource.type.name == USER.name:
            self._members.retire(write, resource, link)
        elif resource.type.name == GROUP.name:
            self._groups.retire(write, resource, link)


def _has_group(known: Mapping[str, Identified]) -> bool:
    return any(member.type == GROUP.name for member in known.values())


def _unknown(strangers: list[str]) -> str:
    named = ", ".join(f"'{member[:64]}'" for member in strangers[:_NAMED])
    more = f" and {len(strangers) - _NAMED} more" if len(strangers) > _NAMED else ""
    return f"These members do not exist in this integration: {named}{more}. Provision them before the group."
