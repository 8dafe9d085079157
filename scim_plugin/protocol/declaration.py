"""Schemas and resource types declared as data, in the notation of RFC 7643 §6 and §7.

A declaration has two lists: ``schemas``, each a Schema as ``/Schemas`` would serve it, and ``resourceTypes``. A
resource type called ``User`` or ``Group`` adds its ``schemaExtensions`` to the one that every integration has. Beyond
the RFC, an attribute may be ``closed`` (no values but the canonical ones), and a resource type may name its ``key``,
the attribute that is unique within an integration.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.catalogue import BUILT_IN, Catalogue
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.path import NAME
from scim_plugin.protocol.schema import COMMON_ATTRIBUTES, Attribute, Extension, ResourceType, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS: dict[str, tuple[str, ...]] = {
    "type": ("string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"),
    "mutability": ("readOnly", "readWrite", "immutable", "writeOnly"),
    "returned": ("always", "never", "default", "request"),
    "uniqueness": ("none", "server", "global"),
}
_FLAGS = ("multiValued", "required", "caseExact", "closed")
_LISTS = ("canonicalValues", "referenceTypes")
_NAME = re.compile(NAME, re.ASCII)
_URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9()+,\-.:=@;$_!*'%/?#]+", re.ASCII | re.IGNORECASE)
_ENDPOINT = re.compile(r"/[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)
_RESERVED = frozenset({"/Bulk", "/Me", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig"})
_COMMON = frozenset(attribute.name.lower() for attribute in COMMON_ATTRIBUTES) - {"externalid"}


class InvalidDeclaration(ValueError):
    """A declaration that cannot be served. ``problems`` has one sentence per mistake."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the *problems*, all of them, so that they can be mended at once."""
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


def declare(data: object) -> Catalogue:
    """Return the catalogue that *data* declares on top of the built-in one. Raises InvalidDeclaration."""
    return _declared(json.dumps(data, sort_keys=True, separators=(",", ":"), default=str))


def declared(text: str) -> Catalogue:
    """Return the catalogue of a :attr:`Catalogue.declaration`; the empty text is the built-in one."""
    return _declared(text) if text else BUILT_IN


@lru_cache(maxsize=256)
def _declared(text: str) -> Catalogue:
    reader = _Reader()
    resource_types = reader.catalogue(json.loads(text))
    if reader.problems:
        raise InvalidDeclaration(reader.problems)
    return Catalogue(tuple(resource_types), text)


