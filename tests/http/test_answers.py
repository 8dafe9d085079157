import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_falcon.answer import render
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.precondition import Precondition
from scim_plugin.protocol.projection import projection
from scim_plugin.protocol.representation import Addresses, GroupReference, MemberReference, computed_attributes
from tests.http.canned import BABS, STAFF, Desk, client_of, with_groups

ADDRESSES = Addresses("https://scim.example.com/scim/v2")
STAFF_OF = GroupReference("g1", "Staff")
IDS = st.text("0123456789abcdef", min_size=1, max_size=32)
MOMENTS = st.integers(0, 4 * 10**15).map(lambda moment: moment // 1000 * 1000)


@given(
    MOMENTS,
    MOMENTS,
    st.lists(st.builds(GroupReference, IDS, st.text(st.characters(exclude_categories=["Cs"])), st.booleans())),
    st.lists(st.builds(MemberReference, IDS, st.sampled_from(["User", "Group"]))),
)
def test_a_spliced_answer_is_the_computed_one(created, modified, groups, members):
    found = replace(BABS, created=created, modified=modified, groups=tuple(groups), members=tuple(members))
    everything = projection(USER, (), ())
    assert everything.everything
    document = {**json.loads(BABS.text), **computed_attributes(found, ADDRESSES)}
    assert json.loads(render(found, everything, ADDRESSES)) == document
    assert (
        json.loads(render(replace(found, text=None, document=json.loads(BABS.text)), everything, ADDRESSES)) == document
    )


def test_a_projection_applies_to_stored_and_computed_attributes():
    shown = projection(USER, ("userName", "meta.location"), ())
    assert json.loads(render(BABS, shown, ADDRESSES)) == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "a1",
        "userName": "babs",
        "meta": {"location": "https://scim.example.com/scim/v2/Users/a1"},
    }


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("PUT", 200), ("PATCH", 200)])
def test_a_resource_is_answered_with_its_tag_and_address(method, status):
    client, _ = client_of(Desk())
    answer = client.simulate_request(method, "/scim/v2/Users/a1", json={})
    assert answer.status_code == status
    assert answer.headers["ETag"] == answer.json["meta"]["version"] == 'W/"3"'
    assert answer.headers["Location"] == answer.json["meta"]["location"]


def test_a_created_resource_is_201_with_its_address():
    answer = client_of(Desk())[0].simulate_post("/scim/v2/Groups", json={"displayName": "Staff"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == answer.json["meta"]["location"] == "https://scim.example.com/scim/v2/Groups/g1"


def test_head_is_get_without_a_body():
    client, _ = client_of(Desk())
    for path in ("/scim/v2/Users/a1", "/scim/v2/Users", "/scim/v2/Schemas"):
        get, head = client.simulate_get(path), client.simulate_head(path)
        assert head.content == b""
        assert {**head.headers, "x-request-id": ""} == {**get.headers, "x-request-id": ""}


def test_delete_is_204_without_a_body():
    desk = Desk()
    answer = client_of(desk)[0].simulate_delete("/scim/v2/Users/a1", headers={"If-Match": 'W/"3"'})
    assert (answer.status_code, answer.content) == (204, b"")
    assert desk.asked[0][2] == {"precondition": Precondition('W/"3"')}


def test_a_modified_group_is_not_answered_and_its_members_are_not_read():
    desk = Desk()
    answer = client_of(desk)[0].simulate_patch("/scim/v2/Groups/g1", json={})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (204, b"", 'W/"2"')
    assert "Content-Type" not in answer.headers
    assert desk.asked[0][2]["with_members"] is False


def test_a_modified_group_is_answered_to_whom_asks_for_attributes():
    desk = Desk(group=replace(STAFF, members=(MemberReference("a1", "User"),)))
    client, _ = client_of(desk)
    answer = client.simulate_patch("/scim/v2/Groups/g1", json={}, params={"attributes": "members.value"})
    assert answer.status_code == 200
    assert answer.json["members"] == [{"value": "a1"}]
    client.simulate_patch("/scim/v2/Groups/g1", json={}, params={"excludedAttributes": "members"})
    assert [options["with_members"] for _, _, options in desk.asked] == [True, False]


def test_members_that_are_excluded_are_not_read():
    desk = Desk()
    client, _ = client_of(desk)
    client.simulate_get("/scim/v2/Groups/g1", params={"excludedAttributes": "members"})
    client.simulate_get("/scim/v2/Groups", params={"excludedAttributes": "members"})
    client.simulate_get("/scim/v2/Groups/g1")
    assert desk.asked[0][2]["with_members"] is False
    assert desk.asked[1][1][1].with_members is False
    assert desk.asked[2][2]["with_members"] is True
    assert desk.asked[2][1][1] is GROUP


@pytest.mark.parametrize("held", ['W/"3"', '"3"', 'W/"1", W/"3"', "*"])
def test_an_answer_that_the_client_has_is_304(held):
    answer = client_of(Desk())[0].simulate_get("/scim/v2/Users/a1", headers={"If-None-Match": held})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", 'W/"3"')


@pytest.mark.parametrize("held", ['W/"2"', 'W/"33"', "3", 'W/"3-00000000"', ""])
def test_an_answer_that_the_client_has_not_is_sent(held):
    assert client_of(Desk())[0].simulate_get("/scim/v2/Users/a1", headers={"If-None-Match": held}).status_code == 200


def test_a_change_of_groups_is_not_hidden_by_a_304():
    desk = Desk()
    client, _ = client_of(desk)
    tags = []
    for user in (BABS, with_groups(STAFF_OF), with_groups(replace(STAFF_OF, display="Team")), BABS):
        desk.user = user
        if tags:
            assert client.simulate_get("/scim/v2/Users/a1", headers={"If-None-Match": tags[-1]}).status_code == 200
        answer = client.simulate_get("/scim/v2/Users/a1")
        tags.append(answer.headers["ETag"])
        assert answer.json["meta"]["version"] == tags[-1]
        assert client.simulate_get("/scim/v2/Users/a1", headers={"If-None-Match": tags[-1]}).status_code == 304
        Precondition(tags[-1]).check(3)
    assert len(set(tags)) == 3
