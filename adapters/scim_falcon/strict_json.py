"""JSON as this server accepts it: RFC 8259 to the letter, and nothing that two readers could read differently.

UTF-8 without a byte order mark; no NaN or Infinity; no member twice in an object; bounded depth, numbers and objects;
no NUL and no lone surrogate in a string. orjson refuses most of it by itself. What it accepts is found by looking at
its result, and only a suspicious text is read a second time, slowly, with the standard library.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from scim_plugin.protocol.errors import InvalidSyntax, InvalidValue

MAX_DEPTH = 40
MAX_MEMBERS = 1000
MAX_DIGITS = 15

_SPACED_KEY = re.compile(rb'"[ \t\r\n]+:')
_LONG_NUMBER = re.compile(rb"[0-9][0-9.]{15}")
_DIGITS = re.compile(r"-?[0.]*([0-9.]*)(?:[eE].*)?", re.ASCII)


def loads(text: bytes) -> object:
    """Return the JSON value of *text*. Raises InvalidSyntax, or InvalidValue for a value that is out of bounds."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _malformed(text, error) from None
    census = _Census()
    census.take([value], 0)
    # A member's name ends in a quote and a colon. Strings can only add such places, and a member that was dropped as
    # a duplicate is missing in the tree: when the numbers agree, nothing was dropped.
    is_sound = text.count(b'":') == census.members and _SPACED_KEY.search(text) is None
    if is_sound and b"\\u0000" not in text and not (census.has_numbers and _LONG_NUMBER.search(text)):
        return value
    return _read_slowly(text)


class _Census:
    """Counts the members of all objects of a tree, and refuses a tree that is too deep or too wide."""

    __slots__ = ("has_numbers", "members")

    def __init__(self) -> None:
        self.members = 0
        self.has_numbers = False

    def take(self, values: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise InvalidSyntax(f"The request body is nested more than {MAX_DEPTH} levels deep.")
        for value in values:
            kind = type(value)
            if kind is dict:
                if len(value) > MAX_MEMBERS:
                    raise InvalidSyntax(f"An object of the request body has more than {MAX_MEMBERS} members.")
                self.members += len(value)
                self.take(value.values(), depth + 1)
            elif kind is list:
                self.take(value, depth + 1)
            elif kind is int or kind is float:
                self.has_numbers = True


def _read_slowly(text: bytes) -> object:
    """Read a text whose syntax and depth have been checked."""
    value: object = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction)
    _refuse_nul([value])
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        once: set[str] = set()
        for name, _ in pairs:
            if name in once:
                raise InvalidSyntax(f"The member '{name[:100]}' appears twice in one object of the request body.")
            once.add(name)
    return members


def _integer(digits: str) -> int:
    _check_length(digits)
    return int(digits)


def _fraction(digits: str) -> float:
    _check_length(digits)
    return float(digits)


def _check_length(number: str) -> None:
    significant = _DIGITS.fullmatch(number)
    if significant is not None and len(significant[1].replace(".", "")) > MAX_DIGITS:
        raise InvalidValue(f"A number has more than {MAX_DIGITS} digits.")


def _refuse_nul(values: Any) -> None:
    for value in values:
        if isinstance(value, str):
            if "\0" in value:
                raise InvalidValue("A string contains the character NUL (\\u0000).")
        elif isinstance(value, dict):
            _refuse_nul(value)
            _refuse_nul(value.values())
        elif isinstance(value, list):
            _refuse_nul(value)


def _malformed(text: bytes, error: orjson.JSONDecodeError) -> InvalidSyntax:
    if not text.strip():
        return InvalidSyntax("The request has no body; a JSON object is expected.")
    return InvalidSyntax(f"The request body is not valid JSON in UTF-8: line {error.lineno}, column {error.colno}.")
