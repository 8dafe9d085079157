"""What must be unique beside the id: the key of a resource type, and whatever a schema declares so (RFC 7643 §7).

``server`` and ``global`` are one here: among the resources of one type within an integration. Values that a filter
takes for equal are equal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from scim_plugin.protocol.characteristics import MAX_TYPES
from scim_plugin.protocol.comparison import comparable, values_of

if TYPE_CHECKING:
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.schema import Attribute, ResourceType, Target

_NEVER = frozenset({"boolean", "complex"})
NOTHING = frozenset[tuple[str, str]]()


def key_of(document: Document, resource_type: ResourceType) -> str | None:
    """Return the value of the type's key in the form in which it is compared, None where there is none."""
    if resource_type.key is None:
        return None
    value = document.get(resource_type.key)
    attribute = resource_type.attribute(resource_type.key)
    return str(comparable(attribute)(value)) if attribute and isinstance(value, str) else None


def unique_values(document: Document, resource_type: ResourceType) -> frozenset[tuple[str, str]]:
    """Return (canonical path, comparable value as text) of each value that no other resource may have.

    The id and the key are not among them. Most resource types have no such attribute, and always give the same set.
    """
    targets = unique_targets(resource_type)
    if not targets:
        return NOTHING
    return frozenset(
        (str(target), _text(target.leaf, value)) for target in targets for value in values_of(document, target)
    )


def _text(attribute: Attribute, value: object) -> str:
    """Return *value* so that equal ones give equal texts: 1 and 1.0 are one decimal."""
    if isinstance(value, (int, float)):
        return repr(float(value)) if attribute.type == "decimal" else str(value)
    return str(comparable(attribute)(value))


@lru_cache(maxsize=MAX_TYPES)
def unique_targets(resource_type: ResourceType) -> tuple[Target, ...]:
    """Return the attributes and sub-attributes that are declared unique, without the id and the key."""
    return tuple(
        target
        for target in resource_type.targets()
        if target.leaf.uniqueness != "none"
        and target.leaf.type not in _NEVER
        and str(target) not in ("id", resource_type.key)
    )
