"""Conditional requests (RFC 7644 §3.14, RFC 9110 §13.1): lists of entity tags, compared weakly."""

import pytest

from scim_plugin.protocol.errors import PreconditionFailed
from scim_plugin.protocol.precondition import NO_PRECONDITION, Precondition, names


@pytest.mark.parametrize("header", ['W/"3"', '"3"', "*", " * ", '"1", W/"3"', ' W/"1" ,W/"2","3" ', '"x,y", "3"'])
def test_a_tag_or_a_list_of_tags_names_a_version(header):
    assert names(header, 3)
    Precondition(header).check(3)


@pytest.mark.parametrize(
    "header", ["", '""', 'W/"2"', '"33"', "3", "W/3", '"1" "3"', '"3', 'w/"3"', '"1", garbage, "3"', '"03"']
)
def test_anything_else_names_it_not(header):
    assert not names(header, 3)
    with pytest.raises(PreconditionFailed):
        Precondition(header).check(3)


def test_no_header_demands_nothing():
    NO_PRECONDITION.check(1)


def test_a_stamp_tells_what_an_answer_showed_besides_the_version():
    assert names('W/"3-ab"', 3)
    assert names('W/"3-ab"', 3, "ab")
    assert names('W/"3"', 3, "")
    assert not names('W/"3-ab"', 3, "cd")
    assert not names('W/"3-ab"', 3, "")
    assert not names('W/"3"', 3, "ab")


def test_a_version_can_be_ruled_out():
    """RFC 9110 §13.1.2: If-None-Match fails when the present version is one of those named."""
    Precondition(if_none_match='W/"2", "4"').check(3)
    Precondition(if_match="*", if_none_match='W/"2"').check(3)
    for header in ('W/"3"', "*"):
        with pytest.raises(PreconditionFailed, match="If-None-Match rules out"):
            Precondition(if_none_match=header).check(3)
    with pytest.raises(PreconditionFailed, match="not the one named in If-Match"):
        Precondition(if_match='"2"', if_none_match='"3"').check(3)
