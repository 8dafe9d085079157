"""Cursor paging (RFC 9865) on one resource type or on several: Users first, then Groups, or sorted together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from scim_plugin.protocol.comparison import Compare
from scim_plugin.protocol.cursor import Cursor, Seal
from scim_plugin.protocol.errors import ExpiredCursor, InvalidCursor
from scim_plugin.protocol.path import AttributePath
from scim_plugin.protocol.query import LAST_SERIAL, Found, Position, Query, Seek
from scim_plugin.protocol.representation import Representation

if TYPE_CHECKING:
    from scim_plugin.ports import ResourceRepository
    from scim_plugin.provisioning.integration import Integration

_Entry: TypeAlias = tuple[Position, Representation]


@dataclass(frozen=True, slots=True)
class CursorPages:
    """The pages of a question: ``queries`` has one query for each resource type, in the order of the types.

    Resources whose values are equal stand in the order of their types, then of their creation.
    """

    queries: Sequence[Query]
    count: int
    seal: Seal

    def ask(self, resources: ResourceRepository, integration: Integration, cursor: str) -> Found:
        """Return the page that *cursor* leads to, an empty one to the first. Raises InvalidCursor, ExpiredCursor."""
        start = self.seal.open(cursor) if cursor else None
        if start is not None and start.anchor:
            start = self._at_anchor(resources, integration, start)
        backwards = start is not None and start.backwards
        is_merged = any(query.sort is not None for query in self.queries)
        total, before, after = 0, False, False
        found: list[_Entry] = []
        for query in reversed(self.queries) if backwards else self.queries:
            wanted = self.count if is_merged else self.count - len(found)
            seek = Seek(None if start is None else self._place(query, start), backwards)
            page = resources.search(integration, replace(query, seek=seek, count=wanted))
            entries = list(zip(page.positions, page.resources, strict=True))
            found = entries + found if backwards else found + entries
            total += page.total
            # Of a type that was not looked into, everything lies ahead.
            is_ahead = not wanted and page.total > 0
            before |= page.has_before or (is_ahead and backwards)
            after |= page.has_after or (is_ahead and not backwards)
        if is_merged and len(self.queries) > 1:
            found.sort(key=lambda entry: entry[0].rank, reverse=self._is_descending)
            before |= backwards and len(found) > self.count
            after |= not backwards and len(found) > self.count
            found = found[-self.count :] if backwards else found[: self.count]
        return Found(
            total,
            tuple(resource for _, resource in found),
            self._cursor(found[-1], backwards=False) if found and after else None,
            self._cursor(found[0], backwards=True) if found and before else None,
        )

    @property
    def _is_descending(self) -> bool:
        return any(query.sort is not None and query.sort.descending for query in self.queries)

    def _cursor(self, entry: _Entry, *, backwards: bool) -> str:
        position, resource = entry
        return self.seal.close(Cursor.at(resource, position, backwards=backwards))

    def _place(self, query: Query, start: Cursor) -> Position:
        """Return where *start*, the place of a resource of some type, lies among those of the type of *query*."""
        own = [other.resource_type.name for other in self.queries].index(query.resource_type.name)
        if own == (at := self._index(start)):
            return start.position
        value = start.position.value
        comes_before = own < at
        if query.sort is None and value is not None:
            # This type lacks the attribute: all of its values are missing, and stand where missing values do.
            value, comes_before = None, self._is_descending
        return Position(value, LAST_SERIAL if comes_before else 0)

    def _index(self, start: Cursor) -> int:
        names = [query.resource_type.name for query in self.queries]
        if start.resource_type not in names:
            raise InvalidCursor  # the integration has lost the type since
        return names.index(start.resource_type)

    def _at_anchor(self, resources: ResourceRepository, integration: Integration, start: Cursor) -> Cursor:
        """Return *start* with the value of its anchor, which was too long for a cursor."""
        query = self.queries[self._index(start)]
        is_anchor = Compare(query.resource_type.locate(AttributePath("id")), "eq", start.anchor)
        wanted = replace(query, filter=is_anchor, seek=Seek(), count=1, with_groups=False, with_members=False)
        for position in resources.search(integration, wanted).positions:
            if start.is_at(position):
                return replace(start, position=position)
        raise ExpiredCursor
