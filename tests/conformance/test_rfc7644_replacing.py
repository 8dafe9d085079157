"""RFC 7644 §3.5, §3.5.1, §3.6: PUT and DELETE."""

import pytest
from freezegun import freeze_time

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN
from scim_plugin.protocol.declaration import declare
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from tests.conformance.scim import group, user


@pytest.mark.requirement("7644-3.5-01", "7644-3.5.1-01", "7644-3.5.1-07")
def test_put_replaces_what_it_gives_and_answers_the_whole_resource(scim):
    babs = scim.user(title="Guide", name={"givenName": "Barbara", "familyName": "Jensen"})
    path = f"/Users/{babs['id']}"
    answer = scim.put(path, user("barbara", title="Chief", name={"givenName": "Babs"}))
    assert answer.status == 200
    assert (answer.body["userName"], answer.body["title"], answer.body["name"]) == (
        "barbara",
        "Chief",
        {"givenName": "Babs"},
    )
    assert (answer.body["id"], answer.body["meta"]["created"]) == (babs["id"], babs["meta"]["created"])
    assert scim.get(path).body == answer.body


@pytest.mark.requirement("7644-3.5-02")
def test_patch_is_announced_and_offered(scim):
    assert scim.get("/ServiceProviderConfig").body["patch"] == {"supported": True}
    babs = scim.user()
    assert scim.patch(f"/Users/{babs['id']}", {"op": "add", "path": "title", "value": "x"}).status == 200


@pytest.mark.requirement("7644-3.5.1-02", "7644-3.5.1-03")
@pytest.mark.parametrize("cleared", [{}, {"nickName": None, "emails": [], "name": None, ENTERPRISE_USER_URN: None}])
def test_what_put_omits_or_sends_as_null_is_cleared(scim, cleared):
    babs = scim.user(
        nickName="Babs",
        emails=[{"value": "b@example.com"}],
        name={"givenName": "B"},
        **{ENTERPRISE_USER_URN: {"department": "Tours"}},
    )
    path = f"/Users/{babs['id']}"
    answer = scim.put(path, {**user(), **cleared})
    assert answer.status == 200
    assert not {"nickName", "emails", "name", ENTERPRISE_USER_URN} & set(answer.body)
    assert answer.body["schemas"] == [USER_URN]
    assert scim.get(path).body == answer.body


BADGE_URN = "urn:example:params:scim:schemas:extension:badge:2.0:User"
_BADGE = {
    "schemas": [
        {
            "id": BADGE_URN,
            "name": "Badge",
            "attributes": [
                {"name": "number", "type": "string", "mutability": "immutable"},
                {
                    "name": "key",
                    "type": "complex",
                    "subAttributes": [
                        {"name": "serial", "type": "string", "mutability": "immutable"},
                        {"name": "room", "type": "string"},
                    ],
                },
            ],
        }
    ],
    "resourceTypes": [{"name": "User", "schemaExtensions": [{"schema": BADGE_URN, "required": False}]}],
}


@pytest.mark.requirement("7644-3.5.1-04")
def test_an_immutable_value_is_set_once_and_must_match_in_every_put(scim):
    scim.container.update_integration()("Conformance", IntegrationDraft(catalogue=declare(_BADGE)))
    path = f"/Users/{scim.user()['id']}"

    def put(**badge):
        return scim.put(path, user(**{BADGE_URN: badge}))

    assert put(number="7", key={"serial": "a", "room": "1"}).status == 200
    before = put(number="7", key={"serial": "a", "room": "2"}).body
    assert before[BADGE_URN] == {"number": "7", "key": {"serial": "a", "room": "2"}}
    for wrong in (
        {"number": "8", "key": {"serial": "a"}},
        {"key": {"serial": "a"}},
        {"number": "7", "key": {"serial": "b"}},
    ):
        answer = put(**wrong)
        assert (answer.status, answer.scim_type) == (400, "mutability")
    assert scim.get(path).body == before


@pytest.mark.requirement("7644-3.5.1-05")
def test_what_the_server_owns_is_ignored_in_a_put(scim):
    babs = scim.user()
    path = f"/Users/{babs['id']}"
    sent = user(id="other", groups=[{"value": "admins"}], meta={"version": 'W/"99"', "created": "2001-01-01T00:00:00Z"})
    answer = scim.put(path, sent)
    assert (answer.status, answer.body) == (200, babs)
    assert scim.get("/Users/other").status == 404


