"""What a page by its neighbour costs: whichever page it is, the same statements with the same plan."""

from dataclasses import replace

import pytest

from scim_plugin.protocol.comparison import bind_path
from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.path import match_attribute_path
from scim_plugin.protocol.query import Query, Seek, Sort
from tests.sql.rows import add, query, user

TITLE = Sort(bind_path(match_attribute_path("title"), USER, STRICT))


@pytest.fixture
def users(store, integration):
    return add(store, integration, *(user(f"u{number}", title=f"t{number}") for number in range(9)))


@pytest.fixture
def seek(store, integration, statements):
    """Return a function that gives a page and the statements that it cost."""

    def sought(asked, position=None, *, backwards=False):
        with store.open_unit(write=False) as unit:
            statements.clear()
            page = unit.resources.search(integration, replace(asked, seek=Seek(position, backwards)))
        return page, list(statements)

    return sought


@pytest.mark.parametrize("asked", [Query(USER, count=3), Query(USER, sort=TITLE, count=3), query("title pr", count=3)])
@pytest.mark.parametrize("backwards", [False, True])
def test_every_page_costs_what_the_first_costs(seek, users, asked, backwards):
    asked = replace(asked, with_groups=False, with_members=False)
    page, first = seek(asked, backwards=backwards)
    costs, texts = [len(first)], set()
    while page.has_before if backwards else page.has_after:
        page, cost = seek(asked, page.positions[0 if backwards else -1], backwards=backwards)
        costs.append(len(cost))
        texts.update(cost)
    assert costs == [2, 2, 2]  # the page, and the total
    assert len(texts) == 2
    assert not any("OFFSET" in text for text in texts)


def test_only_where_the_neighbour_is_gone_the_other_side_is_asked_for(seek, store, integration, users):
    asked = Query(USER, count=3, with_groups=False)
    page, _ = seek(asked)
    with store.open_unit() as unit:
        unit.resources.remove(integration, users[2])
        unit.commit()
    second, cost = seek(asked, page.positions[-1])
    assert len(cost) == 3
    assert [found.id for found in second.resources] == [one.id for one in users[3:6]]
    assert second.has_before


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("text", [None, "title pr", 'displayName eq "x"'])
def test_a_page_is_found_by_an_index_from_its_position_on(store, seek, users, backwards, text):
    asked = Query(USER, count=3, with_groups=False) if text is None else query(text, count=3, with_groups=False)
    page, _ = seek(Query(USER, count=3))
    statement = seek(asked, page.positions[-1], backwards=backwards)[1][0]
    literals = ("x" for _ in range(statement.count("?") - 4))
    plan = explained(store, statement, "i-1", "User", *literals, page.positions[-1].serial, 5)
    index = "scimresource_integration_id_type_serial"
    beyond = "serial<?" if backwards else "serial>?"
    assert plan == [f"SEARCH r USING INDEX {index} (integration_id=? AND type=? AND {beyond})"]


def test_a_sorted_page_reads_the_resources_once_and_whole_rows_for_the_page_only(store, seek, users):
    asked = Query(USER, sort=TITLE, count=3, with_groups=False)
    page, _ = seek(asked)
    _, (statement, _) = seek(asked, page.positions[-1])
    plan = explained(store, statement, "i-1", "User", "t2", "t2", page.positions[-1].serial, 5)
    assert sum("scimresource_integration_id_type_serial" in step for step in plan) == 1
    assert sum("INTEGER PRIMARY KEY" in step for step in plan) == 1


def explained(store, statement, *parameters):
    with store.open_unit(write=False):
        rows = store.database.execute_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    return [row[3] for row in rows]
