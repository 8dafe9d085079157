"""Who belongs to which Group, as two dictionaries that mirror each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.ports import Identified, MembershipOutcome
from scim_plugin.protocol.core_schemas import GROUP
from scim_plugin.protocol.representation import GroupReference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scim_memory.journal import Journal
    from scim_memory.tables import KeySet, ResourceRow, Tables
    from scim_plugin.protocol.schema import ResourceType


def identified(row: ResourceRow) -> Identified:
    """Return what other resources may know of the resource."""
    return Identified(row.resource.id, row.resource.type.name, row.link.target if row.link else None)


def members(tables: Tables, group: int) -> Iterator[ResourceRow]:
    """Yield the members of *group*, by order of their creation."""
    return (tables.resources[key] for key in sorted(tables.members_of.get(group, ())))


def groups(tables: Tables, member: int, *, nested: bool) -> Iterator[ResourceRow]:
    """Yield the groups of which *member* is one, and, when *nested*, those around them, by order of their creation."""
    direct = tables.groups_of.get(member, {})
    return (tables.resources[key] for key in sorted(closure(tables, tables.groups_of, direct) if nested else direct))


def group_references(tables: Tables, member: int) -> tuple[GroupReference, ...]:
    """Return the groups that contain *member* as the values of its ``groups``."""
    direct = tables.groups_of.get(member, {})
    return tuple(
        GroupReference(row.resource.id, row.resource.document.get("displayName", ""), row.resource.key in direct)
        for row in groups(tables, member, nested=True)
    )


def closure(tables: Tables, neighbours: Mapping[int, KeySet], keys: Iterable[int]) -> set[int]:
    """Return *keys*, and every key that is reached from them through groups by way of *neighbours*."""
    seen: set[int] = set()
    rest = [*keys]
    while rest:
        key = rest.pop()
        if key not in seen:
            seen.add(key)
            if is_of(tables, key, GROUP):
                rest.extend(neighbours.get(key, ()))
    return seen


def is_of(tables: Tables, key: int, resource_type: ResourceType) -> bool:
    """Tell whether the resource is of this type."""
    return tables.resources[key].resource.type.name == resource_type.name


def is_nested(tables: Tables, group: int) -> bool:
    """Tell whether *group* is in a group, or contains one."""
    return bool(tables.groups_of.get(group)) or contains_group(tables, group)


def contains_group(tables: Tables, group: int) -> bool:
    """Tell whether a group is a member of *group*."""
    all_groups = tables.by_type.get((tables.resources[group].integration_id, GROUP.name), {})
    return not tables.members_of.get(group, {}).keys().isdisjoint(all_groups)


def change(
    tables: Tables,
    journal: Journal,
    group: ResourceRow | None,
    joining: Iterable[ResourceRow],
    leaving: Iterable[ResourceRow] | None,
) -> MembershipOutcome:
    """Let *leaving* leave (None: all who do not join), then *joining* join; return what is different afterwards."""
    if group is None:
        return MembershipOutcome((), ())
    key = group.resource.key
    present = tables.members_of.setdefault(key, {})
    joining_by_key = {row.resource.key: row for row in joining}
    leaving_rows = tuple(members(tables, key)) if leaving is None else tuple(leaving)
    left = {
        row.resource.key: row
        for row in leaving_rows
        if row.resource.key in present and row.resource.key not in joining_by_key
    }
    joined = {member: row for member, row in joining_by_key.items() if member not in present}
    was_nested = is_nested(tables, key)
    for member in left:
        journal.drop(present, member)
        journal.drop(tables.groups_of[member], key)
    for member in joined:
        journal.put(present, member, None)
        journal.put(tables.groups_of.setdefault(member, {}), key, None)
    return MembershipOutcome(
        tuple(map(identified, joined.values())),
        tuple(map(identified, left.values())),
        nested=bool(joined or left) and (was_nested or is_nested(tables, key)),
    )


def scrub(tables: Tables, journal: Journal, key: int) -> None:
    """End every membership of the resource and in it."""
    for member in tuple(tables.members_of.get(key, ())):
        journal.drop(tables.groups_of[member], key)
    for group in tuple(tables.groups_of.get(key, ())):
        journal.drop(tables.members_of[group], key)
    journal.drop(tables.members_of, key)
    journal.drop(tables.groups_of, key)


def is_within(tables: Tables, group: int, holders: set[int]) -> bool:
    """Tell whether *group* is one of *holders*, or belongs to one, directly or through groups."""
    return not holders.isdisjoint(closure(tables, tables.groups_of, (group,)))
