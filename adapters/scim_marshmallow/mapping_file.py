"""Mapping files: the rules of an integration in TOML, one ``[[rule]]`` table a line of the IdP's mapping screen.

::

    [[rule]]
    path = 'emails[type eq "work"].value'
    field = "email"

    [[rule]]
    path = "name.givenName"
    field = "given_name"
    direction = "to-member"    # the default; "to-scim" answers the host's value to the IdP
    on_create_only = true      # the default is false
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from scim_marshmallow.problems import problems_of
from scim_marshmallow.settings import RuleSettings, SettingsError
from scim_plugin.provisioning.mapping import Direction, Rule


class _MappingFile(Schema):
    rule = fields.List(
        fields.Nested(RuleSettings),
        required=True,
        validate=validate.Length(max=200, error="has 200 rules at most"),
        error_messages={
            "required": "the file has no [[rule]]",
            "invalid": "must be written [[rule]], one for each rule",
        },
    )


_FILE = _MappingFile()


def load_mapping(text: str) -> tuple[Rule, ...]:
    """Return the rules of a mapping file. Raises SettingsError with every problem found."""
    try:
        values: dict[str, Any] = _FILE.load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"The file is not TOML: {error}"]) from None
    except ValidationError as error:
        raise SettingsError(problems_of(error.messages)) from None
    return tuple(values["rule"])


def dump_mapping(rules: Iterable[Rule]) -> str:
    """Return *rules* as a mapping file that :func:`load_mapping` reads back."""
    return "\n".join(_table(line) for line in rules)


def _table(line: Rule) -> str:
    text = f"[[rule]]\npath = {_string(line.path)}\nfield = {_string(line.field)}\n"
    if line.direction is not Direction.TO_MEMBER:
        text += f"direction = {_string(line.direction)}\n"
    return f"{text}on_create_only = true\n" if line.on_create_only else text


def _string(text: str) -> str:
    # A basic string of TOML escapes like JSON does, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
