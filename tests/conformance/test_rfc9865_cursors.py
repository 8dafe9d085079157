"""RFC 9865: cursor paging, on GET and ``.search``, per resource type and at the root."""

import re
from dataclasses import replace

import pytest
from freezegun import freeze_time

from scim_plugin.provisioning.credential import public_id

NAMES = ("delta", "Alpha", "echo", "Bravo", "charlie", "golf", "Foxtrot")
CURSORS = ("nextCursor", "previousCursor")


@pytest.fixture
def names(scim):
    """Seven Users, in order of creation."""
    for name in NAMES:
        scim.user(name, title=name[:1] if name != "echo" else None)
    return list(NAMES)


def pages(scim, path="/Users", cursor="", towards="nextCursor", **query):
    """Return the pages from *cursor* on, in the order in which they are read."""
    found = []
    while cursor is not None:
        answer = scim.get(path, cursor=cursor, **query)
        assert answer.status == 200, answer
        found.append(answer.body)
        cursor = answer.body.get(towards)
    return found


def names_of(page):
    return [resource.get("userName") or resource["displayName"] for resource in page["Resources"]]


def names_in(pages):
    return [name for page in pages for name in names_of(page)]


@pytest.mark.requirement("9865-2-01")
@pytest.mark.parametrize("written", ["?cursor&count=2", "?cursor=&count=2", "?CURSOR=&count=2", "?count=2&cursor"])
def test_an_empty_cursor_starts_cursor_paging(scim, names, written):
    first = scim.get(f"/Users{written}").body
    assert names_of(first) == names[:2]
    assert first["nextCursor"]
    assert "startIndex" not in first
    assert (first["totalResults"], first["itemsPerPage"]) == (7, 2)


@pytest.mark.requirement("9865-2-02")
def test_cursors_are_made_of_unreserved_characters(scim, names):
    for sort in ({}, {"sortBy": "userName"}, {"sortBy": "meta.created", "sortOrder": "descending"}):
        for page in pages(scim, count=2, **sort):
            assert all(re.fullmatch(r"[A-Za-z0-9._~-]+", page[name]) for name in CURSORS if name in page)


@pytest.mark.requirement("9865-2-03")
@pytest.mark.parametrize("count", [0, -1, -5])
def test_a_count_that_is_not_positive_gives_the_total_only(scim, names, count):
    for answer in (scim.get("/Users", cursor="", count=count), scim.search("/Users/.search", cursor="", count=count)):
        assert (answer.status, answer.body["totalResults"], answer.resources) == (200, 7, [])
        assert not set(CURSORS) & set(answer.body)


@pytest.mark.requirement("9865-2-04")
def test_no_page_has_more_than_count_resources(scim, names):
    for count in (1, 3, 7, 8):
        assert all(len(page["Resources"]) <= count for page in pages(scim, count=count))
        assert all(page["itemsPerPage"] == len(page["Resources"]) for page in pages(scim, count=count))


@pytest.mark.requirement("9865-2-05", "9865-2-06")
@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 8])
def test_every_page_but_the_last_has_a_next_cursor_and_every_page_but_the_first_a_previous_one(scim, names, count):
    found = pages(scim, count=count)
    assert ["nextCursor" in page for page in found] == [True] * (len(found) - 1) + [False]
    assert ["previousCursor" in page for page in found] == [False] + [True] * (len(found) - 1)


@pytest.mark.requirement("9865-2-06")
def test_previous_cursors_lead_back_over_the_same_pages(scim, names):
    there = pages(scim, count=3)
    back = pages(scim, count=3, cursor=there[-1]["previousCursor"], towards="previousCursor")
    assert [names_of(page) for page in back] == [names_of(page) for page in there[-2::-1]]
    assert "previousCursor" not in back[-1]
    assert all("nextCursor" in page for page in back)


@pytest.mark.requirement("9865-2-07")
def test_the_total_is_accurate_on_every_page(scim, names):
    assert {page["totalResults"] for page in pages(scim, count=2)} == {7}
    assert {page["totalResults"] for page in pages(scim, count=1, filter='userName co "o"')} == {4}


@pytest.mark.requirement("9865-2-08")
@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("query", [{}, {"filter": 'userName co "o"'}, {"sortBy": "title"}])
def test_the_pages_are_disjoint_and_complete(scim, names, count, query):
    whole = names_of(scim.get("/Users", **query).body)
    assert len(whole) == len(set(whole))
    assert names_in(pages(scim, count=count, **query)) == whole


@pytest.mark.requirement("9865-2-08")
def test_what_comes_and_goes_meanwhile_repeats_and_loses_nobody_else(scim, names):
    first = scim.get("/Users", cursor="", count=2).body
    scim.delete(f"/Users/{first['Resources'][0]['id']}")
    scim.delete(f"/Users/{first['Resources'][1]['id']}")
    scim.user("hotel")
    rest = pages(scim, cursor=first["nextCursor"], count=2)
    assert names_in(rest) == [*names[2:], "hotel"]


