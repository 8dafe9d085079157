"""RFC 7644 §3.7: Bulk."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN
from tests.conformance.scim import BULK_REQUEST, ERROR, PATCH_OP, group, user

BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"


def _post(bulk_id, document):
    endpoint = "/Users" if "userName" in document else "/Groups"
    return {"method": "POST", "path": endpoint, "bulkId": bulk_id, "data": document}


def _patch(path, *operations, **more):
    return {"method": "PATCH", "path": path, "data": {"schemas": [PATCH_OP], "Operations": list(operations)}, **more}


def _group_of(name, *values):
    return {**group(name), "members": [{"value": value} for value in values]}


def _done(scim, *operations, **message):
    """Send *operations*; return what is told of each."""
    answer = scim.bulk(*operations, **message)
    assert answer.status == 200, answer
    return answer.body["Operations"]


def _id(operation):
    return operation["location"].rpartition("/")[2]


def _statuses(operations):
    return [operation["status"] for operation in operations]


@pytest.mark.requirement("7644-3.7-01", "7644-3.7-04")
def test_a_bulk_request_is_answered_by_a_bulk_response(scim):
    answer = scim.bulk(_post("1", user()))
    assert (answer.status, answer.body["schemas"]) == (200, [BULK_RESPONSE])
    for urns in ({}, {"schemas": []}, {"schemas": [PATCH_OP]}):
        refused = scim.ask("POST", "/Bulk", {**urns, "Operations": [_post("1", user("x"))]})
        assert (refused.status, refused.scim_type) == (400, "invalidSyntax")
    assert scim.found("userName pr") == {"bjensen"}


@pytest.mark.requirement("7644-3.7-02", "7644-3.7-03")
def test_what_an_operation_lacks_is_told_with_it(scim):
    for operations in ({}, {"Operations": []}, {"Operations": "x"}):
        assert scim.ask("POST", "/Bulk", {"schemas": [BULK_REQUEST], **operations}).status == 400
    whole = _post("1", user())
    done = _done(
        scim,
        *({name: value for name, value in whole.items() if name != missing} for missing in whole),
        {"method": "PATCH", "path": "/Users/1"},
        {"method": "PUT", "path": "/Users/1"},
        {"method": "GET", "path": "/Users/1"},
        "text",
    )
    assert _statuses(done) == ["400"] * 8
    assert scim.get("/Users").body["totalResults"] == 0


@pytest.mark.requirement("7644-3.7-05", "7644-3.7.3-01")
def test_a_failure_does_not_stop_what_follows(scim):
    done = _done(
        scim, _post("1", user("a")), _post("2", user("A")), _post("3", {"userName": "x"}), _post("4", user("b"))
    )
    assert [(operation["bulkId"], operation["status"]) for operation in done] == [
        ("1", "201"),
        ("2", "409"),
        ("3", "400"),
        ("4", "201"),
    ]
    assert scim.found("userName pr") == {"a", "b"}


@pytest.mark.requirement("7644-3.7-06")
def test_after_so_many_errors_no_more_is_done(scim):
    operations = [
        _post("1", user("a")),
        _post("2", user("a")),
        _post("3", user("b")),
        _post("4", user("b")),
        _post("5", user("c")),
    ]
    assert _statuses(_done(scim, *operations, failOnErrors=2)) == ["201", "409", "201", "409"]
    assert scim.found("userName pr") == {"a", "b"}
    assert _statuses(_done(scim, *operations[:2], failOnErrors=1)) == ["409"]
    assert scim.bulk(*operations, failOnErrors=0).status == 400


@pytest.mark.requirement("7644-3.7-07", "7644-3.7.3-02", "7644-3.7.3-03")
def test_each_operation_has_its_status_its_location_and_its_bulk_id(scim):
    babs, jim = scim.user("babs"), scim.user("jim")
    done = _done(
        scim,
        _post("qwerty", user("pam")),
        {"method": "PUT", "path": f"/Users/{babs['id']}", "data": user("babs", title="Guide")},
        _patch(f"/Users/{babs['id']}", {"op": "add", "path": "nickName", "value": "B"}, bulkId="patched"),
        {"method": "DELETE", "path": f"/Users/{jim['id']}"},
        {"method": "DELETE", "path": "/Users/0123456789"},
        _post("ytrewq", user("babs")),
    )
    assert _statuses(done) == ["201", "200", "200", "204", "404", "409"]
    assert [operation["method"] for operation in done] == ["POST", "PUT", "PATCH", "DELETE", "DELETE", "POST"]
    assert [operation.get("bulkId") for operation in done] == ["qwerty", None, "patched", None, None, "ytrewq"]
    assert "location" not in done[5]
    assert [operation["location"].partition("/scim/v2")[2] for operation in done[1:5]] == [
        f"/Users/{babs['id']}",
        f"/Users/{babs['id']}",
        f"/Users/{jim['id']}",
        "/Users/0123456789",
    ]
    made = scim.get(f"/Users/{_id(done[0])}").body
    assert (made["userName"], made["meta"]["location"], made["meta"]["version"]) == (
        "pam",
        done[0]["location"],
        done[0]["version"],
    )
    assert scim.get(f"/Users/{babs['id']}").body["meta"]["version"] == done[2]["version"] != done[1]["version"]


@pytest.mark.requirement("7644-3.7-08")
def test_a_failed_operation_carries_its_error(scim):
    scim.user("babs")
    conflict, unknown = _done(scim, _post("1", user("babs")), {"method": "DELETE", "path": "/Groups/1"})
    assert (conflict["response"]["schemas"], conflict["response"]["status"]) == ([ERROR], "409")
    assert conflict["response"]["scimType"] == "uniqueness"
    assert conflict["response"]["detail"]
    assert (unknown["response"]["schemas"], unknown["response"]["status"]) == ([ERROR], "404")


@pytest.mark.requirement("7644-3.7-09")
def test_a_post_goes_to_an_endpoint_and_everything_else_to_a_resource(scim):
    babs = scim.user("babs")
    done = _done(
        scim,
        {**_post("1", user("x")), "path": f"/Users/{babs['id']}"},
        {"method": "DELETE", "path": "/Users"},
        {"method": "PUT", "path": "/Users", "data": user("x")},
        _patch("/Users", {"op": "add", "path": "title", "value": "x"}),
        {"method": "DELETE", "path": f"Users/{babs['id']}"},
        {"method": "DELETE", "path": "/Nope/1"},
        {"method": "DELETE", "path": f"https://example.com/Users/{babs['id']}"},
    )
    assert _statuses(done) == ["400", "400", "400", "400", "400", "404", "400"]
    assert scim.get("/Users").resources == [babs]


@pytest.mark.requirement("7644-3.7-10")
def test_operations_take_effect_in_their_order(scim):
    done = _done(
        scim,
        _post("1", user("babs", title="a")),
        _patch("/Users/bulkId:1", {"op": "replace", "path": "title", "value": "b"}),
        {"method": "PUT", "path": "/Users/bulkId:1", "data": user("babs", title="c", nickName="n")},
        _patch("/Users/bulkId:1", {"op": "replace", "path": "title", "value": "d"}),
        _post("2", user("jim")),
        {"method": "DELETE", "path": "/Users/bulkId:2"},
    )
    assert _statuses(done) == ["201", "200", "200", "200", "201", "204"]
    [babs] = scim.get("/Users").resources
    assert (babs["id"], babs["title"], babs["nickName"]) == (_id(done[0]), "d", "n")


@pytest.mark.requirement("7644-3.7.1-01")
def test_circles_of_managers_are_resolved_and_circles_of_groups_are_409(scim):
    managed = [user("a", **_managed_by("bulkId:b")), user("b", **_managed_by("bulkId:a"))]
    done = _done(scim, _post("a", managed[0]), _post("b", managed[1]))
    assert _statuses(done) == ["201", "201"]
    for mine, other in ((done[0], done[1]), (done[1], done[0])):
        assert scim.get(f"/Users/{_id(mine)}").body[ENTERPRISE_USER_URN]["manager"]["value"] == _id(other)
    # A group that contains itself through its members has no meaning, so that the attempt fails, for both.
    done = _done(scim, _post("q", _group_of("Group A", "bulkId:y")), _post("y", _group_of("Group B", "bulkId:q")))
    assert _statuses(done) == ["409", "409"]
    assert scim.get("/Groups").body["totalResults"] == 0


def _managed_by(value):
    return {ENTERPRISE_USER_URN: {"manager": {"value": value}}}


@pytest.mark.requirement("7644-3.7.2-01", "7644-3.7.2-02")
@pytest.mark.parametrize("turn", [1, -1])
def test_a_bulk_id_stands_for_the_id_of_what_is_created_before_or_after(scim, turn):
    done = _done(
        scim, *[_post("qwerty", user("Alice")), _post("ytrewq", _group_of("Tour Guides", "bulkId:qwerty"))][::turn]
    )
    assert _statuses(done) == ["201", "201"]
    alice, guides = done[::turn]
    [member] = scim.get(f"/Groups/{_id(guides)}").body["members"]
    assert (member["value"], member["$ref"], member["type"]) == (_id(alice), alice["location"], "User")


@pytest.mark.requirement("7644-3.7.2-03")
def test_a_bulk_id_stands_in_extensions_too(scim):
    done = _done(scim, _post("ytrewq", user("Bob", **_managed_by("bulkId:qwerty"))), _post("qwerty", user("Alice")))
    bob = scim.get(f"/Users/{_id(done[0])}").body
    assert bob[ENTERPRISE_USER_URN]["manager"]["value"] == _id(done[1])


@pytest.mark.requirement("7644-3.7.2-04")
def test_a_bulk_id_that_nobody_has_is_an_error_and_never_stored(scim):
    done = _done(
        scim,
        _post("1", _group_of("Guides", "bulkId:nobody")),
        _post("2", user("bob", **_managed_by("bulkId:nobody"))),
        _post("3", {"userName": "without schemas"}),
        _post("4", _group_of("Team", "bulkId:3")),
        _patch("/Users/bulkId:nobody", {"op": "add", "path": "title", "value": "x"}),
        _post("5", user("carol")),
    )
    assert _statuses(done) == ["400", "400", "400", "409", "400", "201"]
    assert scim.get("/").body["totalResults"] == 1


@pytest.mark.requirement("7644-3.7.3-04")
def test_the_version_of_an_operation_is_a_precondition(scim):
    babs = scim.user("babs")
    path, version = f"/Users/{babs['id']}", babs["meta"]["version"]
    change = {"op": "add", "path": "title", "value": "Guide"}
    done = _done(
        scim,
        _patch(path, change, version='W/"99"'),
        {"method": "PUT", "path": path, "data": user("x"), "version": "nonsense"},
        {"method": "DELETE", "path": path, "version": 'W/"99"'},
        {"method": "DELETE", "path": path, "version": 1},
        _patch(path, change, version=version),
        {"method": "DELETE", "path": path, "version": version},
    )
    assert _statuses(done) == ["412", "412", "412", "400", "200", "412"]
    assert scim.get(path).body["title"] == "Guide"
    assert _statuses(_done(scim, {"method": "DELETE", "path": path, "version": done[4]["version"]})) == ["204"]


@pytest.mark.requirement("7644-3.7.4-01", "7644-3.7.4-02", "7644-3.7.4-04")
def test_more_operations_than_announced_are_413(scim):
    bulk = scim.get("/ServiceProviderConfig").body["bulk"]
    assert bulk["supported"] is True
    limit = bulk["maxOperations"]
    operations = [{"method": "DELETE", "path": "/Users/1"}] * (limit + 1)
    answer = scim.bulk(*operations)
    assert answer.status == 413
    assert str(limit) in answer.body["detail"]
    assert _statuses(_done(scim, *operations[:limit])) == ["404"] * limit


@pytest.mark.requirement("7644-3.7.4-03", "7644-3.7.4-04")
def test_a_longer_request_than_announced_is_413(scim):
    limit = scim.get("/ServiceProviderConfig").body["bulk"]["maxPayloadSize"]
    head, tail = f'{{"schemas":["{BULK_REQUEST}"],"x":"', '","Operations":[{"method":"DELETE","path":"/Users/1"}]}'
    padding = "x" * (limit - len(head) - len(tail))
    assert scim.ask("POST", "/Bulk", text=head + padding + tail).status == 200
    answer = scim.ask("POST", "/Bulk", text=head + padding + "x" + tail)
    assert answer.status == 413
    assert str(limit) in answer.body["detail"]
