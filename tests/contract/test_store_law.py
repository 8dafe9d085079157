"""The law of every store: its answer to a query is that of the core's evaluator (for generated data and queries)."""

from contextlib import contextmanager
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scim_plugin.protocol.comparison import NotBound, bind
from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.query import MAX_COUNT, Query, Seek
from scim_pytest.questions import questions, user_filters
from scim_pytest.setting import Setting, document_of
from scim_pytest.worlds import worlds


@contextmanager
def stored(store, world):
    """Give an integration that holds *world*, beside whatever else is stored, until the end of the block."""
    integration = Setting(store).integration()
    with store.open_unit() as unit:
        everybody = [unit.resources.add(integration, resource, None) for resource in world.users + world.groups]
        for number, place in world.memberships:
            its_group = everybody[len(world.users) + number]
            unit.resources.change_members(integration, its_group, [everybody[place].id], [])
        unit.commit()
    try:
        yield integration
    finally:
        with store.open_unit() as unit:
            unit.integrations.remove(integration)
            unit.commit()


def found(unit, integration, query):
    page = unit.resources.search(integration, query)
    return [resource.id for resource in page.resources], page.total


@settings(max_examples=150)
@given(world=worlds(), asked=st.lists(questions, min_size=4, max_size=8))
def test_a_store_answers_like_the_evaluator(lasting_store, world, asked):
    with stored(lasting_store, world) as integration, lasting_store.open_unit(write=False) as unit:
        for question in asked:
            query = question.query()
            assert found(unit, integration, query) == world.page(query), question


@settings(max_examples=75)
@given(world=worlds(), trees=st.lists(user_filters, min_size=3, max_size=6))
def test_a_filter_and_its_opposite_part_the_resources(lasting_store, world, trees):
    with stored(lasting_store, world) as integration, lasting_store.open_unit(write=False) as unit:
        for tree in trees:
            bound = bind(tree, USER, STRICT)
            these, _ = found(unit, integration, Query(USER, bound))
            others, _ = found(unit, integration, Query(USER, NotBound(bound)))
            assert sorted(these + others) == [resource.id for resource in world.users]


@settings(max_examples=50)
@given(world=worlds())
def test_a_document_comes_back_as_it_went_in(lasting_store, world):
    with stored(lasting_store, world) as integration, lasting_store.open_unit(write=False) as unit:
        for resource in world.users + world.groups:
            got = unit.resources.get(integration, resource.type, resource.id)
            read = unit.resources.read(integration, resource.type, resource.id, with_groups=False, with_members=False)
            assert got.resource.document == resource.document
            assert document_of(read) == resource.document


@settings(max_examples=100)
@given(world=worlds(), asked=st.lists(questions, min_size=3, max_size=5), count=st.integers(1, 4), back=st.booleans())
def test_pages_that_are_sought_are_the_answer_in_its_order(lasting_store, world, asked, count, back):
    with stored(lasting_store, world) as integration, lasting_store.open_unit(write=False) as unit:
        for question in asked:
            query = replace(question.query(), start_index=1, count=MAX_COUNT)
            whole, total = world.page(query)
            seen, seek = [], Seek(None, back)
            while seek is not None:
                page = unit.resources.search(integration, replace(query, count=count, seek=seek))
                ids = [resource.id for resource in page.resources]
                seen = ids + seen if back else seen + ids
                assert page.total == total
                goes_on = page.has_before if back else page.has_after
                seek = Seek(page.positions[0 if back else -1], back) if goes_on else None
            assert seen == whole, question
