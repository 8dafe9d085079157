"""RFC 7644 §3.1, §3.2, §3.8, §3.10-§3.13: media types, methods, endpoints, errors, the version in the path."""

import json
from urllib.parse import urlsplit

import pytest

from scim_falcon import HttpSettings
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN
from tests.conformance.scim import ERROR, LIST_RESPONSE, PATCH_OP, group, user
from tests.conversations.replay import MEDIA_TYPE

MESSAGES = "urn:ietf:params:scim:api:"
_SCIM_TYPES = {
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
}


def _refusals(scim):
    """Return an answer for every kind of mistake that a client can make."""
    babs = scim.user()
    path = f"/Users/{babs['id']}"
    return [
        scim.get("/Users/nobody"),
        scim.get("/Nope"),
        scim.get("/Users", filter="("),
        scim.get("/Users", startIndex="one"),
        scim.get("/Users", sortBy="a b"),
        scim.get("/Users", attributes="id", excludedAttributes="title"),
        scim.get("/Schemas", filter="id pr"),
        scim.get("/Me"),
        scim.post("/Users", user()),
        scim.post("/Users", {"userName": "x"}),
        scim.post("/Users", user(name="x")),
        scim.post("/Users", user("x", name="string")),
        scim.post("/Users", user("x", emails=[{"value": "a@b", "primary": "yes"}])),
        scim.post("/Users", user("x" * 5000)),
        scim.ask("POST", "/Users", text="{"),
        scim.ask("POST", "/Users", text='{"a": NaN}'),
        scim.ask("POST", "/Users", text="x", headers={"Content-Type": "text/plain"}),
        scim.put(path, {"schemas": [USER_URN]}),
        scim.put("/Users/nobody", user("x")),
        scim.put("/Users", user("x")),
        scim.delete("/Users"),
        scim.delete("/Users/nobody"),
        scim.patch(path),
        scim.patch(path, {"op": "move", "path": "title"}),
        scim.patch(path, {"op": "replace", "path": "id", "value": "1"}),
        scim.patch(path, {"op": "replace", "path": "emails[", "value": "1"}),
        scim.patch(path, {"op": "replace", "path": 'emails[type eq "x"]', "value": {"value": "1"}}),
        scim.patch(path, {"op": "remove"}),
        scim.ask("PATCH", path, {"schemas": [PATCH_OP], "Operations": {}}),
        scim.ask("DELETE", path, headers={"If-Match": 'W/"99"'}),
        scim.ask("GET", "/Users", headers={"Authorization": None}),
        scim.ask("POST", "/Bulk", {}),
        scim.ask("GET", "/Bulk"),
        scim.search("/Users/.search", filter="x"),
        scim.ask("POST", "/.search", {}),
        scim.post("/Groups", group("Guides", {"id": "nobody"})),
    ]


@pytest.mark.requirement("7644-1.3-01")
def test_a_base_uri_has_no_query(scim):
    for wrong in ("https://scim.example.com?tenant=1", "https://scim.example.com/a?b", "https://scim.example.com/#a"):
        with pytest.raises(ValueError, match="not a base URL"):
            HttpSettings(public_url=wrong)
    answer = scim.post("/Users?aadOptscim062020", user())
    assert urlsplit(answer.body["meta"]["location"]).query == ""


@pytest.mark.requirement("7644-3.1-01", "7644-3.8-04")
def test_every_answer_is_scim_json_also_to_whom_accepts_anything(scim):
    for accept in (None, "*/*"):
        answer = scim.ask("GET", "/Users", headers={"Accept": accept})
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, MEDIA_TYPE)


@pytest.mark.requirement("7644-3.1-02")
def test_messages_have_urns_of_the_api(scim):
    answers = (scim.get("/Users"), scim.get("/Nope"), scim.bulk({"method": "DELETE", "path": "/Users/x"}))
    assert {urn for answer in answers for urn in answer.body["schemas"]} == {
        f"{MESSAGES}messages:2.0:{name}" for name in ("ListResponse", "Error", "BulkResponse")
    }


