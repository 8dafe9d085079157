"""Modify a resource: PATCH and PUT are two ways to say what it shall be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from scim_plugin.protocol.characteristics import check_immutable
from scim_plugin.protocol.intake import MEMBERS, accept
from scim_plugin.protocol.json_types import is_object
from scim_plugin.protocol.leniency import Departure
from scim_plugin.protocol.membership import MembershipChange, fold, split, taken_from
from scim_plugin.protocol.patch import apply, parse_patch
from scim_plugin.protocol.precondition import NO_PRECONDITION, Precondition
from scim_plugin.protocol.representation import MemberReference, Representation
from scim_plugin.use_cases.read import absent
from scim_plugin.use_cases.write import PASSWORD, Request

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from scim_plugin.ports import Linked
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.patch import Operation
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.use_cases.caller import Caller
    from scim_plugin.use_cases.projections import Projections
    from scim_plugin.use_cases.write import Write, Writes


_Present: TypeAlias = "Callable[[], Iterable[MemberReference]]"
_Known: TypeAlias = "Callable[[Collection[str]], Iterable[MemberReference]]"


@dataclass(frozen=True, slots=True)
class Change:
    """What a request makes of a resource: the new document from the old one, and the change of its members.

    ``document`` puts what is never kept, a password, into its second argument. ``asserts_active`` tells whether the
    request itself speaks of access.
    """

    document: Callable[[Document, Document], Document]
    members: Callable[[_Present, _Known], MembershipChange]
    asserts_active: bool


class ModifyResource:
    """Changes a resource by PATCH (RFC 7644 §3.5.2), and the host's member or group with it."""

    operation = "modify"

    def __init__(self, writes: Writes, projections: Projections) -> None:
        """Write through *writes*, and into the host through *projections*."""
        self._writes = writes
        self._projections = projections

    def __call__(
        self,
        caller: Caller,
        resource_type: ResourceType,
        resource_id: str,
        body: object,
        *,
        precondition: Precondition = NO_PRECONDITION,
        with_groups: bool = True,
        with_members: bool = True,
    ) -> Representation:
        """Return the resource as *body* makes it. Nothing changes, its version neither, where nothing is different.

        Raises NotFound, PreconditionFailed, Uniqueness, and every 400 of RFC 7644 Table 9.
        """

        def work(write: Write, change: Change) -> Representation:
            resources, integration = write.unit.resources, caller.integration
            found = resources.get(integration, resource_type, resource_id)
            if found is None:
                raise absent(resource_type, resource_id)
            precondition.check(found.resource.version)
            resource = self._change(write, found, change)
            shows_groups = with_groups and resource_type.attribute("groups") is not None
            groups = resources.groups_of(integration, resource) if shows_groups else ()
            members = resources.member_ids(integration, resource) if with_members else ()
            return Representation(
                resource.id,
                resource_type.name,
                resource_type.endpoint,
                resource.version,
                resource.created,
                resource.modified,
                document=resource.document,
                groups=tuple(groups),
                members=tuple(MemberReference(member.id, member.type) for member in members),
            )

        request = Request(caller, self.operation, 200, resource_type, resource_id)
        return self._writes.run(request, lambda: self.read(caller, resource_type, resource_id, body), work)

    def read(self, caller: Caller, resource_type: ResourceType, resource_id: str, body: object) -> Change:
        """Return what *body*, a PatchOp message, means."""
        operations = parse_patch(body)
        others, steps = split(operations, resource_type, caller.leniency, resource_id)

        def document(old: Document, secrets: Document) -> Document:
            return apply(old, others, resource_type, caller.leniency, resource_id, secrets=secrets)

        def members(present: _Present, known: _Known) -> MembershipChange:
            return fold(steps, resource_type, caller.leniency, present, known) if steps else MembershipChange()

        asserts_active = any(_speaks_of_access(operation, resource_type) for operation in operations)
        return Change(document, members, asserts_active)

    def _change(self, write: Write, found: Linked, change: Change) -> Resource:
        old, resources, integration = found.resource, write.unit.resources, write.caller.integration
        secrets: Document = {}
        asserted = replace(old, document=change.document(old.document, secrets))
        write.password = secrets.get(PASSWORD)
        link, document = self._projections.project(write, asserted, found.link, asserts_active=change.asserts_active)

        def present() -> Iterator[MemberReference]:
            return (MemberReference(member.id, member.type) for member in resources.member_ids(integration, old))

        def known(ids: Collection[str]) -> Iterator[MemberReference]:
            return (MemberReference(one.id, one.type) for one in resources.identify(integration, ids).values())

        moved = self._projections.change_members(write, old, link, change.members(present, known))
        if document == old.document and not moved:
            return old
        # Time never runs backwards for a resource, whatever the clock does.
        newer = replace(old, document=document, version=old.version + 1, modified=max(write.moment, old.modified))
        if document == old.document:
            resources.touch(integration, newer)
        else:
            write.changes.extend(sorted(_differences(old.document, document)))
            resources.update(integration, newer, link)
        return newer


class ReplaceResource(ModifyResource):
    """Replaces a resource by PUT (RFC 7644 §3.5.1): what is not given is cleared, what is readOnly is ignored."""

    operation = "replace"

    def read(self, caller: Caller, resource_type: ResourceType, resource_id: str, body: object) -> Change:  # noqa: ARG002
        """Return what *body*, a whole resource, means. The id is that of the path, whatever the body says."""
        given: Document = {}
        asserted = accept(body, resource_type, caller.leniency, given)
        asserts_active = "active" in asserted
        has_members = resource_type.attribute(MEMBERS) is not None
        keeps_members = (
            has_members and not _mentions_members(body) and caller.leniency.permits(Departure.PUT_KEEPS_MEMBERS)
        )
        ids = taken_from(asserted, resource_type)

        def document(old: Document, secrets: Document) -> Document:
            check_immutable(old, asserted, resource_type)
            secrets.update(given)
            return asserted

        def members(_: _Present, __: _Known) -> MembershipChange:
            change = MembershipChange()
            if has_members and not keeps_members:
                change.become(ids)
            return change

        return Change(document, members, asserts_active)


def _mentions_members(body: object) -> bool:
    return is_object(body) and any(name.lower() == MEMBERS for name in body)


def _speaks_of_access(operation: Operation, resource_type: ResourceType) -> bool:
    value = operation.value
    names = [operation.path] if operation.path is not None else [*value] if is_object(value) else []
    return any(_is_access(*name.lower().rpartition(":"), resource_type.schema.id) for name in names)


def _is_access(urn: str, _: str, name: str, schema: str) -> bool:
    return name == "active" and urn in ("", schema.lower())


def _differences(old: Document, new: Document) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name) and name != "schemas"}
