"""A desk that answers what a test has laid out and notes what it was asked: the use cases as HTTP sees them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from falcon.testing import TestClient, create_environ

from scim_falcon import HttpSettings, create_app
from scim_plugin.dialects.dialect import Dialect
from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.errors import Unauthorized
from scim_plugin.protocol.query import Found
from scim_plugin.protocol.representation import Representation
from scim_plugin.provisioning.integration import Integration
from scim_plugin.use_cases.caller import Caller

INTEGRATION = Integration("i1", "acme", "Test", "rfc-strict", 0)
TOKEN = "scimp_good"
SECRET = {"Authorization": f"Bearer {TOKEN}"}
BABS = Representation(
    "a1",
    "User",
    "/Users",
    3,
    1_700_000_000_000_000,
    1_700_000_001_000_000,
    text=b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"babs","title":"Dr"}',
)
STAFF = Representation(
    "g1",
    "Group",
    "/Groups",
    2,
    1_700_000_000_000_000,
    1_700_000_000_000_000,
    document={"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Staff"},
)


@dataclass
class Desk:
    """Every use case at once. ``asked`` lists the calls; ``failure`` is raised instead of answering, when it is set.

    A search finds ``found``, or the one resource.
    """

    user: Representation = BABS
    group: Representation = STAFF
    failure: Exception | None = None
    found: Found | None = None
    asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def authenticate(self, authorization, *, tenant, integration_id, request_id):
        if authorization is None or authorization.split(" ")[-1] != TOKEN:
            raise Unauthorized
        if tenant not in (None, INTEGRATION.tenant) or integration_id not in (None, INTEGRATION.id):
            raise Unauthorized
        return Caller(INTEGRATION, "c1", request_id, Dialect(INTEGRATION.type), bytes(32))

    def __getattr__(self, verb):
        def call(*arguments, **options):
            self.asked.append((verb, arguments, options))
            if self.failure is not None:
                raise self.failure
            if verb == "search":
                return self.found or Found(1, (self._of(arguments[1].resource_type, arguments[1]),))
            return None if verb == "delete" else self._of(arguments[1], options)

        return call

    def _of(self, resource_type, options):
        return self.user if resource_type is USER else self.group


class Log:
    """A logger that keeps its events."""

    def __init__(self):
        self.events = []

    def info(self, event, **values):
        self.events.append((event, values))

    error = info


def client_of(desk, **settings):
    """Return a client of the application in front of *desk*, and the log of the application."""
    log = Log()
    app = create_app(desk, HttpSettings(**{"public_url": "https://scim.example.com", "log": log, **settings}))
    return TestClient(app, headers=dict(SECRET)), log


def ask(method, path, headers=None, desk=None, **settings):
    """Send a request that no well-behaved client sends; return its status, its headers and its body."""
    log = Log()
    app = create_app(desk or Desk(), HttpSettings(**{"public_url": "https://scim.example.com", "log": log, **settings}))
    environ = {**create_environ(path, headers=headers), "REQUEST_METHOD": method}
    answered: list[Any] = []
    body = b"".join(app(environ, lambda *answer: answered.extend(answer[:2])))
    return Raw(int(answered[0][:3]), dict(answered[1]), body, log)


@dataclass
class Raw:
    """An answer as it leaves the application."""

    status: int
    headers: dict[str, str]
    body: bytes
    log: Log


def with_groups(*groups):
    """Return the User who belongs to these groups."""
    return replace(BABS, groups=tuple(groups))
