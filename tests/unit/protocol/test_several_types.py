"""Filters on several resource types at once (RFC 7644 §3.4.2.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.comparison import bind, evaluator
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import InvalidFilter
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.several_types import check_known, narrowed


@pytest.mark.parametrize(
    ("text", "user", "group"),
    [
        ('displayName eq "x"', 'displayName eq "x"', 'displayName eq "x"'),
        ('userName eq "x"', 'userName eq "x"', False),
        ('userName ne "x"', 'userName ne "x"', True),
        ("userName eq null", "userName eq null", True),
        ("userName ne null", "userName ne null", False),
        ("userName pr", "userName pr", False),
        ("not (userName pr)", "not (userName pr)", True),
        ("not (displayName pr)", "not (displayName pr)", "not (displayName pr)"),
        ("emails[value pr]", "emails[value pr]", False),
        ("userName pr and displayName pr", "userName pr and displayName pr", False),
        ("userName pr or displayName pr", "userName pr or displayName pr", "displayName pr"),
        ('userName ne "x" and displayName pr', 'userName ne "x" and displayName pr', "displayName pr"),
        ('userName ne "x" or displayName pr', 'userName ne "x" or displayName pr', True),
        ("userName pr or members pr", "userName pr", "members pr"),
        ("userName pr and members pr", False, False),
        (
            'id pr or (displayName pr or meta.created pr and userName ne "x")',
            ...,
            "id pr or (displayName pr or meta.created pr)",
        ),
        ('id pr and userName ne "x" and displayName pr', ..., "id pr and displayName pr"),
    ],
)
def test_what_a_type_lacks_has_no_value_there(text, user, group):
    tree = parse_filter(text)
    for resource_type, expected in ((USER, user), (GROUP, group)):
        left = narrowed(tree, resource_type, STRICT)
        assert (left if isinstance(left, bool) else str(left)) == (text if expected is ... else expected)


def test_an_attribute_that_no_type_has_is_refused():
    check_known(parse_filter("userName pr and not (members pr or displayName pr)"), [USER, GROUP], STRICT)
    for text in ("shoeSize pr", 'userName pr and not (id pr or shoeSize eq "1")', "shoes[size pr]"):
        with pytest.raises(InvalidFilter, match="No resource type has an attribute 'shoe"):
            check_known(parse_filter(text), [USER, GROUP], STRICT)


_TERMS = st.sampled_from(
    ['displayName eq "a"', "userName pr", 'userName ne "a"', "userName eq null", "id pr", "members pr"]
)
_TREES = st.recursive(
    _TERMS,
    lambda inner: (
        inner.map("not ({})".format)
        | st.builds("({}) and ({})".format, inner, inner)
        | st.builds("({}) or ({})".format, inner, inner)
    ),
    max_leaves=6,
)


@given(
    _TREES,
    st.sampled_from([{"id": "1", "displayName": "a"}, {"id": "2", "displayName": "b", "members": [{"value": "u"}]}]),
)
def test_what_is_left_finds_what_the_whole_would_find(text, group):
    """A group has neither a userName nor anything else that only Users have."""

    def holds(tree):
        left = narrowed(tree, GROUP, STRICT)
        return left if isinstance(left, bool) else evaluator(bind(left, GROUP, STRICT))(group)

    tree = parse_filter(text)
    assert holds(parse_filter(f"not ({text})")) is not holds(tree)
    without = (
        text.replace("userName pr", 'id eq ""').replace('userName ne "a"', "id pr").replace("userName eq null", "id pr")
    )
    assert holds(tree) is evaluator(bind(parse_filter(without), GROUP, STRICT))(group)
