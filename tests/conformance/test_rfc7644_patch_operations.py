"""RFC 7644 §3.5.2.1-§3.5.2.3: what add, remove and replace make of each kind of attribute."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN

WORK = {"value": "b@example.com", "type": "work", "display": "Work", "primary": True}
HOME = {"value": "b@home.example", "type": "home"}
NAME = {"givenName": "Barbara", "familyName": "Jensen", "middleName": "Jane"}


@pytest.fixture
def babs(scim):
    """Return a User who has something to change."""
    return scim.user(title="Guide", nickName="Babs", name=NAME, emails=[WORK, HOME], externalId="1")


@pytest.fixture
def change(scim, babs):
    """Return a function that sends operations for that User, and returns how it looks then."""
    path = f"/Users/{babs['id']}"

    def changed(*operations):
        answer = scim.patch(path, *operations)
        assert answer.status == 200, answer
        assert scim.get(path).body == answer.body
        return answer.body

    return changed


@pytest.fixture
def refused(scim, babs):
    """Return a function that sends operations for that User, which are refused; it returns the scimType."""
    path = f"/Users/{babs['id']}"

    def sent(*operations):
        answer = scim.patch(path, *operations)
        assert answer.status == 400, answer
        assert scim.get(path).body == babs
        return answer.scim_type

    return sent


def _differences(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} - {"meta"}


# ----------------------------------------------------------------------------------------------------------------- add


@pytest.mark.requirement("7644-3.5.2.1-01", "7644-3.5.2.3-09")
@pytest.mark.parametrize("op", ["add", "replace"])
def test_without_a_value_nothing_is_added_or_replaced(refused, op):
    assert refused({"op": op, "path": "title"}) in {"invalidValue", "invalidSyntax"}
    assert refused({"op": op}) in {"invalidValue", "invalidSyntax"}
    assert refused({"op": op, "value": "x"}) in {"invalidValue", "invalidSyntax"}


@pytest.mark.requirement("7644-3.5.2.1-02")
def test_an_add_without_a_path_adds_the_attributes_of_its_value(babs, change):
    other = {"value": "o@x", "type": "other"}
    after = change({"op": "add", "value": {"title": "Chief", "emails": [other], "name": {"honorificPrefix": "Ms."}}})
    assert _differences(babs, after) == {"title", "emails", "name"}
    assert after["emails"] == [WORK, HOME, other]
    assert after["name"] == {**NAME, "honorificPrefix": "Ms."}


@pytest.mark.requirement("7644-3.5.2.1-03")
def test_an_add_makes_what_is_not_there(babs, change):
    after = change(
        {"op": "add", "path": "displayName", "value": "B. J."},
        {"op": "add", "path": "phoneNumbers", "value": [{"value": "1"}]},
        {"op": "add", "path": f"{ENTERPRISE_USER_URN}:manager.value", "value": "26"},
    )
    assert _differences(babs, after) == {"displayName", "phoneNumbers", ENTERPRISE_USER_URN, "schemas"}
    assert after[ENTERPRISE_USER_URN] == {"manager": {"value": "26"}}


@pytest.mark.requirement("7644-3.5.2.1-04")
def test_an_add_to_a_complex_attribute_leaves_its_other_parts(change):
    assert change({"op": "add", "path": "name", "value": {"givenName": "B"}})["name"] == {**NAME, "givenName": "B"}


@pytest.mark.requirement("7644-3.5.2.1-05", "7644-3.5.2.1-09")
def test_an_add_to_many_values_appends_an_array_or_a_single_value(scim, babs, change):
    one, two = {"value": "1@x", "type": "other"}, {"value": "2@x", "type": "other"}
    assert change({"op": "add", "path": "emails", "value": [one]})["emails"] == [WORK, HOME, one]
    assert change({"op": "add", "path": "emails", "value": two})["emails"] == [WORK, HOME, one, two]
    jim, pam = scim.user("jim"), scim.user("pam")
    guides = scim.group("Guides", babs)
    path = f"/Groups/{guides['id']}"
    scim.patch(path, {"op": "add", "path": "members", "value": [{"value": jim["id"]}]})
    scim.patch(path, {"op": "add", "path": "members", "value": {"value": pam["id"]}})
    assert [member["value"] for member in scim.get(path).body["members"]] == [babs["id"], jim["id"], pam["id"]]


@pytest.mark.requirement("7644-3.5.2.1-06")
def test_an_add_to_a_single_value_replaces_it(babs, change):
    after = change({"op": "add", "path": "title", "value": "Chief"})
    assert (_differences(babs, after), after["title"]) == ({"title"}, "Chief")


@pytest.mark.requirement("7644-3.5.2.1-07")
def test_an_add_of_what_is_there_changes_nothing(scim, babs, change):
    assert change({"op": "add", "path": "emails", "value": [HOME]}) == babs
    assert change({"op": "add", "path": "title", "value": "Guide"}) == babs
    guides = scim.group("Guides", babs)
    path = f"/Groups/{guides['id']}"
    for _ in range(2):
        assert scim.patch(path, {"op": "add", "path": "members", "value": [{"value": babs["id"]}]}).status == 204
    assert scim.get(path).body == guides


@pytest.mark.requirement("7644-3.5.2.1-08")
def test_an_add_to_a_sub_attribute_sets_it(change):
    after = change({"op": "add", "path": "name.givenName", "value": "B"})
    assert after["name"] == {**NAME, "givenName": "B"}


# -------------------------------------------------------------------------------------------------------------- remove


@pytest.mark.requirement("7644-3.5.2.2-01")
def test_a_remove_without_a_path_has_no_target(refused):
    assert refused({"op": "remove"}) == "noTarget"
    assert refused({"op": "remove", "value": {"title": "Guide"}}) == "noTarget"


@pytest.mark.requirement("7644-3.5.2.2-02", "7644-3.5.2.2-03")
@pytest.mark.parametrize("attribute", ["nickName", "emails", "name", "externalId"])
def test_a_remove_leaves_an_attribute_unassigned(babs, change, attribute):
    after = change({"op": "remove", "path": attribute})
    assert set(babs) - set(after) == {attribute}
    assert _differences(babs, after) == {attribute}


@pytest.mark.requirement("7644-3.5.2.2-04")
def test_a_remove_with_a_filter_removes_what_matches(change):
    assert change({"op": "remove", "path": 'emails[type eq "work"]'})["emails"] == [HOME]
    assert change({"op": "remove", "path": 'emails[type eq "nosuch"]'})["emails"] == [HOME]
    assert "emails" not in change({"op": "remove", "path": 'emails[value pr and not (type eq "work")]'})


@pytest.mark.requirement("7644-3.5.2.2-05")
def test_a_remove_of_a_sub_attribute_leaves_the_others(change):
    after = change(
        {"op": "remove", "path": "name.middleName"}, {"op": "remove", "path": 'emails[type eq "work"].display'}
    )
    assert after["name"] == {"givenName": "Barbara", "familyName": "Jensen"}
    assert after["emails"] == [{"value": "b@example.com", "type": "work", "primary": True}, HOME]


@pytest.mark.requirement("7644-3.5.2.2-06")
def test_what_is_required_or_owned_by_the_server_cannot_be_removed(scim, refused):
    for attribute in ("userName", "id", "groups", "meta", "meta.created"):
        assert refused({"op": "remove", "path": attribute}) == "mutability"
    guides = scim.group()
    answer = scim.patch(f"/Groups/{guides['id']}", {"op": "remove", "path": "displayName"})
    assert (answer.status, answer.scim_type) == (400, "mutability")
    assert scim.get(f"/Groups/{guides['id']}").body == guides


@pytest.mark.requirement("7644-3.5.2.2-07")
def test_a_remove_of_who_is_no_member_changes_nothing(scim, babs):
    guides = scim.group("Guides", babs)
    path = f"/Groups/{guides['id']}"
    assert scim.patch(path, {"op": "remove", "path": 'members[value eq "nobody"]'}).status in {200, 204}
    assert scim.get(path).body == guides
    assert scim.patch(path, {"op": "remove", "path": f'members[value eq "{babs["id"]}"]'}).status == 204
    assert "members" not in scim.get(path).body


# ------------------------------------------------------------------------------------------------------------- replace


@pytest.mark.requirement("7644-3.5.2.3-01", "7644-3.5.2.3-10")
def test_a_replace_without_a_path_replaces_the_attributes_of_its_value_and_no_others(babs, change):
    after = change({"op": "replace", "value": {"title": "Chief", "emails": [HOME]}})
    assert (after["title"], after["emails"]) == ("Chief", [HOME])
    assert _differences(babs, after) == {"title", "emails"}


@pytest.mark.requirement("7644-3.5.2.3-02", "7644-3.5.2.3-04")
def test_a_replace_sets_a_single_value_be_it_there_or_not(babs, change):
    after = change(
        {"op": "replace", "path": "title", "value": "Chief"}, {"op": "replace", "path": "locale", "value": "en"}
    )
    assert (after["title"], after["locale"]) == ("Chief", "en")
    assert _differences(babs, after) == {"title", "locale"}


@pytest.mark.requirement("7644-3.5.2.3-03")
def test_a_replace_of_many_values_replaces_all_of_them(scim, babs, change):
    new = {"value": "n@x", "type": "other"}
    assert change({"op": "replace", "path": "emails", "value": [new]})["emails"] == [new]
    jim = scim.user("jim")
    guides = scim.group("Guides", babs)
    path = f"/Groups/{guides['id']}"
    scim.patch(path, {"op": "replace", "path": "members", "value": [{"value": jim["id"]}]})
    assert [member["value"] for member in scim.get(path).body["members"]] == [jim["id"]]
    scim.patch(path, {"op": "replace", "path": "members", "value": []})
    assert "members" not in scim.get(path).body


@pytest.mark.requirement("7644-3.5.2.3-05")
def test_a_replace_of_a_complex_attribute_leaves_its_other_parts(change):
    assert change({"op": "replace", "path": "name", "value": {"givenName": "B"}})["name"] == {**NAME, "givenName": "B"}


@pytest.mark.requirement("7644-3.5.2.3-06", "7644-3.5.2.3-07")
def test_a_replace_with_a_filter_replaces_every_value_that_matches(change):
    after = change({"op": "replace", "path": 'emails[type eq "work" or type eq "home"].display', "value": "D"})
    assert after["emails"] == [{**WORK, "display": "D"}, {**HOME, "display": "D"}]
    after = change({"op": "replace", "path": 'emails[type eq "home"].value', "value": "new@home.example"})
    assert after["emails"][1] == {**HOME, "display": "D", "value": "new@home.example"}
    after = change({"op": "replace", "path": 'emails[type eq "work"]', "value": {"value": "w@x", "type": "other"}})
    assert (after["emails"][0]["value"], after["emails"][0]["type"]) == ("w@x", "other")


@pytest.mark.requirement("7644-3.5.2.3-08")
def test_a_replace_whose_filter_matches_nothing_has_no_target(refused):
    assert refused({"op": "replace", "path": 'emails[type eq "zzz"].value', "value": "x"}) == "noTarget"
    assert refused({"op": "replace", "path": 'emails[type eq "zzz"]', "value": {"value": "x"}}) == "noTarget"
    assert refused({"op": "replace", "path": 'ims[type eq "aim"].value', "value": "x"}) == "noTarget"
    assert refused({"op": "replace", "path": 'emails[type eq "zzz"].display', "value": None}) == "noTarget"
