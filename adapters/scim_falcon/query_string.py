"""The query parameters of RFC 7644 §3.4.2 and §3.9, read strictly: what cannot be understood is refused, not guessed.

Names are compared without regard to case, and unknown ones are ignored: Entra's flags (``aadOptscim062020``) are typed
as a query string, and may arrive here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scim_marshmallow.search_request import EVERYTHING, MAX_NAMES, SearchMessage
from scim_plugin.protocol.errors import InvalidCount, InvalidCursor, InvalidFilter, InvalidValue, ScimError

_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)
_LARGEST = 10**12
_MAX_LENGTH = 8192

_KNOWN = frozenset(
    {"attributes", "excludedattributes", "filter", "sortby", "sortorder", "startindex", "count", "cursor"}
)
_LISTS = frozenset({"attributes", "excludedattributes"})


def read_query(params: Mapping[str, str | list[str]]) -> SearchMessage:
    """Return what *params* ask for.

    Raises InvalidFilter for an empty filter, InvalidCursor, InvalidCount in cursor paging, InvalidValue otherwise.
    """
    if not params:
        return EVERYTHING
    given: dict[str, str] = {}
    for name, value in params.items():
        key = name.lower()
        if key in _KNOWN:
            given[key] = _single(key, value, given.get(key))
    if not given:
        return EVERYTHING
    attributes, excluded = _names(given.get("attributes")), _names(given.get("excludedattributes"))
    if attributes and excluded:
        raise InvalidValue("'attributes' and 'excludedAttributes' exclude each other: send one of them.")
    filter = given.get("filter")
    if filter is not None and not filter.strip():
        raise InvalidFilter("The filter is empty.")
    return SearchMessage(
        attributes=attributes,
        excluded=excluded,
        filter=filter,
        sort_by=given.get("sortby") or None,
        descending=_is_descending(given.get("sortorder", "")),
        start_index=_number("startIndex", given.get("startindex", "1")),
        count=_count(given["count"], "cursor" in given) if "count" in given else None,
        cursor=given.get("cursor"),
    )


def _single(name: str, value: str | list[str], before: str | None) -> str:
    values = [value] if isinstance(value, str) else value
    if before is not None:
        values = [before, *values]
    if len(values) > 1 and name not in _LISTS:
        raise InvalidValue(f"The query parameter '{name}' appears more than once.")
    text = ",".join(values)
    if "\0" in text:
        raise _refusal(name, f"The query parameter '{name}' contains the character NUL.")
    if len(text) > _MAX_LENGTH:
        raise _refusal(name, f"The query parameter '{name}' is longer than {_MAX_LENGTH} characters.")
    return text


def _refusal(name: str, detail: str) -> ScimError:
    if name == "cursor":
        return InvalidCursor()
    return InvalidFilter(detail) if name == "filter" else InvalidValue(detail)


def _names(text: str | None) -> tuple[str, ...]:
    names = tuple(name for part in text.split(",") if (name := part.strip())) if text else ()
    if len(names) > MAX_NAMES:
        raise InvalidValue(f"'attributes' and 'excludedAttributes' must have {MAX_NAMES} names at most.")
    return names


def _is_descending(order: str) -> bool:
    if order.lower() not in ("", "ascending", "descending"):
        raise InvalidValue("'sortOrder' must be 'ascending' or 'descending'.")
    return order.lower() == "descending"


def _count(text: str, has_cursor: bool) -> int:
    try:
        return _number("count", text)
    except InvalidValue as error:
        if has_cursor:
            raise InvalidCount(error.detail) from None
        raise


def _number(name: str, text: str) -> int:
    if _INTEGER.fullmatch(text) is None:
        raise InvalidValue(f"'{name}' must be an integer.")
    if len(text) > 18:  # no page is that far away, and Python refuses to read 5,000 digits
        return -_LARGEST if text.startswith("-") else _LARGEST
    return max(-_LARGEST, min(_LARGEST, int(text)))
