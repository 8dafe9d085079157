"""One query on all resource types: Users first, then Groups, or sorted together."""

import pytest

from scim_plugin.protocol.errors import InvalidFilter, InvalidPath, TooMany
from scim_plugin.use_cases.everything import MAX_DEPTH


@pytest.fixture
def mixed(idp):
    """Two Users and two Groups, one User without a displayName."""
    named = idp.post_user("bo@example.com", displayName="Bo", name={"familyName": "Zed"})
    nameless = idp.post_user("al@example.com")
    groups = [idp.post_group("Authors"), idp.post_group("Council")]
    return [named.id, nameless.id, *(group.id for group in groups)]


def ids(idp, filter=None, **options):
    return [found.id for found in idp.search(filter, resource_type=None, **options).resources]


def test_users_come_first_then_groups(idp, mixed):
    assert ids(idp) == mixed
    assert idp.search(resource_type=None).total == 4


def test_a_page_may_begin_in_one_type_and_end_in_the_next(idp, mixed):
    assert ids(idp, start_index=2, count=2) == mixed[1:3]
    assert ids(idp, start_index=4, count=9) == mixed[3:]
    page = idp.search(resource_type=None, count=0)
    assert (page.total, page.resources) == (4, ())


def test_a_filter_on_an_attribute_of_one_type_finds_that_type(idp, mixed):
    assert ids(idp, 'userName eq "bo@example.com"') == mixed[:1]
    assert ids(idp, 'userName eq "bo@example.com" or displayName eq "authors"') == [mixed[0], mixed[2]]


def test_types_are_sorted_together_and_missing_values_come_last(idp, mixed):
    named, nameless, authors, council = mixed
    assert ids(idp, sort_by="displayName") == [authors, named, council, nameless]
    assert ids(idp, sort_by="displayName", descending=True) == [nameless, council, named, authors]
    assert ids(idp, sort_by="displayName", start_index=2, count=2) == [named, council]
    assert ids(idp, sort_by="displayName", count=0) == []


def test_an_order_by_an_attribute_of_one_type_puts_the_others_last(idp, mixed):
    named, nameless, authors, council = mixed
    assert ids(idp, sort_by="name.familyName") == [named, nameless, authors, council]
    assert ids(idp, 'displayName eq "council"', sort_by="userName") == [council]


def test_a_sorted_query_reads_on_page_by_page(idp):
    users = [idp.post_user(f"u{number:03}@example.com", displayName=f"u{number:03}").id for number in range(205)]
    group = idp.post_group("zzz").id
    assert ids(idp, sort_by="displayName", start_index=200, count=10) == [*users[199:], group]


def test_what_no_type_has_is_refused(idp, mixed):
    with pytest.raises(InvalidFilter):
        idp.search('shoeSize eq "44"', resource_type=None)
    for sort_by in ("shoeSize", "no path!"):
        with pytest.raises(InvalidPath, match="some resource type has"):
            idp.search(resource_type=None, sort_by=sort_by)


def test_a_sorted_query_is_bounded(idp):
    with pytest.raises(TooMany):
        idp.search(resource_type=None, sort_by="displayName", start_index=MAX_DEPTH, count=2)


def test_nothing_of_another_integration_is_found(connect, mixed):
    for tenant in ("default", "elsewhere"):
        stranger = connect(tenant)
        assert ids(stranger) == ids(stranger, sort_by="displayName") == []
