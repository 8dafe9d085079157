"""A store in the memory of one process, and its unit of work.

One lock excludes everybody from a unit of work that somebody else has open, readers too: nobody ever sees a change that
may still be taken back.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from scim_memory.groups import MemoryGroupDirectory
from scim_memory.integrations import MemoryCredentialRepository, MemoryIntegrationRepository
from scim_memory.journal import Journal
from scim_memory.links import MemoryMembershipOrigins, MemoryRetiredLinkRepository
from scim_memory.members import MemoryMemberDirectory
from scim_memory.records import MemoryProvisioningLog, MemoryToleranceCounters
from scim_memory.resources import MemoryResourceRepository
from scim_memory.tables import Tables
from scim_plugin.protocol.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self


class MemoryStore:
    """Everything: the plug-in's own data and a host of members and groups, which share transactions.

    ``patience`` is how long, in seconds, a thread waits for another one's unit of work before it raises Unavailable.
    """

    def __init__(self, *, patience: float = 30.0) -> None:
        """Begin empty."""
        self.tables = Tables()
        self.journal = Journal()
        self.depth = 0
        self._lock = RLock()
        self._patience = patience
        self.resources = MemoryResourceRepository(self.tables, self.journal)
        self.retired_links = MemoryRetiredLinkRepository(self.tables, self.journal)
        self.origins = MemoryMembershipOrigins(self.tables, self.journal)
        self.integrations = MemoryIntegrationRepository(
            self.tables, self.journal, self.resources, self.retired_links, self.origins
        )
        self.credentials = MemoryCredentialRepository(self.tables, self.journal)
        self.log = MemoryProvisioningLog(self.tables, self.journal)
        self.tolerances = MemoryToleranceCounters(self.tables, self.journal)
        self.members = MemoryMemberDirectory(self)
        self.groups = MemoryGroupDirectory(self)

    def open_unit(self, *, write: bool = True) -> MemoryUnitOfWork:
        """Return a new unit of work; inside another one of the same thread it is a savepoint."""
        return MemoryUnitOfWork(self, write=write)

    def acquire(self) -> None:
        """Keep every other thread out until :meth:`release`. Raises Unavailable."""
        if not self._lock.acquire(timeout=self._patience):
            raise Unavailable

    def release(self) -> None:
        """Let the other threads in."""
        self._lock.release()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other thread out of the block."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Run the block in the unit of work that is open, or in one of its own; an error takes its changes back."""
        with self.open_unit() as unit:
            yield
            unit.commit()


class MemoryUnitOfWork:
    """Keeps the promises of ``ports.UnitOfWork``."""

    def __init__(self, store: MemoryStore, *, write: bool) -> None:
        """Prepare a unit of *store*; it begins with the ``with`` block."""
        self._store = store
        self._write = write
        self._mark = 0
        self._was_writing = False
        self.resources = store.resources
        self.retired_links = store.retired_links
        self.origins = store.origins
        self.integrations = store.integrations
        self.credentials = store.credentials
        self.log = store.log
        self.tolerances = store.tolerances

    def commit(self) -> None:
        self._mark = self._store.journal.mark()

    def __enter__(self) -> Self:
        """Begin. Raises Unavailable; RuntimeError for a unit that writes inside one that only reads."""
        store, journal = self._store, self._store.journal
        store.acquire()
        if self._write and store.depth and not journal.writing:
            store.release()
            message = (
                "A unit of work that writes cannot be opened inside one that only reads: its changes would be lost."
            )
            raise RuntimeError(message)
        self._was_writing, journal.writing = journal.writing, self._write
        self._mark = journal.mark()
        store.depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take back what was not committed, and let the next one in."""
        store, journal = self._store, self._store.journal
        journal.undo(self._mark)
        journal.writing = self._was_writing
        store.depth -= 1
        if not store.depth:
            journal.forget()
        store.release()
