"""SECURITY, filters (D1): they end quickly, they narrow and never widen, and they see what their reader may see."""

import json

import pytest

from scim_plugin.protocol.filter import MAX_DEPTH, MAX_TERMS
from tests.http.attacker import SEARCH

ENORMOUS = {
    "brackets": "(" * 50_000,
    "brackets within the length": "(" * 8000,
    "nots": "not (" * 1600,
    "nots and an end": "not (" * 33 + "id pr" + ")" * 33,
    "brackets and an end": "(" * 33 + "id pr" + ")" * 33,
    "terms": " or ".join(["id pr"] * 33_000),
    "terms within the length": " or ".join(["id pr"] * (MAX_TERMS + 1)),
    "a literal of a megabyte": 'userName eq "' + "x" * 1_000_000 + '"',
    "backslashes": 'userName eq "' + "\\" * 8000,
    "quotes": '"' * 8000,
    "an open string": 'userName eq "' + "a" * 8000,
    "colons": "urn:" + "a:" * 4000,
    "dots": "a." * 4000 + " pr",
    "a long name": "a" * 8000 + " pr",
    "spaces": "id" + " " * 8000 + "pr x",
    "square brackets": "emails[" * 1000,
    "a value filter in a value filter": 'emails[emails[type eq "x"]]',
    "digits": "active eq " + "9" * 5000,
    "an exponent": "userName eq 1e999999",
    "words": "and " * 2000,
    "keywords": "not not not not (id pr)",
}


@pytest.mark.parametrize("filter", ENORMOUS.values(), ids=ENORMOUS)
def test_a_filter_beyond_all_bounds_is_400_at_once(here, filter):
    """CVE-2026-46689 (kanidm), keycloak#50472, scimple#1126, SCIMReferenceCode#138: the stack, and the regex."""
    user = here.acme.user("ann", emails=[{"value": "x"}]).id
    answers = [
        here.acme.find("/Users", filter),
        here.acme.find("/", filter),
        here.acme("POST", "/Users/.search", {"schemas": [SEARCH], "filter": filter}),
        here.acme.patch(f"/Users/{user}", {"op": "remove", "path": f"emails[{filter}]"}),
        here.acme.patch(f"/Users/{user}", {"op": "remove", "path": filter}),
    ]
    for answer in answers:
        assert answer.error[0] in (400, 413), answer
        assert answer.seconds < 0.5


