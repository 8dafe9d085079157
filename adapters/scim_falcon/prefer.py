"""What a client wants to see of a write: the ``Prefer`` header (RFC 7240), unless it asks for attributes.

Of the preferences only ``return`` is known; every other one is ignored, as the RFC wants it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scim_falcon.query_string import read_query
from scim_falcon.request import ScimRequest
from scim_plugin.protocol.projection import Projection, projection, written
from scim_plugin.protocol.schema import ResourceType


@dataclass(frozen=True, slots=True)
class Wish:
    """What is shown of the resource that a write has made; nothing when ``is_silent``. ``applied`` decided that."""

    projection: Projection
    is_silent: bool = False
    applied: str | None = None

    def needs(self, attribute: str) -> bool:
        """Tell whether the answer shows the core *attribute*."""
        return not self.is_silent and self.projection.needs(attribute)


def wish_of(req: ScimRequest, resource_type: ResourceType, body: object, *, is_silent: bool = False) -> Wish:
    """Return what *req*, a write of *body*, wants to see; *is_silent* is what counts when it does not say.

    A client that asks for attributes is shown them: RFC 7644 §3.5.2 demands it of a PATCH. Raises InvalidValue.
    """
    asked = read_query(req.params)
    shown = projection(resource_type, asked.attributes, asked.excluded, written(resource_type, body))
    if asked.attributes or asked.excluded:
        return Wish(shown)
    header = req.env.get("HTTP_PREFER")
    preferred = None if header is None else preferred_return(header)
    if preferred is None:
        return Wish(shown, is_silent)
    return Wish(shown, preferred == "minimal", f"return={preferred}")


@lru_cache(maxsize=64)
def preferred_return(header: str) -> str | None:
    """Return ``minimal`` or ``representation`` when *header* prefers that, else None.

    Where ``return`` is given twice, the first counts (RFC 7240 §2).
    """
    for preference in header.split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "return":
            wanted = value.strip().strip('"').lower()
            return wanted if wanted in ("minimal", "representation") else None
    return None
