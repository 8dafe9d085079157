"""Every setting of the standalone application, from the environment. ``docs/settings.md`` is this file for readers.

A value that cannot be used is an error that names its variable; nothing is guessed and nothing falls back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar
from urllib.parse import quote, unquote, urlsplit

Network: TypeAlias = IPv4Network | IPv6Network
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]
LogFormat: TypeAlias = Literal["auto", "json", "console"]
Synchronous: TypeAlias = Literal["FULL", "NORMAL"]

_LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warning", "error")
_FORMATS: tuple[LogFormat, ...] = ("auto", "json", "console")
_SYNCHRONOUS: tuple[Synchronous, ...] = ("FULL", "NORMAL")
_Value = TypeVar("_Value")
_Word = TypeVar("_Word", bound=str)

_DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql", "mysql", "mariadb")
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]+(?:/[A-Za-z0-9._~%-]+)*", re.ASCII)


class InvalidSetting(ValueError):
    """The value of an environment variable that cannot be used. ``variable`` names it."""

    def __init__(self, variable: str, expected: str) -> None:
        """Name the *variable* and say what is *expected*; the value itself is not repeated, for it may be a secret."""
        super().__init__(f"The environment variable {variable} cannot be used: {expected}")
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the standalone application, each named as its environment variable without ``SCIM_``.

    ``public_url`` None takes scheme and host from each request. ``max_body`` is in bytes. ``workers`` None means one on
    SQLite, where a second one only waits for the first, and one for each processor on other databases. ``threads`` is
    how many requests of one worker may wait for a slow client at the same time.
    """

    database_url: str
    public_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int | None = None
    threads: int = 64
    synchronous: Synchronous = "FULL"
    trusted_proxies: tuple[Network, ...] = ()
    several_enabled: bool = False
    discovery_without_credential: bool = False
    max_body: int = 1 << 20
    log_level: LogLevel = "info"
    log_format: LogFormat = "auto"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Return the settings in *environ*; an empty value counts as none. Raises InvalidSetting."""
        read = _Reader(environ)
        port = read("PORT", _port, None)
        return cls(
            database_url=read("DATABASE_URL", _database_url, _default_database()),
            public_url=read("PUBLIC_URL", _public_url, None),
            host=read("HOST", _text, "127.0.0.1"),
            port=_foreign_port(environ) if port is None else port,
            workers=read("WORKERS", _number(1, 256), None),
            threads=read("THREADS", _number(1, 1024), 64),
            synchronous=read("SYNCHRONOUS", _choice(_SYNCHRONOUS), "FULL"),
            trusted_proxies=read("TRUSTED_PROXIES", _networks, ()),
            several_enabled=read("SEVERAL_ENABLED", _boolean, False),
            discovery_without_credential=read("DISCOVERY_WITHOUT_CREDENTIAL", _boolean, False),
            max_body=read("MAX_BODY", _number(1 << 10, 1 << 30), 1 << 20),
            log_level=read("LOG_LEVEL", _choice(_LEVELS), "info"),
            log_format=read("LOG_FORMAT", _choice(_FORMATS), "auto"),
        )

    @staticmethod
    def strange_names(environ: Mapping[str, str]) -> list[str]:
        """Return the names in *environ* that look like settings and are none: most often a slip of the pen."""
        known = {f"SCIM_{field.name.upper()}" for field in fields(Settings)}
        return sorted(name for name in environ if name.startswith("SCIM_") and name not in known)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is a SQLite file."""
        return self.database_url.startswith("sqlite:")

    @property
    def sqlite_file(self) -> Path | None:
        """Return the path of the SQLite file, None for another database."""
        if not self.is_sqlite:
            return None
        return Path(unquote(urlsplit(self.database_url).path).removeprefix("/")).absolute()

    @property
    def worker_count(self) -> int:
        """Return how many worker processes serve."""
        if self.workers is not None:
            return self.workers
        return 1 if self.is_sqlite else os.cpu_count() or 1

    @property
    def base_url(self) -> str:
        """Return the URL that is printed for clients: the public one, else that of the listening server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - a test, no binding
        host = f"[{host}]" if ":" in host else host
        return self.public_url or f"http://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class _Reader:
    environ: Mapping[str, str]

    def __call__(self, name: str, parse: Callable[[str], _Value], default: _Value) -> _Value:
        text = self.environ.get(f"SCIM_{name}", "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            raise InvalidSetting(f"SCIM_{name}", str(error)) from None


def _default_database() -> str:
    return f"sqlite:///{quote(str(Path.cwd() / 'data' / 'scim.db'))}"


def _foreign_port(environ: Mapping[str, str]) -> int:
    """Return PORT, which ``make run`` and many platforms set for us; what is no port there was not meant for us."""
    text = environ.get("PORT", "")
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) <= 65535 else 8080


def _text(text: str) -> str:
    return text


def _number(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 20 and lowest <= int(text) <= highest):
            raise ValueError(f"expected a number from {lowest} to {highest}.")
        return int(text)

    return parse


def _port(text: str) -> int | None:
    return _number(1, 65535)(text)


def _boolean(text: str) -> bool:
    if text.lower() in ("true", "yes", "on", "1"):
        return True
    if text.lower() in ("false", "no", "off", "0"):
        return False
    raise ValueError("expected true or false.")


def _choice(words: tuple[_Word, ...]) -> Callable[[str], _Word]:
    def parse(text: str) -> _Word:
        for word in words:
            if word.lower() == text.lower():
                return word
        raise ValueError(f"expected one of {', '.join(words)}.")

    return parse


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.partition("+")[0] not in _DATABASE_SCHEMES:
        raise ValueError(f"expected a URL that begins with {', '.join(_DATABASE_SCHEMES)} and '://'.")
    if scheme == "sqlite" and (not rest.startswith("/") or len(rest) < 2 or ":memory:" in rest):
        raise ValueError("expected sqlite:/// and the path of a file, such as sqlite:////var/lib/scim/scim.db.")
    return text


def _public_url(text: str) -> str:
    url = text.rstrip("/")
    if _PUBLIC_URL.fullmatch(url) is None:
        raise ValueError("expected a URL such as https://scim.example.com, without query and fragment.")
    return url


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("expected addresses or networks such as 10.0.0.0/8, separated by commas.") from None
