"""Mapping rules: which SCIM attribute goes to which field of the host's member.

One rule is one line, in the notation that an administrator sees in the IdP's own mapping screen, and gives the read,
the write and the comparison: ``rule('emails[type eq "work"].value', "email")``. Mappings are data: nothing in them is
ever executed, and a field that confers privilege cannot be named.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.comparison import bind_value_filter, value_evaluator, values_of
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath
from scim_plugin.protocol.json_types import Document, is_object
from scim_plugin.protocol.leniency import Departure, Leniency
from scim_plugin.protocol.patch_path import parse_path
from scim_plugin.protocol.path import AttributePath, ValuePath
from scim_plugin.protocol.schema import ResourceType, Target, UnknownAttribute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scim_plugin.provisioning.member import Field, FieldValue

ACTIVE_FIELD = "active"
"""The name under which a rule maps the access of a member; every host has it, and it is no field of its own."""


class Direction(StrEnum):
    """Who owns a mapped value: the IdP, or the host, whose value is then answered to the IdP."""

    TO_MEMBER = "to-member"
    TO_SCIM = "to-scim"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a mapping; ``path`` is a SCIM attribute path, ``field`` a field of the host's member.

    With ``on_create_only`` the value is written when the plug-in creates the member, and never again.
    """

    path: str
    field: str
    direction: Direction = Direction.TO_MEMBER
    on_create_only: bool = False


def rule(path: str, field: str, *, direction: str = "to-member", on_create_only: bool = False) -> Rule:
    """Return a rule; *direction* is ``to-member`` or ``to-scim``."""
    return Rule(path, field, Direction(direction), on_create_only)


DEFAULT_MAPPING = (
    rule("userName", "username"),
    rule("userName", "email"),
    rule("name.givenName", "given_name"),
    rule("name.familyName", "family_name"),
    rule("displayName", "display_name"),
    rule("active", ACTIVE_FIELD),
)


class InvalidMapping(ValueError):
    """A mapping that cannot work. ``problems`` has one sentence per wrong rule."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the *problems*, all of them, so that they can be mended at once."""
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


class _MappingLeniency(Leniency):
    """Paths in mappings are written as IdPs write them: ``roles[primary eq "True"].value``."""

    def permits(self, departure: Departure) -> bool:
        return departure is Departure.QUOTED_BOOLEAN_IN_FILTER


def check_mapping(rules: Iterable[Rule], resource_type: ResourceType, fields: Mapping[str, Field]) -> None:
    """Check *rules* against the schema and the host's *fields*. Raises InvalidMapping with every problem found."""
    problems = [problem for line in rules for problem in _problems(line, resource_type, fields)]
    owners = [line.field for line in rules if line.direction is Direction.TO_MEMBER]
    problems += [f"The field '{name}' is mapped twice." for name in sorted({n for n in owners if owners.count(n) > 1})]
    if problems:
        raise InvalidMapping(problems)


