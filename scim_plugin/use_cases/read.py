"""Read one resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import NotFound

if TYPE_CHECKING:
    from scim_plugin.ports import OpenUnitOfWork
    from scim_plugin.protocol.representation import Representation
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.use_cases.caller import Caller


class ReadResource:
    """Answers a resource by its id (RFC 7644 §3.4.1)."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Read in units of work of *open_unit*."""
        self._open_unit = open_unit

    def __call__(
        self,
        caller: Caller,
        resource_type: ResourceType,
        resource_id: str,
        *,
        with_groups: bool = True,
        with_members: bool = True,
    ) -> Representation:
        """Return the resource, with the computed attributes that are asked for. Raises NotFound."""
        with self._open_unit(write=False) as unit:
            found = unit.resources.read(
                caller.integration, resource_type, resource_id, with_groups=with_groups, with_members=with_members
            )
        if found is None:
            raise absent(resource_type, resource_id)
        return found


def absent(resource_type: ResourceType, resource_id: str) -> NotFound:
    """Return the refusal for an id that is unknown, deleted or another integration's: the words are the same."""
    shown = resource_id if len(resource_id) <= 64 and resource_id.isprintable() else "…"
    return NotFound(f"There is no {resource_type.name} with the id '{shown}'.")
