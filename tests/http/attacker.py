"""A client that says anything: it builds the WSGI environ by hand, and checks of every answer what always holds."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

from scim_container.container import Container
from scim_falcon import HttpSettings
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from tests.http.canned import Log
from tests.http.conftest import open_store

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
TENANTS = ("acme", "umbrella")
SLOW = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it leaves the application."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def id(self):
        """The id of the resource that was answered."""
        assert self.status in (200, 201), self
        return self.json["id"]

    @property
    def error(self):
        """The status and the scimType of a SCIM error."""
        assert self.json["schemas"] == [ERROR], self
        return self.status, self.json.get("scimType")


def send(app, method, target, body=None, *, token=None, headers=None, query=None, environ=None) -> Answer:
    """Send a request to *target*, a path with perhaps a query; *body* is bytes, or a value to send as JSON."""
    path, _, query_string = target.partition("?")
    if query is not None:
        query_string = urlencode(query)
    if body is None:
        text = b""
    elif isinstance(body, bytes):
        text = body
    else:
        text = json.dumps(body).encode()
    env: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query_string,
        "SERVER_NAME": "scim.example.com",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_HOST": "scim.example.com",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(text),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body is not None:
        env |= {"CONTENT_LENGTH": str(len(text)), "CONTENT_TYPE": "application/scim+json"}
    if token is not None:
        env["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    env |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()}
    env |= environ or {}
    begun: list[Any] = []
    started = perf_counter()
    parts = app(env, lambda status, found, *_: begun.extend((status, found)))
    answered = b"".join(parts)
    seconds = perf_counter() - started
    return Answer(int(begun[0][:3]), {name.lower(): value for name, value in begun[1]}, answered, seconds)


def check(answer: Answer) -> Answer:
    """Assert what holds of every answer: SECURITY.md §6, "General"."""
    assert answer.status < 500 or answer.status == 501, answer
    assert answer.seconds < SLOW, answer
    assert answer.headers["x-content-type-options"] == "nosniff", answer
    assert not any("\r" in value or "\n" in value for value in answer.headers.values()), answer
    if answer.body:
        assert answer.headers["content-type"] == "application/scim+json", answer
    if answer.status >= 400 and answer.body:
        assert answer.json["schemas"] == [ERROR], answer
        assert answer.json["status"] == str(answer.status), answer
        assert answer.json["detail"], answer
    return answer


@dataclass(frozen=True, slots=True)
class Attacker:
    """One integration's credential, and the paths under which it is used."""

    app: Any
    token: str
    integration: Any
    base: str = "/scim/v2"

    def __call__(self, method, path, body=None, **options) -> Answer:
        return check(send(self.app, method, self.base + path, body, **{"token": self.token, **options}))

    def user(self, name, /, **attributes) -> Answer:
        return self("POST", "/Users", {"schemas": [USER], "userName": name, **attributes})

    def group(self, name, /, *members, **attributes) -> Answer:
        listed = [{"value": member} for member in members]
        return self("POST", "/Groups", {"schemas": [GROUP], "displayName": name, "members": listed, **attributes})

    def patch(self, path, *operations, **options) -> Answer:
        return self("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, **options)

    def find(self, endpoint, filter) -> Answer:
        return self("GET", endpoint, query={"filter": filter})

    def everything(self):
        """Return all that the integration holds, resource by resource."""
        return [self("GET", f"{path}?count=200").body for path in ("/Users", "/Groups")]


@dataclass(frozen=True, slots=True)
class Site:
    """One running application with an integration for each of two tenants, and what it logs."""

    app: Any
    store: Any
    container: Container
    log: Log
    acme: Attacker
    umbrella: Attacker

    def integration(self, tenant, name, type="entra-id", *, enabled=True, **settings) -> Attacker:
        return _integration(
            self.app, self.container, tenant, IntegrationDraft(name=name, type=type, **settings), enabled
        )

    def host(self, tenant):
        """Return the members and groups of the host, as its administrator sees them."""
        members = [
            (m.id, m.active, m.protected, dict(m.fields), list(self.store.members.groups_of(tenant, m.id)))
            for m in self.store.members.list(tenant)
        ]
        return members, [(group.id, group.name) for group in self.store.groups.list(tenant)]


def _integration(app, container, tenant, draft, enabled=True):
    added = container.add_integration()(draft, tenant, enabled=enabled)
    return Attacker(app, added.key, added.integration)


def site(kind, tmp_path, type="entra-id", **settings) -> Site:
    """Return a Site over a new store of this kind, one of STORES, with integrations of this *type*."""
    log = Log()
    store = open_store(kind, tmp_path)
    container = Container(
        open_unit=store.open_unit,
        host_members=store.members,
        host_groups=store.groups,
        http_settings=HttpSettings(public_url="https://scim.example.com", log=log, **settings),
        several_enabled=True,
    )
    app = container.wsgi_app()
    made = [_integration(app, container, tenant, IntegrationDraft(name=tenant, type=type)) for tenant in TENANTS]
    return Site(app, store, container, log, *made)