def _problems(line: Rule, resource_type: ResourceType, fields: Mapping[str, Field]) -> Iterable[str]:
    try:
        target = _reader(line.path, resource_type).target
    except UnknownAttribute:
        yield f"The path '{line.path}' names no attribute of a {resource_type.name}."
        return
    except (InvalidPath, InvalidFilter) as error:
        yield f"The path '{line.path}' is not usable: {error}"
        return
    leaf = target.leaf
    if leaf.returned == "never":
        yield f"The path '{line.path}' cannot be mapped: its value is never kept."
    if leaf.type == "complex":
        yield f"The path '{line.path}' names a complex attribute: name one of its sub-attributes."
    is_boolean = leaf.type == "boolean"
    if line.field == ACTIVE_FIELD:
        if not is_boolean:
            yield f"The path '{line.path}' is no boolean and cannot be mapped to '{ACTIVE_FIELD}'."
        if line.direction is Direction.TO_SCIM or line.on_create_only:
            yield f"A rule for '{ACTIVE_FIELD}' goes from the IdP to the member, on every write."
        return
    field = fields.get(line.field)
    if field is None:
        known = ", ".join(sorted({*fields, ACTIVE_FIELD}))
        yield f"The host's members have no field '{line.field}'. They have: {known}."
    elif field.confers_privilege:
        yield f"The field '{line.field}' confers privilege: the host does not allow it to be mapped."
    elif field.type == "boolean" and not is_boolean:
        yield f"The field '{line.field}' is a boolean, but '{line.path}' is not."
    elif line.direction is Direction.TO_SCIM and is_boolean and field.type != "boolean":
        yield f"The path '{line.path}' is a boolean, but the field '{line.field}' is not."
    if line.direction is Direction.TO_SCIM and not _is_answerable(target):
        yield f"The path '{line.path}' cannot be answered from the host: it is no optional, single value."


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the value of a mapped path from a resource: the selected, the primary or the first one."""

    target: Target
    condition: Callable[[Document], bool] | None

    def __call__(self, document: Document) -> FieldValue:
        values = values_of(document, Target(self.target.attribute, self.target.extension))
        if self.condition is not None:
            values = [value for value in values if self.condition(value)]
        value = preferred(values)
        if self.target.sub_attribute is not None:
            value = value.get(self.target.sub_attribute.name) if is_object(value) else None
        return _field_value(value)


def preferred(values: list[Any]) -> Any:
    """Return the value marked primary, else the first one, else None."""
    for value in values:
        if is_object(value) and value.get("primary") is True:
            return value
    return values[0] if values else None


def _field_value(value: object) -> FieldValue:
    if value is None or isinstance(value, (bool, str)):
        return value
    return str(value)


@lru_cache(maxsize=512)
def _reader(text: str, resource_type: ResourceType) -> _Reader:
    path = parse_path(text, resource_type)
    if isinstance(path, AttributePath):
        return _Reader(_with_value(resource_type.locate(path)), None)
    if not isinstance(path, ValuePath):
        detail = f"'{text}' is a whole schema extension: name one of its attributes."
        raise InvalidPath(detail)
    parent = resource_type.locate(path.attribute)
    condition = value_evaluator(bind_value_filter(path.filter, parent, _MappingLeniency()))
    sub = parent.attribute.sub_attribute(path.sub_attribute or "value")
    if sub is None or parent.sub_attribute is not None:
        raise UnknownAttribute(text)
    return _Reader(Target(parent.attribute, parent.extension, sub), condition)


def _with_value(target: Target) -> Target:
    if target.leaf.type != "complex" or (value := target.attribute.sub_attribute("value")) is None:
        return target
    return Target(target.attribute, target.extension, value)


@dataclass(frozen=True, slots=True)
class Projection:
    """A mapping compiled for one resource type: what a document says about a member."""

    always: tuple[tuple[str, _Reader], ...]
    on_create: tuple[tuple[str, _Reader], ...]
    active: _Reader | None
    to_scim: tuple[tuple[Target, str], ...]

    def values(self, document: Document, *, creating: bool) -> dict[str, FieldValue]:
        """Return what *document* gives each mapped field, None where it gives nothing; ``active`` is not among them."""
        lines = (*self.always, *self.on_create) if creating else self.always
        return {field: read(document) for field, read in lines}

    def asserted_active(self, document: Document) -> bool | None:
        """Return the access that *document* asserts, or None when it is not mapped or not asserted."""
        value = self.active(document) if self.active else None
        return value if isinstance(value, bool) else None


@lru_cache(maxsize=256)
def projection(rules: tuple[Rule, ...], resource_type: ResourceType) -> Projection:
    """Return *rules* compiled for *resource_type*; they have passed :func:`check_mapping` before."""
    to_member = [line for line in rules if line.direction is Direction.TO_MEMBER]
    active = next((line for line in to_member if line.field == ACTIVE_FIELD), None)
    fields = [line for line in to_member if line.field != ACTIVE_FIELD]
    return Projection(
        tuple((line.field, _reader(line.path, resource_type)) for line in fields if not line.on_create_only),
        tuple((line.field, _reader(line.path, resource_type)) for line in fields if line.on_create_only),
        _reader(active.path, resource_type) if active else None,
        tuple(
            (_reader(line.path, resource_type).target, line.field)
            for line in rules
            if line.direction is Direction.TO_SCIM
        ),
    )


def _is_answerable(target: Target) -> bool:
    """Tell whether the host may own the value: a single one, optional, and not computed by the server."""
    attribute, leaf = target.attribute, target.leaf
    return (
        leaf.type in ("string", "boolean", "reference")
        and not attribute.multi_valued
        and not attribute.required
        and "readOnly" not in (attribute.mutability, leaf.mutability)
    )
