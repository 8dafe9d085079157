"""SECURITY.md §6, A1-A7: nothing is decided before the credential is."""

import pytest
from falcon.testing import TestClient

from scim_falcon import HttpSettings, create_app
from scim_plugin.protocol.errors import Forbidden
from tests.http.canned import SECRET, TOKEN, Desk, Log, ask, client_of

LONG = "/acme/integrations/i1/scim/v2"
PATHS = [
    "/scim/v2/Users",
    "/scim/v2/Users/a1",
    "/scim/v2/Nothing",
    "/scim/v2",
    "/",
    "/admin",
    "/scim/v2/Schemas",
    "/%00",
]


def stranger(desk=None, **settings):
    return TestClient(create_app(desk or Desk(), HttpSettings(log=Log(), **settings)))


@pytest.mark.parametrize("path", [*PATHS, f"{LONG}/Users"])
@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "CONNECT"]
)
def test_without_a_credential_every_path_and_method_is_the_same_401(method, path):
    desk = Desk()
    answer = ask(method, path, desk=desk)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="scim"'
    assert (answer.body == b"") if method == "HEAD" else (b'"status":"401"' in answer.body)
    assert not desk.asked


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}, Bearer {TOKEN}",
        f"Bearer other,Bearer {TOKEN}",
        f"Bearer {TOKEN} x",
        f"Bearer\t{TOKEN}",
        "Bearer é",
        "Bearer ÿ" + TOKEN,
        "Bearer " + "x" * 8192,
    ],
)
def test_an_odd_authorization_header_is_401(value):
    env = {"HTTP_AUTHORIZATION": value}
    answer = stranger().simulate_get("/scim/v2/Users", extras=env)
    assert answer.status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_compared_without_case(scheme):
    assert stranger().simulate_get("/scim/v2/Users", headers={"Authorization": f"{scheme} {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    "request_options",
    [
        {"params": {"access_token": TOKEN, "authorization": f"Bearer {TOKEN}"}},
        {"headers": {"Cookie": f"access_token={TOKEN}; Authorization=Bearer {TOKEN}"}},
        {
            "headers": {
                "X-Authorization": f"Bearer {TOKEN}",
                "X-Api-Key": TOKEN,
                "Proxy-Authorization": f"Bearer {TOKEN}",
            }
        },
    ],
)
def test_a_token_counts_in_its_header_only(request_options):
    assert stranger().simulate_get("/scim/v2/Users", **request_options).status_code == 401


@pytest.mark.parametrize("path", ["/other/integrations/i1/scim/v2/Users", "/acme/integrations/i2/scim/v2/Users"])
def test_a_foreign_path_looks_like_an_unknown_token(path):
    client, _ = client_of(Desk())
    foreign = client.simulate_get(path)
    unknown = stranger().simulate_get(f"{LONG}/Users", headers={"Authorization": "Bearer unknown"})
    assert foreign.status_code == 401
    assert foreign.content == unknown.content
    assert {**foreign.headers, "x-request-id": ""} == {**unknown.headers, "x-request-id": ""}


@pytest.mark.parametrize("base", ["/scim/v2", LONG])
def test_both_forms_serve_the_same(base):
    client, _ = client_of(Desk())
    answer = client.simulate_get(f"{base}/Users/a1")
    assert answer.json["meta"]["location"] == f"https://scim.example.com{base}/Users/a1"
    assert answer.headers["Location"] == f"https://scim.example.com{base}/Users/a1"


@pytest.mark.parametrize(
    "path",
    [
        "/scim/v2/users",
        "/scim/v2/USERS/a1",
        "/scim/V2/Users",
        "/scim/v2x/Users",
        "/scim/v2//Users",
        "//scim/v2/Users",
        "/scim/v2/Users/a%2Fb",
        "/scim/v2/Users;x=1",
        "/scim/v2/Users/a1;x",
        "/scim/v2/Users/%00",
        "/scim/v2/Users/é",
        "/scim/v2/./Users/../Groups",
        "/scim/v2/Users/../../admin",
        "/scim/v2/Users//",
        "/scim/v2/Users/a1/emails",
        "/scim/v2/Users/" + "a" * 129,
        "/acme/integrations//scim/v2/Users",
        "/Users",
    ],
)
def test_a_path_that_only_resembles_one_is_404(path):
    desk = Desk()
    answer = client_of(desk)[0].simulate_get(path)
    assert (answer.status_code, answer.json["status"]) == (404, "404")
    assert not desk.asked


@pytest.mark.parametrize("path", ["/scim/v2/Users/", "/scim/v2/Users/a1/", f"{LONG}/Groups/"])
def test_a_trailing_slash_is_tolerated(path):
    assert client_of(Desk())[0].simulate_get(path).status_code == 200


@pytest.mark.parametrize("mount", ["/idm/scim/v2", "/scim/v2"])
def test_the_application_may_be_mounted_at_the_base_uri_itself(mount):
    answer = client_of(Desk())[0].simulate_get("/Users/a1", root_path=mount)
    assert answer.json["meta"]["location"] == f"https://scim.example.com{mount}/Users/a1"


def test_below_a_mount_both_forms_keep_it():
    answer = client_of(Desk())[0].simulate_get("/scim/v2/Users/a1", root_path="/idm é".encode().decode("latin-1"))
    assert answer.headers["Location"] == "https://scim.example.com/idm%20%C3%A9/scim/v2/Users/a1"


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "CONNECT", "WEBSOCKET", "get", "QUERY"])
def test_an_odd_method_is_405_and_logged_under_one_name(method):
    answer = ask(method, "/scim/v2/Users", SECRET)
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]
    assert answer.log.events[0][1]["method"] == "TRACE"


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_method_cannot_be_overridden(header):
    desk = Desk()
    client_of(desk)[0].simulate_get(
        "/scim/v2/Users/a1", headers={header: "DELETE", "X-Original-URL": "/scim/v2/Groups"}
    )
    assert [asked[0] for asked in desk.asked] == ["read"]


