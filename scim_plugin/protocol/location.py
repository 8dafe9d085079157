"""Finding the attribute of a path, also where an identity provider leaves the URN of its extension out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.leniency import Departure, Leniency
from scim_plugin.protocol.path import AttributePath
from scim_plugin.protocol.schema import UnknownAttribute

if TYPE_CHECKING:
    from scim_plugin.protocol.schema import ResourceType, Target


def locate(path: AttributePath, resource_type: ResourceType, leniency: Leniency) -> Target:
    """Return where *path* leads; ``manager`` alone leads into an extension where that is permitted.

    Raises UnknownAttribute.
    """
    try:
        return resource_type.locate(path)
    except UnknownAttribute:
        if path.urn is not None:
            raise
        for extension in resource_type.extensions:
            known = extension.schema.attribute(path.name) is not None
            if known and leniency.permits(Departure.ROOT_EXTENSION_ATTRIBUTE):
                return resource_type.locate(AttributePath(path.name, extension.schema.id, path.sub_attribute))
        raise
