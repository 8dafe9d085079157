"""One transaction per unit of work: ``BEGIN IMMEDIATE`` when it writes, a consistent snapshot when it reads.

Units that write follow each other: first the threads of a process, then the processes. One that waits too long is
Unavailable.

Inside an open transaction a writing unit is a savepoint, and a reading one nothing at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_peewee.connection import ERRORS, is_outage
from scim_peewee.resources import PeeweeResourceRepository
from scim_plugin.protocol.errors import Unavailable

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from peewee import _savepoint

    from scim_peewee.database import Turn
    from scim_peewee.repositories import Repositories


class PeeweeUnitOfWork:
    """Keeps the promises of ``ports.UnitOfWork``."""

    def __init__(self, repositories: Repositories, *, write: bool) -> None:
        """Prepare a unit; it begins with the ``with`` block."""
        self.writes = write
        self._database = repositories.connection.database
        self._is_open = False
        self._savepoint: _savepoint | None = None
        self._turn: Turn | None = None
        self.resources = PeeweeResourceRepository(
            repositories.connection, repositories.indexings, repositories.searches
        )
        self.retired_links = repositories.retired_links
        self.origins = repositories.origins
        self.integrations = repositories.integrations
        self.credentials = repositories.credentials
        self.log = repositories.log
        self.tolerances = repositories.tolerances

    def commit(self) -> None:
        if not self._is_open:
            return
        try:
            if self._savepoint is not None:
                self._savepoint.commit(begin=False)
            elif self._is_outermost():
                self._database.transaction().commit(begin=False)
                self._database.pop_transaction()
                self._end_turn()
        except ERRORS as error:
            # It is rolled back on the way out of the block.
            if is_outage(error):
                raise Unavailable from error
            raise
        self._is_open = False

    def __enter__(self) -> Self:
        """Begin. Raises Unavailable; RuntimeError for a unit that writes inside one that only reads."""
        database = self._database
        outer = database.top_transaction()
        try:
            if outer is None:
                if self.writes:
                    self._turn = database.start_writing()
                else:
                    database.start_reading()
                database.push_transaction(self)
            elif self.writes:
                if isinstance(outer, PeeweeUnitOfWork) and not outer.writes:
                    message = "A unit of work that writes cannot be opened inside one that only reads."
                    raise RuntimeError(message)
                self._savepoint = database.savepoint().__enter__()
        except ERRORS as error:
            if is_outage(error):
                raise Unavailable from error
            raise
        self._is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Roll back unless committed; the connection can be used again whatever happened."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            if self._savepoint is not None:
                self._roll_back_to(self._savepoint)
            elif self._is_outermost():
                self._roll_back()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._turn is not None:
            self._database.end_writing(self._turn)
            self._turn = None

    def _is_outermost(self) -> bool:
        return self._database.top_transaction() is self

    def _roll_back_to(self, savepoint: _savepoint) -> None:
        # SQLite rolls the whole transaction back when the disk is full; then there is no savepoint any more.
        if self._database.connection().in_transaction:
            savepoint.rollback(begin=False)
            savepoint.commit(begin=False)

    def _roll_back(self) -> None:
        database = self._database
        database.pop_transaction()
        try:
            connection = database.connection()
            if connection.in_transaction and self.writes:
                database.transaction().rollback(begin=False)
            elif connection.in_transaction:
                connection.execute("ROLLBACK")
        except ERRORS:
            # Nothing can be said about the state of this connection: the next unit opens another one.
            database.close()
