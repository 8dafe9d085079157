"""JSON as Python sees it: plain dictionaries, lists and scalars, and the two tests that type checkers understand."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

Document: TypeAlias = dict[str, Any]
"""A JSON object: the attributes of a resource, or a message."""


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether *value* is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Tell whether *value* is a JSON array."""
    return isinstance(value, list)
