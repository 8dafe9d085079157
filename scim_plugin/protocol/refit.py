"""Resources under other declarations than those under which they were stored.

A declaration may change as long as every stored resource stays as it is: nothing is lost, and nothing is answered that
no schema declares any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import ScimError
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.leniency import STRICT

if TYPE_CHECKING:
    from scim_plugin.protocol.catalogue import Catalogue
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.schema import ResourceType


class Misfit(Exception):
    """A stored resource would not be valid under other declarations. ``reason`` is one sentence."""

    def __init__(self, resource_type: str, resource_id: str, reason: str) -> None:
        """Name the resource, and give the *reason*, which repeats no value."""
        super().__init__(resource_type, resource_id, reason)
        self.resource_type = resource_type
        self.resource_id = resource_id
        self.reason = reason

    def __str__(self) -> str:
        """Say which resource stands against it, and why."""
        return f"The {self.resource_type} '{self.resource_id}', which is stored, does not fit: {self.reason}"


def refitted(type_name: str, resource_id: str, document: Document, before: Catalogue, after: Catalogue) -> ResourceType:
    """Return the type that a resource stored under *before* has in *after*, where its *document* is valid as it is.

    Raises Misfit.
    """
    resource_type = after.by_name.get(type_name)
    if resource_type is None:
        raise Misfit(type_name, resource_id, "Its resource type is declared no more.")
    if resource_type is before.by_name.get(type_name):
        return resource_type
    try:
        again = accept(document, resource_type, STRICT, is_stored=True)
    except ScimError as error:
        raise Misfit(type_name, resource_id, str(error)) from None
    changed = [name for name in document if name != "schemas" and again.get(name) != document[name]]
    if changed:
        reason = f"It has values that are declared no more, or otherwise, in: {', '.join(sorted(changed))}."
        raise Misfit(type_name, resource_id, reason)
    return resource_type
