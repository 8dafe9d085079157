"""RFC 7644 §3.4.2.3: in which order a list is answered."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN


def _order(scim, sort_by, path="/Users", **more):
    answer = scim.get(path, sortBy=sort_by, **more)
    assert answer.status == 200, answer
    return [resource.get("userName") or resource["displayName"] for resource in answer.resources]


@pytest.mark.requirement("7644-3.4.2.3-01", "7644-3.4.2.3-02", "7644-3.4.2.3-03", "7644-3.4.2.3-04")
def test_a_list_is_sorted_without_regard_to_case_upwards_unless_downwards_is_asked_for(scim):
    for name in ("Bob", "carol", "alice", "Dave"):
        scim.user(name)
    up = ["alice", "Bob", "carol", "Dave"]
    assert _order(scim, "userName") == up
    assert _order(scim, "userName", sortOrder="ascending") == up
    assert _order(scim, "userName", sortOrder="DESCENDING") == up[::-1]
    assert _order(scim, "userName", path="/") == up
    assert _order(scim, "userName", path="/", sortOrder="descending") == up[::-1]
    assert _order(scim, "meta.created") == ["Bob", "carol", "alice", "Dave"]


@pytest.mark.requirement("7644-3.4.2.3-04")
def test_an_attribute_with_exact_case_is_sorted_by_it(scim):
    for name in ("b", "a", "B"):
        scim.user(f"user-{name}-{name.isupper()}", externalId=name)
    assert _order(scim, "externalId") == ["user-B-True", "user-a-False", "user-b-False"]


@pytest.mark.requirement("7644-3.4.2.3-05")
def test_a_complex_attribute_is_sorted_by_one_of_its_parts(scim):
    scim.user("a", name={"familyName": "Zola", "givenName": "A"})
    scim.user("b", name={"familyName": "Ash", "givenName": "B"})
    scim.user("c", **{ENTERPRISE_USER_URN: {"department": "D"}}, name={"familyName": "Miller"})
    assert _order(scim, "name.familyName") == ["b", "c", "a"]
    assert _order(scim, f"{ENTERPRISE_USER_URN}:department") == ["c", "a", "b"]
    answer = scim.get("/Users", sortBy="name")
    assert (answer.status, answer.scim_type) == (400, "invalidPath")


@pytest.mark.requirement("7644-3.4.2.3-06")
def test_many_values_are_sorted_by_the_primary_else_by_the_first(scim):
    scim.user("a", emails=[{"value": "a@x"}, {"value": "z@x", "primary": True}])
    scim.user("b", emails=[{"value": "m@x"}, {"value": "a@x"}])
    scim.user("c", emails=[{"value": "b@x", "primary": True}, {"value": "zz@x"}])
    for path in ("emails.value", "emails"):
        assert _order(scim, path) == ["c", "b", "a"]
        assert _order(scim, path, sortOrder="descending") == ["a", "b", "c"]
        assert _order(scim, path, path="/") == ["c", "b", "a"]


@pytest.mark.requirement("7644-3.4.2.3-07")
def test_what_has_no_value_is_last_upwards_and_first_downwards(scim):
    scim.user("none")
    scim.user("guide", title="Guide")
    scim.user("chief", title="Chief")
    assert _order(scim, "title") == ["chief", "guide", "none"]
    assert _order(scim, "title", sortOrder="descending") == ["none", "guide", "chief"]
    scim.group("Group")  # a Group has no title at all
    assert _order(scim, "title", path="/")[:2] == ["chief", "guide"]
    assert set(_order(scim, "title", path="/", sortOrder="descending")[:2]) == {"none", "Group"}


@pytest.mark.requirement("7644-3.4.2.3-08")
def test_the_name_to_sort_by_is_taken_in_any_case_and_with_its_urn(scim):
    for name in ("bob", "alice"):
        scim.user(name)
    for path in ("USERNAME", f"{USER_URN}:userName", f"{USER_URN.upper()}:username"):
        assert _order(scim, path) == ["alice", "bob"]
    for wrong in ("nosuch", "name.nosuch", "a b", 'emails[type eq "work"]', "password"):
        assert scim.get("/Users", sortBy=wrong).status == 400
    assert scim.get("/Users", sortBy="userName", sortOrder="sideways").status == 400
