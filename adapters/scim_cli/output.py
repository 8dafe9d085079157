"""What commands print: one JSON value with ``--json``, else aligned text in which nothing can pass for a terminal's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click


def print_json(value: Any) -> None:
    """Print *value* as JSON on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def print_object(value: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an object: as JSON, or one line for each of its members that has a value."""
    if as_json:
        print_json(value)
        return
    lines = {name.replace("_", " "): item for name, item in value.items() if item not in (None, "", [], {})}
    width = max(map(len, lines), default=0)
    for name, item in lines.items():
        rows = [_text(row) for row in item] if isinstance(item, list) else [_text(item)]
        for number, row in enumerate(rows):
            click.echo(f"{'' if number else name:{width}}  {row}")


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Print objects: as a JSON array of whole objects, or as a table of some *columns*; *empty* says that none are."""
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo(empty)
        return
    cells = [[column.replace("_", " ").upper() for column in columns]]
    cells += [[_text(row[column]) for column in columns] for row in rows]
    widths = [max(len(line[number]) for line in cells) for number in range(len(columns))]
    for line in cells:
        click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip())


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_text(item)}" for name, item in value.items() if item not in (None, "", [], {}))
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value))
