"""Pages by cursor: whole, disjoint, in the order of index paging, both ways, whatever changes between them."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scim_memory import MemoryStore
from scim_plugin.protocol.catalogue import BUILT_IN, Catalogue
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.cursor import LIFETIME
from scim_plugin.protocol.errors import ExpiredCursor, InvalidCursor, InvalidFilter, InvalidPath
from scim_plugin.protocol.query import DEFAULT_COUNT, MAX_COUNT
from scim_plugin.provisioning.integration import Integration, State
from scim_plugin.use_cases import protocol_use_cases
from tests.unit.use_cases.conftest import IdentityProvider, id_of

NAMES = ("", "a", "A", "b", "ä", "ｂ", "zz")
SORTS = (None, "displayName", "userName", "active", "emails", "emails.primary", "meta.created", "name.familyName", "id")


def ids(found):
    return [resource.id for resource in found.resources]


def forwards(idp, count=2, **asked):
    """Return the pages from the first to the last."""
    cursor, pages = "", []
    while cursor is not None:
        pages.append(idp.search(count=count, cursor=cursor, **asked))
        cursor = pages[-1].next_cursor
    return pages


def backwards(idp, page, count=2, **asked):
    """Return the pages before *page*, the nearest first."""
    pages = []
    while (cursor := page.previous_cursor) is not None:
        page = idp.search(count=count, cursor=cursor, **asked)
        pages.append(page)
    return pages


def everything(pages):
    return [found for page in pages for found in ids(page)]


@pytest.fixture
def people(idp):
    return [idp.post_user(f"{name}@example.com", displayName=name) for name in ("Bo", "Al", "Cy", "Di", "Ed")]


def test_pages_follow_each_other_and_tell_their_neighbours(idp, people):
    first, second, third = forwards(idp)
    assert [ids(page) for page in (first, second, third)] == [
        ids_of(people[:2]),
        ids_of(people[2:4]),
        ids_of(people[4:]),
    ]
    assert {page.total for page in (first, second, third)} == {5}
    assert first.previous_cursor is None
    assert third.next_cursor is None
    assert [ids(page) for page in backwards(idp, third)] == [ids(second), ids(first)]


def ids_of(resources):
    return [id_of(resource) for resource in resources]


def test_index_paging_gives_no_cursors(idp, people):
    page = idp.search(count=2, start_index=2)
    assert (page.next_cursor, page.previous_cursor) == (None, None)


def test_one_page_that_holds_everything_has_no_neighbours(idp, people):
    for count in (5, 6, None):
        (page,) = forwards(idp, count=count)
        assert ids(page) == ids_of(people)
        assert page.previous_cursor is None
    (nothing,) = forwards(idp, filter='userName eq "x"')
    assert (nothing.total, nothing.resources, nothing.previous_cursor) == (0, (), None)


def test_a_count_of_zero_or_less_asks_for_the_total_only(idp, people):
    first = idp.search(count=2, cursor="")
    for count in (0, -1, -(10**12)):
        for cursor in ("", first.next_cursor):
            for resource_type in (USER, None):
                page = idp.search(count=count, cursor="", resource_type=resource_type)
                assert (page.total, page.resources) == (5, ())
                assert (page.next_cursor, page.previous_cursor) == (None, None)
            page = idp.search(count=count, cursor=cursor)
            assert (page.total, page.resources, page.next_cursor, page.previous_cursor) == (5, (), None, None)


def test_the_count_may_change_from_page_to_page_and_is_bounded(idp):
    users = ids_of([idp.post_user(f"u{number}@example.com") for number in range(MAX_COUNT + 5)])
    first = idp.search(cursor="")
    assert ids(first) == users[:DEFAULT_COUNT]
    second = idp.search(cursor=first.next_cursor, count=3)
    assert ids(second) == users[DEFAULT_COUNT : DEFAULT_COUNT + 3]
    assert ids(idp.search(cursor=second.previous_cursor, count=4)) == users[DEFAULT_COUNT - 4 : DEFAULT_COUNT]
    assert ids(idp.search(cursor=second.previous_cursor, count=10**12)) == users[:DEFAULT_COUNT]
    assert ids(idp.search(cursor="", count=10**12)) == users[:MAX_COUNT]


def test_the_same_filter_in_another_spelling_is_the_same_question(idp, people):
    first = idp.search('userName co "example"', count=2, cursor="", sort_by="userName")
    again = idp.search('username  CO "EXAMPLE"', count=2, cursor=first.next_cursor, sort_by="USERNAME")
    assert ids(again) == [people[2].id, people[3].id]


@pytest.mark.parametrize(
    "other",
    [
        {"filter": "userName pr"},
        {"filter": None},
        {"sort_by": None},
        {"sort_by": "userName"},
        {"descending": True},
        {"resource_type": GROUP},
        {"resource_type": None},
    ],
)
def test_a_cursor_serves_its_own_question_only(idp, people, other):
    asked = {"filter": "displayName pr", "sort_by": "displayName"}
    cursor = idp.search(count=2, cursor="", **asked).next_cursor
    assert ids(idp.search(count=2, cursor=cursor, **asked))
    with pytest.raises(InvalidCursor):
        idp.search(count=2, cursor=cursor, **{**asked, **other})


def test_a_cursor_serves_its_own_integration_and_credential_only(connect, people, idp):
    cursor = idp.search(count=2, cursor="").next_cursor
    neighbour, stranger = connect(), connect("elsewhere")
    for other in (neighbour, stranger):
        other.post_user("x@example.com")
        with pytest.raises(InvalidCursor):
            other.search(count=2, cursor=cursor)
    neighbour.cursor_key = idp.cursor_key
    with pytest.raises(InvalidCursor):
        neighbour.search(count=2, cursor=cursor)
    idp.cursor_key = b"another credential"
    with pytest.raises(InvalidCursor):
        idp.search(count=2, cursor=cursor)


def test_a_cursor_expires_and_each_page_gives_fresh_ones(clock, idp, people):
    first = idp.search(count=2, cursor="")
    clock.tick(LIFETIME - 1)
    second = idp.search(count=2, cursor=first.next_cursor)
    clock.tick(2)
    with pytest.raises(ExpiredCursor):
        idp.search(count=2, cursor=first.next_cursor)
    assert ids(idp.search(count=2, cursor=second.next_cursor)) == [people[4].id]


def test_what_is_wrong_with_the_query_is_said_first(idp):
    with pytest.raises(InvalidFilter):
        idp.search("shoeSize", cursor="garbage")
    with pytest.raises(InvalidPath):
        idp.search(sort_by="shoeSize", cursor="garbage", resource_type=None)
    for resource_type in (USER, None):
        with pytest.raises(InvalidCursor):
            idp.search(cursor="garbage", resource_type=resource_type)


# ------------------------------------------------------------------------------------------------------- what changes


def test_a_page_whose_neighbours_are_gone_does_not_name_them(idp, people):
    first = idp.search(count=2, cursor="")
    for person in people[:2]:
        idp.delete(person)
    second = idp.search(count=2, cursor=first.next_cursor)
    assert (ids(second), second.previous_cursor) == (ids_of(people[2:4]), None)
    idp.delete(people[4])
    nothing = idp.search(count=2, cursor=second.next_cursor)
    assert (nothing.total, nothing.resources, nothing.next_cursor, nothing.previous_cursor) == (2, (), None, None)


@pytest.mark.parametrize("resource_type", [USER, None])
def test_a_value_too_long_for_a_cursor_is_found_again_at_its_resource(idp, resource_type):
    users = [idp.post_user(f"u{number}@example.com", nickName="x" * 2000 + str(number)) for number in range(4)]
    asked = {"sort_by": "nickName", "resource_type": resource_type, "filter": "userName pr"}
    pages = forwards(idp, count=1, **asked)
    assert everything(pages) == ids_of(users)
    assert everything(backwards(idp, pages[-1], count=1, **asked)) == ids_of(users)[2::-1]
    cursor = pages[1].next_cursor
    idp.put_user(users[1], "u1@example.com", nickName="y" * 2000)
    with pytest.raises(ExpiredCursor):
        idp.search(cursor=cursor, **asked)
    idp.delete(users[1])
    with pytest.raises(ExpiredCursor):
        idp.search(cursor=cursor, **asked)


# ----------------------------------------------------------------------------------------------- several resource types


def test_types_are_read_in_turn(idp, people):
    groups = [idp.post_group(name) for name in ("Authors", "Board", "Council")]
    expected = ids_of([*people, *groups])
    for count in range(1, 10):
        pages = forwards(idp, count=count, resource_type=None)
        assert everything(pages) == expected
        assert {page.total for page in pages} == {8}
        assert [ids(page) for page in reversed(backwards(idp, pages[-1], count=count, resource_type=None))] == (
            [
                expected[: -len(ids(pages[-1]))][max(0, end - count) : end]
                for end in ends(8 - len(ids(pages[-1])), count)
            ]
        )


def ends(end, count):
    """Return where pages end that are read backwards from *end*, the first one first."""
    return list(reversed(range(end, 0, -count)))


def test_a_page_that_ends_with_a_type_tells_of_the_next_one(idp, people):
    assert idp.search(count=5, cursor="", resource_type=None).next_cursor is None
    group = idp.post_group("Authors")
    first = idp.search(count=5, cursor="", resource_type=None)
    last = idp.search(count=5, cursor=first.next_cursor, resource_type=None)
    assert (ids(last), last.next_cursor) == ([group.id], None)
    assert ids(idp.search(count=5, cursor=last.previous_cursor, resource_type=None)) == ids_of(people)


def test_a_type_that_lacks_the_attribute_stands_where_missing_values_do(idp, people):
    group = idp.post_group("Authors").id
    by_name = [people[number].id for number in (1, 0, 2, 3, 4)]
    asked = {"resource_type": None, "sort_by": "userName"}
    up, down = forwards(idp, **asked), forwards(idp, descending=True, **asked)
    assert everything(up) == [*by_name, group]
    assert everything(down) == [group, *reversed(by_name)]
    assert everything(backwards(idp, up[-1], **asked)) == [by_name[place] for place in (2, 3, 0, 1)]
    assert everything(backwards(idp, down[-1], descending=True, **asked)) == [*by_name[3:1:-1], group, by_name[4]]


def test_a_type_that_the_integration_has_lost_since_is_an_invalid_cursor(idp, people):
    idp.post_group("Authors")
    cursor = idp.search(count=6, cursor="", resource_type=None).next_cursor
    assert cursor is None
    idp.post_group("Board")
    cursor = idp.search(count=6, cursor="", resource_type=None).next_cursor
    idp.set(catalogue=Catalogue((USER,)))
    with pytest.raises(InvalidCursor):
        idp.search(cursor=cursor, resource_type=None)
    idp.set(catalogue=BUILT_IN)
    assert len(ids(idp.search(cursor=cursor, resource_type=None))) == 1


# ----------------------------------------------------------------------------------------------------------------- laws


class Provider(IdentityProvider):
    """An identity provider with a store of its own, for one example."""

    def __init__(self):
        store = MemoryStore()
        use_cases = protocol_use_cases(store.open_unit, store.members, store.groups, None)
        super().__init__(store, use_cases, Integration("i1", "default", "IdP", "rfc-strict", 0, state=State.ENABLED))
        self.made = 0

    def make(self, kind, name, active):
        self.made += 1
        if kind == "group":
            return self.post_group(f"{name} {self.made}")
        emails = [{"value": f"{name}@example.com", "primary": active}] if name else []
        attributes = {"displayName": name, "emails": emails, "name": {"familyName": name}} if name else {}
        return self.post_user(f"{name}{self.made}@example.com", active=active, **attributes)


some = st.lists(
    st.tuples(st.sampled_from(["user", "user", "group"]), st.sampled_from(NAMES), st.booleans()), max_size=9
)
asking = st.fixed_dictionaries(
    {
        "sort_by": st.sampled_from(SORTS),
        "descending": st.booleans(),
        "filter": st.sampled_from([None, None, 'displayName ne "b"', "active eq true", "displayName pr"]),
    }
)
law = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@law
@given(some, asking, st.sampled_from([USER, None]), st.integers(1, 4))
def test_all_pages_together_are_the_answer_of_index_paging(made, asked, resource_type, count):
    idp = Provider()
    for each in made:
        idp.make(*each)
    asked = {**asked, "resource_type": resource_type}
    whole = idp.search(**asked)
    pages = forwards(idp, count=count, **asked)
    assert everything(pages) == ids(whole)
    assert {page.total for page in pages} == {whole.total}
    assert all(len(ids(page)) == count for page in pages[:-1])
    assert [page.previous_cursor is None for page in pages] == [number == 0 for number in range(len(pages))]
    back = backwards(idp, pages[-1], count=count, **asked)
    assert [ids(page) for page in back] == [ids(page) for page in pages[-2::-1]]
    assert [page.next_cursor is None for page in back] == [False] * len(back)


@law
@given(
    some.filter(bool),
    some.filter(bool),
    st.tuples(asking, st.sampled_from([USER, None])),
    st.booleans(),
    # Ids are random and times go on: how many choices there are differs from run to run, so none is drawn on the way.
    st.randoms(use_true_random=True),
)
def test_nothing_is_repeated_or_lost_when_others_come_and_go(made, coming, question, is_reverse, chance):
    idp = Provider()
    standing = [idp.make(*each) for each in made]
    asked = {**question[0], "resource_type": question[1]}
    start = forwards(idp, count=1, **asked)[-1] if is_reverse else idp.search(count=1, cursor="", **asked)
    seen, cursor, changed = ids(start), (start.previous_cursor if is_reverse else start.next_cursor), set()
    while cursor is not None:
        for _ in range(chance.randint(0, 2)):
            if standing and chance.random() < 0.5:
                gone = standing.pop(chance.randrange(len(standing)))
                idp.delete(gone, GROUP if gone.type == "Group" else USER)
                changed.add(gone.id)
            elif len(changed) < 9:
                new = idp.make(*chance.choice(coming))
                standing.append(new)
                changed.add(new.id)
        page = idp.search(count=chance.randint(1, 3), cursor=cursor, **asked)
        cursor = page.previous_cursor if is_reverse else page.next_cursor
        seen = ids(page) + seen if is_reverse else seen + ids(page)
    assert len(seen) == len(set(seen))
    left = [found for found in ids(idp.search(**asked)) if found not in changed]
    assert [found for found in seen if found in left] == left
    order = {found: place for place, found in enumerate(ids(idp.search(**asked)))}
    assert all(order[one] < order[other] for one, other in pairwise(found for found in seen if found in order))