@pytest.mark.requirement("7644-3.1-03")
def test_messages_are_no_schemas_that_could_be_discovered(scim):
    assert not [schema for schema in scim.get("/Schemas").resources if schema["id"].startswith(MESSAGES)]
    assert scim.get(f"/Schemas/{LIST_RESPONSE}").status == 404


@pytest.mark.requirement("7644-3.1-04")
def test_the_answer_to_a_write_is_what_a_read_shows(scim):
    made = scim.user("babs", title=None, emails=[], nickName="B", unheardOf=1, password="t1meMa$heen")
    assert made == scim.get(f"/Users/{made['id']}").body
    put = scim.put(f"/Users/{made['id']}", user("babs", groups=[{"value": "x"}], displayName="Babs")).body
    assert put == scim.get(f"/Users/{made['id']}").body


@pytest.mark.requirement("7644-3.2-01")
def test_put_creates_nothing(scim):
    assert scim.put("/Users/5d5bbf51", user("babs")).status == 404
    assert scim.get("/Users").body["totalResults"] == 0


@pytest.mark.requirement("7644-3.2-02")
def test_endpoints_are_plurals_of_their_types(scim):
    for kind in scim.get("/ResourceTypes").resources:
        assert kind["endpoint"] == f"/{kind['name']}s"


@pytest.mark.requirement("7644-3.2-03", "7644-3.12-01", "7644-3.12-02", "7644-3.12-03", "7644-3.12-06", "7644-7.5.2-02")
def test_every_refusal_is_an_error_message_with_the_status_of_the_answer(scim):
    seen = set()
    for answer in _refusals(scim):
        seen.add(answer.status)
        assert 400 <= answer.status < 500 or answer.status == 501, answer
        assert answer.body["schemas"] == [ERROR]
        assert answer.body["status"] == str(answer.status)
        assert answer.body["detail"]
        assert answer.body.get("scimType", "uniqueness") in _SCIM_TYPES
    assert seen == {400, 401, 403, 404, 405, 409, 412, 415, 501}


@pytest.mark.requirement("7644-3.2-04", "7644-3.12-05")
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/Users", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/Users", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/Groups", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/Users/1", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("GET", "/Bulk", "OPTIONS, POST"),
        ("HEAD", "/Bulk", "OPTIONS, POST"),
        ("GET", "/Users/.search", None),
        ("DELETE", "/Schemas", "GET, HEAD, OPTIONS"),
        ("POST", "/ServiceProviderConfig", "GET, HEAD, OPTIONS"),
        ("PUT", "/", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_an_endpoint_does_not_know_is_405_with_those_that_it_knows(scim, method, path, allowed):
    answer = scim.ask(method, path)
    assert answer.status == 405
    if allowed is not None:
        assert sorted(answer.headers["Allow"].split(", ")) == allowed.split(", ")


@pytest.mark.requirement("7644-3.8-01")
def test_unicode_goes_in_and_out_as_utf_8(scim):
    text = 'Ægir Þór 李 🙂 \u202e\u0301é\n\t"\\/'
    made = scim.user("æ李🙂", displayName=text)
    assert made["displayName"] == text
    assert scim.get(f"/Users/{made['id']}").body == made
    raw = json.dumps(user("ü2", displayName=text), ensure_ascii=False)
    assert scim.ask("POST", "/Users", text=raw).body["displayName"] == text
    assert scim.ask("POST", "/Users", text=raw.encode("utf-16")).status == 400


@pytest.mark.requirement("7644-3.8-02", "7644-3.8-03", "7644-3.8-07")
@pytest.mark.parametrize(
    "accept", [MEDIA_TYPE, "application/json", "application/json;q=0.5, */*;q=0.1", "text/html", "application/xml"]
)
def test_whatever_a_client_accepts_it_is_answered_in_scim_json(scim, accept):
    # RFC 9110 §12.5.1 leaves it to the server to disregard Accept, and clients send what their library sends.
    answer = scim.ask("GET", "/Users", headers={"Accept": accept})
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, MEDIA_TYPE)


