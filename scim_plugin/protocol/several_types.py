"""Filters on several resource types at once (RFC 7644 §3.4.2.1): an attribute that a type lacks has no value there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import InvalidFilter
from scim_plugin.protocol.filter import And, Comparison, Filter, Not, Or
from scim_plugin.protocol.location import locate
from scim_plugin.protocol.schema import UnknownAttribute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scim_plugin.protocol.leniency import Leniency
    from scim_plugin.protocol.path import AttributePath
    from scim_plugin.protocol.schema import ResourceType


def check_known(tree: Filter, resource_types: Iterable[ResourceType], leniency: Leniency) -> None:
    """Raise InvalidFilter when *tree* names an attribute that none of *resource_types* has."""
    for path in _paths(tree):
        if not any(_knows(resource_type, path, leniency) for resource_type in resource_types):
            detail = f"No resource type has an attribute '{path}'."
            raise InvalidFilter(detail)


def _paths(tree: Filter) -> Iterable[AttributePath]:
    if isinstance(tree, (And, Or)):
        for part in tree.operands:
            yield from _paths(part)
    elif isinstance(tree, Not):
        yield from _paths(tree.operand)
    else:
        yield tree.path


def _knows(resource_type: ResourceType, path: AttributePath, leniency: Leniency) -> bool:
    try:
        locate(path, resource_type, leniency)
    except UnknownAttribute:
        return False
    return True


def narrowed(tree: Filter, resource_type: ResourceType, leniency: Leniency) -> Filter | bool:
    """Return what is left of *tree* where what *resource_type* lacks is unassigned; a boolean when that decides it."""
    if isinstance(tree, Not):
        operand = narrowed(tree.operand, resource_type, leniency)
        return not operand if isinstance(operand, bool) else Not(operand)
    if isinstance(tree, And):
        return _chain(tree.operands, resource_type, leniency, decisive=False)
    if isinstance(tree, Or):
        return _chain(tree.operands, resource_type, leniency, decisive=True)
    if _knows(resource_type, tree.path, leniency):
        return tree
    return isinstance(tree, Comparison) and _holds_without_value(tree)


def _holds_without_value(tree: Comparison) -> bool:
    return tree.operator == "eq" if tree.value is None else tree.operator == "ne"


def _chain(
    operands: Iterable[Filter], resource_type: ResourceType, leniency: Leniency, *, decisive: bool
) -> Filter | bool:
    """Return ``and`` (*decisive* False) or ``or`` (True) of what is left of *operands*."""
    left: list[Filter] = []
    for part in operands:
        result = narrowed(part, resource_type, leniency)
        if isinstance(result, bool):
            if result is decisive:
                return decisive
        else:
            left.append(result)
    if len(left) > 1:
        return Or(tuple(left)) if decisive else And(tuple(left))
    return left[0] if left else not decisive
