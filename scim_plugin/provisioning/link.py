"""The tie between a SCIM resource and the host's member or group, and what remains of it after a DELETE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """What decided a link, in the order in which it is tried by default."""

    LINK = "link"
    EXTERNAL_ID = "external-id"
    EMAIL = "email"
    CREATE = "create"
    ADOPT = "adopt"


@dataclass(frozen=True, slots=True)
class Link:
    """A live link: ``target`` is the host's id, ``tier`` what decided.

    ``own`` tells that the integration created the target; whatever was there before is the host's.
    """

    target: str
    tier: Tier
    since: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class RetiredLink:
    """What a deleted User leaves behind: the next POST with this externalId, or this userName, finds the member again.

    ``name_key`` is the folded userName; ``own`` as in :class:`Link`. ``id`` is the store's own.
    """

    integration_id: str
    target: str
    external_id: str | None
    name_key: str
    own: bool
    retired_at: int
    id: int = 0
