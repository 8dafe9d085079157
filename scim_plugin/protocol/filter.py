"""The filter language of RFC 7644 §3.4.2.2: its tree, its parser and its printer.

One form beyond the grammar is parsed, because identity providers send it: a path after the bracket,
``emails[type eq "work"].value eq "x"``. Whether it is welcome is decided where the filter is bound.
``parse_filter(str(tree)) == tree`` for every tree.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from math import isinf
from typing import TYPE_CHECKING, Literal, NoReturn, TypeAlias, cast, get_args

from scim_plugin.protocol.errors import InvalidFilter
from scim_plugin.protocol.path import AttributePath, match_attribute_path

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LENGTH = 8192
MAX_DEPTH = 32
MAX_TERMS = 100
MAX_DIGITS = 15
MAX_NUMBER = 32

Operator: TypeAlias = Literal["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]
Literal_: TypeAlias = str | int | float | bool | None
OPERATORS: dict[str, Operator] = {operator: operator for operator in get_args(Operator)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``path op value``."""

    path: AttributePath
    operator: Operator
    value: Literal_

    def __str__(self) -> str:
        """Return the expression as a client would write it."""
        return f"{self.path} {self.operator} {json.dumps(self.value, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Presence:
    """``path pr``."""

    path: AttributePath

    def __str__(self) -> str:
        """Return the expression as a client would write it."""
        return f"{self.path} pr"


@dataclass(frozen=True, slots=True)
class Not:
    """``not (operand)``."""

    operand: Filter

    def __str__(self) -> str:
        """Return the expression as a client would write it."""
        return f"not ({self.operand})"


@dataclass(frozen=True, slots=True)
class And:
    """``a and b and …``: two operands or more."""

    operands: tuple[Filter, ...]

    def __str__(self) -> str:
        """Return the expression as a client would write it, in brackets where the grammar needs them."""
        return " and ".join(f"({part})" if isinstance(part, (And, Or)) else str(part) for part in self.operands)


@dataclass(frozen=True, slots=True)
class Or:
    """``a or b or …``: two operands or more."""

    operands: tuple[Filter, ...]

    def __str__(self) -> str:
        """Return the expression as a client would write it, in brackets where the grammar needs them."""
        return " or ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.operands)


@dataclass(frozen=True, slots=True)
class ValueFilter:
    """``path[filter]``: some value of the attribute satisfies *filter*.

    ``then`` is the comparison after the bracket, on the selected values, if there is one.
    """

    path: AttributePath
    filter: Filter
    then: Comparison | Presence | None = None

    def __str__(self) -> str:
        """Return the expression as a client would write it."""
        return f"{self.path}[{self.filter}]{f'.{self.then}' if self.then else ''}"


Filter: TypeAlias = Comparison | Presence | Not | And | Or | ValueFilter

