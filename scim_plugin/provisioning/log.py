"""One line of the provisioning log: what was asked, what was decided, and what it changed. No values, no secrets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A write, or a refused one. ``moment`` is in microseconds since 1970; ``changes`` names attributes and fields."""

    moment: int
    request_id: str
    integration_id: str
    credential_id: str
    operation: str
    resource_type: str
    resource_id: str | None
    target: str | None
    tier: str | None
    status: int
    changes: tuple[str, ...] = ()
    tolerances: tuple[str, ...] = ()
    detail: str = ""
