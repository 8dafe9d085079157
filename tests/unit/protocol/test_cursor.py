"""Cursors: what is closed opens again, for whom it was closed, for an hour, and nothing else opens (RFC 9865)."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.cursor import LIFETIME, MAX_LENGTH, Cursor, Seal
from scim_plugin.protocol.errors import ExpiredCursor, InvalidCursor
from scim_plugin.protocol.query import LAST_SERIAL, Position
from scim_plugin.protocol.representation import Representation

KEY = bytes(range(32))
SEAL = Seal(KEY, "integration", "User", None, None, False)
ANN = Representation("a" * 32, "User", "/Users", 1, 0, 0, document={})
VALUES = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=2000)
SERIALS = st.integers(1, LAST_SERIAL)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def cursor_at(value="kim", serial=7, *, backwards=False):
    return Cursor.at(ANN, Position(value, serial), backwards=backwards)


@given(VALUES, SERIALS, st.booleans())
def test_a_cursor_opens_as_it_was_closed(value, serial, backwards):
    cursor = cursor_at(value, serial, backwards=backwards)
    text = SEAL.close(cursor)
    assert SEAL.open(text) == cursor
    assert re.fullmatch(r"[A-Za-z0-9._~-]+", text)
    assert len(text) <= MAX_LENGTH


@given(st.text(max_size=20) | st.text(min_size=600, max_size=700), SERIALS)
def test_a_long_value_is_known_again_by_its_anchor(value, serial):
    cursor, position = cursor_at(value, serial), Position(value, serial)
    if cursor.anchor:
        assert cursor.anchor == ANN.id
        assert cursor.is_at(position)
        assert not cursor.is_at(replace(position, value=f"{value}x"))
        assert not cursor.is_at(replace(position, serial=serial - 1))
    else:
        assert cursor.position == position


def test_a_value_of_any_length_fits():
    for value in ("x" * 8192, "\U0001f600" * 8192, 10**600):
        cursor = cursor_at(value)
        assert cursor.anchor == ANN.id
        assert len(SEAL.close(cursor)) < 400
    assert not cursor_at("x" * 400).anchor


@given(st.data())
def test_a_cursor_with_any_other_letter_does_not_open(data):
    text = SEAL.close(cursor_at(data.draw(st.text(max_size=9))))
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(LETTERS).filter(lambda letter: letter != text[place]))
    with pytest.raises(InvalidCursor):
        SEAL.open(text[:place] + letter + text[place + 1 :])


def test_the_last_letter_has_one_spelling():
    lengths = set()
    for size in range(4):
        text = SEAL.close(cursor_at("x" * size))
        lengths.add(len(text) % 4)
        for letter in LETTERS:
            if letter != text[-1]:
                with pytest.raises(InvalidCursor):
                    SEAL.open(text[:-1] + letter)
    assert lengths == {0, 2, 3}


@given(st.text() | st.text(LETTERS, min_size=20, max_size=60))
def test_no_other_text_opens(text):
    with pytest.raises(InvalidCursor):
        SEAL.open(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "=",
        "A" * 23,
        "A" * 24,
        "A" * 25,
        "A" * 26,
        "A" * MAX_LENGTH,
        "A" * (MAX_LENGTH + 1),
        "é" * 40,
        "A\n" * 20,
    ],
)
def test_garbage_does_not_open(text):
    with pytest.raises(InvalidCursor):
        SEAL.open(text)


def test_a_cursor_cut_short_or_made_longer_does_not_open():
    text = SEAL.close(cursor_at())
    for other in (text[:-1], text[1:], text + "A", text + "=", f" {text}", text + "\n"):
        with pytest.raises(InvalidCursor):
            SEAL.open(other)


@pytest.mark.parametrize(
    "other",
    [
        Seal(bytes(32), "integration", "User", None, None, False),
        Seal(KEY, "another", "User", None, None, False),
        Seal(KEY, "integration", "Group", None, None, False),
        Seal(KEY, "integration", "User", "title pr", None, False),
        Seal(KEY, "integration", "User", None, "title", False),
        Seal(KEY, "integration", "User", None, None, True),
    ],
)
def test_a_cursor_of_another_credential_or_question_is_refused_in_the_same_words_as_garbage(other):
    with pytest.raises(InvalidCursor) as foreign:
        other.open(SEAL.close(cursor_at()))
    with pytest.raises(InvalidCursor) as garbage:
        SEAL.open("garbage")
    assert str(foreign.value) == str(garbage.value)


def test_a_cursor_expires(clock):
    text = SEAL.close(cursor_at())
    clock.tick(LIFETIME - 0.001)
    assert SEAL.open(text) == cursor_at()
    clock.tick(0.001)
    with pytest.raises(ExpiredCursor):
        SEAL.open(text)


def test_a_cursor_does_not_show_where_it_stands(clock):
    near, far = (SEAL.close(cursor_at("kim@example.com", serial)) for serial in (7, 8))
    assert near[:22] != far[:22]
    assert sum(one == other for one, other in zip(near, far, strict=True)) < len(near) / 4
