"""The resource types that an integration serves: User and Group, what extends them, and types of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.schema import ResourceType, Schema


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Resource types, found by endpoint or name. ``declaration`` is the JSON text that it was made of, if any."""

    resource_types: tuple[ResourceType, ...]
    declaration: str = ""
    by_endpoint: dict[str, ResourceType] = field(init=False, repr=False)
    by_name: dict[str, ResourceType] = field(init=False, repr=False)
    endpoints: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the types by endpoint, without its slash, and by name."""
        types = self.resource_types
        object.__setattr__(self, "by_endpoint", {kind.endpoint.removeprefix("/"): kind for kind in types})
        object.__setattr__(self, "by_name", {kind.name: kind for kind in types})
        object.__setattr__(self, "endpoints", {kind.name: kind.endpoint for kind in types})

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """Return every schema that some resource type uses, each once."""
        found = {
            schema.id: schema
            for kind in self.resource_types
            for schema in (kind.schema, *(extension.schema for extension in kind.extensions))
        }
        return tuple(found.values())

    @property
    def user(self) -> ResourceType:
        """Return the type of the resources that are the host's members."""
        return self.by_name[USER.name]


BUILT_IN = Catalogue((USER, GROUP))
"""What an integration serves that declares nothing."""
