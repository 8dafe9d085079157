"""How much the filters of one PATCH may look at."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP, USER, USER_URN
from scim_plugin.protocol.effort import MAX_EFFORT, Effort
from scim_plugin.protocol.errors import TooMany
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.membership import fold, split
from scim_plugin.protocol.patch import Operation, apply
from scim_plugin.protocol.representation import MemberReference


@pytest.mark.parametrize(
    ("text", "comparisons"),
    [("a pr", 1), ("not (a pr)", 1), ("a pr and b pr", 2), ("a pr or not (b pr and (c pr or d pr))", 4)],
)
def test_each_comparison_of_a_filter_looks_at_every_value(text, comparisons):
    effort = Effort()
    effort.spend(1000, parse_filter(text))
    assert effort.left == MAX_EFFORT - 1000 * comparisons


def test_what_is_left_is_spent_to_the_end_and_no_further():
    effort = Effort()
    effort.spend(MAX_EFFORT, parse_filter("a pr"))
    with pytest.raises(TooMany, match="send fewer operations"):
        effort.spend(1, parse_filter("a pr"))


def test_a_thousand_filters_on_long_values_are_refused():
    document = {
        "schemas": [USER_URN],
        "userName": "ann",
        "emails": [{"value": "é" * 8000, "type": str(n)} for n in range(20)],
    }
    removals = [Operation("remove", 'emails[value co "x" or display co "y"].display')] * 1000
    with pytest.raises(TooMany):
        apply(document, removals, USER, STRICT)
    assert apply(document, removals[:2], USER, STRICT) == document


def test_a_thousand_filters_on_many_members_are_refused():
    members = [MemberReference(f"{number:032}", "User") for number in range(20_000)]
    _, steps = split([Operation("remove", 'members[value sw "x"]')] * 1000, GROUP, STRICT, "g1")
    with pytest.raises(TooMany):
        fold(steps, GROUP, STRICT, lambda: members)
    assert fold(steps[:2], GROUP, STRICT, lambda: members).is_empty
