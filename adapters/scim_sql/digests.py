"""Keys of fixed length: what is unique or looked up is a digest: no value is too long for an index."""

from __future__ import annotations

from hashlib import blake2b


def digest(text: str) -> bytes:
    """Return 16 bytes that stand for *text*, which is folded already when it is compared folded.

    A text with a lone surrogate, which is never stored, has a digest that nothing else has.
    """
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
