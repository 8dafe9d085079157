"""Bulk: many operations in one request and one transaction, each of them whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scim_plugin.dialects.dialect import Dialect
from scim_plugin.protocol.bulk import BulkOperation, makers, ordered, parse_bulk, references, resolved
from scim_plugin.protocol.errors import Conflict, InvalidValue, NotFound, ScimError, Unavailable
from scim_plugin.protocol.precondition import Precondition
from scim_plugin.protocol.resource import is_id
from scim_plugin.use_cases.create import CreateResource
from scim_plugin.use_cases.delete import DeleteResource
from scim_plugin.use_cases.modify import ModifyResource, ReplaceResource
from scim_plugin.use_cases.read import absent
from scim_plugin.use_cases.write import Request, Writes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.ports import OpenUnitOfWork
    from scim_plugin.protocol.representation import Representation
    from scim_plugin.provisioning.events import Event
    from scim_plugin.use_cases.caller import Caller
    from scim_plugin.use_cases.projections import Projections
    from scim_plugin.use_cases.tally import ToleranceTally


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The outcome of one operation. ``error`` None: it was done, and ``resource`` tells the version where there is one.

    ``type_name`` and ``resource_id`` say where the resource is, None where there is none (a POST that failed).
    """

    operation: BulkOperation
    status: int
    type_name: str | None = None
    resource_id: str | None = None
    resource: Representation | None = None
    error: ScimError | None = None


@dataclass(slots=True)
class _HeldBack:
    """An event sink that waits for the commit of the whole."""

    events: list[Event] = field(default_factory=list["Event"])

    def publish(self, events: Sequence[Event]) -> None:
        self.events.extend(events)


class RunBulk:
    """Does the operations of a Bulk message (RFC 7644 §3.7).

    All of them share one transaction, so that a thousand creates need one commit. Each operation is a savepoint of its
    own: one that fails leaves nothing behind, and the others stand. A circle of references stands or falls together.
    """

    def __init__(
        self, open_unit: OpenUnitOfWork, projections: Projections, tally: ToleranceTally, writes: Writes
    ) -> None:
        """Write in units of *open_unit*; *writes* tells the host what happened, after the commit."""
        self._open_unit = open_unit
        self._projections = projections
        self._tally = tally
        self._writes = writes

    def __call__(self, caller: Caller, body: object) -> list[BulkResult]:
        """Return the outcomes of the operations that were tried, in the order of the request.

        Raises InvalidSyntax, InvalidValue, TooManyOperations for the message as a whole; Unavailable undoes all of it.
        """
        request = parse_bulk(body)
        held_back = _HeldBack()
        writes = Writes(self._open_unit, self._tally, held_back)
        run = _Run(
            caller,
            self._open_unit,
            self._projections,
            writes=writes,
            held_back=held_back,
            makers=makers(request.operations),
        )
        with self._open_unit() as unit:
            for group in ordered(request.operations):
                if request.fail_on_errors is not None and run.errors >= request.fail_on_errors:
                    break
                run.do(group)
            unit.commit()
        self._writes.publish(held_back.events)
        return [run.results[index] for index in sorted(run.results)]


