"""What an answer carries: ``attributes``, ``excludedAttributes`` and ``returned`` (RFC 7644 §3.4.2.5, §3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.path import match_attribute_path
from scim_plugin.protocol.schema import Target, UnknownAttribute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scim_plugin.protocol.schema import Attribute, ResourceType

_ALL = frozenset[str]()
"""In a selection: the attribute with all its sub-attributes."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What to keep of a document. ``everything`` tells that nothing has to be taken away.

    ``kept`` maps the name of each attribute that stays (an extension's attributes under its URN) to the names of the
    sub-attributes that stay, an empty set for all of them.
    """

    everything: bool
    kept: dict[str | None, dict[str, frozenset[str]]]

    def needs(self, name: str) -> bool:
        """Tell whether the core attribute *name* is part of the answer."""
        return name in self.kept[None]

    def apply(self, document: Document) -> Document:
        """Return *document*, a whole representation, with the attributes that stay."""
        if self.everything:
            return document
        answer = _select(document, self.kept[None])
        for urn, kept in self.kept.items():
            if urn is not None and is_object(extension := document.get(urn)) and (part := _select(extension, kept)):
                answer[urn] = part
        return answer


def _select(document: Document, kept: dict[str, frozenset[str]]) -> Document:
    return {
        name: _select_sub(value, kept[name]) if kept[name] else value
        for name, value in document.items()
        if name in kept and not (kept[name] and _is_left_empty(value, kept[name]))
    }


def _select_sub(value: Any, names: frozenset[str]) -> Any:
    if is_array(value):
        return [part for item in value if (part := _select_sub(item, names))]
    return {name: part for name, part in value.items() if name in names} if is_object(value) else value


def _is_left_empty(value: Any, names: frozenset[str]) -> bool:
    return not _select_sub(value, names)


@lru_cache(maxsize=512)
def projection(resource_type: ResourceType, attributes: tuple[str, ...], excluded: tuple[str, ...]) -> Projection:
    """Return what an answer carries when the client asks for *attributes*, or for all but *excluded*.

    Names are those of the request: in any case, with or without the URN, an extension's URN alone for all of it.
    Unknown names are ignored. ``returned: always`` stays whatever is asked, ``never`` never does.
    """
    named = _targets(resource_type, attributes) if attributes else None
    unwanted = _targets(resource_type, excluded)
    kept: dict[str | None, dict[str, frozenset[str]]] = {None: _kept(resource_type.attributes, None, named, unwanted)}
    for extension in resource_type.extensions:
        kept[extension.schema.id] = _kept(extension.schema.attributes, extension.schema.id, named, unwanted)
    return Projection(not attributes and not unwanted and not _has_special(resource_type), kept)


def _has_special(resource_type: ResourceType) -> bool:
    """Tell whether some attribute may stand in a stored document and yet not be answered by default."""
    schemas = (resource_type.schema, *(extension.schema for extension in resource_type.extensions))
    return any(attribute.returned == "request" for schema in schemas for attribute in schema.attributes)


def _targets(resource_type: ResourceType, names: Iterable[str]) -> list[Target | str]:
    found: list[Target | str] = []
    for name in names:
        schema = resource_type.extension(name)
        path = match_attribute_path(name)
        if schema is not None:
            found.append(schema.id)
        elif name.lower() == resource_type.schema.id.lower():
            found.extend(Target(attribute) for attribute in resource_type.schema.attributes)
        elif path is not None:
            try:
                found.append(resource_type.locate(path))
            except UnknownAttribute:
                continue
    return found


def _kept(
    attributes: Iterable[Attribute], urn: str | None, named: list[Target | str] | None, unwanted: list[Target | str]
) -> dict[str, frozenset[str]]:
    kept: dict[str, frozenset[str]] = {}
    for attribute in attributes:
        if attribute.returned == "never":
            continue
        if attribute.returned == "always":
            kept[attribute.name] = _ALL
        elif named is not None:
            selection = _named(attribute, urn, named)
            if selection is not None:
                kept[attribute.name] = selection
        elif attribute.returned == "default":
            selection = _not_excluded(attribute, urn, unwanted)
            if selection is not None:
                kept[attribute.name] = selection
    return kept


def _concerning(attribute: Attribute, urn: str | None, targets: list[Target | str]) -> tuple[bool, frozenset[str]]:
    """Return whether *targets* name the whole attribute, and which of its sub-attributes they name."""
    whole = urn in targets
    subs: set[str] = set()
    for target in targets:
        if isinstance(target, Target) and target.attribute.name == attribute.name and target.extension == urn:
            if target.sub_attribute is None:
                whole = True
            else:
                subs.add(target.sub_attribute.name)
    return whole, frozenset(subs)


def _named(attribute: Attribute, urn: str | None, named: list[Target | str]) -> frozenset[str] | None:
    whole, subs = _concerning(attribute, urn, named)
    if whole:
        return _ALL
    return subs or None


def _not_excluded(attribute: Attribute, urn: str | None, unwanted: list[Target | str]) -> frozenset[str] | None:
    whole, subs = _concerning(attribute, urn, unwanted)
    if whole:
        return None
    if not subs:
        return _ALL
    return frozenset(sub.name for sub in attribute.sub_attributes) - subs or None