@pytest.mark.requirement("9865-2.1-01")
@pytest.mark.parametrize("cursor", ["garbage", "1", "%00", "A" * 80, "%C3%A9", "A" * 9000, "+", "null"])
def test_a_cursor_that_is_none_is_invalid(scim, names, cursor):
    for path in ("/Users", "/Groups", "/"):
        answer = scim.get(f"{path}?count=2&cursor={cursor}")
        assert (answer.status, answer.scim_type) == (400, "invalidCursor")


@pytest.mark.requirement("9865-2.1-01")
@pytest.mark.parametrize("cursor", ["garbage", 5, True, {}, [], ["x"], "x" * 9000])
def test_a_cursor_in_a_body_that_is_none_is_invalid(scim, names, cursor):
    answer = scim.search("/Users/.search", cursor=cursor, count=2)
    assert (answer.status, answer.scim_type) == (400, "invalidCursor")


@pytest.mark.requirement("9865-2.1-02")
def test_a_cursor_expires_after_the_time_that_is_announced(scim):
    timeout = scim.get("/ServiceProviderConfig").body["pagination"]["cursorTimeout"]
    with freeze_time("2026-05-01T12:00:00Z") as clock:
        for name in NAMES:
            scim.user(name)
        cursor = scim.get("/Users", cursor="", count=2).body["nextCursor"]
        clock.tick(timeout - 1)
        assert scim.get("/Users", cursor=cursor, count=2).status == 200
        clock.tick(2)
        answer = scim.get("/Users", cursor=cursor, count=2)
    assert (answer.status, answer.scim_type) == (400, "expiredCursor")


@pytest.mark.requirement("9865-2.1-03")
def test_a_count_that_is_no_number_is_invalid(scim, names):
    for count in ("x", "", "1.5", "2%202", "0x2"):
        answer = scim.get(f"/Users?cursor&count={count}")
        assert (answer.status, answer.scim_type) == (400, "invalidCount")
    for count in ("2", 1.5, True, {}):
        answer = scim.search("/Users/.search", cursor="", count=count)
        assert (answer.status, answer.scim_type) == (400, "invalidCount")


@pytest.mark.requirement("9865-2.1-03")
def test_another_count_on_a_later_page_is_tolerated(scim, names):
    first = scim.get("/Users", cursor="", count=2).body
    for count in (1, 3, 200, 10**9):
        answer = scim.get("/Users", cursor=first["nextCursor"], count=count)
        assert names_of(answer.body) == names[2 : 2 + count]


@pytest.mark.requirement("9865-2.2-01")
@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("sort_by", ["userName", "title", "meta.created", "id"])
def test_cursor_pages_are_sorted(scim, names, sort_by, order):
    query = {"sortBy": sort_by, "sortOrder": order}
    whole = names_of(scim.get("/Users", **query).body)
    there = pages(scim, count=2, **query)
    assert names_in(there) == whole
    back = pages(scim, count=2, cursor=there[-1]["previousCursor"], towards="previousCursor", **query)
    assert names_in(reversed(back)) == whole[:6]
    if sort_by == "userName":
        assert whole == sorted(names, key=str.lower, reverse=order == "descending")


@pytest.mark.requirement("9865-2.4-01", "9865-2.4-02")
def test_without_parameters_pages_are_found_by_their_index_as_announced(scim, names):
    assert scim.get("/ServiceProviderConfig").body["pagination"]["defaultPaginationMethod"] == "index"
    for answer in (scim.get("/Users", count=2), scim.get("/Users"), scim.search("/Users/.search", count=2)):
        assert answer.body["startIndex"] == 1
        assert not set(CURSORS) & set(answer.body)
    assert names_of(scim.get("/Users", startIndex=3, count=2).body) == names[2:4]


@pytest.mark.requirement("9865-3-01")
def test_a_search_in_a_body_is_paged_by_cursors_too(scim, names):
    scim.group("Guides")
    for path, whole in (("/Users/.search", names), ("/.search", [*names, "Guides"])):
        found, cursor = [], ""
        while cursor is not None:
            page = scim.search(path, cursor=cursor, count=3).body
            assert "startIndex" not in page
            found.append(page)
            cursor = page.get("nextCursor")
        assert names_in(found) == whole
        assert names_of(scim.search(path, cursor=found[1]["previousCursor"], count=3).body) == whole[:3]


@pytest.mark.requirement("9865-3-01")
def test_a_cursor_is_the_same_in_a_body_and_in_the_address(scim, names):
    first = scim.search("/Users/.search", cursor="", count=3).body
    assert names_of(scim.get("/Users", cursor=first["nextCursor"], count=3).body) == names[3:6]
    assert scim.search("/Users/.search", cursor=None, count=3).body["startIndex"] == 1


