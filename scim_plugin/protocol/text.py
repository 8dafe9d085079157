"""How strings and times are compared: everything that affects equality of values lives here.

Two strings of a ``caseExact: false`` attribute are equal when their folded forms are: NFKC, then the Unicode case
folding, then NFKC again, so that full-width, composed and decomposed spellings are one (RFC 8265 §3.3, RFC 7644 §7.8).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_MAX_NORMALIZED = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DATE_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:[0-5]\d)?", re.ASCII | re.IGNORECASE
)


def fold(text: str) -> str:
    """Return the form of *text* by which values that ignore case are compared, sorted and kept unique.

    Text of more than 1,000 characters, which is no name and no address, is not normalized: that takes a time that grows
    with the square of its combining marks.
    """
    if text.isascii():
        return text.lower()
    if len(text) > _MAX_NORMALIZED:
        return text.casefold()
    return _normalized(text)


@lru_cache(maxsize=1024)
def _normalized(text: str) -> str:
    # The values of a resource are compared again and again while many operations on it are worked off.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def is_storable(text: str) -> bool:
    """Tell whether *text* can be stored everywhere: no U+0000 and no lone surrogate."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def parse_date_time(text: str) -> int | None:
    """Return *text*, an xsd:dateTime (RFC 7643 §2.3.5), as microseconds since 1970, or None when it is none.

    A value without a time zone is taken as UTC. Digits beyond the microsecond are dropped.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        offset = UTC if zone in (None, "Z", "z") else _zone(zone)
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), micro, offset)
        return (moment - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> timezone:
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))


def now() -> int:
    """Return the present moment in microseconds since 1970, cut to the millisecond that answers show."""
    return (datetime.now(UTC) - _EPOCH) // _MICROSECOND // 1000 * 1000


def format_date_time(moment: int) -> str:
    """Return *moment*, microseconds since 1970, as an xsd:dateTime in UTC with milliseconds."""
    return f"{(_EPOCH + moment * _MICROSECOND).isoformat(timespec='milliseconds')[:-6]}Z"