@pytest.mark.requirement("7644-3.8-05")
@pytest.mark.parametrize(
    "content_type",
    [MEDIA_TYPE, "application/json", "Application/JSON; charset=UTF-8", 'application/scim+json;charset="utf-8"'],
)
def test_a_body_may_call_itself_json(scim, content_type):
    assert scim.ask("POST", "/Users", user(), headers={"Content-Type": content_type}).status == 201


@pytest.mark.requirement("7644-3.8-06")
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/json; charset=latin-1"],
)
def test_a_body_of_another_type_is_415(scim, content_type):
    assert scim.ask("POST", "/Users", user(), headers={"Content-Type": content_type}).status == 415
    assert scim.get("/Users").body["totalResults"] == 0


@pytest.mark.requirement("7644-3.10-01")
def test_urn_attribute_and_sub_attribute_are_compared_without_regard_to_case(scim):
    babs = scim.user(
        **{ENTERPRISE_USER_URN: {"employeeNumber": "7", "manager": {"value": "26"}}}, name={"givenName": "B"}
    )
    path, urn = f"/Users/{babs['id']}", ENTERPRISE_USER_URN.upper()
    assert scim.found(f'{urn}:EMPLOYEENUMBER eq "7" and {USER_URN.upper()}:NAME.GIVENNAME eq "B"') == {"bjensen"}
    shown = scim.get(path, attributes=f"{urn}:MANAGER.VALUE,{USER_URN.upper()}:name.GIVENname").body
    assert shown[ENTERPRISE_USER_URN] == {"manager": {"value": "26"}}
    assert shown["name"] == {"givenName": "B"}
    scim.patch(path, {"op": "replace", "path": f"{urn}:Manager.VALUE", "value": "27"})
    scim.patch(path, {"op": "replace", "path": f"{USER_URN.upper()}:Name.GivenNAME", "value": "Babs"})
    after = scim.get(path).body
    assert (after[ENTERPRISE_USER_URN]["manager"]["value"], after["name"]["givenName"]) == ("27", "Babs")


@pytest.mark.requirement("7644-3.11-01")
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def test_the_alias_me_is_501_since_no_credential_stands_for_a_user(scim, method):
    assert scim.ask(method, "/Me").status == 501


@pytest.mark.requirement("7644-3.12-04")
@pytest.mark.parametrize(
    "path", ["/Nope", "/users", "/Users/1/2", "/Users//1", "//Users", "/.search/x", "/Bulk/1", "/Me/x"]
)
def test_an_endpoint_that_does_not_exist_is_404(scim, path):
    answer = scim.get(path)
    assert (answer.status, answer.body["status"]) == (404, "404")


@pytest.mark.requirement("7644-3.13-01")
def test_the_version_in_the_path_is_the_only_one_that_is_served(scim):
    secret = {"Authorization": f"Bearer {scim.secret}"}
    for path, status in (
        ("/scim/v2/Users", 200),
        ("/scim/v1/Users", 404),
        ("/scim/v3/Users", 404),
        ("/scim/Users", 404),
    ):
        answer = scim.client.simulate_get(path, headers=secret)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE)


@pytest.mark.requirement("7644-3.2-02")
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_slash_at_the_end_of_a_path_loses_nothing(scim, method):
    made = scim.post("/Users/", user("babs", title="Guide"))
    assert (made.status, made.body["title"]) == (201, "Guide")
    path = f"/Users/{made.body['id']}/"
    bodies = {
        "PUT": user("babs", title="Chief"),
        "PATCH": {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Chief"}]},
    }
    answer = scim.ask(method, path, bodies.get(method))
    assert answer.status == (204 if method == "DELETE" else 200)
    left = {"GET": ["Guide"], "DELETE": []}.get(method, ["Chief"])
    assert [resource["title"] for resource in scim.get("/Users/").resources] == left
