"""What a client asks of a resource type: filter, order and page (RFC 7644 §3.4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scim_plugin.protocol.comparison import BoundFilter
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
class Query:
    """A typed query. ``start_index`` counts from 1; ``count`` is at most MAX_COUNT, 0 asks for the total only.

    ``with_groups`` and ``with_members`` tell whether the answer needs these computed attributes.
    """

    resource_type: ResourceType
    filter: BoundFilter | None = None
    sort: Sort | None = None
    start_index: int = 1
    count: int = DEFAULT_COUNT
    with_groups: bool = True
    with_members: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query's answer, and how many resources match in all."""

    total: int
    resources: tuple[Representation, ...]