class _Run:
    """One Bulk request in progress."""

    def __init__(
        self,
        caller: Caller,
        open_unit: OpenUnitOfWork,
        projections: Projections,
        *,
        writes: Writes,
        held_back: _HeldBack,
        makers: dict[str, BulkOperation],
    ) -> None:
        self.results: dict[int, BulkResult] = {}
        self.errors = 0
        self._caller = caller
        self._types = caller.integration.catalogue.by_endpoint
        self._open_unit = open_unit
        self._writes = writes
        self._held_back = held_back
        self._makers = makers
        self._ids = {name: maker.resource_id for name, maker in makers.items()}
        self._create = CreateResource(writes, projections)
        self._replace = ReplaceResource(writes, projections)
        self._modify = ModifyResource(writes, projections)
        self._delete = DeleteResource(writes, projections)

    def do(self, group: list[BulkOperation]) -> None:
        if len(group) == 1:
            self._keep(self._outcome(group[0]))
            return
        heard = len(self._held_back.events)
        with self._open_unit() as unit:
            outcomes = [self._outcome(operation) for operation in group]
            broken = next((outcome.error for outcome in outcomes if outcome.error is not None), None)
            if broken is None:
                unit.commit()
        for outcome in outcomes:
            self._keep(outcome if broken is None else self._refused(outcome.operation, broken))
        if broken is not None:
            del self._held_back.events[heard:]

    def _keep(self, result: BulkResult) -> None:
        self.results[result.operation.index] = result
        self.errors += result.error is not None

    def _refused(self, operation: BulkOperation, broken: ScimError) -> BulkResult:
        """Refuse *operation*, a POST whose circle is *broken*, and log that: what was logged before is gone with it."""
        error = Conflict(f"These operations refer to each other in a circle that cannot be resolved. {broken.detail}")
        resource_type = self._types.get(operation.endpoint)
        if resource_type is not None:
            self._writes.record(Request(self._caller, "create", 201, resource_type), error)
        return self._failure(operation, error)

    def _outcome(self, operation: BulkOperation) -> BulkResult:
        try:
            if operation.error is not None:
                raise operation.error
            operation = self._resolved(operation)
            return self._done(operation)
        except Unavailable:
            raise
        except ScimError as error:
            return self._failure(operation, self._readable(error))

    def _resolved(self, operation: BulkOperation) -> BulkOperation:
        for name in sorted(references(operation)):
            maker = self._makers.get(name)
            if maker is None:
                detail = f"No POST of this request has the bulkId '{name[:64]}'."
                raise InvalidValue(detail)
            made = self.results.get(maker.index)
            if made is not None and made.error is not None:
                detail = f"The operation with the bulkId '{name[:64]}', to which this one refers, has failed."
                raise Conflict(detail)
        return resolved(operation, self._ids)

    def _readable(self, error: ScimError) -> ScimError:
        """Return *error* in the client's words: with its bulkIds, not with ids of resources that do not exist."""
        detail = error.detail
        for name, resource_id in self._ids.items():
            if resource_id:
                detail = detail.replace(resource_id, f"bulkId:{name}")
        error.detail = detail
        return error

    def _done(self, operation: BulkOperation) -> BulkResult:
        resource_type = self._types.get(operation.endpoint)
        if resource_type is None:
            detail = f"There is no endpoint '/{operation.endpoint[:64]}' for Bulk operations."
            raise NotFound(detail)
        if not is_id(operation.resource_id):
            raise absent(resource_type, operation.resource_id)
        # Each operation counts its own tolerances.
        caller = replace(self._caller, leniency=Dialect(self._caller.integration.type))
        resource_id = operation.resource_id
        precondition = Precondition(operation.version)
        if operation.method == "POST":
            made = self._create(caller, resource_type, operation.data, resource_id=resource_id)
            return BulkResult(operation, 201, resource_type.name, resource_id, made)
        if operation.method == "DELETE":
            self._delete(caller, resource_type, resource_id, precondition=precondition)
            return BulkResult(operation, 204, resource_type.name, resource_id)
        change = self._replace if operation.method == "PUT" else self._modify
        changed = change(
            caller,
            resource_type,
            resource_id,
            operation.data,
            precondition=precondition,
            with_groups=False,
            with_members=False,
        )
        return BulkResult(operation, 200, resource_type.name, resource_id, changed)

    def _failure(self, operation: BulkOperation, error: ScimError) -> BulkResult:
        resource_type = self._types.get(operation.endpoint)
        if operation.method == "POST" or resource_type is None or not is_id(operation.resource_id):
            return BulkResult(operation, error.status, error=error)
        return BulkResult(operation, error.status, resource_type.name, operation.resource_id, error=error)
