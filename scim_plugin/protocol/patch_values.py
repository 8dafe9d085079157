"""What one operation of a PATCH makes of the value of one attribute (RFC 7644 §3.5.2.1-3.5.2.3).

Each function takes the old value and returns the new one; None, ``[]`` and ``{}`` mean unassigned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.comparison import AllOf, BoundFilter, Compare, bind_value_filter, value_evaluator
from scim_plugin.protocol.errors import InvalidPath, InvalidValue, Mutability, NoTarget
from scim_plugin.protocol.filter import And, Comparison
from scim_plugin.protocol.intake import (
    MAX_KEY,
    MAX_STRING,
    MAX_VALUES,
    attribute_check,
    one_primary,
    value_check,
    without_repetition,
)
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.leniency import UNASSIGNED, Departure, Leniency
from scim_plugin.protocol.schema import Attribute, Target

if TYPE_CHECKING:
    from scim_plugin.protocol.filter import Filter
    from scim_plugin.protocol.path import ValuePath

_LABELS = frozenset({"type", "primary"})


def added(old: Any, target: Target, value: Any, leniency: Leniency) -> Any:
    """Return *old* with *value* added: appended, merged, or put in the place of a single value."""
    attribute = target.attribute
    if attribute.multi_valued and target.sub_attribute is None:
        fresh = _checked(attribute, value, leniency)
        return _with_primary(attribute, old or [], [] if fresh is UNASSIGNED else fresh, leniency)
    return replaced(old, target, value, leniency)


def replaced(old: Any, target: Target, value: Any, leniency: Leniency) -> Any:
    """Return *value* in the place of *old*; sub-attributes of a single complex value that are not given stay."""
    attribute, sub = target.attribute, target.sub_attribute
    if sub is None:
        fresh = _checked(attribute, value, leniency)
        if attribute.type == "complex" and not attribute.multi_valued and fresh is not UNASSIGNED:
            return _merged(attribute, old, fresh, value)
        if fresh is UNASSIGNED and attribute.type == "complex" and is_object(value):
            return _merged(attribute, old, {}, value)
        return None if fresh is UNASSIGNED else fresh
    fresh = value_check(sub)(value, leniency)
    if not attribute.multi_valued:
        return _with_sub(attribute, old or {}, sub, fresh)
    items = [_with_sub(attribute, item, sub, fresh) for item in old or [{}]]
    return one_primary(attribute, [item for item in items if item], leniency)


def removed(old: Any, target: Target, value: Any, leniency: Leniency) -> Any:
    """Return what is left of *old*; with a *value*, where that is allowed, without the values listed there."""
    attribute, sub = target.attribute, target.sub_attribute
    if sub is not None:
        if sub.required:
            raise Mutability(str(target), f"The attribute '{target}' is required and cannot be removed.")
        if is_array(old):
            return [left for item in old if (left := _without_sub(item, sub))]
        return _without_sub(old, sub) if is_object(old) else None
    if value is None or not attribute.multi_valued:
        return None
    if not leniency.permits(Departure.REMOVE_LISTED_VALUES):
        detail = f"A remove operation takes no value: select with a path such as {attribute.name}[value eq \"…\"]."
        raise InvalidValue(detail)
    listed = _checked(attribute, value, leniency)
    unwanted = [] if listed is UNASSIGNED else listed
    return [item for item in old or [] if not any(_is_named_by(item, other) for other in unwanted)]


def _is_named_by(item: Any, other: Any) -> bool:
    """Tell whether every sub-attribute of *other* has the same value in *item*."""
    if is_object(item) and is_object(other):
        return all(item.get(name) == part for name, part in other.items())
    return bool(item == other)


def selected(old: Any, path: ValuePath, target: Target, verb: str, value: Any, leniency: Leniency) -> Any:
    """Return *old* after the operation on those of its values that the filter of *path* selects."""
    attribute = target.attribute
    if attribute.type != "complex" or not attribute.multi_valued or target.sub_attribute is not None:
        detail = f"'{path.attribute}' is not a multi-valued complex attribute: it cannot be filtered by a bracket."
        raise InvalidPath(detail)
    condition = bind_value_filter(path.filter, target, leniency)
    sub = _sub_of(path, attribute)
    items: list[Document] = old or []
    chosen = [*map(value_evaluator(condition), items)]
    if verb == "remove" or value is None:
        left = [item if not hit else _without_sub(item, sub) if sub else {} for item, hit in zip(items, chosen, strict=True)]
        return [item for item in left if item]
    if not any(chosen):
        return _created(items, path, condition, attribute, sub, value, leniency)
    changed = [
        _changed(attribute, item, sub, value, leniency) if hit else item
        for item, hit in zip(items, chosen, strict=True)
    ]
    marked = [item for item, hit in zip(changed, chosen, strict=True) if hit and item.get("primary") is True]
    return without_repetition(_primary_among(attribute, [item for item in changed if item], marked))


def _sub_of(path: ValuePath, attribute: Attribute) -> Attribute | None:
    if path.sub_attribute is None:
        return None
    sub = attribute.sub_attribute(path.sub_attribute)
    if sub is None:
        detail = f"The attribute '{path.attribute}' has no sub-attribute '{path.sub_attribute}'."
        raise InvalidPath(detail)
    if sub.mutability in ("readOnly", "immutable"):
        raise Mutability(f"{attribute.name}.{sub.name}")
    return sub


def _changed(attribute: Attribute, item: Document, sub: Attribute | None, value: Any, leniency: Leniency) -> Document:
    if sub is not None:
        return _with_sub(attribute, item, sub, value_check(sub)(value, leniency))
    fresh = value_check(attribute)(value, leniency)
    return _merged(attribute, item, {} if fresh is UNASSIGNED else fresh, value)


def _created(
    items: list[Document],
    path: ValuePath,
    condition: BoundFilter,
    attribute: Attribute,
    sub: Attribute | None,
    value: Any,
    leniency: Leniency,
) -> list[Document]:
    """Return *items* and the value that the filter of *path* describes, where a client may create it so."""
    described = None if sub is None else _described(path.filter, condition)
    if sub is None or described is None or not leniency.permits(Departure.CREATE_ON_ABSENT):
        detail = f"No value of '{path.attribute}' matches '{path.filter}'."
        raise NoTarget(detail)
    fresh = value_check(sub)(value, leniency)
    if fresh is UNASSIGNED:
        return items
    return _with_primary(attribute, items, [{**described, sub.name: fresh}], leniency)


def _described(tree: Filter, condition: BoundFilter) -> Document | None:
    """Return the sub-attributes that *tree* names when it is made of ``eq`` and ``and`` only, else None."""
    written = tree.operands if isinstance(tree, And) else (tree,)
    bound = condition.operands if isinstance(condition, AllOf) else (condition,)
    described: Document = {}
    for part, typed in zip(written, bound, strict=True):
        if not isinstance(part, Comparison) or not isinstance(typed, Compare) or typed.operator != "eq":
            return None
        described[typed.target.leaf.name] = typed.value if isinstance(typed.value, bool) else part.value
    return described


def _checked(attribute: Attribute, value: Any, leniency: Leniency) -> Any:
    limit = MAX_KEY if attribute.uniqueness != "none" or attribute.name == "externalId" else MAX_STRING
    return attribute_check(attribute, limit)(value, leniency)


def _with_primary(attribute: Attribute, old: list[Any], fresh: list[Any], leniency: Leniency) -> list[Any]:
    """Return *old* and *fresh* without repetition; a fresh primary value takes the mark from the others."""
    marked = [item for item in one_primary(attribute, fresh, leniency) if is_object(item) and item.get("primary") is True]
    values = without_repetition([*old, *fresh])
    if len(values) > MAX_VALUES:
        detail = f"The attribute '{attribute.name}' has more than {MAX_VALUES} values."
        raise InvalidValue(detail)
    return _primary_among(attribute, values, marked)


def _primary_among(attribute: Attribute, values: list[Any], marked: list[Any]) -> list[Any]:
    """Return *values* where only the first of *marked* is primary; nothing changes when none is marked."""
    if not marked or attribute.sub_attribute("primary") is None:
        return values
    winner = next(item for item in values if _is_named_by(item, marked[0]))  # repetition may have merged it
    return [
        {**item, "primary": False} if item is not winner and item.get("primary") is True else item for item in values
    ]


def _merged(attribute: Attribute, old: Any, fresh: Document, sent: Any) -> Document:
    """Return *old* with the sub-attributes of *fresh*, and without those that were *sent* as null."""
    base: Document = dict(old) if is_object(old) else {}
    if is_object(sent):
        for name in sent:
            sub = attribute.sub_attribute(name)
            if sub is not None and sub.mutability != "readOnly":
                base.pop(sub.name, None)
    _forget_reference(base, old, fresh)
    return {**base, **fresh}


def _forget_reference(base: Document, old: Any, fresh: Document) -> None:
    """Drop the ``$ref`` and the display name of a reference that now leads elsewhere."""
    if "value" in fresh and is_object(old) and old.get("value") != fresh["value"]:
        base.pop("$ref", None)


def _with_sub(attribute: Attribute, item: Document, sub: Attribute, fresh: Any) -> Document:
    if fresh is UNASSIGNED:
        return _without_sub(item, sub)
    if sub.mutability == "immutable" and item.get(sub.name) not in (None, fresh):
        raise Mutability(f"{attribute.name}.{sub.name}")
    base = dict(item)
    _forget_reference(base, item, {sub.name: fresh})
    return {**base, sub.name: fresh}


def _without_sub(item: Document, sub: Attribute) -> Document:
    """Return *item* without *sub*; nothing is left of it when only its labels remain."""
    if sub.name not in item:
        return item
    left = {name: part for name, part in item.items() if name != sub.name}
    return {} if left.keys() <= _LABELS and sub.name not in _LABELS else left
