import pytest

from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.query import Found
from scim_plugin.use_cases.search import SearchRequest
from tests.http.canned import BABS, Desk, client_of

SEARCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}


def asked(query):
    desk = Desk()
    answer = client_of(desk)[0].simulate_get("/scim/v2/Users", query_string=query)
    return desk.asked[0][1][1] if answer.status_code == 200 else (answer.status_code, answer.json.get("scimType"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("aadOptscim062020", {}),
        ("filter=userName+eq+%22a%2Bb%22", {"filter": 'userName eq "a+b"'}),
        ("filter=userName%20eq%20%22x%22", {"filter": 'userName eq "x"'}),
        ("FILTER=a+pr&StartIndex=2&COUNT=5", {"filter": "a pr", "start_index": 2, "count": 5}),
        ("sortBy=userName&sortOrder=Descending", {"sort_by": "userName", "descending": True}),
        ("sortBy=&sortOrder=", {}),
        ("startIndex=0", {"start_index": 1}),
        ("startIndex=-7", {"start_index": 1}),
        ("startIndex=" + "9" * 5000, {"start_index": 10**12}),
        ("count=-1", {"count": -1}),
        ("count=" + "9" * 5000, {"count": 10**12}),
        ("count=-" + "9" * 5000, {"count": -(10**12)}),
        ("excludedAttributes=groups", {"with_groups": False}),
        ("cursor", {"cursor": ""}),
        ("cursor=", {"cursor": ""}),
        ("Cursor=Ab_-9&count=-3", {"cursor": "Ab_-9", "count": -3}),
        ("attributes=userName,%20name.givenName&unknown=1&unknown=2", {"with_groups": False}),
        ("attributes=groups&attributes=userName", {}),
        ("attributes=", {}),
        ("x=%00&y=%FF", {}),
    ],
)
def test_a_query_is_read(query, expected):
    assert asked(query) == SearchRequest(USER, **{"with_members": False, **expected})


@pytest.mark.parametrize(
    "query",
    [
        "count=x",
        "count=",
        "count=1_0",
        "count=%EF%BC%91",
        "count=%C2%B2",
        "count=+5",
        "count=1.0",
        "count=%205",
        "count=5%0A",
        "startIndex=abc",
        "sortOrder=up",
        "count=1&count=2",
        "count=1&COUNT=2",
        "attributes=a&excludedAttributes=b",
        "sortBy=a%00",
        "attributes=" + "a," * 5000,
    ],
)
def test_a_query_that_cannot_be_understood_is_400(query):
    assert asked(query) == (400, "invalidValue")


@pytest.mark.parametrize("query", ["filter=", "filter=+", "filter", "filter=a%00", "filter=" + "a" * 9000])
def test_an_unusable_filter_is_invalid_filter(query):
    assert asked(query) == (400, "invalidFilter") or query == "filter"


@pytest.mark.parametrize("query", ["cursor=%00", "cursor=" + "a" * 9000])
def test_an_unusable_cursor_is_invalid_cursor(query):
    assert asked(query) == (400, "invalidCursor")


@pytest.mark.parametrize("query", ["cursor&count=x", "count=&cursor=", "cursor=Ab&count=1.0"])
def test_an_unusable_count_of_cursor_paging_is_invalid_count(query):
    assert asked(query) == (400, "invalidCount")


def test_two_cursors_are_refused():
    assert asked("cursor=a&cursor=b") == (400, "invalidValue")


@pytest.mark.parametrize(("next_cursor", "previous_cursor"), [("n-1", "p_1"), ("n", None), (None, "p"), (None, None)])
def test_a_page_by_cursor_names_its_neighbours_and_no_index(next_cursor, previous_cursor):
    desk = Desk(found=Found(9, (BABS,), next_cursor, previous_cursor))
    answer = client_of(desk)[0].simulate_get("/scim/v2/Users", params={"cursor": "x", "count": "1"}).json
    assert (answer["totalResults"], answer["itemsPerPage"]) == (9, 1)
    assert (answer.get("nextCursor"), answer.get("previousCursor")) == (next_cursor, previous_cursor)
    assert "startIndex" not in answer
    assert None not in answer.values()


def test_a_list_response_is_complete():
    client, _ = client_of(Desk())
    answer = client.simulate_get("/scim/v2/Users", params={"startIndex": "7", "count": "1"}).json
    assert answer["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
    assert (answer["totalResults"], answer["startIndex"], answer["itemsPerPage"]) == (1, 7, 1)
    assert answer["Resources"][0]["userName"] == "babs"


def searched(body):
    desk = Desk()
    answer = client_of(desk)[0].simulate_post("/scim/v2/Users/.search", json=body)
    return desk.asked[0][1][1] if answer.status_code == 200 else (answer.status_code, answer.json["scimType"])


def test_a_search_in_a_body_is_the_same_search():
    body = {
        "Schemas": SEARCH["schemas"],
        "excludedAttributes": ["groups"],
        "FILTER": "a pr",
        "sortBy": "userName",
        "sortOrder": "DESCENDING",
        "startIndex": 3,
        "count": 10**30,
        "cursor": "x",
    }
    expected = SearchRequest(USER, "a pr", "userName", True, 3, 10**12, False, False, "x")
    assert searched({**body, "count": 10**14}) == expected
    assert searched({**SEARCH, "count": None, "filter": None, "cursor": None}) == SearchRequest(
        USER, with_members=False
    )


@pytest.mark.parametrize(
    ("members", "scim_type"),
    [
        ({"count": "5"}, "invalidValue"),
        ({"count": True}, "invalidValue"),
        ({"count": 1.5}, "invalidValue"),
        ({"startIndex": []}, "invalidValue"),
        ({"attributes": "userName"}, "invalidValue"),
        ({"attributes": [1]}, "invalidValue"),
        ({"attributes": ["a"] * 201}, "invalidValue"),
        ({"attributes": ["a"], "excludedAttributes": ["b"]}, "invalidValue"),
        ({"sortBy": {}}, "invalidValue"),
        ({"sortOrder": "up"}, "invalidValue"),
        ({"filter": 5}, "invalidValue"),
        ({"filter": " "}, "invalidFilter"),
        ({"cursor": 5}, "invalidCursor"),
        ({"cursor": "x" * 9000}, "invalidCursor"),
        ({"cursor": 5, "count": "5"}, "invalidValue"),
        ({"cursor": "", "count": "5"}, "invalidCount"),
        ({"cursor": None, "count": "5"}, "invalidValue"),
        ({"cursor": "", "count": "5", "sortBy": {}}, "invalidValue"),
        ({"count": 1, "COUNT": 2}, "invalidSyntax"),
        ({"schemas": []}, "invalidSyntax"),
        ({"schemas": "x"}, "invalidSyntax"),
        ({"schemas": [1]}, "invalidSyntax"),
    ],
)
def test_a_search_body_of_the_wrong_shape_is_refused(members, scim_type):
    assert searched({**SEARCH, **members}) == (400, scim_type)


def test_a_search_body_must_be_an_object():
    assert searched([]) == (400, "invalidSyntax")


def test_a_refused_search_names_every_member_in_its_own_spelling():
    client, _ = client_of(Desk())
    body = {**SEARCH, "STARTINDEX": "x", "sortorder": "up"}
    detail = client.simulate_post("/scim/v2/Users/.search", json=body).json["detail"]
    assert detail == "'sortOrder': must be 'ascending' or 'descending'. 'startIndex': must be an integer."
