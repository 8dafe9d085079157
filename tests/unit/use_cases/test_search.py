"""A query is bound, bounded, and never leaves its integration."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath
from scim_plugin.protocol.query import DEFAULT_COUNT, MAX_COUNT


@pytest.fixture
def people(idp):
    return [idp.post_user(f"{name}@example.com", displayName=name) for name in ("Bo", "Al", "Cy")]


def names(page):
    return [found.document["displayName"] for found in page.resources]


def test_the_connection_test_of_an_identity_provider_finds_nobody(idp):
    page = idp.search('userName eq "5f6a9d0e-0000-4000-8000-000000000000"')
    assert (page.total, page.resources) == (0, ())


def test_without_a_filter_all_of_a_type_are_answered_by_order_of_creation(idp, people):
    idp.post_group()
    page = idp.search()
    assert (page.total, names(page)) == (3, ["Bo", "Al", "Cy"])


def test_a_filter_narrows(idp, people):
    assert names(idp.search('userName eq "AL@example.com"')) == ["Al"]


def test_a_filter_finds_a_user_by_what_the_identity_provider_asserted(idp, host):
    user = idp.post_user("kim@example.com")
    host.edit(idp.link(user).target, username="edited", email="edited@example.com")
    assert [found.id for found in idp.search('userName eq "kim@example.com"').resources] == [user.id]
    assert idp.search('userName eq "edited"').total == 0


def test_an_order_can_be_asked_for(idp, people):
    assert names(idp.search(sort_by="displayName")) == ["Al", "Bo", "Cy"]
    assert names(idp.search(sort_by="name.familyName", descending=True)) == ["Bo", "Al", "Cy"]
    assert names(idp.search(sort_by="displayName", descending=True)) == ["Cy", "Bo", "Al"]


@pytest.mark.parametrize("sort_by", ["", "no path!", 'emails[type eq "work"]', "shoeSize", "name", "urn:x:y:z"])
def test_an_order_by_what_is_no_attribute_is_refused(idp, sort_by):
    with pytest.raises(InvalidPath, match="'sortBy'"):
        idp.search(sort_by=sort_by)


def test_a_filter_that_cannot_be_used_is_refused(idp):
    for text in ("", "userName", 'shoeSize eq "1"', 'userName eq "x" and'):
        with pytest.raises(InvalidFilter):
            idp.search(text)


def test_pages_are_cut_as_the_client_asks(idp, people):
    assert names(idp.search(start_index=2, count=1)) == ["Al"]
    assert names(idp.search(start_index=-5, count=1)) == ["Bo"]
    page = idp.search(count=0)
    assert (page.total, page.resources) == (3, ())
    assert idp.search(count=-1).resources == ()
    assert idp.search(start_index=9).resources == ()


def test_the_size_of_a_page_is_the_servers_without_a_count_and_bounded_with_one(idp):
    for number in range(MAX_COUNT + 5):
        idp.post_user(f"u{number}@example.com")
    assert len(idp.search().resources) == DEFAULT_COUNT
    assert len(idp.search(count=10_000).resources) == MAX_COUNT
    assert idp.search().total == MAX_COUNT + 5


def test_members_and_groups_are_left_out_when_they_are_not_asked_for(idp, people):
    idp.post_group("Authors", people)
    (group,) = idp.search(resource_type=GROUP, with_members=False).resources
    assert group.members is None
    assert {user.groups for user in idp.search(with_groups=False).resources} == {None}


def test_no_filter_reaches_another_integration(connect):
    ours, neighbour, theirs = connect("a"), connect("a"), connect("b")
    neighbour.post_user("n@example.com", externalId="N")
    foreign = theirs.post_user("t@example.com", externalId="T")
    mine = ours.post_user("kim@example.com")
    for text in (None, "id pr", 'not (userName eq "x")', 'userName ne "x" or id pr'):
        assert [found.id for found in ours.search(text).resources] == [mine.id]
    for text in (f'id eq "{foreign.id}"', 'userName eq "t@example.com"', 'externalId eq "N"', 'externalId eq "T"'):
        assert ours.search(text).total == 0


def test_the_hosts_other_members_are_never_listed(idp, host):
    host.member("director", email="director@example.com")
    assert idp.search().total == 0
    assert idp.search('userName eq "director"').total == 0


def test_the_tolerances_that_a_filter_needed_are_counted(connect):
    idp = connect(type="entra-id")
    idp.search('emails[type eq "work"].value eq "x"')
    assert idp.tolerances() == {"path-after-bracket": 1}
    strict = connect()
    with pytest.raises(InvalidFilter):
        strict.search('emails[type eq "work"].value eq "x"')
    assert strict.tolerances() == {}


def test_all_resource_types_can_be_asked_at_once(idp, people):
    group = idp.post_group("Authors", people)
    page = idp.search(resource_type=None)
    assert (page.total, [found.id for found in page.resources]) == (4, [*(user.id for user in people), group.id])
    assert names(idp.search('displayName co "a"', resource_type=None, sort_by="displayName")) == ["Al", "Authors"]
