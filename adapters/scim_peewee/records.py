"""The provisioning log and the counters of departures from the RFC, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_sql import records as sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scim_peewee.connection import Connection
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.provisioning.log import LogEntry


class PeeweeProvisioningLog:
    """Keeps the promises of ``ports.ProvisioningLog``."""

    def __init__(self, connection: Connection) -> None:
        """Work on *connection*."""
        self._connection = connection

    def append(self, entry: LogEntry) -> None:
        self._connection.change(sql.APPEND, sql.log_columns(entry))

    def latest(self, integration: Integration, limit: int) -> Sequence[LogEntry]:
        return [sql.log_entry_of(row) for row in self._connection.rows(sql.LATEST, (integration.id, limit))]


class PeeweeToleranceCounters:
    """Keeps the promises of ``ports.ToleranceCounters``; counts of an integration that is gone are dropped."""

    def __init__(self, connection: Connection) -> None:
        """Work on *connection*."""
        self._connection = connection

    def add(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        for integration_id, tolerances in counts.items():
            for name, uses in tolerances.items():
                self._connection.change(sql.COUNT, (name, uses, integration_id))

    def of(self, integration: Integration) -> Mapping[str, int]:
        return dict(self._connection.rows(sql.COUNTS, (integration.id,)))
