"""Search resources by filter, sorted, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scim_plugin.protocol.comparison import bind, bind_path
from scim_plugin.protocol.cursor import Seal
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.path import match_attribute_path
from scim_plugin.protocol.query import DEFAULT_COUNT, MAX_COUNT, Found, Query, Sort
from scim_plugin.protocol.text import fold
from scim_plugin.use_cases.cursor_pages import CursorPages
from scim_plugin.use_cases.everything import Everything

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scim_plugin.ports import OpenUnitOfWork, UnitOfWork
    from scim_plugin.protocol.query import Page
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.use_cases.caller import Caller
    from scim_plugin.use_cases.tally import ToleranceTally


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query as the client wrote it, on one resource type, or on all of them (None).

    ``count`` None leaves the size of the page to the server. ``cursor`` None asks for a page by ``start_index``, an
    empty one for the first page of cursor paging.
    """

    resource_type: ResourceType | None
    filter: str | None = None
    sort_by: str | None = None
    descending: bool = False
    start_index: int = 1
    count: int | None = None
    with_groups: bool = True
    with_members: bool = True
    cursor: str | None = None


class SearchResources:
    """Answers a query on one resource type, or on all (RFC 7644 §3.4.2, §3.4.3)."""

    def __init__(self, open_unit: OpenUnitOfWork, tally: ToleranceTally) -> None:
        """Search in units of work of *open_unit*; tell *tally* which tolerances the filter needed."""
        self._open_unit = open_unit
        self._tally = tally

    def __call__(self, caller: Caller, request: SearchRequest) -> Found:
        """Return one page.

        Raises InvalidFilter, InvalidPath for an unusable sortBy, TooMany, InvalidCursor, ExpiredCursor.
        """
        ask = (
            _on_all(caller, request)
            if request.resource_type is None
            else _on_one(caller, request.resource_type, request)
        )
        with self._open_unit(write=False) as unit:
            found = ask(unit)
        self._tally.note(caller)
        return found


def _on_all(caller: Caller, request: SearchRequest) -> Callable[[UnitOfWork], Found]:
    question = Everything(
        caller.integration.catalogue.resource_types,
        caller.leniency,
        request.filter,
        request.sort_by,
        request.descending,
        max(1, request.start_index),
        _page_size(request.count),
        request.with_groups,
        request.with_members,
    )
    if request.cursor is not None:
        return _by_cursor(caller, request, question.queries(), request.cursor)
    return lambda unit: _found(question.ask(unit.resources, caller.integration))


def _on_one(caller: Caller, resource_type: ResourceType, request: SearchRequest) -> Callable[[UnitOfWork], Found]:
    tree = None if request.filter is None else parse_filter(request.filter)
    query = Query(
        resource_type,
        None if tree is None else bind(tree, resource_type, caller.leniency),
        _sort(caller, resource_type, request),
        max(1, request.start_index),
        _page_size(request.count),
        request.with_groups,
        request.with_members,
    )
    if request.cursor is not None:
        return _by_cursor(caller, request, [query], request.cursor)
    return lambda unit: _found(unit.resources.search(caller.integration, query))


def _found(page: Page) -> Found:
    return Found(page.total, page.resources)


def _by_cursor(
    caller: Caller, request: SearchRequest, queries: Sequence[Query], cursor: str
) -> Callable[[UnitOfWork], Found]:
    seal = Seal(
        caller.cursor_key,
        caller.integration.id,
        None if request.resource_type is None else request.resource_type.name,
        # The RFC's own example writes the same filter in another case on the second page.
        None if request.filter is None else fold(str(parse_filter(request.filter))),
        None if request.sort_by is None else fold(request.sort_by),
        request.descending,
    )
    pages = CursorPages(queries, _page_size(request.count), seal)
    return lambda unit: pages.ask(unit.resources, caller.integration, cursor)


def _page_size(count: int | None) -> int:
    return DEFAULT_COUNT if count is None else min(MAX_COUNT, max(0, count))


def _sort(caller: Caller, resource_type: ResourceType, request: SearchRequest) -> Sort | None:
    if request.sort_by is None:
        return None
    path = match_attribute_path(request.sort_by)
    if path is None:
        detail = "'sortBy' must be the path of an attribute."
        raise InvalidPath(detail)
    try:
        return Sort(bind_path(path, resource_type, caller.leniency), request.descending)
    except InvalidFilter as error:
        detail = f"'sortBy' cannot be used: {error}"
        raise InvalidPath(detail) from None
