"""The SQLite database: each thread reads by a connection of its own, and all write by one, in turns.

The threads of a process wait for a lock, which hands over at once, and not in the database, where they would sleep and
find it taken again. Only processes compete there, and they ask often enough to be heard. The connection that writes is
shared because what it has cached stays true as long as nobody else writes. None is shared with a forked process.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from threading import Lock
from typing import Any, Literal, TypeAlias

from peewee import SqliteDatabase

Synchronous: TypeAlias = Literal["FULL", "NORMAL"]

BUSY_TIMEOUT = 5.0
"""Seconds that a writer waits for another one."""
# A server has many threads that read, and its memory shall stay below 150 MB. All of them share the map of the file's
# first part, which costs less than reading it and counts once.
_CACHE_KIB = 512
_WRITING_CACHE_KIB = 16_384
_MAP_BYTES = 64 << 20
# A page that is written again and again goes to the file once in so many pages of the log: 16 MiB. The log is cut
# when a long reader has let it grow beyond the other number.
_LOG_PAGES = 4096
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


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to write: the lock that stands for it, and the connection by which the thread reads otherwise."""

    lock: Lock
    own: _Connection | None


class SqliteStoreDatabase(SqliteDatabase):
    """Peewee's database with the pragmas of a store: WAL, enforced foreign keys, durable commits by default."""

    _state: Any  # Peewee's connection of the thread, which its stubs leave out

    def __init__(self, path: str, *, synchronous: Synchronous = "FULL", busy_timeout: float = BUSY_TIMEOUT) -> None:
        """Describe the database in the file *path*; nothing is opened yet. *busy_timeout* is in seconds."""
        pragmas = {
            "journal_mode": "wal",
            "synchronous": synchronous,
            "foreign_keys": 1,
            "temp_store": "memory",
            "cache_size": -_CACHE_KIB,
            "mmap_size": _MAP_BYTES,
            "wal_autocheckpoint": _LOG_PAGES,
            "journal_size_limit": _LARGEST_LOG,
        }
        self._busy_timeout = busy_timeout
        self._lock_of_turns = Lock()
        self._writing: _Connection | None = None
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

    def _log_query(self, sql: str, params: object) -> None:
        """Log nothing: Peewee would, at level DEBUG, and what a statement is given is personal data."""

    def _connect(self) -> _Connection:
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
        self.connection().execute("BEGIN")

    def start_writing(self) -> Turn:
        """Begin a transaction that writes, as soon as no other one does; return the turn, which must be ended.

        Until then this thread uses the connection that writes. Raises BusyError after the time that the database was
        given, and whatever SQLite raises.
        """
        end = time.monotonic() + self._busy_timeout
        lock = self._lock_of_turns
        if not lock.acquire(timeout=self._busy_timeout):
            raise BusyError
        try:
            if self._writing is None:
                self._writing = self._connect()
                self._writing.execute(f"PRAGMA cache_size = -{_WRITING_CACHE_KIB}")
            self._begin_to_write(self._writing, end)
        except BaseException:
            lock.release()
            raise
        turn = Turn(lock, self._state.conn)
        self._state.conn, self._state.closed = self._writing, False
        return turn

    def end_writing(self, turn: Turn) -> None:
        """Let the next one write."""
        if turn.lock is not self._lock_of_turns:
            return  # this is a forked process: the turn is the parent's
        if self._state.closed:
            self._writing = None
        self._state.conn, self._state.closed = turn.own, turn.own is None
        turn.lock.release()

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

    def close(self) -> bool:
        """Close the connection of this thread, and the one that writes unless it is in use."""
        if self._lock_of_turns.acquire(blocking=False):
            try:
                if self._writing is not None:
                    self._writing.close()
                    self._writing = None
            finally:
                self._lock_of_turns.release()
        closed: bool = super().close()
        return closed

    def forget(self) -> None:
        """Let go of what a fork brought along; other connections are opened when they are needed."""
        _inherited.extend((self._writing, self._state.conn))
        self._lock_of_turns = Lock()
        self._writing = None
        if not self.is_closed():
            self.dispose()


def _let_go(database: SqliteStoreDatabase | None) -> None:
    if database is not None:
        database.forget()
