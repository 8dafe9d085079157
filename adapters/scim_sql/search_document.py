"""The search document: a resource's document with every value in the form in which it is compared.

It nests like the document, so that SQL and the core's evaluator agree: strings that ignore case are folded, times are
microseconds, multi-valued attributes are always arrays. What no schema declares is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from scim_plugin.protocol.comparison import comparable
from scim_plugin.protocol.json_types import Document, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scim_plugin.protocol.schema import Attribute, ResourceType

_Converter: TypeAlias = "Callable[[Any], Any]"


def search_document(resource_type: ResourceType) -> Callable[[Document], str]:
    """Return the function that makes the search document, as JSON text, of a resource of this type."""
    convert = _object(
        {attribute.name: _attribute(attribute) for attribute in resource_type.attributes}
        | {ext.schema.id: _attributes(ext.schema.attributes) for ext in resource_type.extensions}
    )
    return lambda document: dump(convert(document)).decode()


def dump(value: object) -> bytes:
    """Return *value* as JSON."""
    return orjson.dumps(value)


def _attributes(attributes: Iterable[Attribute]) -> _Converter:
    return _object({attribute.name: _attribute(attribute) for attribute in attributes})


def _object(converters: dict[str, _Converter]) -> _Converter:
    def convert(value: object) -> object:
        if not is_object(value):
            return None
        return {name: converters[name](found) for name, found in value.items() if name in converters}

    return convert


def _attribute(attribute: Attribute) -> _Converter:
    single = _attributes(attribute.sub_attributes) if attribute.type == "complex" else _simple(attribute)
    if not attribute.multi_valued:
        return single
    return lambda value: [single(item) for item in value] if is_array(value) else [single(value)]


def _simple(attribute: Attribute) -> _Converter:
    prepare = comparable(attribute)
    if attribute.type in ("boolean", "integer", "decimal"):
        return prepare
    return lambda value: prepare(value) if isinstance(value, str) else None
