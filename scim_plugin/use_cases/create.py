"""Create a resource."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.membership import MembershipChange, taken_from
from scim_plugin.protocol.representation import MemberReference, Representation
from scim_plugin.protocol.resource import Resource, new_id
from scim_plugin.use_cases.write import PASSWORD, Request

if TYPE_CHECKING:
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.use_cases.caller import Caller
    from scim_plugin.use_cases.projections import Projections
    from scim_plugin.use_cases.write import Write, Writes


class CreateResource:
    """Creates a resource, and creates or links the host's member or group (RFC 7644 §3.3)."""

    def __init__(self, writes: Writes, projections: Projections) -> None:
        """Write through *writes*, and into the host through *projections*."""
        self._writes = writes
        self._projections = projections

    def __call__(
        self, caller: Caller, resource_type: ResourceType, body: object, *, resource_id: str | None = None
    ) -> Representation:
        """Return the resource that *body* asserts, under a new id, or under *resource_id*, minted before.

        Raises InvalidSyntax, InvalidValue, Uniqueness.
        """

        def prepare() -> tuple[Document, list[str], Document]:
            secrets: Document = {}
            document = accept(body, resource_type, caller.leniency, secrets)
            return document, taken_from(document, resource_type), secrets

        def work(write: Write, prepared: tuple[Document, list[str], Document]) -> Representation:
            document, members, secrets = prepared
            write.password = secrets.get(PASSWORD)
            return self._create(write, resource_type, document, members, resource_id or new_id())

        return self._writes.run(Request(caller, "create", 201, resource_type), prepare, work)

    def _create(
        self, write: Write, resource_type: ResourceType, document: Document, members: list[str], resource_id: str
    ) -> Representation:
        integration, resources = write.caller.integration, write.unit.resources
        # Stored before the host hears of it: whatever is taken is refused while nothing has happened there.
        resource = resources.add(
            integration, Resource(resource_id, resource_type, 1, write.moment, write.moment, document), None
        )
        write.resource_id = resource.id
        link, answered = self._projections.project(write, resource, None, asserts_active=True)
        if answered != document:
            resource = replace(resource, document=answered, version=resource.version + 1)
            resources.update(integration, resource, link)
        change = MembershipChange(dict.fromkeys(members))
        self._projections.change_members(write, resource, link, change)
        return Representation(
            resource.id,
            resource_type.name,
            resource_type.endpoint,
            resource.version,
            resource.created,
            resource.modified,
            document=resource.document,
            groups=(),
            members=_references(write, change),
        )


def _references(write: Write, change: MembershipChange) -> tuple[MemberReference, ...]:
    if not change.joining:
        return ()
    known = write.unit.resources.identify(write.caller.integration, change.joining)
    return tuple(MemberReference(member, known[member].type) for member in change.joining)
