"""Filters bound to a resource type: names resolved, types checked, literals brought to their comparable form.

This is the form that is evaluated, here and in every store: a store's answer equals that of :func:`evaluator`.

* A comparison holds when some value of the attribute satisfies it; ``ne`` holds also when the attribute has no value.
* ``eq null`` is ``not (… pr)``, ``ne null`` is ``pr`` (RFC 7643 §2.5).
* A complex attribute with a ``value`` sub-attribute stands for it: ``emails co "x"`` (RFC 7644 §3.4.2.2).
* ``primary`` that is not given is false (RFC 7643 §2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, TypeAlias

from scim_plugin.protocol.errors import Confidential, InvalidFilter
from scim_plugin.protocol.filter import And, Comparison, Not, Or, Presence, ValueFilter
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.leniency import Departure, Restriction
from scim_plugin.protocol.location import locate
from scim_plugin.protocol.path import AttributePath
from scim_plugin.protocol.schema import Attribute, ResourceType, Target, UnknownAttribute
from scim_plugin.protocol.text import fold, parse_date_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from scim_plugin.protocol.filter import Filter, Literal_, Operator
    from scim_plugin.protocol.leniency import Leniency

Comparable: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Compare:
    """A typed comparison; ``value`` is folded, in microseconds, or as it is, like :func:`comparable` makes values."""

    target: Target
    operator: Operator
    value: Comparable


@dataclass(frozen=True, slots=True)
class IsPresent:
    """The attribute has a value that is not empty."""

    target: Target


@dataclass(frozen=True, slots=True)
class NotBound:
    """The operand does not hold."""

    operand: BoundFilter


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every operand holds."""

    operands: tuple[BoundFilter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some operand holds."""

    operands: tuple[BoundFilter, ...]


@dataclass(frozen=True, slots=True)
class SomeValue:
    """One value of ``target`` satisfies the whole ``condition``, whose targets are sub-attributes of that value."""

    target: Target
    condition: BoundFilter


BoundFilter: TypeAlias = Compare | IsPresent | NotBound | AllOf | AnyOf | SomeValue

_TEXT = frozenset({"string", "reference"})
_ORDERED = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
_OPERATORS: dict[str, frozenset[str]] = {
    "string": _ORDERED | {"co", "sw", "ew"},
    "reference": _ORDERED | {"co", "sw", "ew"},
    "integer": _ORDERED,
    "decimal": _ORDERED,
    "dateTime": _ORDERED,
    "boolean": frozenset({"eq", "ne"}),
    "binary": frozenset({"eq", "ne"}),
}
# They depend on the address under which the server is reached, which no store knows.
_ADDRESSES = frozenset({"meta.location", "members.$ref", "groups.$ref"})


def bind(tree: Filter, resource_type: ResourceType, leniency: Leniency) -> BoundFilter:
    """Return *tree* with every name resolved in *resource_type* and every literal typed. Raises InvalidFilter."""
    if leniency.forbids(Restriction.FILTER_BEYOND_EQ_AND):
        _check_simple(tree)
    if isinstance(tree, Comparison):
        return _comparison(_find(tree.path, resource_type, leniency), tree.operator, tree.value, leniency)
    if isinstance(tree, Presence):
        return IsPresent(_find(tree.path, resource_type, leniency))
    if isinstance(tree, Not):
        return NotBound(bind(tree.operand, resource_type, leniency))
    if isinstance(tree, And):
        return AllOf(tuple(bind(part, resource_type, leniency) for part in tree.operands))
    if isinstance(tree, Or):
        return AnyOf(tuple(bind(part, resource_type, leniency) for part in tree.operands))
    return _value_filter(tree, resource_type, leniency)


def bind_value_filter(tree: Filter, parent: Target, leniency: Leniency) -> BoundFilter:
    """Return *tree* bound to the sub-attributes of *parent*, a complex attribute. Raises InvalidFilter."""
    if isinstance(tree, Comparison):
        return _comparison(_find_sub(tree.path, parent), tree.operator, tree.value, leniency)
    if isinstance(tree, Presence):
        return IsPresent(_find_sub(tree.path, parent))
    if isinstance(tree, Not):
        return NotBound(bind_value_filter(tree.operand, parent, leniency))
    if isinstance(tree, And):
        return AllOf(tuple(bind_value_filter(part, parent, leniency) for part in tree.operands))
    if isinstance(tree, Or):
        return AnyOf(tuple(bind_value_filter(part, parent, leniency) for part in tree.operands))
    detail = "Value filters do not nest."
    raise InvalidFilter(detail)


def _check_simple(tree: Filter) -> None:
    """Raise InvalidFilter unless *tree* is made of ``eq`` and ``and`` only."""
    if isinstance(tree, ValueFilter):
        _check_simple(tree.filter)
    elif not isinstance(tree, And) and not (isinstance(tree, Comparison) and tree.operator == "eq"):
        detail = "The profile of this integration knows filters of 'eq' and 'and' only."
        raise InvalidFilter(detail)


def _value_filter(tree: ValueFilter, resource_type: ResourceType, leniency: Leniency) -> BoundFilter:
    parent = _find(tree.path, resource_type, leniency)
    if parent.sub_attribute is not None or parent.attribute.type != "complex":
        detail = f"The attribute '{tree.path}' is not complex: it cannot be filtered by a bracket."
        raise InvalidFilter(detail)
    condition = bind_value_filter(tree.filter, parent, leniency)
    if tree.then is not None:
        if not leniency.permits(Departure.PATH_AFTER_BRACKET):
            inside = And((tree.filter, tree.then))
            detail = f"A path after the bracket is not part of the filter grammar: write {tree.path}[{inside}] instead."
            raise InvalidFilter(detail)
        condition = AllOf((condition, bind_value_filter(tree.then, parent, leniency)))
    return SomeValue(parent, condition)


def _find(path: AttributePath, resource_type: ResourceType, leniency: Leniency) -> Target:
    try:
        return _searchable(locate(path, resource_type, leniency))
    except UnknownAttribute:
        detail = f"The resource type {resource_type.name} has no attribute '{path}'."
        raise InvalidFilter(detail) from None


def _find_sub(path: AttributePath, parent: Target) -> Target:
    sub = parent.attribute.sub_attribute(path.name) if path.urn is None and path.sub_attribute is None else None
    if sub is None:
        detail = f"The attribute '{parent}' has no sub-attribute '{path}'."
        raise InvalidFilter(detail)
    return _searchable(Target(parent.attribute, parent.extension, sub))


def _searchable(target: Target) -> Target:
    if target.attribute.returned == "never" or target.leaf.returned == "never":
        detail = f"The attribute '{target}' cannot be used in a filter."
        raise Confidential(detail)
    if str(target) in _ADDRESSES:
        detail = f"The attribute '{target}' cannot be used in a filter: filter by id or value instead."
        raise InvalidFilter(detail)
    return target


def _comparison(target: Target, operator: Operator, value: Literal_, leniency: Leniency) -> BoundFilter:
    target = _with_value(target)
    attribute = target.leaf
    if value is None:
        if operator == "eq":
            return NotBound(IsPresent(target))
        if operator == "ne":
            return IsPresent(target)
        detail = f"The operator '{operator}' cannot compare '{target}' with null."
        raise InvalidFilter(detail)
    if operator not in _OPERATORS[attribute.type]:
        detail = f"The operator '{operator}' cannot be used with '{target}', which is of type {attribute.type}."
        raise InvalidFilter(detail)
    return Compare(target, operator, _typed(target, value, leniency))


def _with_value(target: Target) -> Target:
    if target.leaf.type != "complex":
        return target
    value = target.attribute.sub_attribute("value")
    if value is None:
        detail = f"The attribute '{target}' is complex: name one of its sub-attributes."
        raise InvalidFilter(detail)
    return Target(target.attribute, target.extension, value)


def _typed(target: Target, value: str | float, leniency: Leniency) -> Comparable:
    attribute = target.leaf
    kind = attribute.type
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        if (
            isinstance(value, str)
            and value.lower() in ("true", "false")
            and leniency.permits(Departure.QUOTED_BOOLEAN_IN_FILTER)
        ):
            return value.lower() == "true"
    elif kind in ("integer", "decimal"):
        if not isinstance(value, (bool, str)):
            return value
    elif isinstance(value, str):
        typed = comparable(attribute)(value)
        if typed is not None:
            return typed
    detail = f"The attribute '{target}' is of type {kind} and cannot be compared with that value."
    raise InvalidFilter(detail)


def comparable(attribute: Attribute) -> Callable[[Any], Comparable | None]:
    """Return the function that brings a value of *attribute* to the form in which it is compared and sorted."""
    if attribute.type == "dateTime":
        return parse_date_time
    if attribute.type in _TEXT and not attribute.case_exact:
        return fold
    return _as_it_is


def _as_it_is(value: Comparable) -> Comparable:
    return value


def values_of(document: Document, target: Target) -> list[Any]:
    """Return the values of *target* in *document*, a resource: none, one, or those of a multi-valued attribute."""
    holder: Any = document if target.extension is None else document.get(target.extension)
    value: Any = holder.get(target.attribute.name) if is_object(holder) else None
    values = value if is_array(value) else [] if value is None else [value]
    if target.sub_attribute is None:
        return values
    return [found for item in values if (found := _sub_value(item, target.sub_attribute.name)) is not None]


def _sub_value(item: object, name: str) -> object:
    found = item.get(name) if is_object(item) else None
    return False if found is None and name == "primary" else found


def evaluator(bound: BoundFilter) -> Callable[[Document], bool]:
    """Return the test that *bound* makes of a resource: its whole representation, computed attributes included."""
    return _compiled(bound, values_of)


def value_evaluator(bound: BoundFilter) -> Callable[[Document], bool]:
    """Return the test that *bound*, a value filter, makes of one value of its complex attribute."""
    return _compiled(bound, _values_of_item)


def _values_of_item(item: Document, target: Target) -> list[Any]:
    found = _sub_value(item, target.leaf.name)
    return [] if found is None else [found]


def _compiled(bound: BoundFilter, values: Callable[[Document, Target], list[Any]]) -> Callable[[Document], bool]:
    if isinstance(bound, Compare):
        return _compiled_comparison(bound, values)
    if isinstance(bound, IsPresent):
        target = bound.target
        return lambda document: any(_is_assigned(value) for value in values(document, target))
    if isinstance(bound, NotBound):
        operand = _compiled(bound.operand, values)
        return lambda document: not operand(document)
    if isinstance(bound, SomeValue):
        parent, condition = bound.target, value_evaluator(bound.condition)
        return lambda document: any(condition(item) for item in values(document, parent))
    parts = [_compiled(part, values) for part in bound.operands]
    if isinstance(bound, AllOf):
        return lambda document: all(part(document) for part in parts)
    return lambda document: any(part(document) for part in parts)


def _is_assigned(value: object) -> bool:
    return value not in (None, "", [], {})


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": eq,
    "ne": ne,
    "gt": gt,
    "ge": ge,
    "lt": lt,
    "le": le,
    "co": lambda value, part: part in value,
    "sw": lambda value, part: value.startswith(part),
    "ew": lambda value, part: value.endswith(part),
}


def _compiled_comparison(bound: Compare, values: Callable[[Document, Target], list[Any]]) -> Callable[[Document], bool]:
    target, wanted, test, prepare = bound.target, bound.value, _TESTS[bound.operator], comparable(bound.target.leaf)
    when_absent = bound.operator == "ne"

    def holds(document: Document) -> bool:
        found = values(document, target)
        return when_absent if not found else any(test(prepare(value), wanted) for value in found)

    return holds


def bind_path(path: AttributePath, resource_type: ResourceType, leniency: Leniency) -> Target:
    """Return the attribute by which to sort: *path*, its ``value`` when it is complex. Raises InvalidFilter."""
    return _with_value(_find(path, resource_type, leniency))
