"""RFC 7644 §3.4.2.1, §3.4.3: queries in a body, and queries on all resource types."""

import pytest

from tests.conformance.scim import SEARCH_REQUEST


@pytest.fixture
def staff(scim):
    """Return a client with two Users and a Group, all of whose displayNames begin with S."""
    scim.user("susan", displayName="Susan", title="Guide")
    scim.user("steve", displayName="Steve")
    scim.group("Staff")
    return scim


def _names(answer):
    assert answer.status == 200, answer
    return [resource["displayName"] for resource in answer.resources]


@pytest.mark.requirement("7644-3.4.2.1-01", "7644-3.4.2.1-02")
def test_a_query_at_the_root_is_one_on_all_resource_types(staff):
    assert _names(staff.get("/")) == ["Susan", "Steve", "Staff"]
    assert _names(staff.get("/", filter='displayName sw "st"')) == ["Steve", "Staff"]
    assert _names(staff.get("/", filter='userName eq "susan"')) == ["Susan"]
    assert _names(staff.get("/", filter='not (userName eq "susan")')) == ["Steve", "Staff"]
    assert _names(staff.get("/", filter='meta.resourceType eq "Group"')) == ["Staff"]
    assert _names(staff.get("/", filter="userName pr and members pr")) == []
    assert staff.get("/", filter='nosuch eq "x"').scim_type == "invalidFilter"
    assert {resource["meta"]["resourceType"] for resource in staff.get("/").resources} == {"User", "Group"}


@pytest.mark.requirement("7644-3.4.2.1-03")
def test_a_query_that_would_read_too_much_is_refused_as_too_many(staff):
    # Several resource types are merged outside of the store, so that a sorted query on all reaches only so deep.
    answer = staff.get("/", sortBy="displayName", startIndex=100_000)
    assert (answer.status, answer.scim_type) == (400, "tooMany")


@pytest.mark.requirement("7644-3.4.3-01")
def test_a_query_may_come_in_a_body(staff):
    assert _names(staff.search("/Users/.search", filter='title eq "Guide"')) == ["Susan"]
    assert _names(staff.search("/Groups/.search")) == ["Staff"]
    assert staff.search("/Users/.search").body == staff.get("/Users").body


@pytest.mark.requirement("7644-3.4.3-02")
@pytest.mark.parametrize(
    "body", [{}, {"filter": "title pr"}, {"schemas": []}, {"schemas": ["urn:x"], "filter": "title pr"}, [], "text"]
)
def test_a_search_request_says_that_it_is_one(staff, body):
    for path in ("/Users/.search", "/.search"):
        answer = staff.ask("POST", path, body)
        assert (answer.status, answer.scim_type) == (400, "invalidSyntax")


@pytest.mark.requirement("7644-3.4.3-03", "7644-3.4.3-04")
def test_attributes_are_an_array_in_a_search_request(staff):
    [susan] = staff.search("/Users/.search", attributes=["displayName"], filter="title pr").resources
    assert set(susan) == {"schemas", "id", "displayName"}
    [susan] = staff.search("/Users/.search", excludedAttributes=["displayName"], filter="title pr").resources
    assert set(susan) == {"schemas", "id", "meta", "userName", "title"} | ({"active"} & set(susan))
    for name in ("attributes", "excludedAttributes"):
        assert staff.search("/Users/.search", **{name: "displayName"}).status == 400


@pytest.mark.requirement("7644-3.4.3-05")
@pytest.mark.parametrize(
    "query",
    [
        {"filter": 'userName sw "s"', "sortBy": "userName", "sortOrder": "descending"},
        {"startIndex": 2, "count": 1, "sortBy": "displayName"},
        {"count": 0},
        {"count": -3},
        {"startIndex": -1},
        {"startIndex": 100, "count": 10},
    ],
)
def test_a_search_request_is_answered_as_the_same_query_in_a_uri(staff, query):
    for path in ("/Users", "/Groups", ""):
        by_get, by_post = staff.get(path or "/", **query), staff.search(f"{path}/.search", **query)
        assert (by_post.status, by_post.body) == (by_get.status, by_get.body)


@pytest.mark.requirement("7644-3.4.3-06")
@pytest.mark.parametrize("filter", ["title", "(", "", "title regex 'x'", 'nosuch eq "x"', "active gt true"])
def test_a_bad_filter_in_a_search_request_is_invalid_filter(staff, filter):
    for path in ("/Users/.search", "/.search"):
        answer = staff.search(path, filter=filter)
        assert (answer.status, answer.scim_type) == (400, "invalidFilter")


@pytest.mark.requirement("7644-3.4.3-07")
def test_a_search_request_at_the_root_searches_all_resource_types(staff):
    answer = staff.search("/.search", filter='displayName sw "st"', attributes=["displayName"], sortBy="displayName")
    assert _names(answer) == ["Staff", "Steve"]
    assert staff.ask("POST", "/.search", {"SCHEMAS": [SEARCH_REQUEST], "COUNT": 1}).body["itemsPerPage"] == 1