class _Reader:
    """Reads a declaration and collects what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def catalogue(self, data: object) -> list[ResourceType]:
        document = self._object(data, "The declaration", ("schemas", "resourceTypes"))
        schemas = {schema.id.lower(): schema for schema in BUILT_IN.schemas}
        for item in self._list(document, "schemas", "The declaration"):
            schema = self._schema(item)
            if schema.id.lower() in schemas:
                self.problems.append(f"The schema '{schema.id}' is declared twice, or built in.")
            schemas[schema.id.lower()] = schema
        types = {kind.name: kind for kind in BUILT_IN.resource_types}
        for item in self._list(document, "resourceTypes", "The declaration"):
            self._resource_type(item, schemas, types)
        endpoints = [kind.endpoint for kind in types.values()]
        self.problems += [
            f"The endpoint '{e}' is declared twice." for e in sorted({e for e in endpoints if endpoints.count(e) > 1})
        ]
        return list(types.values())

    def _resource_type(self, item: object, schemas: dict[str, Schema], types: dict[str, ResourceType]) -> None:
        words = ("id", "name", "description", "endpoint", "schema", "schemaExtensions", "key", "schemas", "meta")
        document = self._object(item, "A resource type", words)
        name = self._text(document, "name", "A resource type")
        where = f"The resource type '{name}'"
        known = types.get(name)
        extensions = [
            self._extension(entry, schemas, where) for entry in self._list(document, "schemaExtensions", where)
        ]
        found = tuple(extension for extension in extensions if extension is not None)
        if known is not None:
            types[name] = replace(known, extensions=(*known.extensions, *found))
            return
        endpoint = self._text(document, "endpoint", where)
        if _ENDPOINT.fullmatch(endpoint) is None or endpoint in _RESERVED:
            self.problems.append(f"{where} needs an endpoint such as '/Devices', and none of the protocol's own.")
        if _NAME.fullmatch(name) is None:
            self.problems.append(f"{where} needs a name of letters, digits, dashes and underscores.")
        schema = schemas.get(self._text(document, "schema", where).lower())
        if schema is None:
            self.problems.append(f"{where} names a schema that is not declared.")
            return
        kind = ResourceType(name, endpoint, str(document.get("description", name)), schema, found)
        types[name] = replace(kind, key=self._key(document, kind, where))

    def _key(self, document: Document, kind: ResourceType, where: str) -> str | None:
        name = document.get("key")
        if name is None:
            return None
        attribute = kind.schema.attribute(name) if isinstance(name, str) else None
        if attribute is None or attribute.type != "string" or attribute.multi_valued or not attribute.required:
            self.problems.append(f"{where}: 'key' must name a required, single-valued string of its schema.")
            return None
        return attribute.name

    def _extension(self, item: object, schemas: dict[str, Schema], where: str) -> Extension | None:
        document = self._object(item, f"{where}: a schema extension", ("schema", "required"))
        urn = self._text(document, "schema", f"{where}: a schema extension")
        schema = schemas.get(urn.lower())
        if schema is None:
            self.problems.append(f"{where} is extended by '{urn}', which is not declared.")
            return None
        return Extension(schema, self._flag(document, "required", where))

    def _schema(self, item: object) -> Schema:
        document = self._object(item, "A schema", ("id", "name", "description", "attributes", "schemas", "meta"))
        urn = self._text(document, "id", "A schema")
        where = f"The schema '{urn}'"
        if _URN.fullmatch(urn) is None:
            self.problems.append(f"{where} needs a URN as its id.")
        attributes = self._attributes(document, "attributes", where)
        if not attributes:
            self.problems.append(f"{where} has no attributes.")
        return Schema(urn, str(document.get("name", urn)), str(document.get("description", "")), attributes)

    def _attributes(self, document: Document, name: str, where: str, *, inner: bool = False) -> tuple[Attribute, ...]:
        found = tuple(self._attribute(item, where, inner=inner) for item in self._list(document, name, where))
        names = [attribute.name.lower() for attribute in found]
        twice = sorted({attribute for attribute in names if names.count(attribute) > 1})
        self.problems += [f"{where} has the attribute '{attribute}' twice." for attribute in twice]
        return found

    def _attribute(self, item: object, where: str, *, inner: bool) -> Attribute:
        words = ("name", "description", "subAttributes", *_WORDS, *_FLAGS, *_LISTS)
        document = self._object(item, f"{where}: an attribute", words)
        name = self._text(document, "name", f"{where}: an attribute")
        at = f"{where}, attribute '{name}'"
        if _NAME.fullmatch(name) is None:
            self.problems.append(f"{at}: a name begins with a letter and has letters, digits, '$', '-' and '_' only.")
        if not inner and name.lower() in _COMMON:
            self.problems.append(f"{at}: every resource has an attribute of this name already.")
        subs = self._attributes(document, "subAttributes", at, inner=True)
        kind = self._word(document, "type", "string", at)
        if (kind == "complex") != bool(subs):
            self.problems.append(f"{at}: a complex attribute has sub-attributes, and no other has.")
        if kind == "complex" and inner:
            self.problems.append(f"{at}: a sub-attribute cannot be complex.")
        references = self._strings(document, "referenceTypes", at)
        if (kind == "reference") != bool(references):
            self.problems.append(f"{at}: a reference has referenceTypes, and nothing else has.")
        canonical, closed = self._strings(document, "canonicalValues", at), self._flag(document, "closed", at)
        if closed and not canonical:
            self.problems.append(f"{at}: 'closed' needs canonicalValues.")
        values: dict[str, Any] = {
            "type": kind,
            "mutability": self._word(document, "mutability", "readWrite", at),
            "returned": self._word(document, "returned", "default", at),
            "uniqueness": self._word(document, "uniqueness", "none", at),
        }
        return Attribute(
            name,
            description=str(document.get("description", "")),
            multi_valued=self._flag(document, "multiValued", at),
            required=self._flag(document, "required", at),
            canonical_values=canonical,
            closed=closed,
            case_exact=self._flag(document, "caseExact", at),
            reference_types=references,
            sub_attributes=subs,
            **values,
        )

    # ------------------------------------------------------------------------------------------------- parts of objects

    def _object(self, item: object, where: str, words: tuple[str, ...]) -> Document:
        if not is_object(item):
            self.problems.append(f"{where} must be a table.")
            return {}
        self.problems += [f"{where} has an unknown key '{name}'." for name in sorted(item.keys() - set(words))]
        return item

    def _list(self, document: Document, name: str, where: str) -> list[Any]:
        value = document.get(name, [])
        if is_array(value):
            return value
        self.problems.append(f"{where}: '{name}' must be a list.")
        return []

    def _text(self, document: Document, name: str, where: str) -> str:
        value = document.get(name)
        if isinstance(value, str) and value:
            return value
        self.problems.append(f"{where} needs a '{name}'.")
        return ""

    def _word(self, document: Document, name: str, default: str, where: str) -> str:
        value = document.get(name, default)
        if value in _WORDS[name]:
            return str(value)
        self.problems.append(f"{where}: '{name}' must be one of {', '.join(_WORDS[name])}.")
        return default

    def _flag(self, document: Document, name: str, where: str) -> bool:
        value = document.get(name, False)
        if isinstance(value, bool):
            return value
        self.problems.append(f"{where}: '{name}' must be true or false.")
        return False

    def _strings(self, document: Document, name: str, where: str) -> tuple[str, ...]:
        values = self._list(document, name, where)
        if all(isinstance(value, str) for value in values):
            return tuple(values)
        self.problems.append(f"{where}: '{name}' must be a list of strings.")
        return ()
