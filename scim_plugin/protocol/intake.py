"""Taking in what a client sends: names made canonical, types checked, what a client may not set dropped.

The checks are compiled from the schema once per resource type; :class:`Leniency` is asked only where the schema
refuses. Null, ``[]`` and absence are one state (RFC 7643 §2.5), so that an accepted document holds no null and no empty
list. Attributes that no schema declares are dropped: they are never stored and never reach the host.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

from scim_plugin.protocol.characteristics import MAX_TYPES, check_required, take_secrets
from scim_plugin.protocol.errors import InvalidSyntax, InvalidValue
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.leniency import UNASSIGNED, Departure, Leniency, Restriction, wrong_type
from scim_plugin.protocol.plural import one_primary, without_repetition
from scim_plugin.protocol.text import fold, is_storable, parse_date_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from scim_plugin.protocol.schema import Attribute, ResourceType, Schema

MEMBERS = "members"
"""The one attribute whose values are rows of their own, not part of the document."""

MAX_VALUES = 100
MAX_MEMBERS = 100_000
MAX_DOCUMENT = 1 << 18
"""Characters that a resource may have without its members, written out: a page has two hundred of them."""
MAX_INTEGER = 2**63 - 1
_BASE64 = re.compile(r"[A-Za-z0-9+/_\r\n-]*={0,2}", re.ASCII)

Check: TypeAlias = "Callable[[Any, Leniency], Any]"
"""Takes a JSON value, returns it canonical, or UNASSIGNED. Raises InvalidValue."""


def accept(
    body: object,
    resource_type: ResourceType,
    leniency: Leniency,
    secrets: Document | None = None,
    *,
    is_stored: bool = False,
) -> Document:
    """Return the document that *body*, of a POST or PUT, asserts for a resource of *resource_type*.

    readOnly attributes are ignored (RFC 7644 §3.3, §3.5.1). What is never kept is put into *secrets*, as
    :func:`complete` says; a body that *is_stored* already has no secrets. Raises InvalidSyntax, InvalidValue.
    """
    if not is_object(body):
        detail = "The body must be a JSON object: the resource."
        raise InvalidSyntax(detail)
    _check_schemas(body, resource_type)
    document: Document = {}
    attributes = checks(resource_type)
    strays: list[tuple[str, Any]] = []
    for name, value in body.items():
        entry = attributes.get(name.lower())
        if entry is None:
            strays.append((name, value))
        else:
            canonical, check = entry
            _assign_once(document, canonical, check(value, leniency))
    for name, value in strays:
        _take_stray(document, name, value, resource_type, leniency)
    if strays and leniency.forbids(Restriction.UNKNOWN_ATTRIBUTE):
        detail = f"The resource type {resource_type.name} has no attribute '{strays[0][0][:100]}'."
        raise InvalidValue(detail)
    return complete(document, resource_type, secrets, is_asserted=not is_stored)


def complete(
    document: Document, resource_type: ResourceType, secrets: Document | None = None, *, is_asserted: bool = False
) -> Document:
    """Return *document* with its ``schemas`` first, after checking that nothing required is missing.

    ``schemas`` names the core schema and each extension that has data (RFC 7643 §3.3). What is never kept, a password,
    is taken out, and put into *secrets* by its path; only a document that *is_asserted* as a whole must have what is
    required of it. Raises InvalidValue, also for a document beyond MAX_DOCUMENT.
    """
    check_required(document, resource_type, with_secrets=is_asserted)
    take_secrets(document, resource_type, {} if secrets is None else secrets)
    extensions = [ext.schema.id for ext in resource_type.extensions if ext.schema.id in document]
    document.pop("schemas", None)
    _check_size(document)
    return {"schemas": [resource_type.schema.id, *extensions], **document}


def _check_size(document: Document) -> None:
    size = sum(len(repr(value)) for name, value in document.items() if name != MEMBERS)
    if size > MAX_DOCUMENT:
        detail = f"The resource is larger than {MAX_DOCUMENT} characters."
        raise InvalidValue(detail)


def _check_schemas(body: Document, resource_type: ResourceType) -> None:
    urns = next((value for name, value in body.items() if name.lower() == "schemas"), None)
    if not is_array(urns) or not urns or not all(isinstance(urn, str) for urn in urns):
        detail = f'The body must name its schemas: "schemas": ["{resource_type.schema.id}"].'
        raise InvalidSyntax(detail)
    if resource_type.schema.id.lower() not in [urn.lower() for urn in urns]:
        detail = f"'schemas' must contain '{resource_type.schema.id}', the schema of {resource_type.endpoint}."
        raise InvalidSyntax(detail)


def _take_stray(document: Document, name: str, value: object, resource_type: ResourceType, leniency: Leniency) -> None:
    """Take an attribute of an extension that was sent at the root, with its URN or without, where that is allowed."""
    if value is None:
        return
    urn, _, attribute_name = name.rpartition(":")
    for extension in resource_type.extensions:
        if urn and urn.lower() != extension.schema.id.lower():
            continue
        attribute = extension.schema.attribute(attribute_name)
        if attribute is not None and leniency.permits(Departure.ROOT_EXTENSION_ATTRIBUTE):
            checked = attribute_check(attribute)(value, leniency)
            if checked is not UNASSIGNED:
                _assign_once(document.setdefault(extension.schema.id, {}), attribute.name, checked)
            return


def _assign_once(document: Document, name: str, value: Any) -> None:
    if value is UNASSIGNED:
        return
    if name in document:
        detail = f"The attribute '{name}' is given more than once."
        raise InvalidSyntax(detail)
    document[name] = value


@lru_cache(maxsize=MAX_TYPES)
def checks(resource_type: ResourceType) -> dict[str, tuple[str, Check]]:
    """Return, by lower-case name, the canonical name and the check of each attribute and extension."""
    compiled: dict[str, tuple[str, Check]] = {}
    for attribute in resource_type.attributes:
        compiled[attribute.name.lower()] = (attribute.name, attribute_check(attribute))
    for extension in resource_type.extensions:
        compiled[extension.schema.id.lower()] = (extension.schema.id, extension_check(extension.schema))
    return compiled


@lru_cache(maxsize=MAX_TYPES)
def extension_check(schema: Schema) -> Check:
    """Return the check of the object that holds the attributes of an extension."""
    by_name = {attribute.name.lower(): (attribute.name, attribute_check(attribute)) for attribute in schema.attributes}

    def check(value: Any, leniency: Leniency) -> Any:
        if value is None:
            return UNASSIGNED
        if not is_object(value):
            detail = f"The schema extension '{schema.id}' must be an object."
            raise InvalidValue(detail)
        return _members(value, by_name, leniency) or UNASSIGNED

    return check


def _members(value: Document, by_name: dict[str, tuple[str, Check]], leniency: Leniency) -> Document:
    checked: Document = {}
    for name, item in value.items():
        entry = by_name.get(name.lower())
        if entry is not None:
            _assign_once(checked, entry[0], entry[1](item, leniency))
    return checked


@lru_cache(maxsize=1024)
def attribute_check(attribute: Attribute) -> Check:
    """Return the check of a whole value of *attribute*: a list where it is multi-valued. readOnly gives UNASSIGNED."""
    if attribute.mutability == "readOnly":
        return _ignored
    single = value_check(attribute)
    return _multi_valued_check(attribute, single) if attribute.multi_valued else single


def _ignored(value: Any, leniency: Leniency) -> Any:  # noqa: ARG001 - the shape of every check
    return UNASSIGNED


@lru_cache(maxsize=1024)
def value_check(attribute: Attribute) -> Check:
    """Return the check of one value of *attribute*."""
    if attribute.type == "complex":
        return _complex_check(attribute)
    test = _simple_test(attribute)

    def check(value: Any, leniency: Leniency) -> Any:
        if value is None:
            return UNASSIGNED
        meant = value if test(value) else leniency.repair(attribute, value)
        if meant is not value and meant is not UNASSIGNED and not test(meant):
            raise InvalidValue(wrong_type(attribute, value))
        return UNASSIGNED if meant == "" and _empty_unassigns(attribute, leniency) else meant

    return check


def _empty_unassigns(attribute: Attribute, leniency: Leniency) -> bool:
    return not attribute.required and leniency.permits(Departure.EMPTY_UNASSIGNS)


def _simple_test(attribute: Attribute) -> Callable[[object], bool]:
    """Return the test of the JSON type and the form of a simple value."""
    allowed = frozenset(map(fold, attribute.canonical_values)) if attribute.closed else None

    def is_text(value: object) -> bool:
        if not isinstance(value, str):
            return False
        if allowed is not None and fold(value) not in allowed:
            detail = f"The attribute '{attribute.name}' must be one of: {', '.join(attribute.canonical_values)}."
            raise InvalidValue(detail)
        if len(value) > attribute.max_length:
            detail = f"The attribute '{attribute.name}' is longer than {attribute.max_length} characters."
            raise InvalidValue(detail)
        if not is_storable(value):
            detail = f"The attribute '{attribute.name}' contains U+0000 or a surrogate, which cannot be stored."
            raise InvalidValue(detail)
        return True

    def is_bounded(value: float) -> bool:
        if abs(value) <= MAX_INTEGER if isinstance(value, int) else isfinite(value):
            return True
        detail = f"The attribute '{attribute.name}' is a number that cannot be stored."
        raise InvalidValue(detail)

    match attribute.type:
        case "boolean":
            return lambda value: isinstance(value, bool)
        case "integer":
            return lambda value: isinstance(value, int) and not isinstance(value, bool) and is_bounded(value)
        case "decimal":
            return lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and is_bounded(value)
        case "dateTime":
            return lambda value: is_text(value) and parse_date_time(str(value)) is not None
        case "binary":
            return lambda value: is_text(value) and _BASE64.fullmatch(str(value)) is not None
        case _:
            return is_text


def _complex_check(attribute: Attribute) -> Check:
    by_name = {
        sub.name.lower(): (sub.name, _ignored if sub.mutability == "readOnly" else attribute_check(sub))
        for sub in attribute.sub_attributes
    }
    is_labelled = attribute.multi_valued and "display" in by_name

    def check(value: Any, leniency: Leniency) -> Any:
        if value is None:
            return UNASSIGNED
        if not is_object(value):
            value = leniency.repair(attribute, value)
            if value is UNASSIGNED:
                return UNASSIGNED
            if not is_object(value):
                raise InvalidValue(wrong_type(attribute, value))
        if is_labelled:
            value = leniency.adapt(attribute, value)
        return _members(value, by_name, leniency) or UNASSIGNED

    return check


def _multi_valued_check(attribute: Attribute, single: Check) -> Check:
    limit = MAX_MEMBERS if attribute.name == MEMBERS else MAX_VALUES

    def check(value: Any, leniency: Leniency) -> Any:
        if value is None:
            return UNASSIGNED
        items = value if is_array(value) else [value] if is_object(value) else _repaired(attribute, value, leniency)
        if len(items) > limit:
            detail = f"The attribute '{attribute.name}' has more than {limit} values."
            raise InvalidValue(detail)
        checked = [done for item in items if (done := single(item, leniency)) is not UNASSIGNED]
        if len(checked) < len(items):
            _refuse_meaningless(attribute, items)
        return one_primary(attribute, without_repetition(checked), leniency) or UNASSIGNED

    return check


def _refuse_meaningless(attribute: Attribute, items: list[Any]) -> None:
    """Raise InvalidValue where an item says nothing: taken as no value, it could silently empty the attribute.

    ``null``, ``{}`` and known sub-attributes that are null do mean no value, except for a member.
    """
    for item in items:
        is_foreign = is_object(item) and item and not any(attribute.sub_attribute(name) for name in item)
        if is_foreign or attribute.name == MEMBERS:
            detail = f"A value of '{attribute.name}' has none of the sub-attributes that it needs."
            raise InvalidValue(detail)


def _repaired(attribute: Attribute, value: object, leniency: Leniency) -> list[Any]:
    repaired = leniency.repair(attribute, value)
    return [] if repaired is UNASSIGNED else repaired if is_array(repaired) else [repaired]
