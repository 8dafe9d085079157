"""Every write runs here: one unit of work, one log entry, events after the commit, evidence of a refusal."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from scim_plugin.ports import LinkTaken, StaleVersion
from scim_plugin.protocol.errors import ScimError, Unavailable, Uniqueness
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.log import LogEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from scim_plugin.ports import EventSink, OpenUnitOfWork, UnitOfWork
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.provisioning.events import Event
    from scim_plugin.provisioning.link import Tier
    from scim_plugin.use_cases.caller import Caller
    from scim_plugin.use_cases.tally import ToleranceTally

_Prepared = TypeVar("_Prepared")
_Result = TypeVar("_Result")
_ATTEMPTS = 5
PASSWORD = "password"  # noqa: S105 - a name, no secret
"""The path of the attribute, and its name in the log."""
_TAKEN = "Another resource of this tenant was tied to the same member or group at the same time. Retry the request."
_logger = logging.getLogger("scim_plugin")


@dataclass(slots=True)
class Write:
    """A write in progress: its unit of work, and what it has done so far, for the log and the host.

    ``password`` is the one that the request asserts, in clear: only the host may get it.
    """

    caller: Caller
    unit: UnitOfWork
    moment: int
    resource_id: str | None = None
    target: str | None = None
    tier: Tier | None = None
    password: str | None = field(default=None, repr=False)
    changes: list[str] = field(default_factory=list[str])
    events: list[Event] = field(default_factory=list["Event"])

    @property
    def tenant(self) -> str:
        """Return the tenant of the integration."""
        return self.caller.integration.tenant


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, for the log; ``status`` is that of success."""

    caller: Caller
    operation: str
    status: int
    resource_type: ResourceType
    resource_id: str | None = None


class Writes:
    """Runs writes. A lost race is repeated inside: what the client demanded is checked again, nothing else is shown."""

    def __init__(self, open_unit: OpenUnitOfWork, tally: ToleranceTally, event_sink: EventSink | None = None) -> None:
        """Write in units of work of *open_unit*; tell *event_sink* what happened."""
        self._open_unit = open_unit
        self._tally = tally
        self._event_sink = event_sink

    def run(
        self,
        request: Request,
        prepare: Callable[[], _Prepared],
        work: Callable[[Write, _Prepared], _Result],
    ) -> _Result:
        """Return what *work* makes of what *prepare* read from the message, outside of any transaction.

        All of it happens, or nothing; a refusal (any ScimError) is logged in a unit of work of its own.
        """
        try:
            prepared = prepare()
            used = request.caller.leniency.used.copy()
            for _ in range(_ATTEMPTS):
                try:
                    result, events = self._attempt(request, prepared, work)
                except StaleVersion:
                    request.caller.leniency.used = used.copy()
                    continue
                self.publish(events)
                return result
            raise Unavailable
        except ScimError as refusal:
            self.record(request, refusal)
            raise

    def _attempt(
        self, request: Request, prepared: _Prepared, work: Callable[[Write, _Prepared], _Result]
    ) -> tuple[_Result, list[Event]]:
        with self._open_unit() as unit:
            write = Write(request.caller, unit, now(), request.resource_id)
            try:
                result = work(write, prepared)
            except LinkTaken:
                raise Uniqueness("member", _TAKEN) from None
            unit.log.append(_entry(request, write, request.status))
            self._tally.add_to(unit, request.caller)
            unit.commit()
            return result, write.events

    def publish(self, events: list[Event]) -> None:
        """Tell the host of *events*, which have been committed."""
        publish(self._event_sink, events)

    def record(self, request: Request, refusal: ScimError) -> None:
        """Log *refusal* in a unit of work of its own, since that of *request* has been taken back."""
        if isinstance(refusal, Unavailable):
            return
        try:
            with self._open_unit() as unit:
                unit.log.append(_entry(request, None, refusal.status, _reason(refusal)))
                unit.commit()
        except Unavailable:
            _logger.warning("a refusal could not be logged: the store is unavailable")


def publish(event_sink: EventSink | None, events: list[Event]) -> None:
    """Tell *event_sink* of *events*, which have been committed. Its failure is logged and changes nothing."""
    if event_sink is None or not events:
        return
    try:
        event_sink.publish(events)
    except Exception as error:  # noqa: BLE001 - the write is committed: the host's listener cannot undo it
        _logger.error("event sink failed: %s", type(error).__name__)  # noqa: TRY400 - a message may hold values


def _reason(refusal: ScimError) -> str:
    """Return what the log says of *refusal*: its words where an administrator has to act, and they name no values."""
    return str(refusal) if refusal.status in (403, 409) else refusal.scim_type or ""


def _entry(request: Request, write: Write | None, status: int, detail: str = "") -> LogEntry:
    caller = request.caller
    return LogEntry(
        moment=now(),
        request_id=caller.request_id,
        integration_id=caller.integration.id,
        credential_id=caller.credential_id,
        operation=request.operation,
        resource_type=request.resource_type.name,
        resource_id=write.resource_id if write else request.resource_id,
        target=write.target if write else None,
        tier=write.tier.value if write and write.tier else None,
        status=status,
        changes=tuple(dict.fromkeys(write.changes)) if write else (),
        tolerances=tuple(caller.leniency.used),
        detail=detail,
    )
