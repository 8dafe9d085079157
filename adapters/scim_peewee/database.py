"""The SQLite database: one connection per thread, kept open, never shared with a forked process."""

from __future__ import annotations

import os
import sqlite3
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

from peewee import SqliteDatabase

Synchronous: TypeAlias = Literal["FULL", "NORMAL"]

BUSY_TIMEOUT = 5.0
"""Seconds that a writer waits for another one."""
_CACHE_KIB = 16_384
_STATEMENTS = 256

# Closing a connection that a fork brought along would touch the files of the parent: it is kept, and never used.
_inherited: list[object] = []


class _Connection(sqlite3.Connection):
    """A connection that closes itself when the thread to which it belonged has ended."""

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
        }
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
        connection: sqlite3.Connection = super()._connect()  # type: ignore[misc] # the stubs leave it out
        return connection

    def start(self, *, write: bool) -> None:
        """Begin a transaction; one that writes waits here until it is the only one."""
        self.begin("IMMEDIATE" if write else "DEFERRED")


def _let_go(database: SqliteStoreDatabase | None) -> None:
    if database is not None and not database.is_closed():
        _inherited.append(database.connection())
        database.dispose()
