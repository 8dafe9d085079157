"""SECURITY, paths (A5, S1): the path that is checked is the path that is served, however it is written."""

import socket

import pytest

from tests.http.attacker import ENTERPRISE, USER, check, send

TRICKS = [
    "//scim/v2/Users",
    "/scim//v2/Users",
    "/scim/v2//Users",
    "/scim/v2/Users//",
    "/scim/v2/users",
    "/SCIM/V2/Users",
    "/scim/v2/Users;x=1",
    "/scim/v2;x=1/Users",
    "/scim/v2/Users/;",
    "/scim/v2/./Users",
    "/scim/v2/x/../Users",
    "/scim/v2/Users/..",
    "/scim/v2/Users/.",
    "/scim/v2/../v2/Users",
    "/./scim/v2/Users",
    "/scim/v2/Users.",
    "/scim/v2/Users.json",
    "/scim/v2/Users%00",
    "/scim/v2/Users%20",
    "/scim/v2/Users%0a",
    "/scim/v2/%55sers%5c",
    "/scim/v2%5cUsers",
    "/scim/v2/%2e%2e/v2/Users",
    "/scim/v2/%252e%252e/Users",
    "/scim/v2%252FUsers",
    "/scim/v2/Users%EF%BC%8Fx",
    "/scim/v2/Users/%c0%ae%c0%ae",
    "/scim/v2/Users/%ff",
    "/scim/v1/Users",
    "/scim/v2x/Users",
    "/xscim/v2/Users",
    "/Users",
    "/v2/Users",
    "/",
    "",
    "*",
    "/acme/integrations/scim/v2/Users",
    "/acme//integrations/x/scim/v2/Users",
    "/acme/integrations//scim/v2/Users",
    "/acme/integrations/x/y/scim/v2/Users",
    "/acme/Integrations/x/scim/v2/Users",
]
SAME = ["/scim/v2%2FUsers", "/scim%2fv2/Users", "/%73cim/v2/%55sers", "/scim/v2/Users/", "/scim/v2/Users%2F"]


@pytest.mark.parametrize("path", [*TRICKS, *SAME])
def test_no_spelling_of_a_path_gets_round_the_credential(here, path):
    """CVE-2026-32130 (Zitadel): the encoded path was routed, and had not been authenticated."""
    here.acme.user("canary-ann")
    for method in ("GET", "HEAD", "POST", "DELETE", "PATCH"):
        answer = check(send(here.app, method, path, {"schemas": [USER], "userName": "x"}))
        assert answer.status == 401
        assert b"canary" not in answer.body


@pytest.mark.parametrize("path", TRICKS)
def test_a_path_that_only_looks_alike_is_404(here, path):
    here.acme.user("canary-ann")
    for method in ("GET", "DELETE", "PATCH"):
        answer = check(send(here.app, method, path, {"schemas": [USER]}, token=here.acme.token))
        assert answer.status in (400, 404, 405), path
        assert b"canary" not in answer.body


@pytest.mark.parametrize("path", SAME)
def test_a_server_decodes_a_path_before_it_is_checked(here, path):
    """
    WSGI hands over the decoded path only: ``/scim/v2%2FUsers`` is ``/scim/v2/Users`` for the gate, for the router and
    for everything behind them, so that there are no two readings of it.
    """
    for token, status in ((here.acme.token, 200), (here.umbrella.token, 200), (None, 401), ("x", 401)):
        answer = check(send(here.app, "GET", path, token=token))
        assert answer.status == status
    user = here.acme.user("ann").id
    assert check(send(here.app, "GET", f"/scim/v2/Users%2F{user}", token=here.umbrella.token)).status == 404


@pytest.mark.parametrize(
    "resource_id",
    [
        "x" * 128,
        "x" * 129,
        "x" * 8000,
        "1",
        "-1",
        "0",
        "..",
        "...",
        "~",
        "%25",
        "a%20b",
        "a+b",
        "Ａ",
        "%F0%9F%98%80",
        "*",
    ],
)
def test_an_id_of_any_form_is_not_found(here, resource_id):
    here.acme.user("ann")
    for endpoint in ("/Users", "/Groups"):
        for method in ("GET", "HEAD", "DELETE", "PUT", "PATCH"):
            answer = here.acme(method, f"{endpoint}/{resource_id}", {"schemas": [USER], "userName": "x"})
            assert answer.status in (404, 400), (method, resource_id)
    assert here.acme("GET", "/Users").json["totalResults"] == 1


@pytest.mark.parametrize(
    "method", ["TRACE", "CONNECT", "PROPFIND", "QUERY", "get", "GET ", "", "BREW", "X" * 500, "ПОСТ"]
)
def test_a_method_that_is_none_does_nothing(here, method):
    user = here.acme.user("ann").id
    for path in ("/Users", f"/Users/{user}", "/Schemas", "/", "/nowhere"):
        assert here.acme(method, path).status in (404, 405)
    assert here.acme("GET", f"/Users/{user}").status == 200


def test_head_tells_what_get_tells_and_sends_nothing(here):
    user = here.acme.user("ann").id
    for path in ("/Users", f"/Users/{user}", "/Users/nobody", "/Schemas", "/ServiceProviderConfig", "/", "/nowhere"):
        get, head = here.acme("GET", path), here.acme("HEAD", path)
        assert head.body == b""
        assert (head.status, {**head.headers, "x-request-id": ""}) == (get.status, {**get.headers, "x-request-id": ""})


@pytest.fixture
def offline(monkeypatch):
    """Whoever opens a connection or asks for a name fails the test."""
    asked = []

    def refuse(*arguments, **options):
        asked.append(arguments)
        raise AssertionError(arguments)

    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return asked


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/canary", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "gopher://x/"],
)
def test_no_address_that_a_client_sends_is_ever_visited(here, offline, url):
    """S1: photos, references, profiles and schemas are text."""
    user = here.acme.user(
        "ann",
        profileUrl=url,
        photos=[{"value": url, "type": "photo"}],
        meta={"location": url},
        **{ENTERPRISE: {"manager": {"value": "x", "$ref": url}}},
    )
    here.acme.group("Staff", user.id)
    here.acme.patch(f"/Users/{user.id}", {"op": "replace", "path": "photos.value", "value": url})
    here.acme("POST", "/Users", {"schemas": [USER, url], "userName": "bob", url: {"x": 1}})
    here.acme("GET", "/Users", headers={"Referer": url, "Origin": url, "X-Forwarded-Host": url})
    here.acme("GET", f"/Users/{user.id}")
    assert offline == []