def test_other_origins_are_not_invited():
    answer = client_of(Desk())[0].simulate_options("/scim/v2/Users", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_disabled_integration_is_403_and_says_so():
    desk = Desk()
    desk.authenticate = refusing(Forbidden("The integration is disabled."))
    answer = client_of(desk)[0].simulate_get("/scim/v2/Nothing")
    assert (answer.status_code, answer.json["detail"]) == (403, "The integration is disabled.")


def refusing(error):
    def authenticate(*arguments, **options):
        raise error

    return authenticate


@pytest.mark.parametrize("header", ["X-Request-Id", "client-request-id"])
def test_a_well_formed_request_id_is_kept_and_echoed(header):
    client, log = client_of(Desk())
    answer = client.simulate_get("/scim/v2/Users", headers={header: "a.b_c-1"})
    assert answer.headers["X-Request-Id"] == "a.b_c-1"
    assert log.events[0][1]["request_id"] == "a.b_c-1"


@pytest.mark.parametrize("value", ["", "a b", "x" * 65, "é", "${jndi:ldap://x}", "a\r\nX: y", "a\n", "１"])
def test_a_malformed_request_id_is_replaced(value):
    client, _ = client_of(Desk())
    env = {"HTTP_X_REQUEST_ID": value, "HTTP_AUTHORIZATION": SECRET["Authorization"]}
    answer = client.simulate_get("/scim/v2/Users", extras=env)
    assert len(answer.headers["X-Request-Id"]) == 32


def test_the_log_has_one_line_a_request_and_no_personal_data():
    client, log = client_of(Desk())
    client.simulate_get(f"{LONG}/Users/a1", params={"filter": 'userName eq "babs@example.com"'})
    client.simulate_get("/scim/v2/babs@example.com")
    first, second = log.events
    assert first[0] == second[0] == "request"
    assert {**first[1], "duration_ms": 0, "request_id": ""} == {
        "method": "GET",
        "route": "/{tenant}/integrations/{integration_id}/scim/v2/Users/{resource_id}",
        "status": 200,
        "duration_ms": 0,
        "integration": "i1",
        "request_id": "",
    }
    assert (second[1]["route"], second[1]["status"]) == ("/scim/v2/{endpoint}", 404)
    assert "babs" not in repr(log.events)


def test_every_answer_forbids_sniffing_and_shared_caches():
    client, _ = client_of(Desk())
    for path in ("/scim/v2/Users", "/scim/v2/Nothing", "/elsewhere"):
        headers = client.simulate_get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "private, no-cache"
        assert headers["Content-Type"] == "application/scim+json"
