"""Counting the tolerances that requests needed, without a write per read."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from scim_plugin.protocol.errors import Unavailable

if TYPE_CHECKING:
    from scim_plugin.ports import OpenUnitOfWork, UnitOfWork
    from scim_plugin.use_cases.caller import Caller

_FLUSH_EVERY = 5.0
"""Seconds. A process that is killed loses the counts of that time, and nothing else."""


class ToleranceTally:
    """Keeps counts of this process and adds them to the store's, with the next write or after a few seconds."""

    def __init__(self, open_unit: OpenUnitOfWork) -> None:
        """Flush into units of work of *open_unit*."""
        self._open_unit = open_unit
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[str]] = {}
        self._flushed = float("-inf")

    def note(self, caller: Caller) -> None:
        """Take over what the request of *caller*, a read, has used."""
        if not caller.leniency.used:
            return
        with self._lock:
            self._counts.setdefault(caller.integration.id, Counter()).update(caller.leniency.used)
            is_due = time.monotonic() - self._flushed >= _FLUSH_EVERY
        if is_due:
            self.flush()

    def add_to(self, unit: UnitOfWork, caller: Caller) -> None:
        """Count in *unit* what the request of *caller*, a write, has used."""
        if caller.leniency.used:
            unit.tolerances.add({caller.integration.id: caller.leniency.used})

    def flush(self) -> None:
        """Add what was noted to the store; when the store is down, keep it for the next time."""
        with self._lock:
            counts, self._counts = self._counts, {}
            self._flushed = time.monotonic()
        if not counts:
            return
        try:
            with self._open_unit() as unit:
                unit.tolerances.add(counts)
                unit.commit()
        except Unavailable:
            with self._lock:
                for integration_id, counter in counts.items():
                    self._counts.setdefault(integration_id, Counter()).update(counter)
