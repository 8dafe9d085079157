"""The schema and its steps, the scripts in ``migrations/``: each is applied once, whole or not at all, in its order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playhouse.migrations import Runner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_peewee.database import SqliteStoreDatabase

_HISTORY = "scim_migration"


class UnknownSchemaError(RuntimeError):
    """The database was migrated by a newer version of the software. ``steps`` are those that this one does not know."""

    def __init__(self, steps: Sequence[str]) -> None:
        """Name the *steps*."""
        super().__init__(f"The database is newer than this software: it has {', '.join(steps)}. Upgrade the software.")
        self.steps = tuple(steps)


def migrate(database: SqliteStoreDatabase) -> Sequence[str]:
    """Apply the steps that are missing and return their names. Raises UnknownSchemaError.

    Processes that do so at the same time wait for each other.
    """
    # All steps in one transaction: SQLite takes tables back, too, when it ends early.
    with database.atomic("IMMEDIATE"):
        _refuse_unknown(database)
        applied: list[str] = _runner(database).up()
    return applied


def missing_steps(database: SqliteStoreDatabase) -> Sequence[str]:
    """Return the names of the steps that have not been applied. Raises UnknownSchemaError."""
    _refuse_unknown(database)
    return [step.name for step in _runner(database).status() if step.applied is None]


def _refuse_unknown(database: SqliteStoreDatabase) -> None:
    unknown = [step.name for step in _runner(database).status() if step.path is None]
    if unknown:
        raise UnknownSchemaError(unknown)


def _runner(database: SqliteStoreDatabase) -> Runner:
    return Runner(database, str(Path(__file__).parent / "migrations"), _HISTORY)