@pytest.mark.parametrize("query", [{}, {"sortBy": "displayName"}, {"sortBy": "userName", "sortOrder": "descending"}])
@pytest.mark.requirement("9865-2-08", "9865-2.2-01")
def test_several_resource_types_are_paged_by_cursors_as_by_their_index(scim, names, query):
    for name in ("Guides", "alphas", "Hosts"):
        scim.group(name)
    whole = names_of(scim.get("/", **query).body)
    assert len(whole) == 10
    for count in (1, 3, 4):
        there = pages(scim, "/", count=count, **query)
        assert names_in(there) == whole
        assert {page["totalResults"] for page in there} == {10}
        back = pages(scim, "/", cursor=there[-1]["previousCursor"], towards="previousCursor", count=count, **query)
        assert [names_of(page) for page in back] == [names_of(page) for page in there[-2::-1]]


@pytest.mark.requirement("9865-4-01", "9865-4-02", "9865-4-03")
def test_the_pagination_that_is_announced_is_the_one_that_is_served(scim, names):
    pagination = scim.get("/ServiceProviderConfig").body["pagination"]
    assert (pagination["cursor"], pagination["index"]) == (True, True)
    assert pagination["defaultPaginationMethod"] in ("cursor", "index")
    for name in ("defaultPageSize", "maxPageSize", "cursorTimeout"):
        assert type(pagination[name]) is int
        assert pagination[name] > 0
    assert pagination["defaultPageSize"] <= pagination["maxPageSize"]


@pytest.mark.requirement("9865-4-03", "9865-5.3-01")
def test_no_page_is_larger_than_announced(scim):
    pagination = scim.get("/ServiceProviderConfig").body["pagination"]
    scim.bulk(*(_creation(number) for number in range(pagination["maxPageSize"] + 1)))
    assert len(scim.get("/Users?cursor").resources) == pagination["defaultPageSize"]
    page = scim.get("/Users?cursor", count=pagination["maxPageSize"] + 1)
    assert len(page.resources) == pagination["maxPageSize"]
    assert len(scim.get("/Users", cursor=page.body["nextCursor"]).resources) == 1


def _creation(number):
    data = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": f"user{number}"}
    return {"method": "POST", "path": "/Users", "bulkId": f"b{number}", "data": data}


@pytest.mark.requirement("9865-5.2-01", "9865-5.2-05")
def test_a_cursor_of_another_integration_is_refused_like_one_that_does_not_exist(scim, names):
    other = scim.of_tenant("other")
    for name in ("x", "y", "z"):
        other.user(name)
    cursor = scim.get("/Users", cursor="", count=2).body["nextCursor"]
    answer, unknown = other.get("/Users", cursor=cursor, count=2), other.get("/Users", cursor="garbage", count=2)
    assert (answer.status, answer.scim_type) == (400, "invalidCursor")
    assert answer.body == unknown.body


@pytest.mark.requirement("9865-5.2-02")
def test_a_secret_that_is_revoked_between_two_pages_ends_them(scim, names):
    secret = scim.container.issue_secret()("Conformance").key
    client = replace(scim, secret=secret)
    cursor = client.get("/Users", cursor="", count=2).body["nextCursor"]
    scim.container.revoke_secret()(public_id(secret))
    assert client.get("/Users", cursor=cursor, count=2).status == 401


@pytest.mark.requirement("9865-5.2-03")
def test_a_cursor_ends_with_the_credential_that_it_was_given_to(scim, names):
    cursor = scim.get("/Users", cursor="", count=2).body["nextCursor"]
    client = replace(scim, secret=scim.container.issue_secret()("Conformance").key)
    answer = client.get("/Users", cursor=cursor, count=2)
    assert (answer.status, answer.scim_type) == (400, "invalidCursor")


@pytest.mark.requirement("9865-5.2-04", "9865-5.2-05")
def test_a_cursor_that_was_altered_is_invalid_and_shows_nothing(scim, names):
    cursor = scim.get("/Users", cursor="", count=2, sortBy="userName").body["nextCursor"]
    unknown = scim.get("/Users", cursor="garbage", count=2, sortBy="userName").body
    for place in range(len(cursor)):
        letter = "A" if cursor[place] != "A" else "B"
        answer = scim.get("/Users", cursor=cursor[:place] + letter + cursor[place + 1 :], count=2, sortBy="userName")
        assert (answer.status, answer.scim_type) == (400, "invalidCursor")
        assert answer.body == unknown


@pytest.mark.requirement("9865-5.2-04", "9865-5.2-05")
@pytest.mark.parametrize(
    ("path", "query"),
    [("/Users", {}), ("/Users", {"sortBy": "title"}), ("/Groups", {"sortBy": "displayName"}), ("/", {})],
)
def test_a_cursor_of_another_query_is_refused_like_one_that_does_not_exist(scim, names, path, query):
    cursor = scim.get("/Users", cursor="", count=2, sortBy="displayName").body["nextCursor"]
    answer = scim.get(path, cursor=cursor, count=2, **query)
    assert (answer.status, answer.scim_type) == (400, "invalidCursor")
    assert answer.body == scim.get(path, cursor="garbage", count=2, **query).body
