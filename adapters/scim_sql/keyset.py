"""Pages by their neighbour: the rows from a position on, in the order in which they are read from there.

They are found by comparing, never by counting: no page costs more than the first. The row that stands at the position
itself comes along where there still is one: it tells that the page is not the first. Behind its columns a row says by
what it is sorted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from scim_plugin.protocol.query import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.protocol.query import Query, Seek, Sort

Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of a page in the order of the query, and what ``Page`` says of a page that was sought."""

    rows: Sequence[Row]
    positions: tuple[Position, ...] = ()
    has_before: bool = False
    has_after: bool = False


def shape(seek: Seek | None) -> tuple[bool, bool, bool] | None:
    """Return what the text of the statements depends on, besides filter and sort; None for a page by its index."""
    if seek is None:
        return None
    position = seek.position
    return seek.backwards, position is None, position is not None and position.value is None


def parameters(query: Query, seek: Seek) -> tuple[Any, ...]:
    """Return what is bound for the position, behind what is bound for the rows."""
    position = seek.position
    if position is None:
        return ()
    if query.sort is None or position.value is None:
        return (position.serial,)
    return (position.value, position.value, position.serial)


def page(columns: str, rows: str, sort: Sort | None, seek: Seek) -> str:
    """Return the statement for a page of *rows*: ``FROM`` and the rest, or with a *sort* (serial, rank_key).

    Parameters: those of *rows*, of the position, and the limit, which counts the row at the position.
    """
    serial = "DESC" if seek.backwards else "ASC"
    if sort is None:
        onwards = "" if seek.position is None else f" AND {_from(seek)}"
        return f"SELECT {columns}, NULL {rows}{onwards} ORDER BY r.serial {serial} LIMIT ?"
    onwards = "" if seek.position is None else f" WHERE {_sorted_from(sort, seek)}"
    rank = "DESC" if sort.descending is not seek.backwards else "ASC"
    order = f"ORDER BY p.rank_key IS NULL {rank}, p.rank_key {rank}, p.serial {serial}"
    inner = f"SELECT * FROM ({rows}) p{onwards} {order} LIMIT ?"
    return f"SELECT {columns}, p.rank_key FROM ({inner}) p JOIN scim_resource r ON r.serial = p.serial {order}"


def behind(rows: str, sort: Sort | None, seek: Seek) -> str:
    """Return the statement for one of *rows* on the other side of the position; parameters as for the page."""
    if seek.position is None:
        return ""
    if sort is not None:
        return f"SELECT 1 FROM ({rows}) p WHERE ({_sorted_from(sort, seek)}) IS NOT TRUE LIMIT 1"
    sign, order = (">", "ASC") if seek.backwards else ("<", "DESC")
    return f"SELECT 1 {rows} AND r.serial {sign} ? ORDER BY r.serial {order} LIMIT 1"


def limit(query: Query, seek: Seek) -> int:
    """Return how many rows are read: one more than the page has, and the one at the position."""
    return query.count + 1 + (seek.position is not None)


def rest(rows: Sequence[Row], seek: Seek) -> Sequence[Row]:
    """Return *rows* without the one at the position."""
    stands = seek.position is not None and rows and Position(rows[0][-1], rows[0][0]) == seek.position
    return rows[1:] if stands else rows


def cut(rows: Sequence[Row], count: int, seek: Seek, *, is_behind: bool) -> Cut:
    """Return the page of *count* resources in *rows*, the rest; *is_behind* tells of the other side of the position."""
    found, is_ahead = rows[:count], len(rows) > count > 0
    if seek.backwards:
        found = found[::-1]
    before, after = (is_ahead, is_behind) if seek.backwards else (is_behind, is_ahead)
    return Cut(found, tuple(Position(row[-1], row[0]) for row in found), before, after)


def _from(seek: Seek) -> str:
    return f"r.serial {'<=' if seek.backwards else '>='} ?"


def _sorted_from(sort: Sort, seek: Seek) -> str:
    meets_missing = sort.descending is seek.backwards
    serial = f"p.serial {'<=' if seek.backwards else '>='} ?"
    if seek.position is None or seek.position.value is None:
        return f"p.rank_key IS NULL AND {serial}" if meets_missing else f"p.rank_key IS NOT NULL OR {serial}"
    missing = " OR p.rank_key IS NULL" if meets_missing else ""
    return f"p.rank_key {'>' if meets_missing else '<'} ? OR (p.rank_key = ? AND {serial}){missing}"
