"""Bulk (RFC 7644 §3.7): one transaction, each operation whole or not at all, references in any order."""

import pytest

from scim_memory.members import MemoryMemberDirectory
from scim_plugin.protocol.bulk import BULK_REQUEST_URN, MAX_OPERATIONS, TooManyOperations
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, GROUP_URN, USER, USER_URN
from scim_plugin.protocol.errors import InvalidSyntax, Unavailable
from scim_plugin.protocol.patch import PATCH_URN
from scim_plugin.provisioning.events import MemberLinked, MembershipChanged
from scim_plugin.use_cases import protocol_use_cases

TAKEN = "Another resource of this integration already has this userName."


def user(bulk_id, name=None, **attributes):
    """Return the creation of a User."""
    data = {"schemas": [USER_URN], "userName": name or bulk_id, **attributes}
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data}


def group(bulk_id, *values, name=None):
    """Return the creation of a Group whose members have these values."""
    members = [{"value": value} for value in values]
    data = {"schemas": [GROUP_URN], "displayName": name or bulk_id, "members": members}
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data}


def patch(path, *operations, **more):
    """Return a modification by *operations*, each (op, path) or (op, path, value)."""
    names = ("op", "path", "value")
    listed = [dict(zip(names, one, strict=False)) for one in operations]
    return {"method": "PATCH", "path": path, "data": {"schemas": [PATCH_URN], "Operations": listed}, **more}


def delete(path, **more):
    """Return a deletion."""
    return {"method": "DELETE", "path": path, **more}


def managed_by(value):
    """Return the attributes of a User who has this manager."""
    return {ENTERPRISE_USER_URN: {"manager": {"value": value}}}


@pytest.fixture
def bulk(idp):
    """Return a function that sends operations in one request, and returns what became of them."""

    def sent(*operations, **message):
        body = {"schemas": [BULK_REQUEST_URN], "Operations": list(operations), **message}
        return idp.use_cases.bulk(idp.caller(), body)

    return sent


def statuses(results):
    return [result.status for result in results]


def details(results):
    return [None if result.error is None else str(result.error) for result in results]


# --------------------------------------------------------------------------------------------------------- the request


def test_every_method_does_what_it_does_alone(idp, bulk):
    kim, lee = idp.post_user("kim"), idp.post_user("lee")
    results = bulk(
        user("new", title="Guide"),
        {"method": "PUT", "path": f"/Users/{kim.id}", "data": {"schemas": [USER_URN], "userName": "kim2"}},
        patch(f"/Users/{kim.id}", ("add", "title", "Chief")),
        delete(f"/Users/{lee.id}"),
        group("team", kim.id),
    )
    assert statuses(results) == [201, 200, 200, 204, 201]
    assert [result.type_name for result in results] == ["User"] * 4 + ["Group"]
    assert idp.read(results[0].resource_id).document["title"] == "Guide"
    assert idp.read(kim).document["userName"] == "kim2"
    assert [result.resource.version if result.resource else None for result in results] == [1, 2, 3, None, 1]
    assert idp.search('userName eq "lee"').total == 0
    assert idp.host_members(results[4].resource_id) == [idp.link(kim).target]


def test_outcomes_come_in_the_order_of_the_request(bulk):
    results = bulk(group("team", "bulkId:kim"), user("kim"), delete("/Users/nobody"))
    assert [result.operation.index for result in results] == [0, 1, 2]
    assert statuses(results) == [201, 201, 404]


def test_what_is_no_bulk_message_is_refused_as_a_whole(idp, bulk):
    with pytest.raises(InvalidSyntax):
        idp.use_cases.bulk(idp.caller(), {"Operations": [user("kim")]})
    with pytest.raises(TooManyOperations):
        bulk(*[user("kim")] * (MAX_OPERATIONS + 1))
    assert idp.search().total == 0


def test_a_thousand_operations_are_done(idp, bulk):
    results = bulk(
        *(user(f"user{number}") for number in range(999)), group("all", *(f"bulkId:user{n}" for n in range(999)))
    )
    assert statuses(results) == [201] * 1000
    assert idp.search(count=0).total == 999
    assert len(idp.host_members(results[-1].resource_id)) == 999


# ----------------------------------------------------------------------------------------------------------- references


