"""Values of a multi-valued attribute (RFC 7643 §2.4)."""

from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.plural import is_primary, only_primary, without_repetition
from tests.unit.strategies import addresses, emails

plurals = emails | addresses | st.lists(st.text(max_size=2))


@given(plurals)
def test_what_is_not_repeated_stays_as_it_is(values):
    once = without_repetition(values)
    assert without_repetition(once) == once


@given(plurals)
def test_adding_the_same_values_again_adds_nothing(values):
    once = without_repetition(values)
    assert without_repetition([*once, *once]) == once


@given(emails.filter(bool), st.data())
def test_only_one_identity_stays_primary(values, data):
    distinct = [{**value, "primary": True} for value in without_repetition(values)]
    winner = data.draw(st.sampled_from(distinct))
    assert all(value == winner for value in only_primary(distinct, winner) if is_primary(value))


def test_what_comes_later_wins():
    assert without_repetition([{"value": "a", "display": "A"}, {"value": "b"}, {"value": "a", "display": "B"}]) == [
        {"value": "a", "display": "B"},
        {"value": "b"},
    ]


def test_primary_is_a_boolean_of_an_object():
    assert is_primary({"primary": True})
    assert not is_primary({"primary": "True"})
    assert not is_primary({})
    assert not is_primary("primary")
