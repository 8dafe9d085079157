"""What a unit of work has changed, so that it can be taken back: its cost is that of the change, not of the store.

Everything that is stored here lies in dictionaries, and every change of them goes through the journal.
"""

from __future__ import annotations

from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_ABSENT: Any = object()


class Journal:
    """The former values of what changed. ``writing`` tells whether changes are allowed now."""

    __slots__ = ("_former", "writing")

    def __init__(self) -> None:
        """Begin empty; nothing may be written outside a unit of work."""
        self._former: list[tuple[dict[Any, Any], Any, Any]] = []
        self.writing = False

    def put(self, table: dict[K, V], key: K, value: V) -> None:
        """Store *value* in *table* under *key*."""
        self._keep(table, key)
        table[key] = value

    def drop(self, table: dict[K, V], key: K) -> None:
        """Remove *key* from *table*; nothing happens when it is not there."""
        if key in table:
            self._keep(table, key)
            del table[key]

    def _keep(self, table: dict[K, V], key: K) -> None:
        if not self.writing:
            # The mistake of a caller that a database would only show as a lost write.
            message = "Nothing can be written here: this unit of work only reads, or has ended."
            raise RuntimeError(message)
        self._former.append((table, key, table.get(key, _ABSENT)))

    def mark(self) -> int:
        """Return the present position, for :meth:`undo`."""
        return len(self._former)

    def undo(self, mark: int) -> None:
        """Take back every change since *mark*, the latest first."""
        while len(self._former) > mark:
            table, key, value = self._former.pop()
            if value is _ABSENT:
                del table[key]
            else:
                table[key] = value

    def forget(self) -> None:
        """Let all changes stand for ever."""
        self._former.clear()
