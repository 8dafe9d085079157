"""``/Bulk`` over HTTP: what a BulkResponse says, its limits, and the host's side of it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scim_plugin.protocol.bulk import BULK_REQUEST_URN, BULK_RESPONSE_URN, MAX_PAYLOAD
from scim_plugin.protocol.core_schemas import GROUP_URN, USER_URN
from scim_plugin.protocol.patch import PATCH_URN
from tests.http.canned import ask
from tests.unit.strategies import nonsense


@pytest.fixture
def running(start):
    """Return a Service whose host already has a group of the name Taken."""
    return start({"type": "rfc-strict"}, {"groups": [{"name": "Taken"}]})


def _send(running, *operations, path="/scim/v2/Bulk", **message):
    return running.client.simulate_post(
        path,
        body=json.dumps({"schemas": [BULK_REQUEST_URN], "Operations": list(operations), **message}),
        headers={"Authorization": f"Bearer {running.secret}", "Content-Type": "application/scim+json"},
    )


def _user(bulk_id, name=None, **attributes):
    data = {"schemas": [USER_URN], "userName": name or bulk_id, **attributes}
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data}


def _group(bulk_id, *values, name=None):
    data = {"schemas": [GROUP_URN], "displayName": name or bulk_id, "members": [{"value": value} for value in values]}
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data}


def test_an_operation_is_answered_as_the_request_alone_would_be(running):
    running.client.simulate_post(
        "/scim/v2/Users", json=_user("kim")["data"], headers={"Authorization": f"Bearer {running.secret}"}
    )
    for operation in (_user("1", "KIM"), {"method": "DELETE", "path": "/Users/nobody"}, _group("2", "nobody")):
        alone = running.client.simulate_request(
            operation["method"],
            f"/scim/v2{operation['path']}",
            json=operation.get("data"),
            headers={"Authorization": f"Bearer {running.secret}"},
        )
        answer = _send(running, operation)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/scim+json"
        assert answer.json["schemas"] == [BULK_RESPONSE_URN]
        [told] = answer.json["Operations"]
        assert (told["method"], told["status"]) == (operation["method"], str(alone.status_code))
        assert told["response"] == alone.json


def test_locations_are_those_of_the_form_that_was_used(running):
    integration = running.integration
    base = f"/{integration.tenant}/integrations/{integration.id}/scim/v2"
    [made] = _send(running, _user("kim"), path=f"{base}/Bulk").json["Operations"]
    assert made["location"].startswith(f"http://falconframework.org{base}/Users/")
    assert made["version"] == 'W/"1"'
    assert "response" not in made


def test_a_location_is_told_only_where_there_can_be_a_resource(running):
    operations = _send(
        running,
        {"method": "DELETE", "path": "/Users/0123"},
        {"method": "DELETE", "path": "/Users/bulkId:nobody"},
        {"method": "DELETE", "path": "/Users/a b"},
        {"method": "DELETE", "path": "/Nope/0123"},
        {"path": "/Users/0123"},
    ).json["Operations"]
    assert [operation["status"] for operation in operations] == ["404", "400", "404", "404", "400"]
    assert [index for index, operation in enumerate(operations) if "location" in operation] == [0, 4]


def test_the_host_follows_what_is_done_and_nothing_of_what_is_not(running):
    operations = _send(
        running,
        _group("Team", "bulkId:kim", "bulkId:lee"),
        _user("kim"),
        _user("lee"),
        _group("Taken", "bulkId:kim"),
        _group("a", "bulkId:b", "bulkId:kim"),
        _group("b", "bulkId:a", "bulkId:lee"),
        {
            "method": "PATCH",
            "path": "/Groups/bulkId:Team",
            "data": {
                "schemas": [PATCH_URN],
                "Operations": [
                    {"op": "replace", "path": "displayName", "value": "Crew"},
                    {"op": "add", "path": "members", "value": [{"value": "nobody"}]},
                ],
            },
        },
    ).json["Operations"]
    assert [operation["status"] for operation in operations] == ["201", "201", "201", "409", "409", "409", "400"]
    assert sorted(running.groups()) == ["Taken", "Team"]
    assert [(member["username"], member["groups"]) for member in running.members()] == [
        ("kim", ["Team"]),
        ("lee", ["Team"]),
    ]


def test_a_thousand_members_are_created_in_one_request(running):
    operations = _send(running, *(_user(f"user{number}") for number in range(1000))).json["Operations"]
    assert {operation["status"] for operation in operations} == {"201"}
    assert len({operation["location"] for operation in operations}) == 1000
    assert len(running.members()) == 1000


@pytest.mark.parametrize("bulk_id", ["\u674e \U0001f642", "a/b", 'quo"te', "x" * 5000, "bulkId:x"])
def test_any_text_is_a_bulk_id(running, bulk_id):
    [made] = _send(running, _user(bulk_id, "kim")).json["Operations"]
    assert (made["bulkId"], made["status"]) == (bulk_id, "201")


def test_a_body_that_announces_too_much_is_not_read():
    for length in (MAX_PAYLOAD + 1, 10**17):
        headers = {"Authorization": "Bearer scimp_good", "Content-Length": str(length)}
        answer = ask("POST", "/scim/v2/Bulk", {**headers, "Content-Type": "application/scim+json"})
        assert answer.status == 413
        assert str(MAX_PAYLOAD) in json.loads(answer.body)["detail"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_only_post_is_allowed(method):
    answer = ask(method, "/scim/v2/Bulk", {"Authorization": "Bearer scimp_good"})
    assert answer.status == 405
    assert "POST" in {name.lower(): value for name, value in answer.headers.items()}["allow"]


_OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "method": st.sampled_from(["POST", "PUT", "PATCH", "DELETE", "GET", 5]),
            "path": st.sampled_from(["/Users", "/Groups/bulkId:a", "/Users/bulkId:b", "/Users/1", "/", "Users", None]),
            "bulkId": st.sampled_from(["a", "b", "", None, "bulkId:a"]),
            "version": st.sampled_from(["*", 'W/"1"', None, 1]),
            "data": nonsense
            | st.sampled_from(
                [
                    _user("a", "kim", **{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": "bulkId:b"})[
                        "data"
                    ],
                    _group("b", "bulkId:a", "bulkId:b")["data"],
                    {"schemas": [PATCH_URN], "Operations": [{"op": "add", "path": 'x[y eq "bulkId:a"]', "value": {}}]},
                    {"schemas": [PATCH_URN], "Operations": [{"op": "add", "path": "externalId", "value": "1"}]},
                ]
            ),
        },
    )
    | nonsense,
    max_size=6,
)


def test_no_operations_whatever_make_the_server_fail(running):
    @settings(max_examples=60)
    @given(_OPERATIONS)
    def is_answered(operations):
        answer = _send(running, *operations)
        assert answer.status_code in {200, 400}
        if answer.status_code == 200:
            assert len(answer.json["Operations"]) == len(operations)
            assert all(operation["status"] < "500" for operation in answer.json["Operations"])

    is_answered()