_TOKEN = re.compile(
    r"""[ \t]*(?:(?P<mark>[()\[\]])|(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<word>[^\s()\[\]"]+)|(?P<end>$))""",
    re.ASCII,
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_EXPECT_VALUE = 'a value: a string in double quotes, a number, true, false or null (userName eq "bjensen")'


@lru_cache(maxsize=2048)
def parse_filter(text: str) -> Filter:
    """Return the tree of *text*. Raises InvalidFilter, also beyond 8 KiB, 100 terms or 32 levels."""
    if len(text) > MAX_LENGTH:
        detail = f"The filter is longer than {MAX_LENGTH} characters."
        raise InvalidFilter(detail)
    parser = _Parser(text)
    tree = parser.disjunction(0)
    parser.finish()
    return tree


def parse_value_filter(text: str, start: int) -> tuple[Filter, int]:
    """Return the filter that begins in *text* at *start*, behind a bracket, and the position behind its ``]``.

    Raises InvalidFilter.
    """
    if len(text) > MAX_LENGTH:
        detail = f"The filter is longer than {MAX_LENGTH} characters."
        raise InvalidFilter(detail)
    parser = _Parser(text, start, inside=True)
    tree = parser.disjunction(1)
    parser.expect("]")
    return tree, parser.behind


class _Parser:
    """A recursive descent of bounded depth over a token stream; ``behind`` is the end of the last token taken."""

    __slots__ = ("behind", "inside", "kind", "position", "terms", "text", "token")

    def __init__(self, text: str, start: int = 0, *, inside: bool = False) -> None:
        self.text = text
        self.position = start
        self.behind = start
        self.inside = inside
        self.terms = 0
        self.kind = ""
        self.token = ""
        self.advance()

    def advance(self) -> None:
        self.behind = self.position
        found = _TOKEN.match(self.text, self.position)
        if found is None:
            self.refuse("an expression (a string needs a closing double quote)")
        self.kind = cast("str", found.lastgroup)
        self.token = found[self.kind]
        self.position = found.end()

    def refuse(self, expected: str) -> NoReturn:
        detail = f"The filter is not valid at character {self.behind + 1}: expected {expected}."
        raise InvalidFilter(detail)

    def at(self, mark: str) -> bool:
        return self.kind == "mark" and self.token == mark

    def expect(self, mark: str) -> None:
        if not self.at(mark):
            self.refuse(f"'{mark}'")
        self.behind = self.position

    def finish(self) -> None:
        if self.kind != "end":
            self.refuse("'and', 'or' or the end of the filter")

    def keyword(self) -> str:
        return self.token.lower() if self.kind == "word" else ""

    def disjunction(self, depth: int) -> Filter:
        operands = self.chain("or", lambda: self.conjunction(depth))
        return operands[0] if len(operands) == 1 else Or(operands)

    def conjunction(self, depth: int) -> Filter:
        operands = self.chain("and", lambda: self.factor(depth))
        return operands[0] if len(operands) == 1 else And(operands)

    def chain(self, keyword: str, operand: Callable[[], Filter]) -> tuple[Filter, ...]:
        operands = [operand()]
        while self.keyword() == keyword:
            self.advance()
            operands.append(operand())
        return tuple(operands)

    def factor(self, depth: int) -> Filter:
        if depth > MAX_DEPTH:
            detail = f"The filter is nested more than {MAX_DEPTH} levels deep."
            raise InvalidFilter(detail)
        if self.keyword() == "not" and self.text[self.position :].lstrip(" \t").startswith("("):
            self.advance()
            return Not(self.group(depth))
        if self.at("("):
            return self.group(depth)
        return self.expression(depth)

    def group(self, depth: int) -> Filter:
        self.advance()
        tree = self.disjunction(depth + 1)
        self.expect(")")
        self.advance()
        return tree

    def expression(self, depth: int) -> Filter:
        self.terms += 1
        if self.terms > MAX_TERMS:
            detail = f"The filter has more than {MAX_TERMS} comparisons."
            raise InvalidFilter(detail)
        path = self.path(self.token)
        self.advance()
        if self.at("["):
            return self.value_filter(path, depth)
        return self.condition(path)

    def path(self, text: str) -> AttributePath:
        path = match_attribute_path(text) if self.kind == "word" else None
        if path is None:
            self.refuse("the name of an attribute")
        return path

    def condition(self, path: AttributePath) -> Comparison | Presence:
        keyword = self.keyword()
        if keyword == "pr":
            self.advance()
            return Presence(path)
        operator = OPERATORS.get(keyword)
        if operator is None:
            self.refuse("one of the operators eq, ne, co, sw, ew, gt, ge, lt, le or pr")
        self.advance()
        value = self.value()
        self.advance()
        return Comparison(path, operator, value)

    def value_filter(self, path: AttributePath, depth: int) -> ValueFilter:
        if self.inside:
            self.refuse("no further bracket: value filters do not nest")
        self.inside = True
        self.advance()
        condition = self.disjunction(depth + 1)
        self.expect("]")
        self.inside = False
        glued = self.text[self.position : self.position + 1] == "."
        self.advance()
        if not glued:
            return ValueFilter(path, condition)
        tail = self.path(self.token[1:])
        self.advance()
        return ValueFilter(path, condition, self.condition(tail))

    def value(self) -> Literal_:
        if self.kind == "string":
            return self.string()
        if self.kind == "word" and self.token in _CONSTANTS:
            return _CONSTANTS[self.token]
        number = _NUMBER.fullmatch(self.token)
        if number is None:
            self.refuse(_EXPECT_VALUE)
        return self.number(fraction=bool(number[1] or number[2]))

    def string(self) -> str:
        try:
            text: str = json.loads(self.token)
            text.encode()
        except ValueError:
            self.refuse("a string with valid JSON escapes")
        if "\0" in text:
            self.refuse("a string without U+0000, which no store can hold")
        return text

    def number(self, *, fraction: bool) -> int | float:
        if not fraction:
            if len(self.token.lstrip("-")) > MAX_DIGITS:
                self.refuse(f"a number of at most {MAX_DIGITS} digits")
            return int(self.token)
        if len(self.token) > MAX_NUMBER or isinf(value := float(self.token)):
            self.refuse(f"a number of at most {MAX_NUMBER} characters that is not beyond all bounds")
        return value
