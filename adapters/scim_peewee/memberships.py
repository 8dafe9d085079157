"""Memberships of Groups in SQL: sets go in as one JSON parameter, and come out as what really changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scim_plugin.ports import MembershipOutcome
from scim_plugin.protocol.representation import GroupReference
from scim_sql import memberships as sql
from scim_sql.lists import list_of
from scim_sql.resources import identified

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from scim_peewee.connection import Connection
    from scim_plugin.ports import Identified
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.provisioning.integration import Integration

_BATCH = 1000


class PeeweeMemberships:
    """The part of the resource repository that is about members and groups."""

    def __init__(self, connection: Connection) -> None:
        """Work on *connection*."""
        self._connection = connection

    def groups_of(self, integration: Integration, resource: Resource) -> Sequence[GroupReference]:
        rows = self._connection.rows(sql.GROUPS_OF, (integration.id, resource.id))
        return tuple(GroupReference(*row) for row in rows)

    def member_ids(self, integration: Integration, group: Resource) -> Iterator[Identified]:
        last = 0
        while rows := self._connection.rows(sql.MEMBER_BATCH, (integration.id, group.id, last, _BATCH)):
            yield from map(identified, rows)
            last = rows[-1][0]

    def group_targets(self, integration: Integration, resource: Resource) -> Sequence[tuple[str, str]]:
        rows = self._connection.rows(sql.GROUP_TARGETS, (integration.id, resource.id))
        return tuple((row[0], row[1]) for row in rows)

    def change_members(
        self, integration: Integration, group: Resource, joining: Collection[str], leaving: Collection[str] | None
    ) -> MembershipOutcome:
        left = self._leave(integration, group, joining, leaving)
        joined = self._join(integration, group, joining)
        return MembershipOutcome(tuple(map(identified, joined)), tuple(map(identified, left)))

    def would_cycle(self, integration: Integration, group: Resource, joining: Collection[str]) -> bool:
        if not joining:
            return False
        return self._connection.row(sql.CONTAINER, (integration.id, group.id, list_of(joining))) is not None

    def _join(self, integration: Integration, group: Resource, ids: Collection[str]) -> Sequence[tuple[Any, ...]]:
        if not ids:
            return ()
        wanted = list_of(dict.fromkeys(ids))
        rows = self._connection.rows(sql.JOINING, (wanted, integration.id, integration.id, group.id))
        if rows:
            self._connection.change(sql.JOIN, (list_of(row[0] for row in rows), integration.id, group.id))
        return rows

    def _leave(
        self, integration: Integration, group: Resource, joining: Collection[str], leaving: Collection[str] | None
    ) -> Sequence[tuple[Any, ...]]:
        if leaving is None:
            rows = self._connection.rows(sql.LEAVING_OTHERS, (integration.id, group.id, list_of(joining)))
        elif gone := list(dict.fromkeys(leaving).keys() - set(joining)) if joining else list(dict.fromkeys(leaving)):
            rows = self._connection.rows(sql.LEAVING, (list_of(gone), integration.id, integration.id, group.id))
        else:
            return ()
        if rows:
            self._connection.change(sql.LEAVE, (integration.id, group.id, list_of(row[0] for row in rows)))
        return rows
