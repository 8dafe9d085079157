"""Schemas and resource types declared as data, in the notation of RFC 7643 §6 and §7.

A declaration has two lists: ``schemas``, each a Schema as ``/Schemas`` would serve it, and ``resourceTypes``. A
resource type called ``User`` or ``Group`` adds its ``schemaExtensions`` to the one that every integration has. Beyond
the RFC, an attribute may be ``closed`` (no values but the canonical ones), and a resource type may name its ``key``,
the attribute that is unique within an integration. What could not be stored, found or answered is a problem here, so
that nothing behind this module has to expect it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.catalogue import BUILT_IN, Catalogue
from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.path import NAME
from scim_plugin.protocol.schema import COMMON_ATTRIBUTES, Attribute, Extension, ResourceType, Schema
from scim_plugin.protocol.text import is_storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS: dict[str, tuple[str, ...]] = {
    "type": ("string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"),
    "mutability": ("readOnly", "readWrite", "immutable", "writeOnly"),
    "returned": ("always", "never", "default", "request"),
    "uniqueness": ("none", "server", "global"),
}
_FLAGS = ("multiValued", "required", "caseExact", "closed")
_LISTS = ("canonicalValues", "referenceTypes")
_NAME = re.compile(NAME, re.ASCII)
# As RFC 8141, without the letters that a path, a query or the address of a schema would have to quote.
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:[a-z0-9+.:=@;$_!*'~-]+", re.ASCII | re.IGNORECASE)
_ENDPOINT = re.compile(r"/[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)
_RESERVED = frozenset({"/bulk", "/me", "/schemas", "/resourcetypes", "/serviceproviderconfig"})
_COMMON = frozenset(attribute.name.lower() for attribute in COMMON_ATTRIBUTES) - {"externalid"}
_TEXT = ("string", "reference")
_MAX_URN = 128
_MAX_NAME = 60
"""Characters: URN, attribute and sub-attribute together are a path of 255 at most."""


class InvalidDeclaration(ValueError):
    """A declaration that cannot be served. ``problems`` has one sentence per mistake."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the *problems*, all of them, so that they can be mended at once."""
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


def declare(data: object) -> Catalogue:
    """Return the catalogue that *data* declares on top of the built-in one. Raises InvalidDeclaration."""
    try:
        text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    except (TypeError, ValueError, RecursionError):
        text = "\0"
    if not is_storable(text):
        raise InvalidDeclaration(["The declaration cannot be written as JSON."])
    return _declared(text)


def declared(text: str) -> Catalogue:
    """Return the catalogue of a :attr:`Catalogue.declaration`; the empty text is the built-in one."""
    return _declared(text) if text else BUILT_IN


