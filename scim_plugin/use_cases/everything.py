"""One query on all resource types (RFC 7644 §3.4.2.1): Users first, then Groups, or sorted together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scim_plugin.protocol.comparison import bind, bind_path
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath, TooMany
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.path import match_attribute_path
from scim_plugin.protocol.query import MAX_COUNT, Page, Position, Query, Seek, Sort
from scim_plugin.protocol.several_types import check_known, narrowed

if TYPE_CHECKING:
    from scim_plugin.ports import ResourceRepository
    from scim_plugin.protocol.leniency import Leniency
    from scim_plugin.protocol.representation import Representation
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.provisioning.integration import Integration

MAX_DEPTH = 1000
"""How deep a sorted query looks into several resource types, which are merged outside of the store."""


@dataclass(frozen=True, slots=True)
class Everything:
    """A query on all resource types, as the client wrote it, its page within bounds."""

    resource_types: tuple[ResourceType, ...]
    leniency: Leniency
    filter: str | None
    sort_by: str | None
    descending: bool
    start_index: int
    count: int
    with_groups: bool
    with_members: bool

    def ask(self, resources: ResourceRepository, integration: Integration) -> Page:
        """Return the page. Raises InvalidFilter, InvalidPath, TooMany."""
        queries = self.queries()
        if self.sort_by is None:
            return self._in_turn(resources, integration, queries)
        return self._merged(resources, integration, queries)

    def queries(self) -> list[Query]:
        """Return a query for each resource type that can match at all. Raises InvalidFilter, InvalidPath."""
        tree = None if self.filter is None else parse_filter(self.filter)
        if tree is not None:
            check_known(tree, self.resource_types, self.leniency)
        orders = self._orders()
        queries: list[Query] = []
        for resource_type in self.resource_types:
            left = True if tree is None else narrowed(tree, resource_type, self.leniency)
            if left is not False:
                bound = None if left is True else bind(left, resource_type, self.leniency)
                order = orders.get(resource_type.name)
                queries.append(Query(resource_type, bound, order, 1, 0, self.with_groups, self.with_members))
        return queries

    def _orders(self) -> dict[str, Sort]:
        """Return the order by resource type; a type without the attribute has none: its values are missing."""
        path = None if self.sort_by is None else match_attribute_path(self.sort_by)
        orders: dict[str, Sort] = {}
        for resource_type in self.resource_types:
            if path is not None:
                try:
                    orders[resource_type.name] = Sort(bind_path(path, resource_type, self.leniency), self.descending)
                except InvalidFilter:
                    continue
        if not orders and self.sort_by is not None:
            detail = "'sortBy' must be the path of an attribute that some resource type has."
            raise InvalidPath(detail)
        return orders

    def _in_turn(self, resources: ResourceRepository, integration: Integration, queries: list[Query]) -> Page:
        total = 0
        found: list[Representation] = []
        for query in queries:
            first = max(1, self.start_index - total)
            page = resources.search(integration, replace(query, start_index=first, count=self.count - len(found)))
            total += page.total
            found.extend(page.resources)
        return Page(total, tuple(found))

    def _merged(self, resources: ResourceRepository, integration: Integration, queries: list[Query]) -> Page:
        depth = self.start_index + self.count - 1
        if depth > MAX_DEPTH:
            detail = f"A sorted query on several resource types reaches the first {MAX_DEPTH} resources only."
            raise TooMany(detail)
        total = 0
        keyed: list[tuple[Position, Representation]] = []
        for query in queries:
            seek, left = Seek(), depth
            while True:
                page = resources.search(integration, replace(query, seek=seek, count=min(MAX_COUNT, left)))
                keyed.extend(zip(page.positions, page.resources, strict=True))
                left -= len(page.resources)
                if not page.has_after or not left:
                    break
                seek = Seek(page.positions[-1])
            total += page.total
        keyed.sort(key=lambda pair: pair[0].rank, reverse=self.descending)
        return Page(total, tuple(found for _, found in keyed[self.start_index - 1 : depth]))
