"""Filters, orders and pages over dictionaries: the core's evaluator, on few documents where an index tells which."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from scim_memory import memberships
from scim_memory.tables import copy_json
from scim_plugin.protocol.comparison import (
    AllOf,
    AnyOf,
    Compare,
    NotBound,
    SomeValue,
    comparable,
    evaluator,
    values_of,
)
from scim_plugin.protocol.json_types import is_object
from scim_plugin.protocol.query import Page, Position
from scim_plugin.protocol.representation import (
    Addresses,
    GroupReference,
    MemberReference,
    Representation,
    computed_attributes,
    meta,
)
from scim_plugin.protocol.schema import Target
from scim_plugin.provisioning.mapping import preferred

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scim_memory.tables import ResourceRow, Tables
    from scim_plugin.protocol.comparison import BoundFilter, Comparable
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.query import Query, Seek, Sort
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.provisioning.integration import Integration

# What depends on the address of the server can be neither filtered nor sorted by.
_NOWHERE = Addresses("", defaultdict(str))


def search(tables: Tables, integration: Integration, query: Query) -> Page:
    """Return the page that *query* asks for."""
    keys = _candidates(tables, integration, query)
    with_groups, with_members = _mentions(query, "groups"), _mentions(query, "members")
    found = [(tables.resources[key], _document(tables, key, with_groups, with_members)) for key in sorted(keys)]
    if query.filter is not None:
        holds = evaluator(query.filter)
        found = [(row, document) for row, document in found if holds(document)]
    if query.sort is not None:
        found = _ordered(found, query.sort)
    if query.seek is None:
        first = query.start_index - 1
        return Page(len(found), _answered(tables, found[first : first + query.count], query))
    places = [_position(row, document, query.sort) for row, document in found]
    before, after = _cut(places, query.seek, query)
    return Page(
        len(found),
        _answered(tables, found[before:after], query),
        tuple(places[before:after]),
        has_before=query.count > 0 and before > 0,
        has_after=query.count > 0 and after < len(found),
    )


def _answered(tables: Tables, found: list[tuple[ResourceRow, Document]], query: Query) -> tuple[Representation, ...]:
    return tuple(
        representation(tables, row, with_groups=query.with_groups, with_members=query.with_members) for row, _ in found
    )


def representation(tables: Tables, row: ResourceRow, *, with_groups: bool, with_members: bool) -> Representation:
    """Return the resource with a copy of its document."""
    return _represented(tables, row, copy_json(row.resource.document), with_groups, with_members)


def _represented(
    tables: Tables,
    row: ResourceRow,
    document: Document,
    with_groups: bool,
    with_members: bool,
) -> Representation:
    resource = row.resource
    members = memberships.members(tables, resource.key) if with_members else ()
    return Representation(
        resource.id,
        resource.type.name,
        resource.type.endpoint,
        resource.version,
        resource.created,
        resource.modified,
        document=document,
        groups=_groups(tables, resource) if with_groups else None,
        members=tuple(MemberReference(member.resource.id, member.resource.type.name) for member in members)
        if with_members
        else None,
    )


def _groups(tables: Tables, resource: Resource) -> tuple[GroupReference, ...]:
    return memberships.group_references(tables, resource.key) if resource.type.attribute("groups") else ()


def _document(
    tables: Tables,
    key: int,
    with_groups: bool,
    with_members: bool,
) -> Document:
    row = tables.resources[key]
    represented = _represented(tables, row, row.resource.document, with_groups, with_members)
    # What is searched is the version alone, without the stamp that an answer adds for its groups.
    meta_without_stamp = meta(replace(represented, groups=None), _NOWHERE)
    return {**row.resource.document, **computed_attributes(represented, _NOWHERE), "meta": meta_without_stamp}


def _candidates(tables: Tables, integration: Integration, query: Query) -> Iterable[int]:
    narrowed = _narrowed(tables, integration, query, query.filter)
    everything = tables.by_type.get((integration.id, query.resource_type.name), {})
    return everything if narrowed is None else [key for key in narrowed if key in everything]


def _narrowed(
    tables: Tables, integration: Integration, query: Query, bound: BoundFilter | None
) -> Sequence[int] | None:
    if isinstance(bound, AllOf):
        parts = (_narrowed(tables, integration, query, part) for part in bound.operands)
        return next((keys for keys in parts if keys is not None), None)
    if not isinstance(bound, Compare) or bound.operator != "eq" or bound.target.extension or bound.target.sub_attribute:
        return None
    name, value, type_name = bound.target.attribute.name, str(bound.value), query.resource_type.name
    if name == "id":
        key = tables.by_id.get((integration.id, value))
    elif name == "externalId":
        return tuple(tables.by_external_id.get((integration.id, type_name, value), ()))
    elif name == query.resource_type.key:
        key = tables.by_name.get((integration.id, type_name, value))
    else:
        return None
    return () if key is None else (key,)


def _mentions(query: Query, name: str) -> bool:
    is_sorted_by = query.sort is not None and query.sort.target.attribute.name == name
    return is_sorted_by or (query.filter is not None and _names(query.filter, name))


def _names(bound: BoundFilter, name: str) -> bool:
    if isinstance(bound, (AllOf, AnyOf)):
        return any(_names(part, name) for part in bound.operands)
    if isinstance(bound, NotBound):
        return _names(bound.operand, name)
    if isinstance(bound, SomeValue):
        return bound.target.attribute.name == name
    return bound.target.attribute.name == name


def _ordered(found: list[tuple[ResourceRow, Document]], sort: Sort) -> list[tuple[ResourceRow, Document]]:
    """Sort what is in order of creation already: Python's sort is stable, also when it is reversed."""
    keyed = [(_sort_value(document, sort.target), (row, document)) for row, document in found]
    missing = [item for value, item in keyed if value is None]
    present = [(value, item) for value, item in keyed if value is not None]
    present.sort(key=lambda pair: pair[0], reverse=sort.descending)
    items = [item for _, item in present]
    return missing + items if sort.descending else items + missing


def _position(row: ResourceRow, document: Document, sort: Sort | None) -> Position:
    return Position(None if sort is None else _sort_value(document, sort.target), row.resource.key)


def _cut(places: list[Position], seek: Seek, query: Query) -> tuple[int, int]:
    """Return where in *places*, which are in order, the page begins and ends that *query* seeks."""
    descending = query.sort is not None and query.sort.descending
    sought = seek.position
    if seek.backwards:
        end = len(places) if sought is None else sum(_precedes(place, sought, descending) for place in places)
        return max(0, end - query.count), end
    start = 0 if sought is None else sum(not _precedes(sought, place, descending) for place in places)
    return start, min(len(places), start + query.count)


def _precedes(one: Position, other: Position, descending: bool) -> bool:
    if one.rank != other.rank:
        return (one.rank < other.rank) is not descending
    return one.serial < other.serial


def _sort_value(document: Document, target: Target) -> Comparable | None:
    value = preferred(values_of(document, Target(target.attribute, target.extension)))
    if target.sub_attribute is not None and is_object(value):
        # A value that is not marked primary is not primary (RFC 7643 §2.4).
        value = value.get(target.sub_attribute.name, False if target.sub_attribute.name == "primary" else None)
    return None if value is None else comparable(target.leaf)(value)
