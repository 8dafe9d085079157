"""How the repositories reach the database: statements of ``scim_sql``, executed as they are, and what may go wrong.

A database that is locked, full or gone is :class:`Unavailable`; whatever else it refuses is an error of the program, or
a constraint that a repository knows.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from peewee import PeeweeException

from scim_plugin.protocol.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        try:
            rows: list[tuple[Any, ...]] = self.database.execute_sql(self._text(statement), parameters).fetchall()
        except ERRORS as error:
            if is_outage(error):
                raise Unavailable from error
            raise
        return rows

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row, or None. Raises Unavailable."""
        rows = self.rows(statement, parameters)
        return rows[0] if rows else None

    def change(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Execute a statement that has no rows; return how many it changed. Raises Unavailable."""
        try:
            changed: int = self.database.execute_sql(self._text(statement), parameters).rowcount
        except ERRORS as error:
            if is_outage(error):
                raise Unavailable from error
            raise
        return changed

    def _text(self, statement: str) -> str:
        # Compiled filters are already bounded by the cache that they come from, and have no marks.
        text = self._rendered.get(statement)
        if text is None:
            text = self.dialect.render(statement)
            if len(self._rendered) < 1024:
                self._rendered[statement] = text
        return text


def is_outage(error: BaseException) -> bool:
    """Tell whether the database could not do its work, through no fault of the statement."""
    original: BaseException | None = error
    while isinstance(original, PeeweeException):
        # Peewee wraps what the driver raises, sometimes twice.
        original = getattr(original, "orig", None)
    code = getattr(original, "sqlite_errorcode", None)
    # The lower eight bits are the kind of an error, the rest tells more about it.
    return code is not None and code & 0xFF in _OUTAGES
