"""What one operation of a PATCH makes of the value of one attribute (RFC 7644 §3.5.2.1-3.5.2.3).

Each function takes the old value and returns the new one; None, ``[]`` and ``{}`` mean unassigned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.comparison import AllOf, BoundFilter, Compare, bind_value_filter, value_evaluator
from scim_plugin.protocol.errors import InvalidPath, InvalidValue, Mutability, NoTarget
from scim_plugin.protocol.filter import And, Comparison
from scim_plugin.protocol.intake import MAX_VALUES, attribute_check, value_check
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.leniency import UNASSIGNED, Departure, Leniency
from scim_plugin.protocol.plural import is_primary, one_primary, only_primary, without_repetition
from scim_plugin.protocol.schema import Attribute, Target

if TYPE_CHECKING:
    from scim_plugin.protocol.filter import Filter
    from scim_plugin.protocol.path import ValuePath

_LABELS = frozenset({"type", "primary"})


def added(old: Any, target: Target, value: Any, leniency: Leniency) -> Any:
    """Return *old* with *value* added: appended, merged, or put in the place of a single value."""
    attribute = target.attribute
    if attribute.multi_valued and target.sub_attribute is None:
        fresh = attribute_check(attribute)(value, leniency)
        return _joined(attribute, _list(old), [] if fresh is UNASSIGNED else fresh)
    return replaced(old, target, value, leniency)


def replaced(old: Any, target: Target, value: Any, leniency: Leniency) -> Any:
    """Return *value* in the place of *old*; sub-attributes of a single complex value that are not given stay."""
    attribute, sub = target.attribute, target.sub_attribute
    if sub is None:
        fresh = attribute_check(attribute)(value, leniency)
        if attribute.type == "complex" and not attribute.multi_valued:
            return _merged(attribute, old, fresh, value)
        return None if fresh is UNASSIGNED else fresh
    fresh = value_check(sub)(value, leniency)
    if not attribute.multi_valued:
        return _with_sub(attribute, old or {}, sub, fresh)
    items = [_with_sub(attribute, item, sub, fresh) for item in _list(old) or [{}]]
    return one_primary(attribute, _assigned(items), leniency)


def removed(old: Any, target: Target, value: Any, leniency: Leniency) -> Any:
    """Return what is left of *old*; with a *value*, where that is allowed, without the values listed there."""
    attribute, sub = target.attribute, target.sub_attribute
    if sub is not None:
        if sub.required or sub.mutability == "immutable":
            raise Mutability(str(target), f"The attribute '{target}' cannot be removed by itself.")
        if is_array(old):
            return _assigned([_without_sub(item, sub) for item in old])
        return _without_sub(old, sub) if is_object(old) else None
    if value is None or not attribute.multi_valued:
        return None
    if not leniency.permits(Departure.REMOVE_LISTED_VALUES):
        detail = f'A remove operation takes no value: select with a path such as {attribute.name}[value eq "…"].'
        raise InvalidValue(detail)
    listed = attribute_check(attribute)(value, leniency)
    unwanted = [] if listed is UNASSIGNED else _list(listed)
    return [item for item in _list(old) if not any(_is_named_by(item, other) for other in unwanted)]


def _is_named_by(item: Any, other: Any) -> bool:
    """Tell whether every sub-attribute of *other* has the same value in *item*."""
    if is_object(item) and is_object(other):
        return all(item.get(name) == part for name, part in other.items())
    return bool(item == other)


def selected(old: Any, path: ValuePath, target: Target, verb: str, value: Any, *, leniency: Leniency) -> Any:
    """Return *old* after the operation on those of its values that the filter of *path* selects."""
    attribute = target.attribute
    if attribute.type != "complex" or not attribute.multi_valued or target.sub_attribute is not None:
        detail = f"'{path.attribute}' is not a multi-valued complex attribute: it cannot be filtered by a bracket."
        raise InvalidPath(detail)
    condition = bind_value_filter(path.filter, target, leniency)
    sub = _sub_of(path, attribute)
    items = _list(old)
    test = value_evaluator(condition)
    chosen = [test(item) for item in items]
    if value is None and verb != "remove" and not any(chosen) and not leniency.permits(Departure.CREATE_ON_ABSENT):
        raise NoTarget(_no_match(path, _described(path.filter, condition)))
    if verb == "remove" or value is None:
        left = [
            item if not hit else _without_sub(item, sub) if sub else {} for item, hit in zip(items, chosen, strict=True)
        ]
        return _assigned(left)
    if not any(chosen):
        return _joined(attribute, items, _created(path, condition, attribute, sub, value, leniency=leniency))
    changed = [
        _changed(attribute, item, sub, value, leniency) if hit else item
        for item, hit in zip(items, chosen, strict=True)
    ]
    marked = [item for item, hit in zip(changed, chosen, strict=True) if hit and is_primary(item)]
    one_primary(attribute, without_repetition(marked), leniency)
    return _with_primary(_assigned(changed), marked)


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
    return _merged(attribute, item, value_check(attribute)(value, leniency), value) or {}


def _created(
    path: ValuePath,
    condition: BoundFilter,
    attribute: Attribute,
    sub: Attribute | None,
    value: Any,
    *,
    leniency: Leniency,
) -> list[Document]:
    """Return the value that the filter of *path* describes, with *value* in it, where a client may create it so.

    Nothing is created for a *value* that means no value. Raises NoTarget.
    """
    described = _described(path.filter, condition)
    if sub is not None and described is not None and leniency.permits(Departure.CREATE_ON_ABSENT):
        fresh = value_check(attribute)({**described, sub.name: value}, leniency)
        if not is_object(fresh) or sub.name not in fresh:
            return []
        if value_evaluator(condition)(fresh):
            return [fresh]
    raise NoTarget(_no_match(path, described))


def _no_match(path: ValuePath, described: Document | None) -> str:
    # Labels may be repeated; any other literal is personal data, which no error tells.
    is_label = described is not None and described.keys() <= _LABELS
    shown = f"'{path.filter}'" if is_label else "the filter of the path"
    return f"No value of '{path.attribute}' matches {shown}."


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


def _list(old: Any) -> list[Any]:
    return old if is_array(old) else []


def _assigned(items: list[Document]) -> list[Any]:
    return without_repetition(item for item in items if item)


def _joined(attribute: Attribute, old: list[Any], fresh: list[Any]) -> list[Any]:
    """Return *old* and *fresh* without repetition; a fresh primary value takes the mark from the others."""
    values = without_repetition([*old, *fresh])
    if len(values) > MAX_VALUES:
        detail = f"The attribute '{attribute.name}' has more than {MAX_VALUES} values."
        raise InvalidValue(detail)
    return _with_primary(values, [item for item in fresh if is_primary(item)])


def _with_primary(values: list[Any], marked: list[Any]) -> list[Any]:
    """Return *values* where only the first of *marked* is primary; nothing changes when none is marked."""
    return without_repetition(only_primary(values, marked[0])) if marked else values


def _merged(attribute: Attribute, old: Any, fresh: Any, sent: Any) -> Document | None:
    """Return *old* with the sub-attributes of *fresh*, and without those that were *sent* as null."""
    if fresh is UNASSIGNED and not is_object(sent):
        return None
    given: Document = fresh if is_object(fresh) else {}
    base: Document = dict(old) if is_object(old) else {}
    for name in sent if is_object(sent) else ():
        sub = attribute.sub_attribute(name)
        if sub is not None and sub.mutability != "readOnly":
            base.pop(sub.name, None)
    _forget_reference(base, old, given)
    return {**base, **given}


def _forget_reference(base: Document, old: Any, fresh: Document) -> None:
    """Drop the ``$ref`` of a reference whose ``value`` now leads elsewhere."""
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
