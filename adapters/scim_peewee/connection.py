"""How the repositories reach the database: statements of ``scim_sql``, executed as they are, and what may go wrong.

A database that is locked, full or gone is :class:`Unavailable`; whatever else it refuses is an error of the program, or
a constraint that a repository knows. A text that UTF-8 cannot hold (a lone surrogate) is in no row: nothing has it.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING, Any

from peewee import PeeweeException

from scim_plugin.protocol.errors import TooMany, Unavailable
from scim_plugin.protocol.text import is_storable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scim_peewee.database import SqliteStoreDatabase
    from scim_sql.dialect import SqlDialect

ERRORS = (PeeweeException, sqlite3.Error)
_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


class Connection:
    """Executes statements in the transaction of the thread, or each on its own where there is none."""

    def __init__(self, database: SqliteStoreDatabase, dialect: SqlDialect) -> None:
        """Use *database*, which speaks *dialect*."""
        self.database = database
        self.dialect = dialect
        self._rendered: dict[str, str] = {}

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows. Raises Unavailable."""
        text = self._text(statement)
        try:
            rows: list[tuple[Any, ...]] = self.database.execute_sql(text, parameters).fetchall()
        except ERRORS as error:
            if is_outage(error):
                raise Unavailable from error
            raise
        except UnicodeEncodeError:
            if not text.lstrip().startswith("SELECT"):
                raise
            return []
        return rows

    @contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """End the statements of the block after so many seconds, and with them the block. Raises TooMany, Unavailable.

        For statements whose work a client chooses; all others find their rows by an index.
        """
        try:
            clock = self.database.clock
            clock.end = time.monotonic() + seconds
            try:
                yield
            finally:
                clock.end = inf
        except ERRORS as error:
            if is_outage(error):
                raise Unavailable from error
            raise
        except Unavailable as error:
            if _code(error.__cause__) == sqlite3.SQLITE_INTERRUPT:
                detail = "The query takes too long: it has to look at too many resources. Filter by a key as well."
                raise TooMany(detail) from error
            raise

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row, or None. Raises Unavailable."""
        rows = self.rows(statement, parameters)
        return rows[0] if rows else None

    def change(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Execute a statement that has no rows; return how many it changed. Raises Unavailable."""
        text = self._text(statement)
        try:
            changed: int = self.database.execute_sql(text, parameters).rowcount
        except ERRORS as error:
            if is_outage(error):
                raise Unavailable from error
            raise
        except UnicodeEncodeError:
            conditions = text.partition("WHERE")[2].count("?")
            if text.lstrip().startswith("INSERT") or all(map(_fits, parameters[len(parameters) - conditions :])):
                raise
            return 0
        return changed

    def _text(self, statement: str) -> str:
        # Compiled filters are already bounded by the cache that they come from, and have no marks.
        text = self._rendered.get(statement)
        if text is None:
            text = self.dialect.render(statement)
            if len(self._rendered) < 1024:
                self._rendered[statement] = text
        return text


def _fits(parameter: object) -> bool:
    return not isinstance(parameter, str) or is_storable(parameter)


def is_outage(error: BaseException) -> bool:
    """Tell whether the database could not do its work, through no fault of the statement."""
    return _code(error) in _OUTAGES


def _code(error: BaseException | None) -> int | None:
    original = error
    while isinstance(original, PeeweeException):
        # Peewee wraps what the driver raises, sometimes twice.
        original = getattr(original, "orig", None)
    code = getattr(original, "sqlite_errorcode", None)
    # The lower eight bits are the kind of an error, the rest tells more about it.
    return None if code is None else code & 0xFF
