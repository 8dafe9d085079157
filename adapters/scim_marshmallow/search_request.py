"""The SearchRequest message (RFC 7644 §3.4.3), and what it asks for, be it asked in a body or in a query string."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from scim_marshmallow.problems import problems_of
from scim_plugin.protocol.errors import (
    InvalidCount,
    InvalidCursor,
    InvalidFilter,
    InvalidSyntax,
    InvalidValue,
    ScimError,
)
from scim_plugin.protocol.json_types import is_array, is_object

SEARCH_REQUEST_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

_LARGEST = 10**12
_MAX_LENGTH = 8192
MAX_NAMES = 200
"""Attributes that a query may name: what they select is compiled and kept."""


@dataclass(frozen=True, slots=True)
class SearchMessage:
    """A query as a client words it.

    ``count`` None leaves the size of the page to the server. ``cursor`` None is index paging, an empty one the first
    page of cursor paging.
    """

    attributes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filter: str | None = None
    sort_by: str | None = None
    descending: bool = False
    start_index: int = 1
    count: int | None = None
    cursor: str | None = None


EVERYTHING = SearchMessage()


def _text(error: str) -> fields.String:
    return fields.String(
        allow_none=True,
        error_messages={"invalid": error},
        validate=validate.Length(max=_MAX_LENGTH, error=f"must have {_MAX_LENGTH} characters at most"),
    )


def _names() -> fields.List[Any]:
    return fields.List(
        fields.String(error_messages={"invalid": "must be a string", "null": "must be a string"}),
        allow_none=True,
        error_messages={"invalid": "must be an array of attribute names"},
        validate=validate.Length(max=MAX_NAMES, error=f"must have {MAX_NAMES} names at most"),
    )


def _integer() -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, error_messages={"invalid": "must be an integer"})


class _SearchRequestSchema(Schema):
    """Names are lower-case here; :func:`load_search_request` has folded those of the client."""

    class Meta:
        unknown = EXCLUDE

    attributes = _names()
    excludedattributes = _names()
    filter = _text("must be a string")
    sortby = _text("must be a string")
    sortorder = fields.String(
        allow_none=True,
        validate=validate.OneOf(("ascending", "descending"), error="must be 'ascending' or 'descending'"),
        error_messages={"invalid": "must be 'ascending' or 'descending'"},
    )
    startindex = _integer()
    count = _integer()
    cursor = _text("must be a string")


_SCHEMA = _SearchRequestSchema()
_SPELLING = {
    name.lower(): name for name in ("excludedAttributes", "sortBy", "sortOrder", "startIndex", "attributes", "filter")
}


def load_search_request(body: object) -> SearchMessage:
    """Return the query that *body* asks for; names are compared without regard to case, unknown ones ignored.

    Raises InvalidSyntax when it is no SearchRequest, InvalidFilter when the filter is empty, in cursor paging
    InvalidCursor and InvalidCount, InvalidValue otherwise.
    """
    given = _members_of(body)
    try:
        values: dict[str, Any] = _SCHEMA.load(given)
    except ValidationError as error:
        problems = [
            sentence
            for name, messages in error.messages_dict.items()
            for sentence in problems_of(messages, _SPELLING.get(name, name))
        ]
        raise _refusal(given, set(error.messages_dict), f"{'. '.join(problems)}.") from None
    attributes, excluded = tuple(values.get("attributes") or ()), tuple(values.get("excludedattributes") or ())
    if attributes and excluded:
        raise InvalidValue("'attributes' and 'excludedAttributes' exclude each other: send one of them.")
    filter = values.get("filter")
    if filter is not None and not filter.strip():
        raise InvalidFilter("The filter is empty.")
    start_index, count = values.get("startindex"), values.get("count")
    return SearchMessage(
        attributes=attributes,
        excluded=excluded,
        filter=filter,
        sort_by=values.get("sortby") or None,
        descending=values.get("sortorder") == "descending",
        start_index=1 if start_index is None else _bounded(start_index),
        count=None if count is None else _bounded(count),
        cursor=values.get("cursor"),
    )


def _members_of(body: object) -> dict[str, Any]:
    if not is_object(body):
        raise InvalidSyntax("The request body must be a SearchRequest message, a JSON object.")
    given = {name.lower(): value for name, value in body.items()}
    if len(given) != len(body):
        raise InvalidSyntax("The SearchRequest names a member twice, in different case.")
    urns = given.pop("schemas", None)
    if not is_array(urns) or SEARCH_REQUEST_URN.lower() not in [urn.lower() for urn in urns if isinstance(urn, str)]:
        raise InvalidSyntax(
            f"The request body must be a SearchRequest message: its 'schemas' must name {SEARCH_REQUEST_URN}."
        )
    order = given.get("sortorder")
    if isinstance(order, str):
        given["sortorder"] = order.lower()
    return given


def _refusal(given: dict[str, Any], wrong: set[str], detail: str) -> ScimError:
    if wrong == {"cursor"}:
        return InvalidCursor()
    return InvalidCount(detail) if wrong == {"count"} and given.get("cursor") is not None else InvalidValue(detail)


def _bounded(number: int) -> int:
    return max(-_LARGEST, min(_LARGEST, number))
