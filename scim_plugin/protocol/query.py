"""What a client asks of a resource type: filter, order and page (RFC 7644 §3.4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scim_plugin.protocol.comparison import BoundFilter, Comparable
    from scim_plugin.protocol.representation import Representation
    from scim_plugin.protocol.schema import ResourceType, Target

DEFAULT_COUNT = 100
MAX_COUNT = 200


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: values of ``target``, missing ones last when ascending and first when descending; then by creation."""

    target: Target
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the total order of a query's answer, whether or not a resource stands there now.

    ``value`` is what the store sorts by, JSON that only the store reads; None when it is missing, or nothing is sorted.
    ``serial`` is the store's order of creation, from 1 to LAST_SERIAL.
    """

    value: Comparable | None
    serial: int

    @property
    def rank(self) -> tuple[bool, bool, Any]:
        """Return the key of the sort, ascending: missing values last, numbers before texts."""
        return self.value is None, isinstance(self.value, str), "" if self.value is None else self.value


LAST_SERIAL = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Seek:
    """A page by its neighbour: what follows ``position``, or what stands before it when ``backwards``.

    None is the edge of the whole: the first page, or backwards the last one.
    """

    position: Position | None = None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A typed query. ``start_index`` counts from 1; ``count`` is at most MAX_COUNT, 0 asks for the total only.

    ``with_groups`` and ``with_members`` tell whether the answer needs these computed attributes. With a ``seek``,
    the page is found by it, and ``start_index`` says nothing.
    """

    resource_type: ResourceType
    filter: BoundFilter | None = None
    sort: Sort | None = None
    start_index: int = 1
    count: int = DEFAULT_COUNT
    with_groups: bool = True
    with_members: bool = True
    seek: Seek | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query's answer, in the order of the query, and how many resources match in all.

    A page that was sought also has the ``positions`` of its resources, and tells what lies beside it; one of a query
    with count 0 has its total only.
    """

    total: int
    resources: tuple[Representation, ...]
    positions: tuple[Position, ...] = ()
    has_before: bool = False
    has_after: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a client's query finds: a page, and in cursor paging the cursors of its neighbours (RFC 9865 §2)."""

    total: int
    resources: tuple[Representation, ...]
    next_cursor: str | None = None
    previous_cursor: str | None = None
