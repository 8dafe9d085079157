"""Memberships of Groups in SQL: sets go in as one JSON parameter, and come out as what really changed."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from scim_plugin.ports import Linked, MembershipOutcome
from scim_plugin.protocol.core_schemas import GROUP
from scim_plugin.protocol.representation import GroupReference
from scim_sql import memberships as sql
from scim_sql.lists import list_of
from scim_sql.resources import identified, resource_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from scim_peewee.connection import Connection
    from scim_plugin.ports import Identified
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.provisioning.integration import Integration

_BATCH = 1000
_Row = tuple[Any, ...]


class PeeweeMemberships:
    """The part of the resource repository that is about members and groups."""

    def __init__(self, connection: Connection) -> None:
        """Work on *connection*."""
        self._connection = connection

    def groups_of(self, integration: Integration, resource: Resource) -> Sequence[GroupReference]:
        rows = self._connection.rows(sql.GROUPS_OF, (integration.id, resource.id))
        return self._with_groups_around(rows).get(rows[0][0], ()) if rows else ()

    def _with_groups_around(self, rows: Sequence[_Row]) -> Mapping[int, tuple[GroupReference, ...]]:
        """Return the groups of each member in *rows* of GROUPS_OF or GROUPS_OF_MANY, which name the direct ones.

        Only where one of them is in a group itself a second statement is needed, for all members together.
        """
        direct: dict[int, dict[int, GroupReference]] = {}
        nested: set[int] = set()
        for member, serial, group_id, display, is_nested in rows:
            direct.setdefault(member, {})[serial] = GroupReference(group_id, display)
            if is_nested:
                nested.add(serial)
        if not nested:
            return {member: tuple(found.values()) for member, found in direct.items()}
        around: dict[int, dict[int, GroupReference]] = {serial: {} for serial in nested}
        for inner, serial, group_id, display in self._connection.rows(sql.GROUPS_AROUND, (list_of(nested),)):
            around[inner][serial] = GroupReference(group_id, display, direct=False)
        every: dict[int, tuple[GroupReference, ...]] = {}
        for member, found in direct.items():
            indirect = {serial: group for inner in found for serial, group in around.get(inner, {}).items()}
            every[member] = tuple(group for _, group in sorted({**indirect, **found}.items(), key=itemgetter(0)))
        return every

    def member_ids(self, integration: Integration, group: Resource) -> Iterator[Identified]:
        last = 0
        while rows := self._connection.rows(sql.MEMBER_BATCH, (integration.id, group.id, last, _BATCH)):
            yield from map(identified, rows)
            last = rows[-1][0]

    def group_targets(self, integration: Integration, resource: Resource, *, nested: bool) -> Sequence[tuple[str, str]]:
        statement = sql.GROUP_TARGETS_NESTED if nested else sql.GROUP_TARGETS
        return tuple((row[0], row[1]) for row in self._connection.rows(statement, (integration.id, resource.id)))

    def users_within(self, integration: Integration, groups: Collection[str]) -> Iterator[Identified]:
        serials = [row[0] for row in self._connection.rows(sql.MEMBERS_WITHIN, (integration.id, list_of(groups)))]
        for first in range(0, len(serials), _BATCH):
            batch = list_of(serials[first : first + _BATCH])
            yield from map(identified, self._connection.rows(sql.USERS, (batch,)))

    def within(
        self, integration: Integration, groups: Collection[str], members: Collection[str]
    ) -> Collection[tuple[str, str]]:
        parameters = (integration.id, list_of(groups), list_of(members), integration.id)
        return {(row[0], row[1]) for row in self._connection.rows(sql.WITHIN, parameters)}

    def outer_groups(self, integration: Integration) -> Sequence[Linked]:
        kind = integration.catalogue.by_name[GROUP.name]
        rows = self._connection.rows(sql.OUTER_GROUPS, (integration.id,))
        return tuple(Linked(*resource_of(row[1:], kind, row[0])) for row in rows)

    def change_members(
        self, integration: Integration, group: Resource, joining: Collection[str], leaving: Collection[str] | None
    ) -> MembershipOutcome:
        left = self._leave(integration, group, joining, leaving)
        joined = self._join(integration, group, joining)
        nested = any(row[4] or row[2] == GROUP.name for row in (*joined, *left))
        return MembershipOutcome(tuple(map(identified, joined)), tuple(map(identified, left)), nested)

    def would_cycle(self, integration: Integration, group: Resource, joining: Collection[str]) -> bool:
        if not joining:
            return False
        return self._connection.row(sql.CONTAINER, (integration.id, group.id, list_of(joining))) is not None

    def _join(self, integration: Integration, group: Resource, ids: Collection[str]) -> Sequence[tuple[Any, ...]]:
        if not ids:
            return ()
        wanted = list_of(dict.fromkeys(ids))
        place = (integration.id, group.id)
        rows = self._connection.rows(sql.JOINING, (*place, wanted, integration.id, *place))
        if rows:
            self._connection.change(sql.JOIN, (list_of(row[0] for row in rows), *place))
        if groups := [row[0] for row in rows if row[2] == GROUP.name]:
            self._connection.change(sql.NEST, (list_of(groups), *place))
        return rows

    def _leave(
        self, integration: Integration, group: Resource, joining: Collection[str], leaving: Collection[str] | None
    ) -> Sequence[tuple[Any, ...]]:
        place = (integration.id, group.id)
        if leaving is None:
            rows = self._connection.rows(sql.LEAVING_OTHERS, (*place, *place, list_of(joining)))
        elif gone := list(dict.fromkeys(leaving).keys() - set(joining)) if joining else list(dict.fromkeys(leaving)):
            rows = self._connection.rows(sql.LEAVING, (*place, list_of(gone), integration.id, *place))
        else:
            return ()
        if rows:
            self._connection.change(sql.LEAVE, (*place, list_of(row[0] for row in rows)))
        if groups := [row[0] for row in rows if row[2] == GROUP.name]:
            self._connection.change(sql.UNNEST, (*place, list_of(groups)))
        return rows
