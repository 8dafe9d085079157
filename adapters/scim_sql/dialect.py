"""What differs between the SQL databases: one value per database, and everything that depends on it is text.

Statements are written once, in the words that all of them share, with three marks: ``?`` is a parameter, ``{list}`` is
a table with a column ``value`` (and ``key``, its position) made of a parameter that is a JSON array, and ``{lock}``
stands behind a SELECT whose rows stay locked until the end of the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind: TypeAlias = Literal["text", "number", "boolean", "json"]
"""What a JSON value is for SQL: booleans and numbers compare as such, ``json`` is an object or an array."""


class SqlDialect(Protocol):
    """The words of one database. Expressions are given and returned as text, never with a literal of a client in it."""

    @property
    def name(self) -> str:
        """The database, in lower case."""
        ...

    def render(self, statement: str) -> str:
        """Return *statement* as the database and its driver understand it."""
        ...

    def text_literal(self, text: str) -> str:
        """Return *text*, a name from a schema, as a string literal."""
        ...

    def scalar(self, document: str, path: Sequence[str], kind: Kind) -> str:
        """Return what the column *document* has under *path*, names from the outside in; NULL when there is none."""
        ...

    def elements(self, document: str, path: Sequence[str], alias: str) -> str:
        """Return a table of the elements of the array under *path*, with columns ``key`` and ``value``."""
        ...

    def element(self, alias: str, name: str | None, kind: Kind) -> str:
        """Return the element itself, or what it has under *name*, as an expression."""
        ...

    def is_filled(self, expression: str) -> str:
        """Return the test whether *expression*, an object of kind ``json``, has a member."""
        ...

    def contains(self, expression: str) -> str:
        """Return the test whether *expression* contains the parameter."""
        ...

    def starts_with(self, expression: str) -> str:
        """Return the test whether *expression* starts with a text; parameters: its length, the text."""
        ...

    def ends_with(self, expression: str) -> str:
        """Return the test whether *expression* ends with a text; parameters: its length, the text."""
        ...

    def concatenate(self, *expressions: str) -> str:
        """Return the texts, one after the other."""
        ...


@dataclass(frozen=True, slots=True)
class SqliteDialect:
    """SQLite from 3.35 on (RETURNING). Text compares in byte order; JSON booleans are 1 and 0."""

    name: str = "sqlite"

    def render(self, statement: str) -> str:
        """Name the table of a list; a writing transaction locks everything already."""
        return statement.replace("{list}", "json_each(?)").replace("{lock}", "")

    def text_literal(self, text: str) -> str:
        """Quote *text*."""
        return "'" + text.replace("'", "''") + "'"

    def scalar(self, document: str, path: Sequence[str], kind: Kind) -> str:
        """SQLite gives each JSON type its own storage class, so that *kind* does not matter."""
        return f"json_extract({document}, {self._path(path)})"

    def elements(self, document: str, path: Sequence[str], alias: str) -> str:
        """A missing array has no rows."""
        return f"json_each({document}, {self._path(path)}) {alias}"

    def element(self, alias: str, name: str | None, kind: Kind) -> str:
        """Objects come out of ``json_each`` as text, in which a name is looked up again."""
        return f"{alias}.value" if name is None else f"json_extract({alias}.value, {self._path((name,))})"

    def is_filled(self, expression: str) -> str:
        """SQLite writes JSON without spaces."""
        return f"{expression} <> '{{}}'"

    def contains(self, expression: str) -> str:
        """Literal: there are no wildcards to escape."""
        return f"instr({expression}, ?) > 0"

    def starts_with(self, expression: str) -> str:
        """Literal, too."""
        return f"substr({expression}, 1, ?) = ?"

    def ends_with(self, expression: str) -> str:
        """A text that is longer than the value begins before it, and the rest is then shorter than the text."""
        return f"substr({expression}, length({expression}) - ? + 1) = ?"

    def concatenate(self, *expressions: str) -> str:
        """Two bars, as in standard SQL."""
        return f"({' || '.join(expressions)})"

    def _path(self, path: Sequence[str]) -> str:
        # Names come from schemas; URNs need the quotes.
        return self.text_literal("$" + "".join(f'."{name}"' for name in path))


SQLITE = SqliteDialect()
