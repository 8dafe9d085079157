"""The filter grammar of RFC 7644 §3.4.2.2, its precedence, its bounds, and its printer."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.core_schemas import USER_URN
from scim_plugin.protocol.errors import InvalidFilter
from scim_plugin.protocol.filter import (
    And,
    Comparison,
    Not,
    Or,
    Presence,
    ValueFilter,
    parse_filter,
    parse_value_filter,
)
from scim_plugin.protocol.path import AttributePath
from tests.unit.strategies import filters, literals

A, B, C = (Presence(AttributePath(name)) for name in "abc")


def eq(name, value):
    return Comparison(AttributePath(name), "eq", value)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('userName eq "bjensen"', eq("userName", "bjensen")),
        ('userName Eq "bjensen"', eq("userName", "bjensen")),
        ("title pr", Presence(AttributePath("title"))),
        ("title PR", Presence(AttributePath("title"))),
        ('name.familyName co "O\'Malley"', Comparison(AttributePath("name", None, "familyName"), "co", "O'Malley")),
        (f'{USER_URN}:userName sw "J"', Comparison(AttributePath("userName", USER_URN), "sw", "J")),
        ("a pr and b pr or c pr", Or((And((A, B)), C))),
        ("a pr or b pr and c pr", Or((A, And((B, C))))),
        ("(a pr or b pr) AND c pr", And((Or((A, B)), C))),
        ("not (a pr)", Not(A)),
        ("not(a pr) and b pr", And((Not(A), B))),
        ("not (a pr and b pr)", Not(And((A, B)))),
        ("((a pr))", A),
        ("a pr and (b pr and c pr)", And((A, And((B, C))))),
        ("emails[a pr and b pr]", ValueFilter(AttributePath("emails"), And((A, B)))),
        ("emails [ a pr ] ", ValueFilter(AttributePath("emails"), A)),
        ('emails[a pr].value eq "x"', ValueFilter(AttributePath("emails"), A, eq("value", "x"))),
        ("emails[a pr].b pr and c pr", And((ValueFilter(AttributePath("emails"), A, B), C))),
        (
            "emails[a pr] or ims[b pr]",
            Or((ValueFilter(AttributePath("emails"), A), ValueFilter(AttributePath("ims"), B))),
        ),
        ("not pr", Presence(AttributePath("not"))),
        ("and pr and or pr", And((Presence(AttributePath("and")), Presence(AttributePath("or"))))),
    ],
)
def test_what_a_filter_means(text, tree):
    assert parse_filter(text) == tree


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (r'"a\"b\\c\/d\b\f\n\r\t"', 'a"b\\c/d\b\f\n\r\t'),
        (r'"\u00fc\ud83d\ude00"', "ü\U0001f600"),
        ('"Jürgen [(x)] and eq"', "Jürgen [(x)] and eq"),
        ('""', ""),
        ("true", True),
        ("false", False),
        ("null", None),
        ("0", 0),
        ("-17", -17),
        ("2.50", 2.5),
        ("1E3", 1000.0),
        ("999999999999999", 999_999_999_999_999),
    ],
)
def test_literals_are_those_of_json(literal, value):
    found = parse_filter(f"a eq {literal}").value
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "a eq",
        "eq 1",
        "a eq x",
        "a eq True",
        "a eq 'x'",
        "a eq 01",
        "a eq .5",
        "a eq 1.",
        "a eq +1",
        "a eq NaN",
        "a eq 1e999",
        "a eq -1e999",
        "a eq 1000000000000000",
        "a eq 0." + "1" * 31,
        "a equals 1",
        'a eq "x',
        'a eq "x"y"',
        'a eq "\\x"',
        'a eq "\\ud800"',
        'a eq "\ud800"',
        'a eq "\\u0000"',
        'a eq "tab\tin"',
        "a pr b pr",
        "a pr and",
        "or a pr",
        "a pr and or",
        "not a pr",
        "not",
        "(a pr",
        "a pr)",
        "()",
        "a[b pr",
        "a[b[c pr]]",
        "a[]",
        "a[b pr].c",
        "a[b pr].c[d pr]",
        "a[b pr].9 pr",
        "a[b pr] .c pr",
        "a.b.c pr",
        "a pr\nand b pr",
        "a\u00a0pr",
        "a eq 1; drop",
        "1 eq 1",
        '"a" eq 1',
        "a eq (1)",
        "a eq [1]",
    ],
)
def test_what_is_no_filter_is_refused(text):
    with pytest.raises(InvalidFilter):
        parse_filter(text)


def test_a_refusal_tells_where_and_what_was_expected():
    with pytest.raises(InvalidFilter, match="not valid at character 9: expected one of the operators eq"):
        parse_filter('userName  = "x"')


@given(filters)
def test_a_printed_filter_parses_to_itself(tree):
    assert parse_filter(str(tree)) == tree


@given(literals)
def test_every_literal_survives_the_printer(value):
    found = parse_filter(str(eq("a", value))).value
    assert (type(found), found) == (type(value), value)


@given(st.text(st.sampled_from('abe()[]".\\ 019-+truefalsnpq\t\n\u0130')) | st.text())
def test_any_text_is_a_filter_that_prints_to_itself_or_is_refused(text):
    try:
        tree = parse_filter(text)
    except InvalidFilter:
        return
    assert parse_filter(str(tree)) == tree


def test_nesting_is_bounded():
    assert parse_filter("(" * 32 + "a pr" + ")" * 32) == A
    with pytest.raises(InvalidFilter, match="more than 32 levels"):
        parse_filter("(" * 33 + "a pr" + ")" * 33)


def test_a_bracket_is_a_level():
    assert parse_filter("(" * 31 + "x[a pr]" + ")" * 31)
    with pytest.raises(InvalidFilter, match="more than 32 levels"):
        parse_filter("(" * 32 + "x[a pr]" + ")" * 32)


def test_the_number_of_comparisons_is_bounded():
    assert parse_filter(" or ".join(["a pr"] * 100))
    with pytest.raises(InvalidFilter, match="more than 100 comparisons"):
        parse_filter(" or ".join(["a pr"] * 101))


def test_the_length_is_bounded():
    with pytest.raises(InvalidFilter, match="longer than 8192"):
        parse_filter("a" * 8193)
    with pytest.raises(InvalidFilter, match="longer than 8192"):
        parse_value_filter("a" * 8193, 0)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 8192,
        "not (" * 1600,
        "not " * 2000,
        "a[" * 4000,
        'a eq "' + "\\" * 8000,
        'a eq "' + 'x\\"' * 2700,
        "a pr and " * 900,
        "urn" + ":a" * 4000,
        "(" * 50_000,
        'a eq "' + "x" * 1_000_000,
        "a eq " + "9" * 5000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_filters_are_refused_in_milliseconds(text):
    start = time.process_time()
    with pytest.raises(InvalidFilter):
        parse_filter(text)
    assert time.process_time() - start < 0.25


def test_the_filter_in_a_bracket_ends_at_its_bracket():
    assert parse_value_filter("emails[a pr].value", 7) == (A, 12)