@pytest.mark.parametrize("turn", [1, -1])
def test_a_reference_leads_to_what_is_created_before_or_after(idp, bulk, turn):
    results = bulk(
        *[user("kim"), user("lee", **managed_by("bulkId:kim")), group("team", "bulkId:kim", "bulkId:lee")][::turn]
    )
    assert statuses(results) == [201, 201, 201]
    kim, lee, team = [result.resource_id for result in results][::turn]
    assert idp.read(lee).document[ENTERPRISE_USER_URN]["manager"]["value"] == kim
    assert {member.id for member in idp.read(team, GROUP).members} == {kim, lee}
    assert len(idp.host_members(team)) == 2


def test_a_reference_stands_in_paths_filters_and_values_of_a_patch(idp, bulk):
    old = idp.post_user("old")
    team = idp.post_group("Team", [old])
    results = bulk(
        patch(f"/Groups/{team.id}", ("add", "members", [{"value": "bulkId:kim"}, {"value": "bulkId:lee"}])),
        patch(f"/Groups/{team.id}", ("remove", 'members[value eq "bulkId:lee"]')),
        patch("/Users/bulkId:kim", ("add", f"{ENTERPRISE_USER_URN}:manager", {"value": "bulkId:lee"})),
        user("kim"),
        user("lee"),
        delete("/Users/bulkId:gone"),
        user("gone"),
    )
    assert statuses(results) == [200, 200, 200, 201, 201, 204, 201]
    kim, lee = results[3].resource_id, results[4].resource_id
    assert {member.id for member in idp.read(team, GROUP).members} == {old.id, kim}
    assert idp.read(kim).document[ENTERPRISE_USER_URN]["manager"]["value"] == lee
    assert results[2].resource_id == kim
    assert idp.search('userName eq "gone"').total == 0


def test_a_reference_stands_in_a_uri(idp, bulk):
    reference = {"value": "bulkId:kim", "$ref": "https://scim.example.com/scim/v2/Users/bulkId:kim"}
    results = bulk(user("lee", **{ENTERPRISE_USER_URN: {"manager": reference}}), user("kim"))
    kim = results[1].resource_id
    assert idp.read(results[0].resource_id).document[ENTERPRISE_USER_URN]["manager"] == {
        "value": kim,
        "$ref": f"https://scim.example.com/scim/v2/Users/{kim}",
    }


def test_a_reference_to_nothing_fails_alone(idp, bulk):
    kim = idp.post_user("kim")
    results = bulk(
        user("lee", **managed_by("bulkId:nobody")),
        patch("/Users/bulkId:nobody", ("add", "title", "x")),
        patch(f"/Users/{kim.id}", ("add", "title", "x"), bulkId="patched"),
        group("team", "bulkId:patched"),
        user("max"),
    )
    assert statuses(results) == [400, 400, 200, 400, 201]
    assert "No POST of this request has the bulkId 'nobody'" in details(results)[0]
    assert "'patched'" in details(results)[3]
    assert results[1].resource_id is None
    assert idp.search('userName sw "l"').total == 0


def test_a_reference_to_what_failed_fails_too(idp, bulk):
    idp.post_user("kim")
    results = bulk(
        user("a", "kim"), group("b", "bulkId:a"), group("c", "bulkId:b"), delete("/Users/bulkId:a"), user("d")
    )
    assert statuses(results) == [409, 409, 409, 409, 201]
    assert "the bulkId 'a'" in details(results)[1]
    assert "the bulkId 'b'" in details(results)[2]
    assert results[3].resource_id is None
    assert idp.search(resource_type=GROUP).total == 0


def test_a_bulk_id_that_is_given_twice_names_the_first(idp, bulk):
    results = bulk(user("x", "kim"), user("x", "lee"), group("team", "bulkId:x"))
    assert statuses(results) == [201, 400, 201]
    assert [member.id for member in idp.read(results[2].resource_id, GROUP).members] == [results[0].resource_id]
    assert idp.search('userName eq "lee"').total == 0


def test_a_malformed_creation_is_never_referred_to(idp, bulk):
    broken = {"method": "POST", "path": "/Users", "bulkId": "x"}
    results = bulk(group("team", "bulkId:x"), broken, user("kim", **managed_by("bulkId:kim")))
    assert statuses(results) == [409, 400, 201]
    assert "needs 'data'" in details(results)[1]
    assert idp.read(results[2].resource_id).document[ENTERPRISE_USER_URN]["manager"]["value"] == results[2].resource_id


