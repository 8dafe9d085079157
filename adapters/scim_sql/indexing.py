"""What is stored beside the document of a resource so that it is found: digests, and the search document.

``matches`` is for attributes with several values, and for those that an integration declares as *matching*; a look-up
by ``eq`` goes through them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.comparison import comparable, values_of
from scim_plugin.protocol.errors import ScimError
from scim_plugin.protocol.patch_path import ExtensionPath, parse_path
from scim_plugin.protocol.path import AttributePath
from scim_plugin.protocol.schema import Target, UnknownAttribute
from scim_plugin.protocol.uniqueness import key_of, unique_values
from scim_sql.digests import digest
from scim_sql.search_document import search_document

if TYPE_CHECKING:
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.schema import ResourceType

ALWAYS_MATCHING = ("emails",)
"""Identity providers look users up by e-mail, whatever an integration declares."""

MAX_INDEXINGS = 1024
_TEXT = frozenset({"string", "reference"})


class Indexing:
    """The columns and match rows of one resource type under one integration's matching attributes."""

    def __init__(self, resource_type: ResourceType, matching: tuple[str, ...]) -> None:
        """Compile everything for *resource_type*; paths that mean nothing to it are passed over."""
        self.resource_type = resource_type
        self.search_text = search_document(resource_type)
        targets = [_target(text, resource_type) for text in (*ALWAYS_MATCHING, *matching)]
        self._targets = {str(target): (target, comparable(target.leaf)) for target in targets if target is not None}
        self.names = frozenset(self._targets)

    def name_key(self, document: Document) -> bytes | None:
        """Return the digest of the value of the type's key attribute as it is compared, None when it has none."""
        value = key_of(document, self.resource_type)
        return None if value is None else digest(value)

    def external_key(self, document: Document) -> bytes | None:
        """Return the digest of the externalId, which is compared exactly."""
        value = document.get("externalId")
        return digest(value) if isinstance(value, str) else None

    def matches(self, document: Document) -> frozenset[tuple[str, bytes]]:
        """Return (canonical path, digest) of each value that is looked up through the table of matches."""
        return frozenset(
            (name, digest(str(prepare(value))))
            for name, (target, prepare) in self._targets.items()
            for value in values_of(document, target)
            if isinstance(value, str)
        )

    def unique(self, document: Document) -> frozenset[tuple[str, bytes]]:
        """Return (canonical path, digest) of each value that no other resource of the type may have."""
        return frozenset((name, digest(value)) for name, value in unique_values(document, self.resource_type))


def _target(text: str, resource_type: ResourceType) -> Target | None:
    """Return the attribute behind a path as an administrator writes it; a filter in brackets does not matter here."""
    try:
        path = parse_path(text, resource_type)
        if isinstance(path, ExtensionPath):
            return None
        found = resource_type.locate(path if isinstance(path, AttributePath) else path.attribute)
    except (ScimError, UnknownAttribute):
        return None
    name = (path.sub_attribute if not isinstance(path, AttributePath) else None) or "value"
    sub = found.sub_attribute or found.attribute.sub_attribute(name)
    target = Target(found.attribute, found.extension, sub)
    computed = target.extension is None and target.attribute.name in ("id", "meta", "groups", "members")
    return None if computed or target.leaf.type not in _TEXT else target


class Indexings:
    """Compiled :class:`Indexing` values, by resource type and matching attributes.

    The type itself counts, not its name: two integrations may have different Users.
    """

    def __init__(self) -> None:
        """Begin empty; there is one for each type and each setting that some integration has."""
        self._compiled: dict[tuple[ResourceType, tuple[str, ...]], Indexing] = {}

    def of(self, resource_type: ResourceType, matching: tuple[str, ...]) -> Indexing:
        """Return the indexing, compiled at its first use."""
        found = self._compiled.get((resource_type, matching))
        if found is None:
            if len(self._compiled) >= MAX_INDEXINGS:
                self._compiled.clear()
            found = self._compiled[resource_type, matching] = Indexing(resource_type, matching)
        return found
