"""marshmallow's error dictionaries as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def problems_of(messages: Any, path: str = "") -> list[str]:
    """Return one sentence for each message in *messages*, with the path of the value that it is about."""
    return list(_sentences(messages, path))


def _sentences(messages: Any, path: str) -> Iterator[str]:
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from _sentences(value, _below(path, key))
    elif isinstance(messages, list):
        for value in messages:
            yield from _sentences(value, path)
    else:
        yield f"'{path}': {messages}" if path else str(messages)


def _below(path: str, key: object) -> str:
    if key == "_schema":
        return path
    if isinstance(key, int):
        return f"{path}[{key + 1}]"  # people count rules from one
    return f"{path}.{key}" if path else str(key)
