"""Secret keys of integrations: made here, shown once, kept as a digest, recognised by secret scanners.

A key is ``scimp_<id>_<secret><checksum>``: a public id of 12 characters, a secret of 43 characters over 62 letters and
digits (256 bits), and a CRC-32 of all that stands before, as 6 characters. A string whose checksum is wrong never
reaches the store.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass

PREFIX = "scimp_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID_LENGTH = 12
_SECRET_LENGTH = 43
_CHECKSUM_LENGTH = 6
_SHAPE = re.compile(r"scimp_([0-9A-Za-z]{12})_[0-9A-Za-z]{49}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret key as it is stored: never the key itself. Times are microseconds since 1970."""

    id: str
    integration_id: str
    digest: bytes
    created: int
    expires: int | None = None
    revoked: int | None = None
    last_used: int | None = None

    def is_valid(self, key: str, moment: int) -> bool:
        """Tell in constant time whether *key* is this credential's, and whether it may be used at *moment*."""
        is_same = hmac.compare_digest(digest(key), self.digest)
        return is_same and self.revoked is None and (self.expires is None or moment < self.expires)

    @property
    def cursor_key(self) -> bytes:
        """Return the key that seals the cursors given out to this credential: no other one can use them."""
        return hmac.digest(self.digest, b"scim_plugin cursor", "sha256")


def issue(integration_id: str, moment: int, expires: int | None = None) -> tuple[Credential, str]:
    """Return a new credential of the integration and its secret key, which is to be shown once and forgotten."""
    body = f"{PREFIX}{_random(_ID_LENGTH)}_{_random(_SECRET_LENGTH)}"
    key = body + _checksum(body)
    credential_id = body[len(PREFIX) : len(PREFIX) + _ID_LENGTH]
    return Credential(credential_id, integration_id, digest(key), moment, expires), key


def public_id(key: str) -> str | None:
    """Return the id under which the credential of *key* is stored, or None when *key* is no key of ours."""
    match = _SHAPE.fullmatch(key)
    if match is None or _checksum(key[:-_CHECKSUM_LENGTH]) != key[-_CHECKSUM_LENGTH:]:
        return None
    return match[1]


def digest(key: str) -> bytes:
    """Return the SHA-256 digest of *key*: it has 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(key.encode()).digest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    letters = ""
    for _ in range(_CHECKSUM_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[rest] + letters
    return letters
