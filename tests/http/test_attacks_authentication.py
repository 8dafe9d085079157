"""SECURITY, authentication (A1-A7): nobody without a credential learns or changes anything, wherever he knocks."""

import io
import re

import pytest
from freezegun import freeze_time

from scim_falcon.gate import DISCOVERY
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.credential import issue
from tests.http.attacker import USER, check, send, site

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")


def routes(app):
    """Return a path for every route of *app*, as its router has them."""
    pending, found = list(app._router._roots), []
    while pending:
        node = pending.pop()
        pending.extend(node.children)
        if node.resource is not None:
            found.append(re.sub(r"\{[^}]*\}", "Users", node.uri_template))
    return found


def bare(answer):
    """Return *answer* without what differs from request to request."""
    return answer.status, {**answer.headers, "x-request-id": ""}, answer.body


def test_every_route_refuses_every_method_without_a_credential(here):
    """CVE-2025-4210 (Casdoor): a handler that nobody had put behind the check."""
    paths = [path for route in routes(here.app) for path in (f"/scim/v2{route}", f"/x/integrations/y/scim/v2{route}")]
    assert len(paths) >= 20
    for path in paths:
        for method in METHODS:
            answer = check(send(here.app, method, path, {"schemas": [USER], "userName": "x"}))
            assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Bearer realm="scim"'), (method, path)
    assert here.host("acme") == here.host("umbrella") == ([], [])


def test_a_setting_opens_discovery_to_strangers_and_nothing_else(tmp_path):
    made = site("memory", tmp_path, discovery_without_credential=True)
    opened = set()
    for route in [*routes(made.app), *(f"{path}/{tail}" for path in DISCOVERY for tail in ("x", ".search", "x/y"))]:
        for method in METHODS:
            answer = check(send(made.app, method, f"/scim/v2{route}", {"schemas": [USER], "userName": "x"}))
            if answer.status != 401:
                assert method in ("GET", "HEAD"), (method, route)
                opened.add("/" + route.split("/")[1])
    assert opened == set(DISCOVERY)


def test_unknown_expired_revoked_and_foreign_secrets_are_answered_alike(here):
    acme, container = here.acme, here.container
    foreign = f"/umbrella/integrations/{here.umbrella.integration.id}/scim/v2"
    own = f"/acme/integrations/{acme.integration.id}/scim/v2"
    with freeze_time("2020-01-01T00:00:00Z"):
        expired = container.issue_secret()(acme.integration.id, expires=now() + 1_000_000).key
    revoked = container.issue_secret()(acme.integration.id)
    container.revoke_secret()(revoked.credential.id)
    _, unknown = issue("nobody", 0)
    cut = acme.token[:-1] + ("0" if acme.token[-1] != "0" else "1")
    refused = [
        send(here.app, method, f"{base}{path}", token=token)
        for method, path in (("GET", "/Users"), ("DELETE", "/Users/x"), ("GET", "/nowhere"))
        for base, token in (
            ("/scim/v2", unknown),
            ("/scim/v2", expired),
            ("/scim/v2", revoked.key),
            ("/scim/v2", cut),
            (own, unknown),
            (own, here.umbrella.token),
            (foreign, acme.token),
            (f"/umbrella/integrations/{acme.integration.id}/scim/v2", acme.token),
            (f"/acme/integrations/{here.umbrella.integration.id}/scim/v2", acme.token),
        )
    ]
    assert refused[0].error == (401, None)
    assert all(bare(answer) == bare(refused[0]) for answer in refused)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "Basic {}",
        "{}",
        "Bearer {},Bearer {}",
        "Bearer x, Bearer {}",
        "Bearer {}, Bearer x",
        "Bearer {} ",
        "Bearer {}\x00",
        "Bearer\u00a0{}",
        "Bearer \xff{}",
        "Bearer \u00e9\u00e8",
        "Bearer {}=",
        "Token {}",
    ],
)
def test_an_authorization_that_is_not_exactly_one_secret_is_401(here, authorization):
    """sourcegraph#49414, ToolJet#16217: an empty or odd token is not compared, it is refused."""
    headers = {"Authorization": authorization.format(here.acme.token, here.acme.token)}
    answer = check(send(here.app, "GET", "/scim/v2/Users", headers=headers))
    assert answer.status == 401


def test_a_secret_of_eight_kilobytes_is_refused(sqlite):
    assert check(send(sqlite.app, "GET", "/scim/v2/Users", token="x" * 8192)).status == 401


def test_a_secret_counts_in_its_header_only(here):
    token = here.acme.token
    for options in (
        {"query": {"access_token": token, "token": token}},
        {"headers": {"Cookie": f"token={token}"}},
        {"headers": {"X-Api-Key": token, "Proxy-Authorization": f"Bearer {token}"}},
        {"body": {"access_token": token}},
    ):
        assert check(send(here.app, "POST", "/scim/v2/Users", **{"body": {}, **options})).status == 401


def test_a_disabled_integration_answers_nothing_and_a_removed_one_is_unknown(here):
    acme = here.acme
    user = acme.user("ann").id
    here.container.disable_integration()(acme.integration.id)
    for method, path in (
        ("GET", "/Users"),
        ("GET", f"/Users/{user}"),
        ("DELETE", f"/Users/{user}"),
        ("GET", "/Schemas"),
    ):
        assert acme(method, path).error == (403, None)
    here.container.remove_integration()(acme.integration.id)
    assert acme("GET", "/Users").error == (401, None)


class Untouchable(io.BytesIO):
    def read(self, size=-1):
        raise AssertionError


@pytest.mark.parametrize("length", ["8000000", "10000000000", "1"])
def test_the_body_of_a_stranger_is_not_read(sqlite, length):
    environ = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": length, "CONTENT_TYPE": "application/scim+json"}
    for more in ({}, {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}):
        answer = check(send(sqlite.app, "POST", "/scim/v2/Users", environ={**environ, **more}))
        assert answer.status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-Method-Override": "DELETE"},
        {"X-Original-URL": "/scim/v2/Groups", "X-Rewrite-URL": "/scim/v2/Groups"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1;host=evil"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Prefix": "/evil"},
        {"Host": "evil.example"},
    ],
)
def test_a_header_changes_neither_the_request_nor_the_addresses(here, headers):
    """scimgateway#149, SimpleIdServer#37: forwarded headers of anybody are not believed."""
    user = here.acme.user("ann").id
    plain, odd = (here.acme("GET", f"/Users/{user}", headers=given) for given in ({}, headers))
    assert bare(odd) == bare(plain)
    assert check(send(here.app, "GET", "/scim/v2/Users", headers=headers)).status == 401


def test_another_origin_is_never_invited(here):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for token in (None, here.acme.token):
        answer = check(send(here.app, "OPTIONS", "/scim/v2/Users", token=token, headers=headers))
        assert not [name for name in answer.headers if name.startswith("access-control")]
