"""Queries as statements: one text per *shape* of a query, the tree without its literals, compiled once and kept.

The integration and the resource type stand outside the filter, in every statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from scim_plugin.protocol.comparison import AllOf, AnyOf, Compare, IsPresent, NotBound
from scim_sql import keyset
from scim_sql.keyset import Cut, Row
from scim_sql.places import Elements, Places
from scim_sql.predicate import Predicate, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.protocol.comparison import BoundFilter
    from scim_plugin.protocol.query import Query, Sort
    from scim_plugin.provisioning.integration import Integration
    from scim_sql.dialect import SqlDialect
    from scim_sql.indexing import Indexing

MAX_SHAPES = 1024
_LARGEST_OFFSET = 2**62
_NO_LIMIT = 2**63 - 1
_COLUMNS = "r.serial, r.id, r.version, r.created, r.modified, r.document"
_ROWS = "FROM scim_resource r WHERE r.integration_id = ? AND r.type = ?"

Shape: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """Statements of one shape. ``page`` takes the parameters, LIMIT and OFFSET; its rows are
    (serial, id, version, created, modified, document); ``count`` takes the parameters only.

    For a page that is sought, ``page`` and ``behind`` are those of :mod:`scim_sql.keyset`.
    """

    page: str
    count: str
    slots: tuple[Slot, ...]
    behind: str = ""


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """The statements of a query and their parameters. The page has one row more, which tells if it is the last.

    ``behind`` finds a row if there is one on the other side of the position that is sought.
    """

    query: Query
    page: str
    count: str
    behind: str
    parameters: tuple[Any, ...]

    @property
    def page_parameters(self) -> tuple[Any, ...]:
        """Return the parameters of ``page``."""
        seek = self.query.seek
        if seek is None:
            return (*self.parameters, self.query.count + 1, self._offset)
        return (*self.behind_parameters, keyset.limit(self.query, seek))

    @property
    def behind_parameters(self) -> tuple[Any, ...]:
        """Return the parameters of ``behind``."""
        seek = self.query.seek
        return self.parameters if seek is None else (*self.parameters, *keyset.parameters(self.query, seek))

    @property
    def _offset(self) -> int:
        return min(self.query.start_index - 1, _LARGEST_OFFSET)

    def total(self, rows: Sequence[Row]) -> int | None:
        """Return how many resources match in all, if *rows*, the answer to ``page``, tell it."""
        seek, count = self.query.seek, self.query.count
        if len(rows) > count or not count:
            return None
        if seek is not None:
            return len(rows) if seek.position is None else None
        return self._offset + len(rows) if rows or not self._offset else None

    def is_behind(self, rows: Sequence[Row], total: int) -> bool | None:
        """Tell whether there is a row on the other side of the position, if *rows*, the answer to ``page``, tell it."""
        seek = self.query.seek
        if seek is None or seek.position is None or not self.query.count:
            return False
        rest = keyset.rest(rows, seek)
        if len(rest) < len(rows):
            return True
        return None if rest else total > 0

    def cut(self, rows: Sequence[Row], *, is_behind: bool) -> Cut:
        """Return the page that *rows*, the answer to ``page``, hold."""
        seek, count = self.query.seek, self.query.count
        if seek is None:
            return Cut(rows[:count])
        return keyset.cut(keyset.rest(rows, seek), count, seek, is_behind=is_behind)


class Searches:
    """The compiled queries of one SQL dialect."""

    def __init__(self, dialect: SqlDialect) -> None:
        """Begin empty."""
        self._dialect = dialect
        self._compiled: dict[Shape, CompiledQuery] = {}

    def prepare(self, integration: Integration, query: Query, indexing: Indexing) -> PreparedQuery:
        """Return *query* as statements with their parameters."""
        found: list[Any] = [integration.id]
        shape = (
            query.resource_type,
            indexing.names,
            None if query.filter is None else _shape(query.filter, found),
            None if query.sort is None else (str(query.sort.target), query.sort.descending),
            keyset.shape(query.seek),
        )
        compiled = self._compiled.get(shape)
        if compiled is None:
            if len(self._compiled) >= MAX_SHAPES:
                self._compiled.clear()
            compiled = self._compiled[shape] = self._compile(query, indexing)
        values = [convert(found[number]) for number, convert in compiled.slots]
        parameters = (integration.id, query.resource_type.name, *values)
        return PreparedQuery(query, compiled.page, compiled.count, compiled.behind, parameters)

    def _compile(self, query: Query, indexing: Indexing) -> CompiledQuery:
        places = Places(self._dialect, query.resource_type)
        rows = _ROWS
        slots: tuple[Slot, ...] = ()
        if query.filter is not None:
            fragment = Predicate(places, indexing.names).compile(query.filter)
            rows, slots = f"{_ROWS} AND {fragment.text}", fragment.slots
        ranked = "" if query.sort is None else _ranked(rows, _sort_key(places, query.sort))
        count = f"SELECT COUNT(*) {rows}"
        if query.seek is not None:
            page = keyset.page(_COLUMNS, ranked or rows, query.sort, query.seek)
            behind = keyset.behind(ranked or rows, query.sort, query.seek)
            return CompiledQuery(page, count, slots, behind)
        page = f"SELECT {_COLUMNS} {rows} ORDER BY r.serial LIMIT ? OFFSET ?"
        if query.sort is not None:
            page = _late_page(ranked, query.sort)
        elif query.filter is None:
            # Whole rows are read for the page only: what comes before it is passed over in a narrow index.
            page = _late_page(f"SELECT r.serial {rows}", None)
        return CompiledQuery(page, count, slots)


def _ranked(rows: str, key: str) -> str:
    """Return *rows* as serials with their *key*. The limit keeps databases from evaluating it each time it is named."""
    return f"SELECT r.serial, {key} AS rank_key {rows} LIMIT {_NO_LIMIT}"


def _late_page(serials: str, sort: Sort | None) -> str:
    direction = "DESC" if sort is not None and sort.descending else "ASC"
    rank = "" if sort is None else f"p.rank_key IS NULL {direction}, p.rank_key {direction}, "
    inner = f"SELECT * FROM ({serials}) p ORDER BY {rank}p.serial LIMIT ? OFFSET ?"
    return f"SELECT {_COLUMNS} FROM ({inner}) p JOIN scim_resource r ON r.serial = p.serial ORDER BY {rank}p.serial"


def _sort_key(places: Places, sort: Sort) -> str:
    target = sort.target
    if not target.attribute.multi_valued:
        return places.value(target)
    elements: Elements = places.elements(target)
    order = elements.position
    if target.attribute.sub_attribute("primary") is not None:
        primary = places.dialect.element("e", "primary", "boolean")
        order = f"CASE WHEN {primary} THEN 0 ELSE 1 END, {order}"
    value, source = places.element_value(target), elements.source
    return f"(SELECT {value} FROM {source} WHERE {elements.correlation}1 = 1 ORDER BY {order} LIMIT 1)"


def _shape(bound: BoundFilter, found: list[Any]) -> Shape:
    """Return *bound* without its literals, which are appended to *found* in the order in which they are numbered."""
    if isinstance(bound, Compare):
        found.append(bound.value)
        return (bound.operator, str(bound.target))
    if isinstance(bound, IsPresent):
        return ("pr", str(bound.target))
    if isinstance(bound, NotBound):
        return ("not", _shape(bound.operand, found))
    if isinstance(bound, (AllOf, AnyOf)):
        return ("and" if isinstance(bound, AllOf) else "or", *(_shape(part, found) for part in bound.operands))
    return ("some", str(bound.target), _shape(bound.condition, found))
