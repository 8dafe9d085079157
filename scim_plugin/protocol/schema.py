"""Schemas and resource types as values (RFC 7643 §6, §7), and the look-up of attributes by name.

Names of attributes and URNs are compared without regard to case (RFC 7643 §2.1); the canonical spelling comes from the
schema. Nothing is ever looked up with ``getattr``: an attribute that no schema declares does not exist. Definitions are
made once and are equal only to themselves, so that what is compiled from them is found without comparing them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scim_plugin.protocol.path import AttributePath

AttributeType: TypeAlias = Literal[
    "string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"
]
Mutability: TypeAlias = Literal["readOnly", "readWrite", "immutable", "writeOnly"]
Returned: TypeAlias = Literal["always", "never", "default", "request"]
MAX_TEXT = 8192
MAX_KEY = 1000
"""Characters of a value by which resources are found: it stands in an index."""

UniquenessScope: TypeAlias = Literal["none", "server", "global"]


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """One attribute definition with its characteristics; the defaults are those of RFC 7643 §2.2.

    Two are ours: ``closed`` tells that a value must be a canonical one, ``max_length`` how many characters it may have.
    """

    name: str
    type: AttributeType = "string"
    description: str = ""
    multi_valued: bool = False
    required: bool = False
    canonical_values: tuple[str, ...] = ()
    case_exact: bool = False
    mutability: Mutability = "readWrite"
    returned: Returned = "default"
    uniqueness: UniquenessScope = "none"
    reference_types: tuple[str, ...] = ()
    sub_attributes: tuple[Attribute, ...] = ()
    closed: bool = False
    max_length: int = MAX_TEXT
    _by_name: dict[str, Attribute] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the sub-attributes by their lower-case names."""
        object.__setattr__(self, "_by_name", {sub.name.lower(): sub for sub in self.sub_attributes})

    def sub_attribute(self, name: str) -> Attribute | None:
        """Return the sub-attribute called *name* in any case, or None."""
        return self._by_name.get(name.lower())


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A schema: its URN, its name and its attributes (RFC 7643 §7)."""

    id: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]
    _by_name: dict[str, Attribute] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the attributes by their lower-case names."""
        object.__setattr__(self, "_by_name", {attribute.name.lower(): attribute for attribute in self.attributes})

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute called *name* in any case, or None."""
        return self._by_name.get(name.lower())


@dataclass(frozen=True, slots=True)
class Extension:
    """A schema extension of a resource type, and whether each resource must carry it (RFC 7643 §6)."""

    schema: Schema
    required: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """An attribute found in a resource type: where a path leads.

    ``extension`` is the URN of the extension that holds the attribute, None for the core schema and the common
    attributes.
    """

    attribute: Attribute
    extension: str | None = None
    sub_attribute: Attribute | None = None

    @property
    def leaf(self) -> Attribute:
        """Return the definition of the value that the path names."""
        return self.sub_attribute or self.attribute

    def __str__(self) -> str:
        """Return the path in its canonical spelling."""
        prefix = f"{self.extension}:" if self.extension else ""
        suffix = f".{self.sub_attribute.name}" if self.sub_attribute else ""
        return f"{prefix}{self.attribute.name}{suffix}"


class UnknownAttribute(LookupError):
    """A path names an attribute that the resource type does not have. ``str()`` gives the path."""


@dataclass(frozen=True, slots=True, eq=False)
class ResourceType:
    """A kind of resource: its endpoint, its schema and its extensions (RFC 7643 §6).

    ``key`` names the single-valued attribute that is unique within an integration (``userName``, ``displayName``).
    """

    name: str
    endpoint: str
    description: str
    schema: Schema
    extensions: tuple[Extension, ...] = ()
    key: str | None = None
    _core: dict[str, Attribute] = field(init=False, repr=False)
    _by_urn: dict[str, Schema] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index core and common attributes, and the extensions by lower-case URN."""
        attributes = (*COMMON_ATTRIBUTES, *self.schema.attributes)
        object.__setattr__(self, "_core", {attribute.name.lower(): attribute for attribute in attributes})
        object.__setattr__(self, "_by_urn", {ext.schema.id.lower(): ext.schema for ext in self.extensions})

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Return the common attributes and those of the core schema (not those of extensions)."""
        return tuple(self._core.values())

    def attribute(self, name: str) -> Attribute | None:
        """Return the common or core attribute called *name* in any case, or None."""
        return self._core.get(name.lower())

    def extension(self, urn: str) -> Schema | None:
        """Return the extension schema whose URN is *urn* in any case, or None."""
        return self._by_urn.get(urn.lower())

    def targets(self) -> Iterator[Target]:
        """Yield every attribute and sub-attribute: common ones, those of the core schema and those of extensions."""
        yield from _targets(self.attributes, None)
        for extension in self.extensions:
            yield from _targets(extension.schema.attributes, extension.schema.id)

    def locate(self, path: AttributePath) -> Target:
        """Return where *path* leads. Raises UnknownAttribute."""
        extension: str | None = None
        if path.urn is None or path.urn.lower() == self.schema.id.lower():
            attribute = self.attribute(path.name)
        else:
            schema = self.extension(path.urn)
            attribute = schema.attribute(path.name) if schema else None
            extension = schema.id if schema else None
        if attribute is None:
            raise UnknownAttribute(str(path))
        if path.sub_attribute is None:
            return Target(attribute, extension)
        sub = attribute.sub_attribute(path.sub_attribute)
        if sub is None:
            raise UnknownAttribute(str(path))
        return Target(attribute, extension, sub)


def _targets(attributes: Iterable[Attribute], extension: str | None) -> Iterator[Target]:
    for attribute in attributes:
        yield Target(attribute, extension)
        for sub in attribute.sub_attributes:
            yield Target(attribute, extension, sub)


COMMON_ATTRIBUTES = (
    Attribute(
        "schemas",
        "reference",
        "The URNs of the schemas of this resource.",
        multi_valued=True,
        required=True,
        case_exact=True,
        mutability="readOnly",
        returned="always",
        reference_types=("uri",),
    ),
    Attribute(
        "id",
        description="The identifier that the service provider gave to the resource.",
        case_exact=True,
        mutability="readOnly",
        returned="always",
        uniqueness="server",
    ),
    Attribute(
        "externalId",
        description="The identifier that the provisioning client uses.",
        case_exact=True,
        max_length=MAX_KEY,
    ),
    Attribute(
        "meta",
        "complex",
        "Resource metadata.",
        mutability="readOnly",
        sub_attributes=(
            Attribute("resourceType", description="The type of the resource.", case_exact=True, mutability="readOnly"),
            Attribute("created", "dateTime", "When the resource was created.", mutability="readOnly"),
            Attribute("lastModified", "dateTime", "When the resource last changed.", mutability="readOnly"),
            Attribute(
                "location",
                "reference",
                "The URI of the resource.",
                case_exact=True,
                mutability="readOnly",
                reference_types=("uri",),
            ),
            Attribute("version", description="The version of the resource.", case_exact=True, mutability="readOnly"),
        ),
    ),
)
"""The attributes that every resource has (RFC 7643 §3.1), whatever its schema."""
