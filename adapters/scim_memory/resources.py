"""Resources and their links in dictionaries. Documents are copied on the way in and on the way out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scim_memory import memberships
from scim_memory.search import representation, search
from scim_memory.tables import ResourceRow, copy_json
from scim_plugin.ports import Identified, Linked, LinkTaken, StaleVersion
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.protocol.refit import refitted
from scim_plugin.protocol.uniqueness import key_of, unique_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from scim_memory.journal import Journal
    from scim_memory.tables import Tables
    from scim_plugin.ports import MembershipOutcome
    from scim_plugin.protocol.query import Page, Query
    from scim_plugin.protocol.representation import GroupReference, Representation
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.provisioning.link import Link


class MemoryResourceRepository:
    """Keeps the promises of ``ports.ResourceRepository``."""

    def __init__(self, tables: Tables, journal: Journal) -> None:
        """Work on *tables* through *journal*."""
        self._tables = tables
        self._journal = journal

    def add(self, integration: Integration, resource: Resource, link: Link | None) -> Resource:
        stored = replace(resource, key=next(self._tables.numbers), document=copy_json(resource.document))
        row = ResourceRow(integration.tenant, integration.id, stored, link)
        self._check(row)
        self._insert(row)
        return replace(stored, document=resource.document)

    def get(self, integration: Integration, resource_type: ResourceType, resource_id: str) -> Linked | None:
        row = self._typed_row(integration, resource_type, resource_id)
        if row is None:
            return None
        return _linked(row)

    def read(
        self,
        integration: Integration,
        resource_type: ResourceType,
        resource_id: str,
        *,
        with_groups: bool,
        with_members: bool,
    ) -> Representation | None:
        row = self._typed_row(integration, resource_type, resource_id)
        if row is None:
            return None
        return representation(self._tables, row, with_groups=with_groups, with_members=with_members)

    def search(self, integration: Integration, query: Query) -> Page:
        return search(self._tables, integration, query)

    def update(self, integration: Integration, resource: Resource, link: Link | None) -> None:
        former = self._row_before(integration, resource)
        stored = replace(resource, key=former.resource.key, document=copy_json(resource.document))
        self._replace(former, replace(former, resource=stored, link=link))

    def relink(self, integration: Integration, resource: Resource, link: Link | None) -> None:
        former = self._row(integration, resource.id)
        if former is not None:
            self._replace(former, replace(former, link=link))

    def touch(self, integration: Integration, resource: Resource) -> None:
        former = self._row_before(integration, resource)
        stored = replace(
            former.resource, version=resource.version, created=resource.created, modified=resource.modified
        )
        self._journal.put(self._tables.resources, stored.key, replace(former, resource=stored))

    def renew_groups_of(self, integration: Integration, resource: Resource, modified: int) -> None:
        row = self._row(integration, resource.id)
        for group in memberships.groups(self._tables, row.resource.key, nested=False) if row is not None else ():
            old = group.resource
            newer = replace(old, version=old.version + 1, modified=max(modified, old.modified))
            self._journal.put(self._tables.resources, newer.key, replace(group, resource=newer))

    def remove(self, integration: Integration, resource: Resource) -> None:
        row = self._row(integration, resource.id)
        if row is not None:
            self._erase(row)

    def remove_all(self, integration: Integration) -> None:
        """Remove every resource of the integration."""
        for (integration_id, _), keys in self._tables.by_type.items():
            if integration_id == integration.id:
                for key in tuple(keys):
                    self._erase(self._tables.resources[key])

    def refit(self, integration: Integration, former: Integration) -> None:
        """Give every resource the type that it has in the integration's catalogue. Raises Misfit, Uniqueness."""
        if integration.catalogue is former.catalogue:
            return
        of_integration = (keys for (holder, _), keys in self._tables.by_type.items() if holder == integration.id)
        rows = [self._tables.resources[key] for keys in of_integration for key in keys]
        for row in rows:
            self._unindex(row)
        for row in rows:
            old = row.resource
            resource_type = refitted(old.type.name, old.id, old.document, former.catalogue, integration.catalogue)
            refit = replace(row, resource=replace(old, type=resource_type))
            self._check(refit)
            self._insert(refit)

    def identify(self, integration: Integration, ids: Collection[str]) -> Mapping[str, Identified]:
        rows = {resource_id: self._row(integration, resource_id) for resource_id in ids}
        return {resource_id: memberships.identified(row) for resource_id, row in rows.items() if row is not None}

    def is_linked(self, tenant: str, resource_type: str, target: str) -> bool:
        return (tenant, resource_type, target) in self._tables.by_link

    def groups_of(self, integration: Integration, resource: Resource) -> Sequence[GroupReference]:
        row = self._row(integration, resource.id)
        return memberships.group_references(self._tables, row.resource.key) if row else ()

    def member_ids(self, integration: Integration, group: Resource) -> Iterable[Identified]:
        return self._member_ids(self._row(integration, group.id))

    def _member_ids(self, row: ResourceRow | None) -> Iterator[Identified]:
        for member in memberships.members(self._tables, row.resource.key) if row else ():
            yield memberships.identified(member)

    def group_targets(self, integration: Integration, resource: Resource, *, nested: bool) -> Sequence[tuple[str, str]]:
        row = self._row(integration, resource.id)
        groups = memberships.groups(self._tables, row.resource.key, nested=nested) if row else ()
        return tuple((group.resource.id, group.link.target) for group in groups if group.link is not None)

    def users_within(self, integration: Integration, groups: Collection[str]) -> Iterable[Identified]:
        tables = self._tables
        direct = {key for row in self._rows(integration, groups) for key in tables.members_of.get(row.resource.key, ())}
        found = sorted(memberships.closure(tables, tables.members_of, direct))
        return (memberships.identified(tables.resources[key]) for key in found if memberships.is_of(tables, key, USER))

    def within(
        self, integration: Integration, groups: Collection[str], members: Collection[str]
    ) -> Collection[tuple[str, str]]:
        holders = {row.resource.key: row.resource.id for row in self._rows(integration, groups)}
        found: set[tuple[str, str]] = set()
        for row in self._rows(integration, members):
            direct = self._tables.groups_of.get(row.resource.key, ())
            around = memberships.closure(self._tables, self._tables.groups_of, direct)
            found.update((holders[key], row.resource.id) for key in around & holders.keys())
        return found

    def outer_groups(self, integration: Integration) -> Sequence[Linked]:
        keys = sorted(self._tables.by_type.get((integration.id, GROUP.name), ()))
        rows = (self._tables.resources[key] for key in keys if memberships.contains_group(self._tables, key))
        return tuple(_linked(row) for row in rows)

    def change_members(
        self, integration: Integration, group: Resource, joining: Collection[str], leaving: Collection[str] | None
    ) -> MembershipOutcome:
        row = self._row(integration, group.id)
        joining_rows = self._rows(integration, joining)
        leaving_rows = None if leaving is None else self._rows(integration, leaving)
        return memberships.change(self._tables, self._journal, row, joining_rows, leaving_rows)

    def would_cycle(self, integration: Integration, group: Resource, joining: Collection[str]) -> bool:
        row = self._row(integration, group.id)
        if row is None:
            return False
        keys = {found.resource.key for found in self._rows(integration, joining)}
        return memberships.is_within(self._tables, row.resource.key, keys)

    # ------------------------------------------------------------------------------------------------------------ rows

    def _row(self, integration: Integration, resource_id: str) -> ResourceRow | None:
        key = self._tables.by_id.get((integration.id, resource_id))
        return None if key is None else self._tables.resources[key]

    def _rows(self, integration: Integration, ids: Iterable[str]) -> list[ResourceRow]:
        return [row for resource_id in ids if (row := self._row(integration, resource_id)) is not None]

    def _typed_row(self, integration: Integration, resource_type: ResourceType, resource_id: str) -> ResourceRow | None:
        row = self._row(integration, resource_id)
        return row if row and row.resource.type.name == resource_type.name else None

    def _row_before(self, integration: Integration, resource: Resource) -> ResourceRow:
        row = self._row(integration, resource.id)
        if row is None or row.resource.version != resource.version - 1:
            raise StaleVersion
        return row

    def _check(self, row: ResourceRow) -> None:
        resource = row.resource
        name = _name(row)
        if resource.type.key and name and self._tables.by_name.get(name, resource.key) != resource.key:
            raise Uniqueness(resource.type.key)
        for value in _unique(row):
            if self._tables.by_unique.get(value, resource.key) != resource.key:
                raise Uniqueness(value[2])
        link = _link(row)
        if link and self._tables.by_link.get(link, resource.key) != resource.key:
            raise LinkTaken

    def _replace(self, former: ResourceRow, row: ResourceRow) -> None:
        self._check(row)
        self._unindex(former)
        self._insert(row)

    def _insert(self, row: ResourceRow) -> None:
        tables, put, key = self._tables, self._journal.put, row.resource.key
        put(tables.resources, key, row)
        put(tables.by_id, (row.integration_id, row.resource.id), key)
        put(tables.by_type.setdefault((row.integration_id, row.resource.type.name), {}), key, None)
        if name := _name(row):
            put(tables.by_name, name, key)
        for value in _unique(row):
            put(tables.by_unique, value, key)
        if external_id := _external_id(row):
            put(tables.by_external_id.setdefault(external_id, {}), key, None)
        if link := _link(row):
            put(tables.by_link, link, key)

    def _unindex(self, row: ResourceRow) -> None:
        tables, drop, key = self._tables, self._journal.drop, row.resource.key
        if name := _name(row):
            drop(tables.by_name, name)
        for value in _unique(row):
            drop(tables.by_unique, value)
        if external_id := _external_id(row):
            drop(tables.by_external_id[external_id], key)
        if link := _link(row):
            drop(tables.by_link, link)

    def _erase(self, row: ResourceRow) -> None:
        tables, key = self._tables, row.resource.key
        memberships.scrub(tables, self._journal, key)
        self._unindex(row)
        self._journal.drop(tables.by_type[row.integration_id, row.resource.type.name], key)
        self._journal.drop(tables.by_id, (row.integration_id, row.resource.id))
        self._journal.drop(tables.resources, key)


def _linked(row: ResourceRow) -> Linked:
    return Linked(replace(row.resource, document=copy_json(row.resource.document)), row.link)


def _name(row: ResourceRow) -> tuple[str, str, str] | None:
    resource = row.resource
    name = key_of(resource.document, resource.type)
    return None if name is None else (row.integration_id, resource.type.name, name)


def _unique(row: ResourceRow) -> list[tuple[str, str, str, str]]:
    resource = row.resource
    values = unique_values(resource.document, resource.type)
    return [(row.integration_id, resource.type.name, name, value) for name, value in values]


def _external_id(row: ResourceRow) -> tuple[str, str, str] | None:
    external_id = row.resource.document.get("externalId")
    return (row.integration_id, row.resource.type.name, external_id) if isinstance(external_id, str) else None


def _link(row: ResourceRow) -> tuple[str, str, str] | None:
    return (row.tenant, row.resource.type.name, row.link.target) if row.link else None
