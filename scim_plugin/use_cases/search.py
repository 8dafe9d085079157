"""Search resources by filter, sorted, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scim_plugin.protocol.comparison import bind, bind_path
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.path import match_attribute_path
from scim_plugin.protocol.query import DEFAULT_COUNT, MAX_COUNT, Page, Query, Sort

if TYPE_CHECKING:
    from scim_plugin.ports import OpenUnitOfWork
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.use_cases.caller import Caller
    from scim_plugin.use_cases.tally import ToleranceTally


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query as the client wrote it. ``count`` None leaves the size of the page to the server."""

    resource_type: ResourceType
    filter: str | None = None
    sort_by: str | None = None
    descending: bool = False
    start_index: int = 1
    count: int | None = None
    with_groups: bool = True
    with_members: bool = True


class SearchResources:
    """Answers a query on one resource type (RFC 7644 §3.4.2)."""

    def __init__(self, open_unit: OpenUnitOfWork, tally: ToleranceTally) -> None:
        """Search in units of work of *open_unit*; tell *tally* which tolerances the filter needed."""
        self._open_unit = open_unit
        self._tally = tally

    def __call__(self, caller: Caller, request: SearchRequest) -> Page:
        """Return one page. Raises InvalidFilter, InvalidPath for an unusable sortBy, TooMany."""
        query = Query(
            resource_type=request.resource_type,
            filter=None
            if request.filter is None
            else bind(parse_filter(request.filter), request.resource_type, caller.leniency),
            sort=_sort(request),
            start_index=max(1, request.start_index),
            count=DEFAULT_COUNT if request.count is None else min(MAX_COUNT, max(0, request.count)),
            with_groups=request.with_groups,
            with_members=request.with_members,
        )
        with self._open_unit(write=False) as unit:
            page = unit.resources.search(caller.integration, query)
        self._tally.note(caller)
        return page


def _sort(request: SearchRequest) -> Sort | None:
    if request.sort_by is None:
        return None
    path = match_attribute_path(request.sort_by)
    if path is None:
        detail = "'sortBy' must be the path of an attribute."
        raise InvalidPath(detail)
    try:
        return Sort(bind_path(path, request.resource_type), request.descending)
    except InvalidFilter as error:
        detail = f"'sortBy' cannot be used: {error}"
        raise InvalidPath(detail) from None