def test_a_filter_within_the_bounds_is_answered(here):
    here.acme.user("ann")
    for filter in (
        "(" * MAX_DEPTH + "id pr" + ")" * MAX_DEPTH,
        "not (" * (MAX_DEPTH - 1) + "not (id pr)" + ")" * (MAX_DEPTH - 1),
        " or ".join(f'title eq "{number}"' for number in range(MAX_TERMS - 1)) + " or id pr",
        " and ".join(["id pr"] * MAX_TERMS),
        " or ".join(f'emails[type eq "{number}" or value co "x"]' for number in range(MAX_TERMS // 3 - 1))
        + " or id pr",
    ):
        assert here.acme.find("/Users", filter).json["totalResults"] == 1


@pytest.mark.parametrize(
    "filter",
    [
        "",
        " ",
        "true",
        "1 eq 1",
        '"x" eq "x"',
        "userName",
        "userName eq",
        'userName == "x"',
        'userName eq "x" or',
        'or userName eq "x"',
        'userName eq "x" userName eq "y"',
        "userName eq 'x'",
        "userName eq x",
        'userName eq "x" -- comment',
        'userName eq "x";',
        'nothing eq "x"',
        'userName.nothing eq "x"',
        'emails[nothing eq "x"]',
        'urn:example:x:userName eq "x"',
        'active eq "maybe"',
        "active gt true",
        "active co true",
        "userName eq 1",
        "meta.created eq 1",
        'meta.created gt "yesterday"',
        'name eq "x"',
        "userName pr pr",
        'userName regex ".*"',
        'members.$ref eq "x"',
    ],
)
def test_a_filter_that_is_not_understood_finds_nobody(here, filter):
    """Cogtrix#124, Metatavu#46: an unsupported filter returned everybody."""
    here.acme.user("ann", active=True)
    answer = here.acme.find("/Users", filter)
    assert answer.error == (400, "invalidFilter")
    body = {"schemas": [SEARCH], "filter": filter}
    assert here.acme("POST", "/Users/.search", body).error == (400, "invalidFilter")


@pytest.mark.parametrize(
    "filter",
    [
        'title eq "Dr"',
        'title ne "Dr"',
        'not (title eq "Dr")',
        'not (title ne "Dr")',
        "title pr",
        "not (title pr)",
        "title eq null",
        'title gt "A"',
        'not (title gt "A")',
        "active eq false",
        "not (active eq false)",
        'emails[type eq "work" and not (value co "x")]',
        'not (emails[type eq "work"])',
        'emails.type ne "work"',
        'groups.display ne "Staff"',
        "not (groups pr)",
        'not (title eq "Dr" or title eq "x" and active eq true)',
        'title eq "Dr" or title eq "x" and active eq true',
    ],
)
def test_a_filter_and_its_opposite_share_everybody_out(here, filter):
    """SQL's third truth value: who has no value at all is in one of the two halves."""
    made = [
        here.acme.user("ann", title="Dr", emails=[{"value": "x", "type": "work"}]).id,
        here.acme.user("bob", active=False).id,
        here.acme.user("cyd", title="Ms", emails=[{"value": "y", "type": "home"}]).id,
    ]
    here.acme.group("Staff", made[0])
    found = [
        {user["id"] for user in here.acme.find("/Users", wanted).json["Resources"]}
        for wanted in (filter, f"not ({filter})")
    ]
    assert not found[0] & found[1]
    assert found[0] | found[1] == set(made)


def test_odd_pages_are_answered_or_refused(here):
    """power-tools#436: a negative count was 500."""
    for number in range(3):
        here.acme.user(str(number))
    for name, value, status in (
        ("count", "-1", 200),
        ("count", "0", 200),
        ("count", "9" * 5000, 200),
        ("count", "-" + "9" * 5000, 200),
        ("startIndex", "0", 200),
        ("startIndex", "-5", 200),
        ("startIndex", "9" * 5000, 200),
        ("startIndex", str(2**63), 200),
        ("count", "1.0", 400),
        ("count", "１", 400),
        ("count", "1_0", 400),
        ("count", " 1", 400),
        ("count", "0x1", 400),
        ("count", "NaN", 400),
        ("startIndex", "²", 400),
    ):
        for path in ("/Users", "/"):
            answer = here.acme("GET", path, query={name: value})
            assert answer.status == status, (path, name, value)
            if status == 200:
                assert answer.json["totalResults"] == 3
    for name in ("count", "startIndex"):
        for value in (2**63, -(2**63), 10**15 - 1, 1.5, "1", True, []):
            answer = here.acme("POST", "/.search", {"schemas": [SEARCH], name: value})
            assert answer.status in (200, 400), (name, value)


def test_names_are_listed_by_the_hundred_and_no_more(here):
    """Each list of names is compiled and kept: two hundred of them are enough."""
    here.acme.user("ann")
    assert here.acme("GET", "/Users", query={"attributes": ",".join(["id"] * 200)}).status == 200
    for name in ("attributes", "excludedAttributes"):
        assert here.acme("GET", "/Users", query={name: ",".join(["id"] * 201)}).error == (400, "invalidValue")
        body = {"schemas": [SEARCH], name: ["id"] * 201}
        assert here.acme("POST", "/Users/.search", body).error == (400, "invalidValue")


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize(
    "value", ["", " ", "W/", '"', '"1', "1", 'W/"', '""', ",", "," * 5000, '"a", ' * 2000, "*, *", "\xff", 'W/"1" x']
)
def test_an_entity_tag_that_is_none_matches_nothing(here, header, value):
    user = here.acme.user("ann").id
    read = here.acme("GET", f"/Users/{user}", headers={header: value})
    write = here.acme.patch(f"/Users/{user}", {"op": "add", "path": "title", "value": "x"}, headers={header: value})
    assert read.status in (200, 412)
    assert write.status == (412 if header == "If-Match" else 200)
    assert json.loads(here.acme("GET", f"/Users/{user}").body).get("title") == (None if header == "If-Match" else "x")
