"""The SQLite database: one connection per thread, kept open, never shared with a forked process.

One thread of a process writes at a time: the others wait for a lock, which hands over at once, and not in the database,
where they would sleep and find it taken again. Only processes compete there, and they ask often enough to be heard.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
import weakref
from contextlib import suppress
from math import inf
from pathlib import Path
from threading import Lock
from typing import Literal, TypeAlias

from peewee import SqliteDatabase

Synchronous: TypeAlias = Literal["FULL", "NORMAL"]

BUSY_TIMEOUT = 5.0
"""Seconds that a writer waits for another one."""
# Each thread has a cache of its own, and a server has many threads. What is read comes from the map, which is the
# system's own cache of the file and is shared; what waits in the cache is what a transaction has written.
_CACHE_KIB = 1024
_MAP_BYTES = 1 << 30
_LARGEST_LOG = 64 << 20
_STATEMENTS = 128
_PAUSE = (0.000_3, 0.002)
"""Seconds between two attempts to begin to write while another process writes: SQLite's own pauses grow to 0.1 s."""
_STEPS = 50_000
"""A statement looks at the clock each time that it has run so many instructions of SQLite's machine: milliseconds."""

# Closing a connection that a fork brought along would touch the files of the parent: it is kept, and never used.
_inherited: list[object] = []


class BusyError(sqlite3.OperationalError):
    """Another thread of this process has been writing all the time that there was."""

    sqlite_errorcode = sqlite3.SQLITE_BUSY


class Clock:
    """Ends the statement that runs when its time is over. Statements have no end unless one is set."""

    __slots__ = ("end",)

    def __init__(self) -> None:
        """Set no end."""
        self.end = inf

    def is_over(self) -> bool:
        """Tell whether the statement has to stop."""
        return time.monotonic() > self.end


class _Connection(sqlite3.Connection):
    """A connection that closes itself when the thread to which it belonged has ended."""

    clock: Clock

    def __del__(self) -> None:
        # (It may never have been open.)
        with suppress(sqlite3.ProgrammingError):
            self.close()


class SqliteStoreDatabase(SqliteDatabase):
    """Peewee's database with the pragmas of a store: WAL, enforced foreign keys, durable commits by default."""

    def __init__(self, path: str, *, synchronous: Synchronous = "FULL", busy_timeout: float = BUSY_TIMEOUT) -> None:
        """Describe the database in the file *path*; nothing is opened yet. *busy_timeout* is in seconds."""
        pragmas = {
            "journal_mode": "wal",
            "synchronous": synchronous,
            "foreign_keys": 1,
            "temp_store": "memory",
            "cache_size": -_CACHE_KIB,
            "mmap_size": _MAP_BYTES,
            "journal_size_limit": _LARGEST_LOG,
        }
        self._busy_timeout = busy_timeout
        self._turn = Lock()
        # The thread that closes a connection may be another one than its own: the collector's.
        super().__init__(
            path,
            pragmas,
            timeout=busy_timeout,
            factory=_Connection,
            cached_statements=_STATEMENTS,
            check_same_thread=False,
        )
        database = weakref.ref(self)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=lambda: _let_go(database()))

    def _connect(self) -> sqlite3.Connection:
        # What it holds is personal data: nobody but the owner of the process reads it.
        # (A file that cannot be made is SQLite's to complain about.)
        with suppress(OSError):
            Path(self.database).touch(mode=0o600)
        connection: _Connection = super()._connect()  # type: ignore[misc] # the stubs leave it out
        # (The connection must not be reached from its own handler: it would never be collected.)
        connection.clock = clock = Clock()
        connection.set_progress_handler(clock.is_over, _STEPS)
        return connection

    @property
    def clock(self) -> Clock:
        """Return the clock of this thread's connection."""
        connection: _Connection = self.connection()
        return connection.clock

    def start_reading(self) -> None:
        """Begin a transaction that sees one state of the database."""
        self.begin("DEFERRED")

    def start_writing(self) -> Lock:
        """Begin a transaction that writes, as soon as no other one does; return what must be released at its end.

        Raises BusyError after the time that the database was given, and whatever SQLite raises.
        """
        connection: _Connection = self.connection()
        end = time.monotonic() + self._busy_timeout
        turn = self._turn
        if not turn.acquire(timeout=self._busy_timeout):
            raise BusyError
        try:
            self._begin_to_write(connection, end)
        except BaseException:
            turn.release()
            raise
        return turn

    def _begin_to_write(self, connection: sqlite3.Connection, end: float) -> None:
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                        raise
                    time.sleep(random.uniform(*_PAUSE))  # noqa: S311 - processes only must not keep step
                else:
                    return
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(self._busy_timeout * 1000)}")

    def forget(self) -> None:
        """Let go of what a fork brought along; another connection is opened when it is needed."""
        self._turn = Lock()
        if not self.is_closed():
            _inherited.append(self.connection())
            self.dispose()


def _let_go(database: SqliteStoreDatabase | None) -> None:
    if database is not None:
        database.forget()
