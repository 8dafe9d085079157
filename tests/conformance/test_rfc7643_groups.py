"""RFC 7643 §4.2: Groups."""

import pytest

from tests.conformance.scim import group


@pytest.mark.requirement("7643-4.2-01")
@pytest.mark.parametrize("name", [None, ""])
def test_a_group_needs_a_display_name(scim, name):
    for sent in ({**group(), "displayName": name}, {"schemas": group()["schemas"]}):
        answer = scim.post("/Groups", sent)
        assert (answer.status, answer.scim_type) == (400, "invalidValue")
    path = f"/Groups/{scim.group()['id']}"
    assert scim.patch(path, {"op": "remove", "path": "displayName"}).status == 400
    assert scim.get(path).body["displayName"] == "Guides"


@pytest.mark.requirement("7643-4.2-02")
def test_members_are_added_and_removed(scim):
    babs, john = scim.user("babs"), scim.user("john")
    path = f"/Groups/{scim.group('Guides', babs)['id']}"

    def members():
        return {each["value"] for each in scim.get(path).body.get("members", ())}

    assert members() == {babs["id"]}
    scim.patch(path, {"op": "add", "path": "members", "value": [{"value": john["id"]}]})
    assert members() == {babs["id"], john["id"]}
    scim.patch(path, {"op": "remove", "path": f'members[value eq "{babs["id"]}"]'})
    assert members() == {john["id"]}
    scim.patch(path, {"op": "replace", "path": "members", "value": [{"value": babs["id"]}]})
    assert members() == {babs["id"]}
    scim.patch(path, {"op": "remove", "path": "members"})
    assert members() == set()


@pytest.mark.requirement("7643-4.2-03", "7643-7-10")
def test_what_is_said_of_a_member_cannot_be_changed(scim):
    babs, john = scim.user("babs"), scim.user("john")
    guides = scim.group("Guides", babs)
    path = f"/Groups/{guides['id']}"
    for sub, value in (("value", john["id"]), ("type", "Group"), ("$ref", "https://example.com/Users/1")):
        changes = [{"op": "replace", "path": f'members[value eq "{babs["id"]}"].{sub}', "value": value}]
        changes += [{"op": "replace", "path": f"members.{sub}", "value": value}]
        for change in changes:
            answer = scim.patch(path, change)
            assert (answer.status, answer.scim_type) == (400, "mutability"), change
    assert scim.put(path, group("Guides", babs)).body["members"] == guides["members"]
    assert scim.get(path).body["members"] == guides["members"]


@pytest.mark.requirement("7643-4.2-04")
def test_a_member_is_the_id_and_the_uri_of_a_resource(scim):
    babs = scim.user()
    (member,) = scim.group("Guides", babs)["members"]
    assert member == {"value": babs["id"], "$ref": babs["meta"]["location"], "type": "User"}


@pytest.mark.requirement("7643-2.4-04")
def test_a_member_is_told_by_its_id_whichever_version_of_the_protocol_its_uri_names(scim):
    babs = scim.user()
    location = babs["meta"]["location"]
    for number, version in enumerate(("/", "/v1/", "/v2/")):
        member = {"value": babs["id"], "$ref": location.replace("/v2/", version)}
        created = scim.group(f"Guides {number}", members=[member])
        assert [(each["value"], each["$ref"]) for each in created["members"]] == [(babs["id"], location)]


@pytest.mark.requirement("7643-4.2-05")
def test_a_group_may_be_a_member_of_a_group(scim):
    inner = scim.group("Inner")
    (member,) = scim.group("Outer", inner)["members"]
    assert member == {"value": inner["id"], "$ref": inner["meta"]["location"], "type": "Group"}


def test_a_filter_of_members_selects_those_who_have_just_joined_too(scim):
    babs, inner = scim.user(), scim.group("Inner")
    path = f"/Groups/{scim.group()['id']}"
    joining = {"op": "add", "path": "members", "value": [{"value": babs["id"]}, {"value": inner["id"]}]}
    assert scim.patch(path, joining, {"op": "remove", "path": 'members[type eq "User"]'}).status == 204
    assert [member["value"] for member in scim.get(path).body["members"]] == [inner["id"]]
