"""Cursors (RFC 9865): a place in the order of an answer, sealed, so that only who was given it can use it.

Nothing is kept on the server: a cursor says all that is needed to read on. It is a tag and a payload, base64url without
padding. The tag is an HMAC of the payload *and* of the question (which query, of whom), so that a cursor that was
altered, or that belongs to another question, is simply wrong. The payload is veiled by a key stream made of the key and
that tag: a sort value may be personal data, and addresses are logged along the way.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.errors import ExpiredCursor, InvalidCursor
from scim_plugin.protocol.query import Position
from scim_plugin.protocol.text import now

if TYPE_CHECKING:
    from scim_plugin.protocol.representation import Representation

LIFETIME = 3600
"""Seconds that a cursor may be used after it was given out: ``cursorTimeout``."""
MAX_LENGTH = 2048

_TAG = 16
_MAX_VALUE = 512
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{24,{MAX_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended, and the direction in which to read on.

    A sort value that is too long for a cursor is replaced by its digest; ``anchor`` is then the id of the resource that
    has the value.
    """

    resource_type: str
    position: Position
    backwards: bool
    anchor: str = ""

    @classmethod
    def at(cls, resource: Representation, position: Position, *, backwards: bool) -> Cursor:
        """Return the cursor that reads on from *resource*, which stands at *position*."""
        text = json.dumps(position.value)
        if len(text) <= _MAX_VALUE:
            return cls(resource.type, position, backwards)
        return cls(resource.type, Position(_digest(text), position.serial), backwards, resource.id)

    def is_at(self, position: Position) -> bool:
        """Tell whether the anchor still stands where the cursor was made, when *position* is where it stands now."""
        return self.position == Position(_digest(json.dumps(position.value)), position.serial)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Seal:
    """What closes and opens the cursors of one question that one credential asks."""

    def __init__(self, key: bytes, *question: object) -> None:
        """Bind cursors to the credential's *key* and to the parts of the *question*, JSON values."""
        self._key = key
        self._question = hashlib.sha256(json.dumps(question).encode()).digest()

    def close(self, cursor: Cursor) -> str:
        """Return the text of *cursor*, usable from now on for LIFETIME; unreserved characters of RFC 3986 only."""
        position = cursor.position
        parts = (
            cursor.resource_type,
            position.value,
            position.serial,
            cursor.backwards,
            cursor.anchor,
            now() + LIFETIME * 1_000_000,
        )
        payload = json.dumps(parts, separators=(",", ":")).encode()
        tag = self._tag(payload)
        return _encode(tag + self._veil(payload, tag))

    def open(self, text: str) -> Cursor:
        """Return the cursor that *text* is. Raises InvalidCursor, ExpiredCursor."""
        if _SHAPE.fullmatch(text) is None:
            raise InvalidCursor
        sealed = _decode(text)
        tag = sealed[:_TAG]
        payload = self._veil(sealed[_TAG:], tag)
        if not hmac.compare_digest(self._tag(payload), tag):
            raise InvalidCursor
        parts: tuple[str, Any, int, bool, str, int] = json.loads(payload)
        resource_type, value, serial, backwards, anchor, expires = parts
        if now() >= expires:
            raise ExpiredCursor
        return Cursor(resource_type, Position(value, serial), backwards, anchor)

    def _tag(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, self._question + payload, "sha256")[:_TAG]

    def _veil(self, text: bytes, tag: bytes) -> bytes:
        """Cover or uncover *text*. The tag differs where the payload does, so that no key stream serves twice."""
        stream = hashlib.shake_256(self._key + tag).digest(len(text))
        return bytes(one ^ other for one, other in zip(text, stream, strict=True))


def _encode(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Return what *text* encodes. A last letter with bits to spare has several spellings, and only one is ours."""
    if len(text) % 4 == 1:
        raise InvalidCursor
    sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(sealed) != text:
        raise InvalidCursor
    return sealed
