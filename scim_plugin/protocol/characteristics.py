"""What the characteristics of attributes demand of a whole document (RFC 7643 §7): required, immutable, never returned.

What they mean for a resource type is compiled once; most types ask for next to nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.comparison import values_of
from scim_plugin.protocol.errors import InvalidValue, Mutability
from scim_plugin.protocol.json_types import Document, is_array, is_object

if TYPE_CHECKING:
    from scim_plugin.protocol.schema import Attribute, ResourceType, Target

MAX_TYPES = 512
"""Resource types for which something is kept compiled: each integration may have some of its own."""


def check_required(document: Document, resource_type: ResourceType, *, with_secrets: bool) -> None:
    """Check that *document* has everything that it must have. Raises InvalidValue.

    Without secrets, what is never kept is not asked for: it was there when the resource was made.
    """
    for name in _required(resource_type, with_secrets):
        if document.get(name) in (None, ""):
            raise InvalidValue(_missing(name))
    for extension in resource_type.extensions:
        if extension.required and extension.schema.id not in document:
            detail = f"The schema extension '{extension.schema.id}' is required."
            raise InvalidValue(detail)
    for holder, name, sub_names in _required_parts(resource_type, with_secrets):
        _check_parts(document if holder is None else document.get(holder), name, sub_names)


def _missing(name: str) -> str:
    return f"The attribute '{name}' is required and must not be empty."


def _check_parts(holder: Document | None, name: str, sub_names: tuple[str, ...]) -> None:
    """Check a required attribute of an extension, or the required sub-attributes of each value of an attribute."""
    if holder is None:
        return
    value = holder.get(name)
    if not sub_names and value in (None, ""):
        raise InvalidValue(_missing(name))
    for item in _objects(value):
        for sub_name in sub_names:
            if item.get(sub_name) in (None, ""):
                detail = f"The sub-attribute '{name}.{sub_name}' is required and must not be empty."
                raise InvalidValue(detail)


def _objects(value: Any) -> list[Document]:
    return value if is_array(value) else [value] if is_object(value) else []


@lru_cache(maxsize=MAX_TYPES)
def _required(resource_type: ResourceType, with_secrets: bool) -> tuple[str, ...]:
    """Return the names of the core attributes that each resource must have and a client gives."""
    return tuple(
        attribute.name for attribute in resource_type.schema.attributes if _is_demanded(attribute, with_secrets)
    )


@lru_cache(maxsize=MAX_TYPES)
def _required_parts(
    resource_type: ResourceType, with_secrets: bool
) -> tuple[tuple[str | None, str, tuple[str, ...]], ...]:
    """Return what must be there besides :func:`_required`: URN of the extension or None, attribute, sub-attributes.

    No sub-attributes: the attribute itself, wherever its extension is used. The schemas of the RFC have none of these.
    """
    parts: list[tuple[str | None, str, tuple[str, ...]]] = []
    schemas = [(None, resource_type.schema), *((ext.schema.id, ext.schema) for ext in resource_type.extensions)]
    for urn, schema in schemas:
        for attribute in schema.attributes:
            if urn is not None and _is_demanded(attribute, with_secrets):
                parts.append((urn, attribute.name, ()))
            subs = tuple(sub.name for sub in attribute.sub_attributes if _is_demanded(sub, with_secrets))
            if subs and attribute.mutability != "readOnly":
                parts.append((urn, attribute.name, subs))
    return tuple(parts)


def _is_demanded(attribute: Attribute, with_secrets: bool) -> bool:
    return attribute.required and attribute.mutability != "readOnly" and (with_secrets or attribute.returned != "never")


def take_secrets(document: Document, resource_type: ResourceType, secrets: Document) -> None:
    """Move what is never kept, a password, from *document* to *secrets*, by its path.

    An object that is empty then is no value any more.
    """
    for target in _never_kept(resource_type):
        holder = document if target.extension is None else document.get(target.extension, {})
        name, sub = target.attribute.name, target.sub_attribute
        if name not in holder:
            continue
        if sub is None:
            secrets[str(target)] = holder.pop(name)
        else:
            _take_from_values(holder, name, sub.name, secrets, str(target))
        if not holder and target.extension is not None:
            del document[target.extension]


def _take_from_values(holder: Document, name: str, sub_name: str, secrets: Document, path: str) -> None:
    for item in _objects(holder[name]):
        if sub_name in item:
            secrets[path] = item.pop(sub_name)
    if is_array(holder[name]):
        holder[name] = [item for item in holder[name] if item]
    if not holder[name]:
        del holder[name]


@lru_cache(maxsize=MAX_TYPES)
def _never_kept(resource_type: ResourceType) -> tuple[Target, ...]:
    return tuple(target for target in resource_type.targets() if target.leaf.returned == "never")


def check_immutable(old: Document, new: Document, resource_type: ResourceType) -> None:
    """Raise Mutability when *new* changes or drops a value of *old* that is immutable (RFC 7643 §7)."""
    for target in _immutable(resource_type):
        before = values_of(old, target)
        if before and before != values_of(new, target):
            raise Mutability(str(target))


@lru_cache(maxsize=MAX_TYPES)
def _immutable(resource_type: ResourceType) -> tuple[Target, ...]:
    """Return what is immutable: attributes, and sub-attributes where it is certain whose they were before."""
    return tuple(
        target
        for target in resource_type.targets()
        if target.leaf.mutability == "immutable" and not (target.sub_attribute and target.attribute.multi_valued)
    )
