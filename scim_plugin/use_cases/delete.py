"""Delete a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_plugin.protocol.precondition import NO_PRECONDITION, Precondition
from scim_plugin.use_cases.read import absent
from scim_plugin.use_cases.write import Request

if TYPE_CHECKING:
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.use_cases.caller import Caller
    from scim_plugin.use_cases.projections import Projections
    from scim_plugin.use_cases.write import Write, Writes


class DeleteResource:
    """Deletes a resource and its memberships (RFC 7644 §3.6); the member's fate is the integration's policy."""

    def __init__(self, writes: Writes, projections: Projections) -> None:
        """Write through *writes*, and into the host through *projections*."""
        self._writes = writes
        self._projections = projections

    def __call__(
        self,
        caller: Caller,
        resource_type: ResourceType,
        resource_id: str,
        *,
        precondition: Precondition = NO_PRECONDITION,
    ) -> None:
        """Delete the resource. Raises NotFound, PreconditionFailed, Forbidden for a protected member."""

        def work(write: Write, _: None) -> None:
            found = write.unit.resources.get(caller.integration, resource_type, resource_id)
            if found is None:
                raise absent(resource_type, resource_id)
            precondition.check(found.resource.version)
            self._projections.retire(write, found.resource, found.link)
            # A client that holds a group's entity tag must see that one of its members is gone.
            write.unit.resources.renew_groups_of(caller.integration, found.resource, write.moment)
            write.unit.resources.remove(caller.integration, found.resource)

        request = Request(caller, "delete", 204, resource_type, resource_id)
        self._writes.run(request, lambda: None, work)
