"""What the HTTP adapter is told by whoever mounts it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Any, TypeAlias

import structlog

Network: TypeAlias = IPv4Network | IPv6Network

MEBIBYTE = 1 << 20
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]+(?:/[A-Za-z0-9._~%-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Settings of the endpoint.

    ``public_url`` is the URI under which clients reach the server, without the mount and without a trailing slash
    (``https://scim.example.com``); None takes scheme and host from each request. ``trusted_proxies`` are the peers
    whose X-Forwarded-Proto and X-Forwarded-Host are believed. ``max_body`` is in bytes. ``log`` receives one event for
    each request; unless one is given it is structlog's, as the application has configured it.
    """

    public_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    max_body: int = MEBIBYTE
    discovery_without_credential: bool = False
    log: Any = field(default_factory=lambda: structlog.get_logger("scim_plugin.http"), compare=False)

    def __post_init__(self) -> None:
        """Refuse a public URL that no resource could be addressed with."""
        if self.public_url is not None and _PUBLIC_URL.fullmatch(self.public_url) is None:
            raise ValueError(f"not a base URL (https://host, without a slash at its end): {self.public_url!r}")
