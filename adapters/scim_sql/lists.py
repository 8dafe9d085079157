"""The ``{list}`` of a statement: many values as one parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from scim_plugin.protocol.text import is_storable

if TYPE_CHECKING:
    from collections.abc import Iterable


def list_of(values: Iterable[str | int]) -> str:
    """Return *values* as a JSON array. Ids that cannot be stored are left out: no row has them."""
    found = list(values)
    try:
        return orjson.dumps(found).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps([value for value in found if isinstance(value, int) or is_storable(value)]).decode()
