"""RFC 7644 §3.4.2.2: filters, their operators and their logic."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN

ABC = {"alice", "bob", "carol"}


@pytest.fixture
def abc(scim):
    """Return a client with three Users: Alice with everything, Bob with some of it, Carol with none."""
    scim.user(
        "alice",
        externalId="Ext-A",
        title="Guide",
        active=True,
        profileUrl="https://example.com/Alice",
        nickName='a"\\q%',
        name={"givenName": "Alice", "familyName": "Ash"},
        emails=[{"value": "alice@b.example", "type": "home"}, {"value": "alice@example.com", "type": "work"}],
        x509Certificates=[{"value": "QUJD"}],
        **{ENTERPRISE_USER_URN: {"employeeNumber": "701", "department": "Tours"}},
    )
    scim.user(
        "bob", externalId="ext-a", title="Chief", active=False, emails=[{"value": "bob@b.example", "type": "work"}]
    )
    scim.user("carol", nickName="Ünïcödé 李", name={"familyName": "Cole"})
    return scim


def _holds(scim, filter, *names):
    assert scim.found(filter) == set(names), filter


def _is_refused(scim, filter):
    answer = scim.get("/Users", filter=filter)
    assert (answer.status, answer.scim_type) == (400, "invalidFilter"), filter


# ----------------------------------------------------------------------------------------------------------- operators


@pytest.mark.requirement("7644-3.4.2.2-01", "7644-3.4.2.2-05")
def test_eq_finds_identical_values_and_nothing_else(abc):
    _holds(abc, 'userName eq "bob"', "bob")
    _holds(abc, "active eq false", "bob")
    _holds(abc, 'profileUrl eq "https://example.com/Alice"', "alice")
    _holds(abc, 'x509Certificates.value eq "QUJD"', "alice")
    _holds(abc, 'userName eq "bo"')
    [found] = abc.get("/Users", filter='userName eq "bob"').resources
    _holds(abc, f'id eq "{found["id"]}"', "bob")
    _holds(abc, f'meta.created eq "{found["meta"]["created"]}" and userName eq "bob"', "bob")


@pytest.mark.requirement("7644-3.4.2.2-02")
def test_names_in_filters_are_taken_in_any_case(abc):
    _holds(abc, 'USERNAME eq "bob"', "bob")
    _holds(abc, 'NAME.GIVENname eq "Alice"', "alice")
    _holds(abc, 'EMAILS[TYPE eq "home"]', "alice")


@pytest.mark.requirement("7644-3.4.2.2-03")
def test_operators_are_taken_in_any_case(abc):
    _holds(abc, 'userName EQ "bob"', "bob")
    _holds(abc, 'userName Eq "bob" OR title PR', "alice", "bob")
    _holds(abc, 'NOT (userName eQ "bob") AND title Pr', "alice")


@pytest.mark.requirement("7644-3.4.2.2-04")
def test_an_empty_filter_is_refused(abc):
    for filter in ("", " ", "()", "not ()"):
        _is_refused(abc, filter)


@pytest.mark.requirement("7644-3.4.2.2-06")
def test_ne_is_the_negation_of_eq(abc):
    _holds(abc, 'userName ne "bob"', "alice", "carol")
    for operand in ('title {} "Guide"', "active {} true", 'emails.value {} "bob@b.example"', "nickName {} null"):
        assert abc.found(operand.format("ne")) == ABC - abc.found(operand.format("eq"))


@pytest.mark.requirement("7644-3.4.2.2-07")
def test_co_finds_a_part_of_a_text_literally(abc):
    _holds(abc, 'userName co "aro"', "carol")
    _holds(abc, 'nickName co "%"', "alice")
    for wildcard in ("_", "*", "?", ".", "[a-z]"):
        _holds(abc, f'userName co "{wildcard}"')


@pytest.mark.requirement("7644-3.4.2.2-08")
def test_sw_finds_a_beginning_and_the_whole(abc):
    _holds(abc, 'userName sw "al"', "alice")
    _holds(abc, 'userName sw "alice"', "alice")
    _holds(abc, 'userName sw "lice"')
    _holds(abc, 'userName sw "a%"')


@pytest.mark.requirement("7644-3.4.2.2-09")
def test_ew_finds_an_end_and_the_whole(abc):
    _holds(abc, 'userName ew "ob"', "bob")
    _holds(abc, 'userName ew "bob"', "bob")
    _holds(abc, 'userName ew "bo"')


@pytest.mark.requirement("7644-3.4.2.2-10")
def test_pr_finds_what_has_a_value(abc):
    abc.user("dave", title=None, emails=[], name={"givenName": None}, nickName=None)
    _holds(abc, "title pr", "alice", "bob")
    _holds(abc, "name pr", "alice", "carol")
    _holds(abc, "name.givenName pr", "alice")
    _holds(abc, "emails pr", "alice", "bob")
    _holds(abc, "nickName pr", "alice", "carol")
    _holds(abc, "userName pr", *ABC, "dave")


@pytest.mark.requirement("7644-3.4.2.2-11")
def test_strings_are_ordered_letter_by_letter(abc):
    _holds(abc, 'userName gt "bob"', "carol")
    _holds(abc, 'userName ge "BOB"', "bob", "carol")
    _holds(abc, 'userName lt "bob"', "alice")
    _holds(abc, 'userName le "bob"', "alice", "bob")
    _holds(abc, 'userName gt "aliceandmore"', "bob", "carol")


@pytest.mark.requirement("7644-3.4.2.2-12")
def test_times_are_ordered_across_time_zones(abc):
    assert abc.found('meta.lastModified gt "2001-01-01T00:00:00Z"') == ABC
    assert abc.found('meta.lastModified gt "2999-01-01T00:00:00+14:00"') == set()
    [bob] = abc.get("/Users", filter='userName eq "bob"').resources
    day, _, time = bob["meta"]["created"].partition("T")
    east = f"{day}T{(int(time[:2]) + 5) % 24:02}{time[2:-1]}+05:00"
    if int(time[:2]) < 19:  # the same moment, told from a place five hours further east
        assert "bob" in abc.found(f'meta.created ge "{east}" and meta.created le "{east}"')
        assert "bob" not in abc.found(f'meta.created gt "{east}"')


@pytest.mark.requirement("7644-3.4.2.2-13", "7644-3.4.2.2-14")
@pytest.mark.parametrize("operator", ["gt", "ge", "lt", "le"])
def test_booleans_and_binaries_have_no_order(abc, operator):
    _is_refused(abc, f"active {operator} true")
    _is_refused(abc, f'x509Certificates.value {operator} "QUJD"')
    _is_refused(abc, f'x509Certificates[value {operator} "QUJD"]')


# --------------------------------------------------------------------------------------------------------------- logic


@pytest.mark.requirement("7644-3.4.2.2-15", "7644-3.4.2.2-16")
def test_and_wants_both_and_or_wants_either(abc):
    _holds(abc, 'title pr and userName eq "bob"', "bob")
    _holds(abc, 'title eq "Guide" and userName eq "bob"')
    _holds(abc, 'title eq "Guide" or userName eq "bob"', "alice", "bob")


@pytest.mark.requirement("7644-3.4.2.2-17")
def test_not_negates_with_a_blank_behind_it_or_without(abc):
    for filter in ('not (userName eq "bob")', 'not(userName eq "bob")', 'NOT ( userName eq "bob" )'):
        _holds(abc, filter, "alice", "carol")
    _holds(abc, 'not (title eq "Guide" or title eq "Chief")', "carol")


@pytest.mark.requirement("7644-3.4.2.2-18", "7644-3.4.2.2-19")
def test_not_binds_before_and_and_before_or_and_parentheses_before_all(abc):
    a, b, c = 'userName eq "alice"', 'userName eq "bob"', "nickName pr"
    assert abc.found(f"{a} or {b} and {c}") == abc.found(f"{a} or ({b} and {c})") == {"alice"}
    assert abc.found(f"{b} and {c} or {a}") == {"alice"}
    assert abc.found(f"({b} or {a}) and {c}") == {"alice"}
    assert abc.found(f"{b} and ({c} or {a})") == set()
    assert abc.found(f"not ({a}) and {c}") == {"carol"}
    assert abc.found(f"not ({a} and {c})") == {"bob", "carol"}


# --------------------------------------------------------------------------------------------------------- value paths


@pytest.mark.requirement("7644-3.4.2.2-20")
def test_conditions_in_brackets_hold_for_one_value(abc):
    _holds(abc, 'emails[type eq "work" and value co "@b"]', "bob")
    _holds(abc, 'emails.type eq "work" and emails.value co "@b"', "alice", "bob")
    _holds(abc, 'emails[not (type eq "work")]', "alice")


@pytest.mark.requirement("7644-3.4.2.2-21")
def test_brackets_hold_a_filter_on_sub_attributes(abc):
    for filter in (
        "emails[type eq]",
        'emails[a[b eq "1"]]',
        "emails[]",
        'emails[type eq "work"',
        'emails[nosuch eq "work"]',
        'userName[value eq "x"]',
        'emails.value[type eq "work"]',
        'emails[type eq "work"].value eq "x"',
    ):
        _is_refused(abc, filter)


@pytest.mark.requirement("7644-3.4.2.2-22")
def test_parentheses_stand_in_brackets(abc):
    _holds(abc, 'emails[type eq "home" or (type eq "work" and value ew "b.example")]', "alice", "bob")
    _holds(abc, 'emails[(type eq "home" or type eq "work") and value sw "bob"]', "bob")


# ------------------------------------------------------------------------------------------------------------- grammar


@pytest.mark.requirement("7644-3.4.2.2-23", "7644-3.4.2.2-29")
@pytest.mark.parametrize(
    "filter",
    [
        "userName",
        "userName eq",
        'eq "bob"',
        'userName eq "bob',
        "userName eq 'bob'",
        "userName eq bob",
        'userName = "bob"',
        'userName eq "bob" and',
        'userName eq "bob" "x"',
        'userName eq "bob" userName eq "x"',
        'userName eq "bob") or (title pr',
        '(userName eq "bob"',
        'userName eq "bob")',
        'not userName eq "bob"',
        'userName regex "b.*"',
        'userName gte "bob"',
        "userName pr true",
        'userName eq ["bob"]',
        'userName eq {"a": 1}',
        'user name eq "bob"',
        '.userName eq "bob"',
        'userName. eq "bob"',
        'a.b.c.d eq "bob"',
        '1userName eq "bob"',
        'userName\teq "bob"; drop',
        "(" * 2000 + 'userName eq "bob"' + ")" * 2000,
        "not (" * 2000 + "title pr" + ")" * 2000,
    ],
)
def test_what_is_no_filter_is_refused_and_finds_nothing(abc, filter):
    _is_refused(abc, filter)


@pytest.mark.requirement("7644-3.4.2.2-24")
def test_operands_are_json_values(abc):
    _holds(abc, 'nickName eq "a\\"\\\\q%"', "alice")
    _holds(abc, 'userName eq "\\u0062ob"', "bob")
    _holds(abc, 'nickName eq "Ünïcödé 李"', "carol")
    _holds(abc, 'nickName eq "\\u00dcn\\u00efc\\u00f6d\\u00e9 \\u674e"', "carol")
    _holds(abc, "active eq true", "alice")
    for literal in ("True", "TRUE", "nil", "undefined", "01", "+1", '"a\\x"', '"\\ud800"'):
        _is_refused(abc, f"nickName eq {literal}")


@pytest.mark.requirement("7644-3.4.2.2-25", "7644-3.4.2.2-27")
def test_one_matching_value_of_many_is_enough(abc):
    _holds(abc, 'emails.value eq "alice@example.com"', "alice")
    _holds(abc, 'emails co "example.com"', "alice")
    _holds(abc, 'emails eq "bob@b.example"', "bob")
    _holds(abc, 'emails.value ew "b.example"', "alice", "bob")


@pytest.mark.requirement("7644-3.4.2.2-26")
def test_parts_of_a_complex_attribute_are_reached_by_a_dot(abc):
    _holds(abc, 'name.familyName sw "a"', "alice")
    _holds(abc, 'name.givenName eq "Alice" or name.familyName eq "Cole"', "alice", "carol")
    _is_refused(abc, 'name eq "Alice"')


@pytest.mark.requirement("7644-3.4.2.2-28")
def test_a_filter_sees_the_value_that_was_returned(scim):
    shown = scim.user("babs").get("active")
    literal = {True: "true", False: "false", None: "null"}[shown]
    assert scim.found(f"active eq {literal}") == {"babs"}
    assert scim.found("active pr") == (set() if shown is None else {"babs"})


@pytest.mark.requirement("7644-3.4.2.2-30")
def test_strings_are_compared_as_case_exact_says(abc):
    _holds(abc, 'userName eq "BOB"', "bob")
    _holds(abc, 'externalId eq "Ext-A"', "alice")
    _holds(abc, 'externalId eq "ext-a"', "bob")
    _holds(abc, 'externalId sw "ext"', "bob")
    _holds(abc, 'title co "GUI"', "alice")


@pytest.mark.requirement("7644-3.4.2.2-31", "7644-3.4.2.2-32", "7644-3.4.2.2-33")
def test_urns_stand_before_names_and_are_values_of_schemas(abc):
    _holds(abc, f'schemas eq "{ENTERPRISE_USER_URN}"', "alice")
    _holds(abc, f'schemas eq "{USER_URN}"', *ABC)
    _holds(abc, f'{USER_URN}:userName sw "b"', "bob")
    _holds(abc, f'{USER_URN}:name.familyName eq "Cole"', "carol")
    _holds(abc, f'{ENTERPRISE_USER_URN}:employeeNumber eq "701"', "alice")
    _holds(abc, f"{ENTERPRISE_USER_URN}:manager pr")


@pytest.mark.requirement("7644-3.4.2.2-34")
def test_an_unknown_attribute_selects_nothing(abc):
    for filter in (
        'foo eq "x"',
        "foo pr",
        "not (foo pr)",
        'foo ne "x"',
        'name.foo eq "x"',
        'urn:x:y:userName eq "bob"',
    ):
        _is_refused(abc, filter)


@pytest.mark.requirement("7644-3.4.2.2-35")
def test_values_of_another_type_select_nothing(abc):
    for filter in (
        'active eq "yes"',
        "userName eq 5",
        "userName eq true",
        "meta.created gt 5",
        'meta.created gt "soon"',
    ):
        answer = abc.get("/Users", filter=filter)
        assert answer.status == 400 or answer.body["totalResults"] == 0, filter


@pytest.mark.requirement("7644-3.4.2.2-36")
def test_eq_null_means_that_there_is_no_value(abc):
    _holds(abc, "nickName eq null", "bob")
    _holds(abc, "nickName ne null", "alice", "carol")
    _holds(abc, "emails eq null", "carol")
