"""Keys of fixed length: what is unique or looked up is a digest: no value is too long for an index."""

from __future__ import annotations

from hashlib import blake2b


def digest(text: str) -> bytes:
    """Return 16 bytes that stand for *text*, which is folded already when it is compared folded."""
    return blake2b(text.encode(), digest_size=16).digest()
