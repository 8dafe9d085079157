"""RFC 7644 §3.4.1, §3.4.2, §3.4.2.4, §3.4.2.5, §3.9: one resource, lists, pages, and what is shown of them."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN
from tests.conformance.scim import LIST_RESPONSE, PATCH_OP, group, user

NAME = {"givenName": "Barbara", "familyName": "Jensen"}
ENTERPRISE = {"employeeNumber": "701984", "department": "Tours"}
ALWAYS = {"schemas", "id"}


@pytest.fixture
def babs(scim):
    """Return a User who has something to show."""
    return scim.user(
        name=NAME,
        title="Guide",
        nickName="Babs",
        emails=[
            {"value": "b@example.com", "type": "work", "primary": True},
            {"value": "b@home.example", "type": "home"},
        ],
        **{ENTERPRISE_USER_URN: ENTERPRISE},
    )


@pytest.fixture
def seven(scim):
    """Let there be seven Users; return their ids."""
    return {scim.user(f"user{number}")["id"] for number in range(7)}


# -------------------------------------------------------------------------------------------------------- one resource


@pytest.mark.requirement("7644-3.4.1-01", "7644-3.4.1-04")
def test_a_known_resource_is_answered_with_all_that_is_set(scim, babs):
    guides = scim.group("Guides", babs)
    answer = scim.get(f"/Users/{babs['id']}")
    assert answer.status == 200
    assert {name: value for name, value in answer.body.items() if name not in ("groups", "meta")} == {
        name: value for name, value in babs.items() if name != "meta"
    }
    assert [each["value"] for each in answer.body["groups"]] == [guides["id"]]
    assert scim.get(f"/Groups/{guides['id']}").body == guides
    assert guides["members"][0]["value"] == babs["id"]


@pytest.mark.requirement("7644-3.4.1-02")
@pytest.mark.parametrize(
    "id", ["nope", "00000000000000000000000000000000", "x" * 3000, "%00", "%2e%2e", "1'--", "%F0%9F%99%82"]
)
def test_an_unknown_resource_is_404(scim, id):
    for path in (f"/Users/{id}", f"/Groups/{id}"):
        answer = scim.get(path)
        assert (answer.status, answer.body["status"]) == (404, "404")


@pytest.mark.requirement("7644-3.4.1-03")
def test_a_resource_is_found_under_its_own_endpoint_only(scim, babs):
    guides = scim.group()
    assert scim.get(f"/Groups/{babs['id']}").status == 404
    assert scim.get(f"/Users/{guides['id']}").status == 404


@pytest.mark.requirement("7644-3.4.1-01")
def test_head_tells_what_get_would_without_the_body(scim, babs):
    for path in (f"/Users/{babs['id']}", "/Users", "/", "/Schemas", "/ServiceProviderConfig", "/Users/nobody"):
        get, head = scim.ask("GET", path), scim.ask("HEAD", path)
        assert (head.status, head.body) == (get.status, None)
        for header in ("Content-Type", "Content-Length", "ETag", "Location"):
            assert head.headers.get(header) == get.headers.get(header)


# --------------------------------------------------------------------------------------------------------------- lists


@pytest.mark.requirement("7644-3.4.2-01")
@pytest.mark.parametrize("query", ["foo=bar", "aadOptscim062020", "=", "&&", "filtr=x&_=1", "cacheBuster=%F0%9F%99%82"])
def test_unknown_query_parameters_are_ignored(scim, babs, query):
    for path in ("/Users", f"/Users/{babs['id']}", "/Schemas", "/ServiceProviderConfig", "/"):
        assert scim.get(f"{path}?{query}").status == 200


@pytest.mark.requirement("7644-3.4.2-02", "7644-3.4.2-03", "7644-3.4.2-04")
def test_a_list_is_a_list_response_with_its_total_and_its_resources(scim, babs):
    for path in ("/Users", "/"):
        body = scim.get(path).body
        assert body["schemas"] == [LIST_RESPONSE]
        assert (body["totalResults"], type(body["totalResults"])) == (1, int)
        assert body["Resources"] == [babs]


@pytest.mark.requirement("7644-3.4.2-05")
def test_part_of_a_list_tells_which_part_it_is(scim, seven):
    body = scim.get("/Users", count=1, startIndex=3).body
    assert (body["totalResults"], body["startIndex"], body["itemsPerPage"]) == (7, 3, 1)


@pytest.mark.requirement("7644-3.4.2-06")
def test_no_match_is_an_empty_list_and_not_404(scim, babs):
    answer = scim.get("/Users", filter='userName eq "nobody"')
    assert (answer.status, answer.body["totalResults"], answer.body.get("Resources", [])) == (200, 0, [])


# --------------------------------------------------------------------------------------------------------------- pages


@pytest.mark.requirement("7644-3.4.2.4-01")
@pytest.mark.parametrize("index", [0, -5, -(10**30)])
def test_a_start_index_below_one_is_one(scim, seven, index):
    body = scim.get("/Users", startIndex=index, count=2).body
    assert body["startIndex"] == 1
    assert body["Resources"] == scim.get("/Users", startIndex=1, count=2).resources


@pytest.mark.requirement("7644-3.4.2.4-02", "7644-3.4.2.4-09")
def test_a_page_has_no_more_than_count_resources(scim, seven):
    for count, expected in ((2, 2), (7, 7), (100_000, 7), (10**30, 7)):
        body = scim.get("/Users", count=count).body
        assert (len(body["Resources"]), body["itemsPerPage"]) == (expected, expected)


@pytest.mark.requirement("7644-3.4.2.4-03", "7644-3.4.2.4-04")
@pytest.mark.parametrize("count", [0, -1, -(10**30)])
def test_a_count_of_zero_or_less_asks_for_the_total_only(scim, seven, count):
    body = scim.get("/Users", count=count).body
    assert (body["totalResults"], body["itemsPerPage"], body.get("Resources", [])) == (7, 0, [])


@pytest.mark.requirement("7644-3.4.2.4-05")
def test_the_total_is_that_of_all_pages(scim, seven):
    assert {scim.get("/Users", count=count).body["totalResults"] for count in (0, 1, 3, 100)} == {7}
    assert scim.get("/Users", filter='userName le "user3"', count=1).body["totalResults"] == 4


@pytest.mark.requirement("7644-3.4.2.4-06")
def test_behind_the_end_there_is_nothing_but_the_total(scim, seven):
    for index in (8, 100_000, 10**30):
        answer = scim.get("/Users", startIndex=index)
        assert (answer.status, answer.body["totalResults"], answer.body.get("Resources", [])) == (200, 7, [])


@pytest.mark.requirement("7644-3.4.2.4-07")
@pytest.mark.parametrize("path", ["/Users", "/"])
@pytest.mark.parametrize("order", [{}, {"sortBy": "userName", "sortOrder": "descending"}, {"sortBy": "title"}])
def test_pages_are_disjoint_and_complete(scim, seven, path, order):
    found = [
        resource["id"]
        for index in range(1, 8, 2)
        for resource in scim.get(path, startIndex=index, count=2, **order).resources
    ]
    assert len(found) == 7
    assert set(found) == seven


@pytest.mark.requirement("7644-3.4.2.4-08")
@pytest.mark.parametrize(
    "query", ["count=abc", "startIndex=abc", "count=1.5", "count=", "startIndex=0x1", "count=1&count=2"]
)
def test_what_is_no_number_is_400(scim, seven, query):
    assert scim.get(f"/Users?{query}").status == 400


# -------------------------------------------------------------------------------------------------- what is shown of it


@pytest.mark.requirement("7644-3.4.2.5-01", "7644-3.9-01")
def test_attributes_that_are_asked_for_are_all_that_is_shown(scim, babs):
    path, asked = f"/Users/{babs['id']}", {"attributes": "userName"}
    change = [{"op": "replace", "path": "title", "value": "Chief"}]
    for shown in (
        scim.get(path, **asked).body,
        scim.get("/Users", **asked).resources[0],
        scim.get("/", **asked).resources[0],
        scim.search("/Users/.search", attributes=["userName"]).resources[0],
        scim.put(path, user(title="Chief"), **asked).body,
        scim.ask("PATCH", path, {"schemas": [PATCH_OP], "Operations": change}, **asked).body,
        scim.post("/Users", user("jim", title="Guide"), **asked).body,
    ):
        assert set(shown) == ALWAYS | {"userName"}


@pytest.mark.requirement("7644-3.9-02")
def test_a_sub_attribute_can_be_asked_for(scim, babs):
    shown = scim.get(f"/Users/{babs['id']}", attributes="name.givenName,emails.type,meta.version").body
    assert set(shown) == ALWAYS | {"name", "emails", "meta"}
    assert shown["name"] == {"givenName": "Barbara"}
    assert shown["emails"] == [{"type": "work"}, {"type": "home"}]
    assert shown["meta"] == {"version": babs["meta"]["version"]}


@pytest.mark.requirement("7644-3.4.2.5-02", "7644-3.9-03")
def test_attributes_that_are_excluded_are_not_shown(scim, babs):
    path, excluded = f"/Users/{babs['id']}", {"excludedAttributes": "emails,title"}
    for shown in (
        scim.get(path, **excluded).body,
        scim.get("/Users", **excluded).resources[0],
        scim.search("/.search", excludedAttributes=["emails", "title"]).resources[0],
    ):
        assert set(babs) - set(shown) == {"emails", "title"}


@pytest.mark.requirement("7644-3.4.2.5-03")
def test_what_is_always_returned_cannot_be_excluded(scim, babs):
    shown = scim.get("/Users", excludedAttributes="id,schemas,userName").resources[0]
    assert set(shown) == set(babs) - {"userName"}


@pytest.mark.requirement("7644-3.9-04")
def test_a_sub_attribute_can_be_excluded(scim, babs):
    shown = scim.get(f"/Users/{babs['id']}", excludedAttributes="name.familyName,emails.value").body
    assert shown["name"] == {"givenName": "Barbara"}
    assert shown["emails"] == [{"type": "work", "primary": True}, {"type": "home"}]
    assert set(shown) == set(babs)


@pytest.mark.requirement("7644-3.9-05")
def test_attributes_and_excluded_attributes_exclude_each_other(scim, babs):
    path = f"/Users/{babs['id']}"
    both = {"attributes": "userName", "excludedAttributes": "title"}
    for answer in (
        scim.get(path, **both),
        scim.get("/Users", **both),
        scim.put(path, user(title="x"), **both),
        scim.patch(path, {"op": "replace", "path": "title", "value": "x"}, **both),
        scim.post("/Users", user("jim"), **both),
        scim.search("/.search", attributes=["userName"], excludedAttributes=["title"]),
    ):
        assert answer.status == 400
    assert scim.get("/Users").resources == [babs]


@pytest.mark.requirement("7644-3.9-06")
@pytest.mark.parametrize("name", ["USERNAME", f"{USER_URN}:userName", f"{USER_URN.upper()}:username", " userName ,"])
def test_names_of_attributes_are_taken_in_any_case_and_with_their_urn(scim, babs, name):
    path = f"/Users/{babs['id']}"
    assert set(scim.get(path, attributes=name).body) == ALWAYS | {"userName"}
    assert set(babs) - set(scim.get(path, excludedAttributes=name).body) == {"userName"}


@pytest.mark.requirement("7644-3.9-07")
def test_the_urn_of_an_extension_stands_for_all_of_it(scim, babs):
    path = f"/Users/{babs['id']}"
    shown = scim.get(path, attributes=ENTERPRISE_USER_URN).body
    assert set(shown) == ALWAYS | {ENTERPRISE_USER_URN}
    assert shown[ENTERPRISE_USER_URN] == ENTERPRISE
    left = scim.get(path, excludedAttributes=ENTERPRISE_USER_URN.upper()).body
    assert set(babs) - set(left) == {ENTERPRISE_USER_URN}
    one = scim.get(path, attributes=f"{ENTERPRISE_USER_URN}:department").body
    assert one[ENTERPRISE_USER_URN] == {"department": "Tours"}


@pytest.mark.requirement("7644-3.9-08")
@pytest.mark.parametrize("name", ["nosuch", "name.nosuch", "urn:x:y:z:title", "a b", "[", "name..x", "password"])
def test_unknown_names_of_attributes_are_ignored(scim, babs, name):
    path = f"/Users/{babs['id']}"
    assert set(scim.get(path, attributes=name).body) - {"name"} == ALWAYS
    assert scim.get(path, excludedAttributes=name).body == babs
    assert scim.get("/Groups", attributes=name).status == 200


@pytest.mark.requirement("7644-3.9-01")
def test_the_members_of_a_group_are_shown_or_not_like_any_attribute(scim, babs):
    guides = scim.post("/Groups", group("Guides", babs), excludedAttributes="members").body
    path = f"/Groups/{guides['id']}"
    assert "members" not in guides
    assert "members" not in scim.get("/Groups", excludedAttributes="members").resources[0]
    assert scim.get(path, attributes="members.value").body["members"] == [{"value": babs["id"]}]
    assert set(scim.get(path, attributes="members").body) == ALWAYS | {"members"}
