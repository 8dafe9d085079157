"""Folding, storable text and xsd:dateTime (RFC 7643 §2.3.5, RFC 7644 §7.8, RFC 8265 §3.3)."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.text import fold, format_date_time, is_storable, now, parse_date_time

START = 1_769_846_400_000_000  # 2026-01-31T08:00:00Z
SPAN = (
    int(datetime(1, 1, 1, tzinfo=UTC).timestamp()) * 10**6,
    int(datetime(9999, 12, 31, tzinfo=UTC).timestamp()) * 10**6,
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("BJensen", "bjensen"),
        ("Straße", "STRASSE"),
        ("ｂｊ", "BJ"),
        ("e\u0301", "É"),
        ("\u212b", "å"),  # the Ångström sign
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("ﬃ", "ffi"),
    ],
)
def test_spellings_of_one_string_fold_to_the_same(left, right):
    assert fold(left) == fold(right)


@pytest.mark.parametrize(
    ("left", "right"), [("a", "b"), ("resume", "résumé"), ("ı", "i"), ("a b", "ab"), ("аnn", "ann")]
)
def test_different_strings_stay_different(left, right):
    assert fold(left) != fold(right)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_takes_the_short_way_to_the_same_form(text):
    assert fold(text) == fold(text + "é").removesuffix("é")


def test_long_text_is_folded_without_being_normalized():
    """Normalization takes a time that grows with the square of the combining marks."""
    assert fold("É" * 1001) == "é" * 1001
    start = time.process_time()
    fold("a" + "\u0327\u0301" * 500_000)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("text", ["", "Jürgen", "\U0001f600", "a\nb"])
def test_ordinary_text_can_be_stored(text):
    assert is_storable(text)


@pytest.mark.parametrize("text", ["a\0", "\ud800", "x\udfff"])
def test_nul_and_lone_surrogates_cannot_be_stored(text):
    assert not is_storable(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-01-31T08:00:00Z", START),
        ("2026-01-31t08:00:00z", START),
        ("2026-01-31T08:00:00", START),
        ("2026-01-31T09:30:00+01:30", START),
        ("2026-01-31T00:00:00-08:00", START),
        ("2026-01-31T08:00:00.5Z", START + 500_000),
        ("2026-01-31T08:00:00.0000019Z", START + 1),
        ("1969-12-31T23:59:59.999999Z", -1),
    ],
)
def test_a_date_time_is_microseconds_since_1970(text, moment):
    assert parse_date_time(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-31",
        "2026-01-31 08:00:00Z",
        "2026-02-30T08:00:00Z",
        "2026-13-01T08:00:00Z",
        "2026-01-31T24:30:00Z",
        "2026-01-31T08:00Z",
        "2026-01-31T08:00:00.Z",
        "2026-01-31T08:00:00+0100",
        "2026-01-31T08:00:00+01:60",
        "2026-01-31T08:00:00+24:00",
        "0000-01-01T00:00:00Z",
        "٢٠٢٦-01-31T08:00:00Z",
        "2026-01-31T08:00:00Z ",
        "yesterday",
    ],
)
def test_what_is_no_date_time_is_none(text):
    assert parse_date_time(text) is None


@given(st.integers(*SPAN))
def test_a_formatted_moment_parses_to_itself_but_for_its_microseconds(moment):
    assert parse_date_time(format_date_time(moment)) == moment // 1000 * 1000


def test_times_are_shown_in_utc_with_milliseconds():
    assert format_date_time(START + 1234) == "2026-01-31T08:00:00.001Z"


def test_the_present_moment_is_cut_to_what_answers_show(clock):
    clock.move_to("2026-01-31T08:00:00.123456Z")
    assert now() == START + 123_000
