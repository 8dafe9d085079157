"""Under which URI the client reached us: what ``Location`` and ``meta.location`` are built from.

A configured public URL decides. Without one it is the request's own scheme and host, which are checked, and forwarded
headers count only when the peer is a trusted proxy.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from scim_falcon.settings import HttpSettings
from scim_plugin.protocol.errors import ScimError

_HOST = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?", re.ASCII)


def base_of(env: dict[str, Any], prefix: str, settings: HttpSettings) -> str:
    """Return the URI below which resources are found, of a request whose path, below the mount, began with *prefix*.

    Raises ScimError (400) when the request names no usable host.
    """
    mount = env.get("SCRIPT_NAME", "")
    if settings.public_url is not None:
        return _base(settings.public_url, mount, prefix)
    scheme = env["wsgi.url_scheme"]
    host = env.get("HTTP_HOST") or f"{env['SERVER_NAME']}:{env['SERVER_PORT']}"
    if settings.trusted_proxies and _is_trusted(env.get("REMOTE_ADDR", ""), settings):
        scheme = _last(env.get("HTTP_X_FORWARDED_PROTO")) or scheme
        host = _last(env.get("HTTP_X_FORWARDED_HOST")) or host
    if scheme not in ("http", "https") or _HOST.fullmatch(host) is None:
        raise ScimError("The Host header does not name a host.")
    return _base(f"{scheme}://{host}", mount, prefix)


@lru_cache(maxsize=1024)
def _base(origin: str, mount: str, prefix: str) -> str:
    # A server tunnels the mount's bytes through Latin-1 (PEP 3333); the prefix has been decoded already.
    return f"{origin}{quote(mount.encode('latin-1', 'replace'))}{quote(prefix)}"


def _last(header: str | None) -> str:
    """Return the entry that the nearest proxy wrote."""
    return header.rpartition(",")[2].strip() if header else ""


@lru_cache(maxsize=1024)
def _is_trusted(peer: str, settings: HttpSettings) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False  # a Unix socket has no address
    return any(address in network for network in settings.trusted_proxies)