def test_a_failure_speaks_of_bulk_ids_and_not_of_ids_that_nobody_knows(bulk):
    (result,) = bulk(group("team", "bulkId:team"))
    assert result.status == 400
    assert "'bulkId:team' would contain itself" in str(result.error)


# ------------------------------------------------------------------------------------------------------------- circles


def test_a_circle_of_managers_is_resolved(idp, bulk):
    names = ("kim", "lee", "max")
    results = bulk(*(user(name, **managed_by(f"bulkId:{names[index - 1]}")) for index, name in enumerate(names)))
    assert statuses(results) == [201, 201, 201]
    ids = [result.resource_id for result in results]
    managers = [idp.read(each).document[ENTERPRISE_USER_URN]["manager"]["value"] for each in ids]
    assert managers == [ids[2], ids[0], ids[1]]


def test_a_circle_of_members_is_refused_as_a_whole(idp, bulk, sink, snapshot):
    kim = idp.post_user("kim")
    before, heard = snapshot(), len(sink.events)
    results = bulk(group("a", "bulkId:b", kim.id), group("b", "bulkId:a", kim.id))
    assert statuses(results) == [409, 409]
    assert all("in a circle" in detail for detail in details(results))
    assert [result.resource_id for result in results] == [None, None]
    assert snapshot() == before
    assert len(sink.events) == heard
    assert [(entry.operation, entry.status) for entry in idp.log(2)] == [("create", 409), ("create", 409)]


def test_a_circle_falls_with_one_of_its_operations_and_others_stand(idp, bulk, sink):
    results = bulk(
        user("kim", **managed_by("bulkId:lee")),
        user("lee", active="wrong", **managed_by("bulkId:kim")),
        user("max"),
        group("team", "bulkId:kim"),
    )
    assert statuses(results) == [409, 409, 201, 409]
    assert [resource.document["userName"] for resource in idp.search().resources] == ["max"]
    assert len(sink.heard(MemberLinked)) == 1
    assert len(idp.store.members.list("default")) == 1


def test_a_circle_with_an_unknown_endpoint_or_a_malformed_operation_is_refused(idp, bulk):
    strange = {**user("a", **managed_by("bulkId:b")), "path": "/Nope"}
    assert statuses(bulk(strange, user("b", **managed_by("bulkId:a")))) == [409, 409]
    malformed = {**user("a", **managed_by("bulkId:b")), "version": 1}
    assert statuses(bulk(malformed, user("b", **managed_by("bulkId:a")))) == [409, 409]
    assert idp.search().total == 0


# ------------------------------------------------------------------------------------------------------------ failures


def test_failures_do_not_stop_what_follows(bulk):
    assert statuses(bulk(user("a"), user("b", "a"), delete("/Users/x"), "nonsense", user("c"))) == [
        201,
        409,
        404,
        400,
        201,
    ]


def test_the_limit_of_errors_ends_the_request_and_keeps_what_was_done(idp, bulk):
    operations = (user("a"), user("b", "a"), user("c"), delete("/Users/x"), user("d"))
    assert statuses(bulk(*operations, failOnErrors=2)) == [201, 409, 201, 404]
    assert {resource.document["userName"] for resource in idp.search().resources} == {"a", "c"}
    assert statuses(bulk(*operations, failOnErrors=1)) == [409]
    assert statuses(bulk(user("e"), failOnErrors=1)) == [201]


def test_every_operation_of_a_broken_circle_counts_as_an_error(bulk):
    circle = (group("a", "bulkId:b"), group("b", "bulkId:a"))
    assert statuses(bulk(*circle, user("kim"), failOnErrors=2)) == [409, 409]
    assert statuses(bulk(*circle, user("lee"), failOnErrors=3)) == [409, 409, 201]


def test_an_operation_that_fails_leaves_nothing_half_applied(idp, bulk, snapshot):
    kim = idp.post_user("kim", title="Guide")
    team = idp.post_group("Team", [kim])
    before = snapshot()
    results = bulk(
        group("new", kim.id, "nobody"),
        patch(f"/Users/{kim.id}", ("replace", "title", "x"), ("replace", "nosuch", "x")),
        patch(f"/Groups/{team.id}", ("replace", "displayName", "x"), ("add", "members", [{"value": "nobody"}])),
        user("b", "KIM", title="x"),
    )
    assert statuses(results) == [400, 400, 400, 409]
    assert snapshot() == before


