"""The provisioning log and the counters of departures from the RFC, in dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scim_memory.journal import Journal
    from scim_memory.tables import Tables
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.provisioning.log import LogEntry


class MemoryProvisioningLog:
    """Keeps the promises of ``ports.ProvisioningLog``."""

    def __init__(self, tables: Tables, journal: Journal) -> None:
        """Work on *tables* through *journal*."""
        self._tables = tables
        self._journal = journal

    def append(self, entry: LogEntry) -> None:
        entries = self._tables.log.setdefault(entry.integration_id, {})
        self._journal.put(entries, next(self._tables.numbers), entry)

    def latest(self, integration: Integration, limit: int) -> Sequence[LogEntry]:
        entries = self._tables.log.get(integration.id, {})
        # Nothing but the end is ever added or taken back: the order of this dictionary is that of its keys.
        return [entry for entry, _ in zip(reversed(entries.values()), range(limit), strict=False)]


class MemoryToleranceCounters:
    """Keeps the promises of ``ports.ToleranceCounters``; counts of an integration that is gone are dropped."""

    def __init__(self, tables: Tables, journal: Journal) -> None:
        """Work on *tables* through *journal*."""
        self._tables = tables
        self._journal = journal

    def add(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        for integration_id, tolerances in counts.items():
            if integration_id in self._tables.integrations:
                former = self._tables.tolerances.get(integration_id, {})
                added = {name: former.get(name, 0) + number for name, number in tolerances.items()}
                self._journal.put(self._tables.tolerances, integration_id, {**former, **added})

    def of(self, integration: Integration) -> Mapping[str, int]:
        return dict(self._tables.tolerances.get(integration.id, {}))