@pytest.mark.requirement("7644-3.5.1-06")
@pytest.mark.parametrize("missing", [{"schemas": [USER_URN]}, user(None), user(""), {"userName": "x"}])
def test_a_put_without_what_is_required_is_400(scim, missing):
    babs = scim.user(title="Guide")
    path = f"/Users/{babs['id']}"
    assert scim.put(path, missing).status == 400
    assert scim.get(path).body == babs


@pytest.mark.requirement("7644-3.5.1-08")
def test_a_put_of_a_name_that_is_taken_is_409_uniqueness(scim):
    scim.user("alice")
    bob = scim.user("bob")
    scim.group("Guides")
    chiefs = scim.group("Chiefs")
    for path, body in ((f"/Users/{bob['id']}", user("ALICE")), (f"/Groups/{chiefs['id']}", group("guides"))):
        before = scim.get(path).body
        answer = scim.put(path, body)
        assert (answer.status, answer.scim_type) == (409, "uniqueness")
        assert scim.get(path).body == before
    assert scim.put(f"/Users/{bob['id']}", user("BOB")).status == 200


@pytest.mark.requirement("7644-3.5.1-09")
def test_a_put_on_an_unknown_resource_is_404(scim):
    guides = scim.group()
    for path in ("/Users/nobody", f"/Users/{guides['id']}"):
        assert scim.put(path, user()).status == 404


@pytest.mark.requirement("7644-3.5.1-10")
def test_a_put_that_changes_something_makes_a_new_version(scim):
    with freeze_time("2026-05-01T12:00:00Z") as clock:
        babs = scim.user()
        path = f"/Users/{babs['id']}"
        clock.move_to("2026-05-01T12:00:01Z")
        same = scim.put(path, user()).body["meta"]
        changed = scim.put(path, user(title="Guide")).body["meta"]
    assert same == babs["meta"]
    assert changed["lastModified"] > babs["meta"]["lastModified"]
    assert changed["version"] != babs["meta"]["version"]
    assert changed["created"] == babs["meta"]["created"]


@pytest.mark.requirement("7644-3.5.1-11")
def test_a_put_of_a_group_replaces_all_its_members(scim):
    alice, bob, carol = (scim.user(name) for name in ("alice", "bob", "carol"))
    guides = scim.group("Guides", alice, bob)
    path = f"/Groups/{guides['id']}"
    answer = scim.put(path, group("Guides", bob, carol))
    assert {member["value"] for member in answer.body["members"]} == {bob["id"], carol["id"]}
    assert "groups" not in scim.get(f"/Users/{alice['id']}").body
    assert "members" not in scim.put(path, group("Guides")).body
    assert scim.put(path, group("Guides", {"id": "nobody"}, alice)).status == 400
    assert "members" not in scim.get(path).body


# -------------------------------------------------------------------------------------------------------------- DELETE


@pytest.mark.requirement("7644-3.6-01", "7644-3.6-02")
def test_a_deleted_resource_is_gone_for_every_method(scim):
    for made in (scim.user(), scim.group()):
        path = made["meta"]["location"].partition("/scim/v2")[2]
        answer = scim.delete(path)
        assert (answer.status, answer.body) == (204, None)
        body = user() if "userName" in made else group()
        for again in (scim.get(path), scim.put(path, body), scim.delete(path)):
            assert (again.status, again.body["status"]) == (404, "404")
        assert scim.patch(path, {"op": "replace", "path": "externalId", "value": "x"}).status == 404


@pytest.mark.requirement("7644-3.6-03")
def test_a_deleted_resource_is_found_nowhere(scim):
    babs, jim = scim.user("babs"), scim.user("jim")
    guides = scim.group("Guides", babs, jim)
    scim.delete(f"/Users/{babs['id']}")
    assert scim.found("userName pr") == {"jim"}
    assert scim.found(f'members.value eq "{babs["id"]}"', "/Groups") == set()
    assert [member["value"] for member in scim.get(f"/Groups/{guides['id']}").body["members"]] == [jim["id"]]
    scim.delete(f"/Groups/{guides['id']}")
    assert scim.get("/Groups").body["totalResults"] == 0
    assert "groups" not in scim.get(f"/Users/{jim['id']}").body


@pytest.mark.requirement("7644-3.6-04")
def test_a_deleted_resource_is_in_nobodys_way(scim):
    former = scim.user("babs", externalId="1")
    team = scim.group("Team")
    scim.delete(f"/Users/{former['id']}")
    scim.delete(f"/Groups/{team['id']}")
    assert scim.user("babs", externalId="1")["id"] != former["id"]
    assert scim.group("Team")["id"] != team["id"]
