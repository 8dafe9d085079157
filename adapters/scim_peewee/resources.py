"""Resources, their links and their memberships in SQL: each row is found by integration and id, both bound."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from peewee import IntegrityError

from scim_peewee.memberships import PeeweeMemberships
from scim_plugin.ports import Linked, LinkTaken, StaleVersion
from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.protocol.query import Page
from scim_plugin.protocol.representation import GroupReference, MemberReference, Representation
from scim_plugin.protocol.uniqueness import unique_targets
from scim_sql import resources as sql
from scim_sql.lists import list_of
from scim_sql.memberships import GROUPS_OF_MANY, HOLDERS, MEMBERS_OF_MANY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from scim_peewee.connection import Connection
    from scim_plugin.ports import Identified
    from scim_plugin.protocol.query import Query
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.provisioning.link import Link
    from scim_sql.indexing import Indexing, Indexings
    from scim_sql.search import Searches

_SECONDS_OF_A_SEARCH = 10.0
_Row = tuple[Any, ...]
_Matches = frozenset[tuple[str, bytes]]


class PeeweeResourceRepository(PeeweeMemberships):
    """Keeps the promises of ``ports.ResourceRepository`` for one unit of work."""

    def __init__(self, connection: Connection, indexings: Indexings, searches: Searches) -> None:
        """Work on *connection*; what is compiled is shared with other units."""
        super().__init__(connection)
        self._indexings = indexings
        self._searches = searches
        self._read: dict[str, _Matches] = {}

    def add(self, integration: Integration, resource: Resource, link: Link | None) -> Resource:
        indexing = self._indexings.of(resource.type, integration.matching)
        place = (resource.id, integration.id, integration.tenant, resource.type.name)
        try:
            serial: int = self._connection.rows(sql.ADD, (*sql.content(resource, link, indexing), *place))[0][0]
        except IntegrityError as error:
            _taken(error, resource)
        self._add_matches(integration, serial, indexing.matches(resource.document))
        self._claim(integration, resource, serial, indexing)
        return replace(resource, key=serial)

    def get(self, integration: Integration, resource_type: ResourceType, resource_id: str) -> Linked | None:
        row = self._connection.row(sql.GET, (integration.id, resource_id, resource_type.name))
        if row is None:
            return None
        resource, link = sql.resource_of(row, resource_type, resource_id)
        # An update whose matches are still these need not write them again.
        indexing = self._indexings.of(resource_type, integration.matching)
        self._read[resource_id] = indexing.matches(resource.document)
        return Linked(resource, link)

    def read(
        self,
        integration: Integration,
        resource_type: ResourceType,
        resource_id: str,
        *,
        with_groups: bool,
        with_members: bool,
    ) -> Representation | None:
        row = self._connection.row(sql.READ, (integration.id, resource_id, resource_type.name))
        if row is None:
            return None
        return self._represented([row], resource_type, with_groups=with_groups, with_members=with_members)[0]

    def search(self, integration: Integration, query: Query) -> Page:
        indexing = self._indexings.of(query.resource_type, integration.matching)
        prepared = self._searches.prepare(integration, query, indexing)
        with self._connection.time_limit(_SECONDS_OF_A_SEARCH):
            rows = self._connection.rows(prepared.page, prepared.page_parameters) if query.count else []
            total = prepared.total(rows)
            if total is None:
                total = self._connection.rows(prepared.count, prepared.parameters)[0][0]
            is_behind = prepared.is_behind(rows, total)
            if is_behind is None:
                is_behind = bool(self._connection.rows(prepared.behind, prepared.behind_parameters))
        cut = prepared.cut(rows, is_behind=is_behind)
        return Page(
            total,
            self._represented(
                cut.rows,
                query.resource_type,
                with_groups=query.with_groups,
                with_members=query.with_members,
            ),
            cut.positions,
            cut.has_before,
            cut.has_after,
        )

    def update(self, integration: Integration, resource: Resource, link: Link | None) -> None:
        indexing = self._indexings.of(resource.type, integration.matching)
        place = (integration.id, resource.id, resource.version - 1)
        try:
            changed = self._connection.change(sql.UPDATE, (*sql.content(resource, link, indexing), *place))
        except IntegrityError as error:
            _taken(error, resource)
        if not changed:
            raise StaleVersion
        matches = indexing.matches(resource.document)
        if self._read.get(resource.id) != matches:
            serial = resource.key or self._connection.rows(sql.SERIAL, (integration.id, resource.id))[0][0]
            self._connection.change(sql.FORGET_MATCHES, (serial,))
            self._add_matches(integration, serial, matches)
            self._read[resource.id] = matches
        if unique_targets(resource.type):
            serial = resource.key or self._connection.rows(sql.SERIAL, (integration.id, resource.id))[0][0]
            self._connection.change(sql.FORGET_UNIQUE, (serial,))
            self._claim(integration, resource, serial, indexing)

    def relink(self, integration: Integration, resource: Resource, link: Link | None) -> None:
        try:
            self._connection.change(sql.RELINK, (*sql.link_columns(link), integration.id, resource.id))
        except IntegrityError as error:
            _taken(error, resource)

    def touch(self, integration: Integration, resource: Resource) -> None:
        times = (resource.version, resource.created, resource.modified)
        if not self._connection.change(sql.TOUCH, (*times, integration.id, resource.id, resource.version - 1)):
            raise StaleVersion

    def renew_groups_of(self, integration: Integration, resource: Resource, modified: int) -> None:
        groups = [row[0] for row in self._connection.rows(HOLDERS, (integration.id, resource.id))]
        if groups:
            self._connection.change(sql.RENEW, (modified, modified, integration.id, list_of(groups)))

    def remove(self, integration: Integration, resource: Resource) -> None:
        self._connection.change(sql.REMOVE, (integration.id, resource.id))

    def identify(self, integration: Integration, ids: Collection[str]) -> Mapping[str, Identified]:
        rows = self._connection.rows(sql.IDENTIFY, (integration.id, list_of(ids))) if ids else []
        return {row[1]: sql.identified(row) for row in rows}

    def is_linked(self, tenant: str, resource_type: str, target: str) -> bool:
        return self._connection.row(sql.IS_LINKED, (tenant, resource_type, target)) is not None

    # ------------------------------------------------------------------------------------------------------------ rows

    def _claim(self, integration: Integration, resource: Resource, serial: int, indexing: Indexing) -> None:
        """Take the values for the resource that no other one may have. Raises Uniqueness."""
        for name, digest in indexing.unique(resource.document):
            row = (integration.id, resource.type.name, name, digest, serial)
            if not self._connection.change(sql.ADD_UNIQUE, row):
                raise Uniqueness(name)

    def _add_matches(self, integration: Integration, serial: int, matches: _Matches) -> None:
        if matches:
            rows = [value for name, digest in matches for value in (integration.id, name, digest, serial)]
            self._connection.change(sql.add_matches(len(matches)), rows)

    def _represented(
        self, rows: Sequence[_Row], resource_type: ResourceType, *, with_groups: bool, with_members: bool
    ) -> tuple[Representation, ...]:
        groups: Mapping[int, tuple[GroupReference, ...]] | None = None
        members: Mapping[int, list[_Row]] | None = None
        if with_groups:
            groups = self._groups_of_many(rows) if resource_type.attribute("groups") else {}
        if with_members:
            members = self._members_of_many(rows) if resource_type.attribute("members") else {}
        return tuple(
            Representation(
                row[1],
                resource_type.name,
                resource_type.endpoint,
                row[2],
                row[3],
                row[4],
                text=row[5],
                groups=None if groups is None else groups.get(row[0], ()),
                members=None
                if members is None
                else tuple(MemberReference(*found[1:]) for found in members.get(row[0], ())),
            )
            for row in rows
        )

    def _groups_of_many(self, rows: Sequence[_Row]) -> Mapping[int, tuple[GroupReference, ...]]:
        serials = list_of(row[0] for row in rows)
        return self._with_groups_around(self._connection.rows(GROUPS_OF_MANY, (serials,))) if rows else {}

    def _members_of_many(self, rows: Sequence[_Row]) -> Mapping[int, list[_Row]]:
        found: dict[int, list[_Row]] = {row[0]: [] for row in rows}
        for reference in self._connection.rows(MEMBERS_OF_MANY, (list_of(found),)) if rows else ():
            found[reference[0]].append(reference)
        return found


def _taken(error: IntegrityError, resource: Resource) -> NoReturn:
    """Say which constraint the database names."""
    text = str(error)
    if "link_target" in text:
        raise LinkTaken from error
    if "name_key" in text and resource.type.key:
        raise Uniqueness(resource.type.key) from error
    raise error
