"""The body of a request: its type, its length and its JSON."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import falcon

from scim_falcon.strict_json import loads
from scim_plugin.protocol.errors import InvalidSyntax, PayloadTooLarge

_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]*)", re.IGNORECASE)
_MEDIA_TYPES = frozenset({"application/scim+json", "application/json"})


def read_body(env: dict[str, Any], limit: int) -> object:
    """Return the JSON value of the body of the request *env*, which may have at most *limit* bytes.

    Raises HTTPUnsupportedMediaType (415), HTTPLengthRequired (411), PayloadTooLarge, InvalidSyntax and InvalidValue. A
    body that announces too many bytes is not read at all.
    """
    if not _is_json(env.get("CONTENT_TYPE") or "application/scim+json"):
        raise falcon.HTTPUnsupportedMediaType
    if env.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("identity", ""):
        raise falcon.HTTPUnsupportedMediaType
    if "HTTP_TRANSFER_ENCODING" in env:
        return loads(_read_chunked(env, limit))
    announced = env.get("CONTENT_LENGTH") or "0"
    if _LENGTH.fullmatch(announced) is None:
        raise InvalidSyntax("The Content-Length is not a length.")
    length = int(announced)
    if length > limit:
        raise PayloadTooLarge(limit)
    text = _read(env, length)
    if len(text) != length:
        raise InvalidSyntax("The request body is shorter than its Content-Length.")
    return loads(text)


@lru_cache(maxsize=64)
def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() not in _MEDIA_TYPES:
        return False
    charset = _CHARSET.search(f";{parameters}")
    return charset is None or charset[1].lower() in ("utf-8", "utf8")


def _read_chunked(env: dict[str, Any], limit: int) -> bytes:
    if env.get("CONTENT_LENGTH"):
        raise InvalidSyntax("The request has both a Content-Length and a Transfer-Encoding.")
    if not env.get("wsgi.input_terminated"):
        raise falcon.HTTPLengthRequired  # whoever stands before us does not decode chunks: the body would look empty
    text = _read(env, limit + 1)
    if len(text) > limit:
        raise PayloadTooLarge(limit)
    return text


def _read(env: dict[str, Any], size: int) -> bytes:
    """Read *size* bytes, or all there are. A stream may give less than it is asked for."""
    if not size:
        return b""
    read = env["wsgi.input"].read
    try:
        text: bytes = read(size)
        if not text or len(text) == size:
            return text
        parts, missing = [text], size - len(text)
        while missing and (part := read(missing)):
            parts.append(part)
            missing -= len(part)
    except Exception:  # noqa: BLE001 - servers raise errors of their own for broken chunks and lost connections
        raise InvalidSyntax("The request body could not be read to its end.") from None
    return b"".join(parts)