def test_what_happened_in_the_host_is_taken_back_with_the_operation(idp, bulk, host):
    team = idp.post_group("Team")
    rename = ("replace", "displayName", "Crew")
    results = bulk(
        patch(f"/Groups/{team.id}", rename, ("add", "members", [{"value": "nobody"}])),
        user("kim"),
        patch(f"/Groups/{team.id}", ("add", "members", [{"value": "bulkId:kim"}])),
    )
    assert statuses(results) == [400, 201, 200]
    assert idp.host_group(team).name == "Team"
    assert idp.host_members(team) == [member.id for member in host.members()]


def test_an_endpoint_or_an_id_that_cannot_be_is_404(idp, bulk):
    results = bulk(delete("/Nope/1"), delete("/Users/a b"), delete(f"/Users/{'x' * 200}"), delete("/Groups/1"))
    assert statuses(results) == [404, 404, 404, 404]
    assert [result.resource_id for result in results] == [None, None, None, "1"]


def test_a_version_is_a_precondition(idp, bulk):
    kim = idp.post_user("kim")
    path = f"/Users/{kim.id}"
    put = {"method": "PUT", "path": path, "data": {"schemas": [USER_URN], "userName": "x"}}
    results = bulk(
        patch(path, ("add", "title", "x"), version='W/"2"'),
        {**put, "version": '"2"'},
        delete(path, version="2"),
        patch(path, ("add", "title", "Guide"), version=kim.etag),
        delete(path, version=kim.etag),
        delete(path, version=2),
    )
    assert statuses(results) == [412, 412, 412, 200, 412, 400]
    assert idp.read(kim).document["title"] == "Guide"
    assert statuses(bulk(delete(path, version="*"))) == [204]


# ------------------------------------------------------------------------------------------------------- log and events


def test_the_log_has_an_entry_per_operation_in_its_order(idp, bulk):
    results = bulk(user("kim"), user("b", "KIM"), patch("/Users/bulkId:kim", ("add", "title", "x")))
    assert statuses(results) == [201, 409, 200]
    entries = [(entry.operation, entry.status, entry.detail) for entry in reversed(idp.log())]
    assert entries == [("create", 201, ""), ("create", 409, TAKEN), ("modify", 200, "")]


def test_tolerances_are_counted_for_each_operation(connect):
    idp = connect(type="entra-id")
    operations = [user("a", active="True"), user("b", active=True), user("c", active="False"), user("c2", active="No")]
    body = {"schemas": [BULK_REQUEST_URN], "Operations": operations}
    assert statuses(idp.use_cases.bulk(idp.caller(), body)) == [201, 201, 201, 400]
    assert idp.tolerances() == {"string-boolean": 2}
    assert [entry.tolerances for entry in reversed(idp.log())][:3] == [("string-boolean",), (), ("string-boolean",)]


def test_the_host_hears_of_everything_after_the_commit(store, connect):
    class Listening:
        def __init__(self):
            self.told = []

        def publish(self, events):
            assert store.depth == 0  # no unit of work is open
            self.told.append([type(event) for event in events])

    listening = Listening()
    idp = connect()
    use_cases = protocol_use_cases(store.open_unit, store.members, store.groups, listening)
    operations = [group("team", "bulkId:kim"), user("kim"), user("b", "KIM")]
    use_cases.bulk(idp.caller(), {"schemas": [BULK_REQUEST_URN], "Operations": operations})
    assert len(listening.told) == 1
    assert {MemberLinked, MembershipChanged} <= set(listening.told[0])
    assert listening.told[0].count(MemberLinked) == 1


def test_when_the_store_fails_nothing_of_the_request_is_left(store, idp, sink, snapshot):
    class Failing(MemoryMemberDirectory):
        def create(self, tenant, fields, *, active, key):
            if fields["username"] == "lee":
                raise Unavailable
            return super().create(tenant, fields, active=active, key=key)

    use_cases = protocol_use_cases(store.open_unit, Failing(store), store.groups, sink)
    before = snapshot()
    operations = [user("kim"), user("lee"), user("max")]
    with pytest.raises(Unavailable):
        use_cases.bulk(idp.caller(), {"schemas": [BULK_REQUEST_URN], "Operations": operations})
    assert snapshot() == before
    assert sink.events == []
    assert idp.search(resource_type=USER).total == 0
