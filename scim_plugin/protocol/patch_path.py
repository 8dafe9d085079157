"""The ``path`` of a PATCH operation (RFC 7644 §3.5.2, Figure 7), also the notation of mapping rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from scim_plugin.protocol.errors import InvalidPath
from scim_plugin.protocol.filter import MAX_LENGTH, parse_value_filter
from scim_plugin.protocol.path import NAME, AttributePath, ValuePath, match_attribute_path

if TYPE_CHECKING:
    from scim_plugin.protocol.schema import ResourceType

_SUB_ATTRIBUTE = re.compile(rf"\.({NAME})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ExtensionPath:
    """A path that names a whole schema extension by its URN."""

    urn: str

    def __str__(self) -> str:
        """Return the URN."""
        return self.urn


PatchPath: TypeAlias = AttributePath | ValuePath | ExtensionPath


@lru_cache(maxsize=2048)
def parse_path(text: str, resource_type: ResourceType) -> PatchPath:
    """Return *text* as a path. The resource type only tells which URNs name its schemas.

    Raises InvalidPath, and InvalidFilter when the filter in brackets is wrong.
    """
    if len(text) > MAX_LENGTH:
        detail = f"The path is longer than {MAX_LENGTH} characters."
        raise InvalidPath(detail)
    schema = resource_type.extension(text)
    if schema is not None:
        return ExtensionPath(schema.id)
    name, bracket, _ = text.partition("[")
    attribute = match_attribute_path(name)
    if attribute is None:
        raise InvalidPath(_not_a_path(text))
    if not bracket:
        return attribute
    condition, behind = parse_value_filter(text, len(name) + 1)
    rest = text[behind:]
    if not rest:
        return ValuePath(attribute, condition)
    sub = _SUB_ATTRIBUTE.fullmatch(rest)
    if sub is None:
        raise InvalidPath(_not_a_path(text))
    return ValuePath(attribute, condition, sub[1])


def _not_a_path(text: str) -> str:
    # As much as a log line shows, and no literal: that is personal data.
    before, quote, _ = text.partition('"')
    shown = before if not quote and len(before) <= 80 else f"{before[:77]}..."
    return (
        f"'{shown}' is not a path. Expected: attribute, attribute.subAttribute or attribute[filter].subAttribute, "
        "with the URN of its schema and a colon before it where it belongs to an extension."
    )
