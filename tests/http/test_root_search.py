"""One query on all resource types: ``GET /`` and ``POST /.search`` (RFC 7644 §3.4.2.1, §3.4.3)."""

import pytest

from tests.http.attacker import ENTERPRISE, SEARCH

PEOPLE = (
    ("cyd", {"displayName": "Cyd", "title": "Dr", "active": True}),
    ("ann", {"displayName": "ann", "active": False}),
    ("bob", {"externalId": "b-1", ENTERPRISE: {"department": "Sales"}}),
)
TEAMS = (("Zoo", {}), ("Bees", {"externalId": "b-2"}))
ALL = ["cyd", "ann", "bob", "Zoo", "Bees"]


@pytest.fixture
def asked(here):
    """Return the function that asks the root in both ways and returns the total and the names found."""
    acme = here.acme
    ids = [acme.user(name, **attributes).id for name, attributes in PEOPLE]
    for name, attributes in TEAMS:
        acme.group(name, *ids[:2], **attributes)

    def ask(**query):
        body = {name: value.split(",") if "ttributes" in name else value for name, value in query.items()}
        one = acme("GET", "/", query=query)
        two = acme("POST", "/.search", {"schemas": [SEARCH], **body})
        assert (one.status, one.body) == (two.status, two.body)
        return one

    return ask


def names(answer):
    return [found.get("userName") or found["displayName"] for found in answer.json["Resources"]]


def test_everything_is_users_and_then_groups(asked):
    answer = asked()
    assert names(answer) == ALL
    assert (answer.json["totalResults"], answer.json["startIndex"], answer.json["itemsPerPage"]) == (5, 1, 5)
    for found in answer.json["Resources"]:
        kind = found["meta"]["resourceType"]
        assert found["schemas"][0] == f"urn:ietf:params:scim:schemas:core:2.0:{kind}"
        assert found["meta"]["location"] == f"https://scim.example.com/scim/v2/{kind}s/{found['id']}"
    members = answer.json["Resources"][3]["members"]
    assert [member["value"] for member in members] == [found["id"] for found in answer.json["Resources"][:2]]
    assert {group["display"] for group in answer.json["Resources"][0]["groups"]} == {"Zoo", "Bees"}


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ('displayName co "e"', ["Bees"]),
        ('displayName sw "C" or displayName ew "o"', ["cyd", "Zoo"]),
        ('meta.resourceType eq "Group"', ["Zoo", "Bees"]),
        ('meta.resourceType eq "User" and displayName pr', ["cyd", "ann"]),
        ('externalId sw "b-"', ["bob", "Bees"]),
        # What one type lacks has no value there.
        ("userName pr", ["cyd", "ann", "bob"]),
        ("not (userName pr)", ["Zoo", "Bees"]),
        ("members pr", ["Zoo", "Bees"]),
        ("not (members pr)", ["cyd", "ann", "bob"]),
        ("active eq true", ["cyd"]),
        ("active ne true", ["ann", "bob", "Zoo", "Bees"]),
        ('title ne "Dr"', ["ann", "bob", "Zoo", "Bees"]),
        ("title eq null", ["ann", "bob", "Zoo", "Bees"]),
        ("title ne null", ["cyd"]),
        ('userName eq "ann" or displayName eq "zoo"', ["ann", "Zoo"]),
        ('userName eq "ann" and members pr', []),
        ('title eq "Dr" or members pr', ["cyd", "Zoo", "Bees"]),
        ('not (title eq "Dr" or members pr)', ["ann", "bob"]),
        ('emails[type eq "work"]', []),
        ('not (emails[type eq "work"])', ALL),
        (f'{ENTERPRISE}:department eq "sales"', ["bob"]),
        ('groups.display eq "Zoo"', ["cyd", "ann"]),
        ('id eq "nobody"', []),
    ],
)
def test_a_filter_may_name_what_one_type_lacks(asked, filter, expected):
    answer = asked(filter=filter)
    assert (names(answer), answer.json["totalResults"]) == (expected, len(expected))


@pytest.mark.parametrize("filter", ["nothing pr", 'userName eq "x" or nothing pr', "urn:x:y pr", "(", ""])
def test_a_filter_that_no_type_understands_is_refused(asked, filter):
    assert asked(filter=filter).error == (400, "invalidFilter")


def test_pages_run_through_both_types(here, asked):
    for size in (1, 2, 3, 4, 5, 6):
        found = []
        for start in range(1, 8, size):
            page = here.acme("GET", "/", query={"startIndex": str(start), "count": str(size)})
            assert (page.json["totalResults"], page.json["startIndex"]) == (5, start)
            assert page.json["itemsPerPage"] == len(page.json["Resources"]) == min(size, max(0, 6 - start))
            found += names(page)
        assert found == ALL
    assert here.acme("GET", "/?count=0").json["totalResults"] == 5
    assert here.acme("GET", "/?startIndex=-3&count=2").json["startIndex"] == 1
    assert here.acme("GET", "/?startIndex=999999999999").json["Resources"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sortBy": "displayName"}, ["ann", "Bees", "cyd", "Zoo", "bob"]),
        ({"sortBy": "displayName", "sortOrder": "descending"}, ["bob", "Zoo", "cyd", "Bees", "ann"]),
        ({"sortBy": "userName"}, ["ann", "bob", "cyd", "Zoo", "Bees"]),
        ({"sortBy": "userName", "sortOrder": "descending"}, ["Zoo", "Bees", "cyd", "bob", "ann"]),
        ({"sortBy": "externalId"}, ["bob", "Bees", "cyd", "ann", "Zoo"]),
        ({"sortBy": "meta.resourceType"}, ["Zoo", "Bees", "cyd", "ann", "bob"]),
        ({"sortBy": "displayName", "filter": "members pr or active eq true"}, ["Bees", "cyd", "Zoo"]),
    ],
)
def test_both_types_are_sorted_together_and_page_by_page(here, asked, query, expected):
    assert names(asked(**query)) == expected
    found = []
    for start in range(1, len(expected) + 1, 2):
        page = here.acme("GET", "/", query={**query, "startIndex": str(start), "count": "2"})
        assert page.json["totalResults"] == len(expected)
        found += names(page)
    assert found == expected


def test_an_order_that_no_type_has_is_refused(asked):
    for name in ("nothing", "password", "name", "a b", "members.$ref"):
        assert asked(sortBy=name).error == (400, "invalidPath")


def test_a_sorted_query_reaches_a_thousand_resources(here, asked):
    assert here.acme("GET", "/?sortBy=id&startIndex=901&count=100").json["Resources"] == []
    assert here.acme("GET", "/?sortBy=id&startIndex=902&count=100").error == (400, "tooMany")
    assert here.acme("GET", "/?startIndex=902&count=100").json["Resources"] == []


def test_attributes_are_those_of_each_type(asked):
    found = asked(attributes="userName,members.type,nothing").json["Resources"]
    assert [sorted(set(one) - {"schemas", "id"}) for one in found] == [["userName"]] * 3 + [["members"]] * 2
    for one in asked(excludedAttributes="members,groups,meta").json["Resources"]:
        assert not {"members", "groups", "meta"} & set(one)
