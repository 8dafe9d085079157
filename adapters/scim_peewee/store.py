"""The store of an application: one object made of a URL, from which units of work and directories come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scim_peewee import schema
from scim_peewee.connection import ERRORS, Connection, is_outage
from scim_peewee.database import BUSY_TIMEOUT, SqliteStoreDatabase, Synchronous
from scim_peewee.groups import PeeweeGroupDirectory
from scim_peewee.members import PeeweeMemberDirectory
from scim_peewee.repositories import Repositories
from scim_peewee.unit_of_work import PeeweeUnitOfWork
from scim_plugin.protocol.errors import Unavailable
from scim_sql.dialect import SQLITE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from peewee import QueryEvent


class DatabaseUrlError(ValueError):
    """The URL names no database that can be used here. ``str()`` says what to write instead."""


class PeeweeStore:
    """Storage and standalone host in one database. Threads may share it; each has a connection of its own."""

    def __init__(
        self,
        url: str,
        *,
        synchronous: Synchronous = "FULL",
        busy_timeout: float = BUSY_TIMEOUT,
    ) -> None:
        """Describe the database at *url*, ``sqlite:///`` and a path; nothing is opened yet.

        With ``synchronous="NORMAL"`` a loss of power may take back the latest commits, never a part of one.
        *busy_timeout* is how long, in seconds, a writer waits for another one. Raises DatabaseUrlError.
        """
        self.database = SqliteStoreDatabase(_path(url), synchronous=synchronous, busy_timeout=busy_timeout)
        self._repositories = Repositories(Connection(self.database, SQLITE))
        self.members = PeeweeMemberDirectory(self._repositories)
        self.groups = PeeweeGroupDirectory(self._repositories)

    def open_unit(self, *, write: bool = True) -> PeeweeUnitOfWork:
        """Return a new unit of work; inside another one of the same thread it is a savepoint."""
        return PeeweeUnitOfWork(self._repositories, write=write)

    def migrate(self) -> Sequence[str]:
        """Bring the schema up to date; return the steps that were missing. Raises UnknownSchemaError, Unavailable."""
        try:
            return schema.migrate(self.database)
        except ERRORS as error:
            if is_outage(error):
                raise Unavailable from error
            raise

    def check_schema(self) -> Sequence[str]:
        """Return the steps that are missing: none when the schema is current. Raises as :meth:`migrate`."""
        try:
            return schema.missing_steps(self.database)
        except ERRORS as error:
            if is_outage(error):
                raise Unavailable from error
            raise

    def on_statement(self, heard: Callable[[str], None]) -> Callable[[], None]:
        """Let *heard* be called with the text of each statement from now on; return what ends it.

        The bounds of transactions (BEGIN, COMMIT, ROLLBACK) are not told.
        """

        def hook(event: QueryEvent) -> None:
            heard(event.sql)

        self.database.query_hooks.append(hook)
        return lambda: self.database.query_hooks.remove(hook)

    def close(self) -> None:
        """Close the connection of this thread; it is opened again when it is needed."""
        self.database.close()


def _path(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme in ("postgresql", "postgres", "mysql", "mariadb"):
        message = f"{parts.scheme} is not supported yet: use sqlite:////absolute/path.db."
        raise DatabaseUrlError(message)
    path = unquote(parts.path).removeprefix("/")
    if parts.scheme != "sqlite" or parts.netloc or parts.query or parts.fragment or not path or path == ":memory:":
        message = (
            "The database URL must be sqlite:/// and a path: sqlite:////var/lib/scim/scim.db, or sqlite:///scim.db."
        )
        raise DatabaseUrlError(message)
    return str(Path(path).absolute())
