"""What an answer carries: ``attributes``, ``excludedAttributes`` and ``returned`` (RFC 7644 §3.4.2.5, §3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.path import match_attribute_path
from scim_plugin.protocol.schema import Target, UnknownAttribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


@lru_cache(maxsize=2048)
def projection(
    resource_type: ResourceType, attributes: tuple[str, ...], excluded: tuple[str, ...], written: tuple[str, ...] = ()
) -> Projection:
    """Return what an answer carries when the client asks for *attributes*, or for all but *excluded*.

    Names are those of the request: in any case, with or without the URN, an extension's URN alone for all of it.
    Unknown names are ignored. ``returned: always`` stays whatever is asked, ``never`` never does, ``request`` only when
    it is named, here or among those that were *written* just now.
    """
    asked = _Asked(
        _targets(resource_type, attributes) if attributes else None,
        _targets(resource_type, excluded),
        _targets(resource_type, written),
    )
    kept: dict[str | None, dict[str, frozenset[str]]] = {None: _kept(resource_type.attributes, None, asked)}
    for extension in resource_type.extensions:
        kept[extension.schema.id] = _kept(extension.schema.attributes, extension.schema.id, asked)
    return Projection(not attributes and not asked.unwanted and not _has_special(resource_type), kept)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the client names: the targets, and the URNs of whole extensions. ``named`` None: everything."""

    named: list[Target | str] | None
    unwanted: list[Target | str]
    written: list[Target | str]


def written(resource_type: ResourceType, message: object) -> tuple[str, ...]:
    """Return the ``returned: request`` attributes that *message*, a resource or a PatchOp, gives a value.

    They are part of the answer to it (RFC 7643 §7). Most resource types have none.
    """
    if not _has_special(resource_type) or not is_object(message):
        return ()
    operations = next((value for name, value in message.items() if name.lower() == "operations"), None)
    parts = _parts(operations) if is_array(operations) else [message]
    names = [name for part in parts for name in _names(part, resource_type)]
    found = _targets(resource_type, names)
    return tuple(
        str(target)
        for target in resource_type.targets()
        if target.leaf.returned == "request" and (target in found or target.extension in found)
    )


def _parts(operations: list[Any]) -> list[Document]:
    """Return what *operations* write, each as an object of attributes."""
    parts: list[Document] = []
    for operation in operations:
        message = {name.lower(): value for name, value in operation.items()} if is_object(operation) else {}
        path, value = message.get("path"), message.get("value")
        parts.append({path.partition("[")[0]: value} if isinstance(path, str) else value if is_object(value) else {})
    return parts


def _names(part: Document, resource_type: ResourceType) -> Iterator[str]:
    """Yield the paths of what *part* gives a value, down to the attributes of extensions and to sub-attributes."""
    for name, value in part.items():
        is_extension = resource_type.extension(name) is not None
        if not is_extension or not is_object(value):
            yield name
        for item in [value] if is_object(value) else value if is_array(value) else []:
            yield from (f"{name}{':' if is_extension else '.'}{sub}" for sub in item) if is_object(item) else ()


@lru_cache(maxsize=512)
def _has_special(resource_type: ResourceType) -> bool:
    """Tell whether something may stand in a stored document and yet not be answered by default."""
    return any(target.leaf.returned == "request" for target in resource_type.targets())


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


def _kept(attributes: Iterable[Attribute], urn: str | None, asked: _Asked) -> dict[str, frozenset[str]]:
    kept: dict[str, frozenset[str]] = {}
    for attribute in attributes:
        selection = None if attribute.returned == "never" else _selection(attribute, urn, asked)
        if selection is not None:
            kept[attribute.name] = selection
    return kept


def _selection(attribute: Attribute, urn: str | None, asked: _Asked) -> frozenset[str] | None:
    """Return the sub-attributes of *attribute* that stay, _ALL of them, or None where it does not stay at all."""
    is_written, written_subs = _concerning(attribute, urn, asked.written)
    if asked.named is not None:
        is_named, subs = _concerning(attribute, urn, asked.named)
        excluded = frozenset[str]()
    else:
        is_named, subs = attribute.returned == "default" or is_written, written_subs
        is_excluded, excluded = _concerning(attribute, urn, asked.unwanted)
        is_named = is_named and not is_excluded
    if attribute.returned == "always":
        is_named, excluded = True, frozenset[str]()
    if not is_named and (not subs or asked.named is None):
        return None
    stay = {
        sub.name
        for sub in attribute.sub_attributes
        if sub.returned == "always"
        or (sub.name not in excluded and (sub.name in subs or (is_named and sub.returned == "default")))
    }
    if len(stay) == len(attribute.sub_attributes):
        return _ALL
    return frozenset(stay) or None


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
