"""Attribute paths: ``[URN ":"] name ["." subAttribute]`` and value paths (RFC 7644 §3.5.2, §3.10).

Everything here is syntax; which attribute a path leads to is the resource type's word (:meth:`ResourceType.locate`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scim_plugin.protocol.filter import Filter

NAME = r"[A-Za-z$][A-Za-z0-9$_-]*"
_PATH = re.compile(
    rf"(?:(?P<urn>urn:[^\s\"\[\]()]+):)?(?P<name>{NAME})(?:\.(?P<sub>{NAME}))?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class AttributePath:
    """A path as written: the URN of its schema if it has one, the attribute, the sub-attribute if it has one."""

    name: str
    urn: str | None = None
    sub_attribute: str | None = None

    def __str__(self) -> str:
        """Return the path in the notation of RFC 7644 §3.10."""
        prefix = f"{self.urn}:" if self.urn else ""
        suffix = f".{self.sub_attribute}" if self.sub_attribute else ""
        return f"{prefix}{self.name}{suffix}"


@dataclass(frozen=True, slots=True)
class ValuePath:
    """A path that selects values by a filter: ``emails[type eq "work"].value`` (RFC 7644 §3.5.2)."""

    attribute: AttributePath
    filter: Filter
    sub_attribute: str | None = None

    def __str__(self) -> str:
        """Return the path in the notation of RFC 7644 §3.5.2."""
        suffix = f".{self.sub_attribute}" if self.sub_attribute else ""
        return f"{self.attribute}[{self.filter}]{suffix}"


def match_attribute_path(text: str) -> AttributePath | None:
    """Return *text* as an attribute path, or None when it is none."""
    found = _PATH.fullmatch(text)
    return AttributePath(found["name"], found["urn"], found["sub"]) if found else None
