"""Conditional requests (RFC 7644 §3.14, RFC 9110 §13): entity tags of resources are weak and hold the version."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scim_plugin.protocol.errors import PreconditionFailed

_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*(?:,|$)')


@dataclass(frozen=True, slots=True)
class Precondition:
    """What ``If-Match`` and ``If-None-Match`` demand of a write, as the client sent them; None demands nothing."""

    if_match: str | None = None
    if_none_match: str | None = None

    def check(self, version: int) -> None:
        """Raise PreconditionFailed unless *version* is one that If-Match names and If-None-Match does not.

        ``*`` names every version.
        """
        if self.if_match is not None and not names(self.if_match, version):
            raise PreconditionFailed
        if self.if_none_match is not None and names(self.if_none_match, version):
            raise PreconditionFailed(header="If-None-Match")


NO_PRECONDITION = Precondition()


def names(header: str, version: int, stamp: str | None = None) -> bool:
    """Tell whether *header*, the value of If-Match or If-None-Match, names *version* or is ``*``.

    A tag is ``version`` or ``version-stamp``; the stamp stands for what an answer showed besides the version. None
    ignores it, any other must be the tag's own, "" for none. Tags are compared weakly, since ours are weak; a value
    that is no list of tags names nothing.
    """
    if header.strip() == "*":
        return True
    position = 0
    while match := _TAG.match(header, position):
        tagged, _, stamped = match[1].partition("-")
        if tagged == str(version) and stamp in (None, stamped):
            return True
        if match.end() == len(header):
            return False
        position = match.end()
    return False
