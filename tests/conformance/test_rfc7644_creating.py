"""RFC 7644 §3.3: POST."""

import pytest

from tests.conformance.scim import group, user


@pytest.mark.requirement("7644-3.3-01", "7644-3.3.1-01")
def test_what_the_server_owns_is_ignored_in_a_create(scim):
    sent = user(
        id="mine",
        groups=[{"value": "admins"}],
        meta={"resourceType": "Group", "created": "2001-01-01T00:00:00Z", "location": "http://x/", "version": 'W/"9"'},
    )
    answer = scim.post("/Users", sent)
    assert answer.status == 201
    assert answer.body["id"] != "mine"
    assert "groups" not in answer.body
    meta = answer.body["meta"]
    assert meta["resourceType"] == "User"
    assert not meta["created"].startswith("2001")
    assert meta["version"] != 'W/"9"'
    assert scim.get("/Users/mine").status == 404


@pytest.mark.requirement("7644-3.3-02")
def test_defaults_are_shown_at_once(scim):
    made = scim.user()
    assert scim.get(f"/Users/{made['id']}").body == made


@pytest.mark.requirement("7644-3.3-03")
def test_null_and_an_empty_list_assert_that_there_is_no_value(scim):
    answer = scim.post("/Users", user(nickName=None, emails=[], name=None, active=None))
    assert answer.status == 201
    assert not {"nickName", "emails", "name"} & set(answer.body)


@pytest.mark.requirement("7644-3.3-04", "7644-3.3-05")
def test_a_create_is_201_with_the_new_representation(scim):
    answer = scim.post("/Users", user(title="Guide", emails=[{"value": "b@example.com", "type": "work"}]))
    assert answer.status == 201
    assert (answer.body["userName"], answer.body["title"]) == ("bjensen", "Guide")
    assert answer.body["emails"] == [{"value": "b@example.com", "type": "work"}]
    assert answer.body["id"]


@pytest.mark.requirement("7644-3.3-06")
@pytest.mark.parametrize(("endpoint", "body"), [("/Users", user()), ("/Groups", group())])
def test_a_create_tells_where_the_resource_is(scim, endpoint, body):
    answer = scim.post(endpoint, body)
    location = answer.headers["Location"]
    assert location == answer.body["meta"]["location"]
    assert location.endswith(f"/scim/v2{endpoint}/{answer.body['id']}")
    assert scim.get(location.partition("/scim/v2")[2]).body == answer.body


@pytest.mark.requirement("7644-3.3-07")
def test_a_name_that_is_taken_is_409_uniqueness(scim):
    scim.user("bjensen")
    scim.group("Guides")
    for answer in (scim.post("/Users", user("BJensen")), scim.post("/Groups", group("GUIDES"))):
        assert (answer.status, answer.scim_type) == (409, "uniqueness")
    assert scim.get("/").body["totalResults"] == 2


@pytest.mark.requirement("7644-3.3-08")
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "string"},
        {"name": []},
        {"emails": "x"},
        {"emails": ["x"]},
        {"emails": [{"value": 1}]},
        {"emails": {"value": "x", "primary": "true"}},
        {"userName": 123},
        {"userName": ""},
        {"userName": None},
        {"userName": ["x"]},
        {"active": "true"},
        {"active": 1},
        {"title": {"value": "x"}},
        {"profileUrl": 5},
        {"x509Certificates": [{"value": "not base64!"}]},
        {"schemas": []},
        {"schemas": "urn:ietf:params:scim:schemas:core:2.0:User"},
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"]},
    ],
)
def test_a_body_against_the_schema_is_400(scim, wrong):
    answer = scim.post("/Users", {**user(), **wrong})
    assert answer.status == 400
    assert answer.scim_type in {"invalidValue", "invalidSyntax"}
    assert scim.get("/Users").body["totalResults"] == 0


@pytest.mark.requirement("7644-3.3-09")
@pytest.mark.parametrize(
    "text", ["{", "", " ", "[]", '"text"', "null", "1", "{'a': 1}", '{"a": 1,}', "{} {}", "\ufeff{}", "NaN"]
)
def test_a_body_that_cannot_be_read_is_400_invalid_syntax(scim, text):
    answer = scim.ask("POST", "/Users", text=text)
    assert (answer.status, answer.scim_type) == (400, "invalidSyntax")


@pytest.mark.requirement("7644-3.3-10")
def test_attributes_that_no_schema_knows_are_ignored_and_not_kept(scim):
    made = scim.user(foo="bar", name={"givenName": "B", "foo": "bar"}, **{"urn:x:y:User": {"foo": "bar"}})
    assert "foo" not in str(made)
    assert "foo" not in str(scim.get(f"/Users/{made['id']}").body)