@lru_cache(maxsize=256)
def _declared(text: str) -> Catalogue:
    reader = _Reader()
    resource_types = reader.catalogue(json.loads(text))
    if reader.problems:
        raise InvalidDeclaration(dict.fromkeys(reader.problems))
    is_empty = resource_types == list(BUILT_IN.resource_types)
    return BUILT_IN if is_empty else Catalogue(tuple(resource_types), text)


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
        self.problems += [f"The resource type '{name}' is declared twice." for name in _repeated(types)]
        self.problems += [f"The endpoint '{endpoint}' is declared twice." for endpoint in _repeated(endpoints)]
        used = {schema.id for schema in Catalogue(tuple(types.values())).schemas}
        self.problems += [f"No resource type uses the schema '{s.id}'." for s in schemas.values() if s.id not in used]
        return list(types.values())

    def _resource_type(self, item: object, schemas: dict[str, Schema], types: dict[str, ResourceType]) -> None:
        words = ("id", "name", "description", "endpoint", "schema", "schemaExtensions", "key", "schemas", "meta")
        document = self._object(item, "A resource type", words)
        name = self._text(document, "name", "A resource type")
        where = f"The resource type '{name}'"
        known = types.get(name)
        extensions = {ext.schema: ext for ext in known.extensions} if known else {}
        for entry in self._list(document, "schemaExtensions", where):
            extension = self._extension(entry, schemas, where)
            if extension is not None:
                extensions[extension.schema] = extension
        if known is not None:
            self._check_known(document, known, where)
            types[name] = replace(known, extensions=tuple(extensions.values()))
            self._check_apart(types[name], where)
            return
        endpoint = self._text(document, "endpoint", where)
        if _ENDPOINT.fullmatch(endpoint) is None or endpoint.lower() in _RESERVED:
            self.problems.append(f"{where} needs an endpoint such as '/Devices', and none of the protocol's own.")
        if _NAME.fullmatch(name) is None or len(name) > _MAX_NAME:
            self.problems.append(
                f"{where} needs a name of letters, digits, dashes and underscores: {_MAX_NAME} at most."
            )
        schema = schemas.get(self._text(document, "schema", where).lower())
        if schema is None:
            self.problems.append(f"{where} names a schema that is not declared.")
            return
        self._check_computed(schema, where)
        kind = ResourceType(name, endpoint, str(document.get("description", name)), schema, tuple(extensions.values()))
        types[name] = replace(kind, key=self._key(document, kind, where))
        self._check_apart(kind, where)

    def _check_apart(self, kind: ResourceType, where: str) -> None:
        if kind.extension(kind.schema.id) is not None:
            self.problems.append(f"{where} cannot be extended by its own schema.")

    def _check_known(self, document: Document, known: ResourceType, where: str) -> None:
        if known not in BUILT_IN.resource_types:
            self.problems.append(f"{where} is declared twice.")
        fixed = {"endpoint": known.endpoint, "schema": known.schema.id, "key": known.key}
        self.problems += [
            f"{where} is built in: its '{name}' is '{value}'."
            for name, value in fixed.items()
            if document.get(name, value) != value
        ]

    def _check_computed(self, schema: Schema, where: str) -> None:
        """Check the names of memberships, which are rows and no part of a document."""
        if schema.attribute("members") is not None:
            self.problems.append(f"{where} cannot have 'members': only a Group has.")
        groups, model = schema.attribute("groups"), USER.schema.attribute("groups")
        if groups is None or model is None:
            return
        subs = {sub.name for sub in groups.sub_attributes}
        is_alike = subs <= {sub.name for sub in model.sub_attributes}
        if groups.name != "groups" or groups.mutability != "readOnly" or not groups.multi_valued or not is_alike:
            self.problems.append(f"{where}: 'groups' must be declared as it is for a User: readOnly and multi-valued.")

    def _key(self, document: Document, kind: ResourceType, where: str) -> str | None:
        name = document.get("key")
        if name is None:
            return None
        attribute = kind.schema.attribute(name) if isinstance(name, str) else None
        if attribute is None or attribute.type != "string" or attribute.multi_valued or not attribute.required:
            self.problems.append(f"{where}: 'key' must name a required, single-valued string of its schema.")
            return None
        if attribute.mutability == "readOnly" or attribute.returned == "never":
            self.problems.append(f"{where}: 'key' must be an attribute that clients write and read.")
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
        if _URN.fullmatch(urn) is None or len(urn) > _MAX_URN:
            self.problems.append(f"{where} needs a URN as its id, of {_MAX_URN} characters at most.")
        attributes = self._attributes(document, "attributes", where)
        if not attributes:
            self.problems.append(f"{where} has no attributes.")
        return Schema(urn, str(document.get("name", urn)), str(document.get("description", "")), attributes)

    def _attributes(self, document: Document, name: str, where: str, *, inner: bool = False) -> tuple[Attribute, ...]:
        found = tuple(self._attribute(item, where, inner=inner) for item in self._list(document, name, where))
        names = _repeated(attribute.name for attribute in found)
        self.problems += [f"{where} has the attribute '{name}' twice." for name in names]
        return found

    def _attribute(self, item: object, where: str, *, inner: bool) -> Attribute:
        words = ("name", "description", *_WORDS, *_FLAGS, *_LISTS, *(() if inner else ("subAttributes",)))
        document = self._object(item, f"{where}: an attribute", words)
        name = self._text(document, "name", f"{where}: an attribute")
        at = f"{where}, attribute '{name}'"
        if _NAME.fullmatch(name) is None or len(name) > _MAX_NAME:
            self.problems.append(
                f"{at}: a name begins with a letter and has letters, digits, '$', '-' and '_': {_MAX_NAME} at most."
            )
        if not inner and name.lower() in _COMMON:
            self.problems.append(f"{at}: every resource has an attribute of this name already.")
        attribute = self._definition(document, name, at, inner=inner)
        self.problems += [f"{at}: {problem}" for problem in _contradictions(attribute, inner=inner)]
        return attribute

    def _definition(self, document: Document, name: str, at: str, *, inner: bool) -> Attribute:
        values: dict[str, Any] = {
            "type": self._word(document, "type", "string", at),
            "mutability": self._word(document, "mutability", "readWrite", at),
            "returned": self._word(document, "returned", "default", at),
            "uniqueness": self._word(document, "uniqueness", "none", at),
        }
        return Attribute(
            name,
            description=str(document.get("description", "")),
            multi_valued=self._flag(document, "multiValued", at),
            required=self._flag(document, "required", at),
            canonical_values=self._strings(document, "canonicalValues", at),
            closed=self._flag(document, "closed", at),
            case_exact=self._flag(document, "caseExact", at),
            reference_types=self._strings(document, "referenceTypes", at),
            sub_attributes=() if inner else self._attributes(document, "subAttributes", at, inner=True),
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


def _repeated(names: Iterable[str]) -> list[str]:
    """Return what stands in *names* more than once, in whatever case, in lower case."""
    folded = [name.lower() for name in names]
    return sorted({name for name in folded if folded.count(name) > 1})


def _contradictions(attribute: Attribute, *, inner: bool) -> Iterator[str]:
    """Yield one sentence for each thing in the definition that cannot be."""
    kind, name = attribute.type, attribute.name
    if inner and (kind == "complex" or attribute.multi_valued):
        yield "a sub-attribute has one value, which is not complex."
    elif (kind == "complex") != bool(attribute.sub_attributes):
        yield "a complex attribute has sub-attributes, and no other has."
    if (kind == "reference") != bool(attribute.reference_types):
        yield "a reference has referenceTypes, and nothing else has."
    if attribute.closed and not (attribute.canonical_values and kind in _TEXT):
        yield "'closed' needs canonicalValues, of a string or reference."
    if inner and name.lower() == "primary" and (kind != "boolean" or name != "primary"):
        yield "'primary' is a boolean."
    if attribute.sub_attribute("primary") is not None and not attribute.multi_valued:
        yield "'primary' is a sub-attribute of multi-valued attributes only."
    is_plain = kind == "string" and attribute.case_exact and not attribute.multi_valued and name == "externalId"
    if not inner and name.lower() == "externalid" and not is_plain:
        yield "'externalId' is a single string whose case matters."
