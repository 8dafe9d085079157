"""Values of a multi-valued attribute: none is repeated, and at most one is primary (RFC 7643 §2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.errors import InvalidValue
from scim_plugin.protocol.json_types import is_object
from scim_plugin.protocol.leniency import Departure, Leniency

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scim_plugin.protocol.schema import Attribute


def identity(value: Any) -> Any:
    """Return what makes *value* the same as another: its ``type`` and ``value``, or all of it where it has no value."""
    if not is_object(value):
        return value
    if value.get("value") is None:
        return repr(sorted(value.items()))
    return value.get("type"), value["value"]


def without_repetition(values: Iterable[Any]) -> list[Any]:
    """Return *values* with those merged that have the same ``type`` and ``value``; what comes later wins."""
    kept: dict[Any, Any] = {}
    for value in values:
        key = identity(value)
        kept[key] = {**kept[key], **value} if key in kept and is_object(value) else value
    return list(kept.values())


def is_primary(value: Any) -> bool:
    """Tell whether *value* is marked as the primary one."""
    return is_object(value) and value.get("primary") is True


def one_primary(attribute: Attribute, values: list[Any], leniency: Leniency) -> list[Any]:
    """Return *values* with at most one that is primary. Raises InvalidValue where two are refused."""
    marked = [value for value in values if is_primary(value)]
    if len(marked) <= 1:
        return values
    if not leniency.permits(Departure.SEVERAL_PRIMARY):
        detail = f"The attribute '{attribute.name}' has more than one primary value."
        raise InvalidValue(detail)
    return only_primary(values, marked[0])


def only_primary(values: list[Any], winner: Any) -> list[Any]:
    """Return *values* where no other value than *winner* is primary."""
    chosen = identity(winner)
    return [
        {**value, "primary": False} if is_primary(value) and identity(value) != chosen else value for value in values
    ]
