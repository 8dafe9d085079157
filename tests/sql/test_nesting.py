"""What nested groups cost in statements, and what flat ones are spared."""

from itertools import pairwise

import pytest

from scim_plugin.provisioning.integration import NestedGroups
from tests.sql.rows import add, group, query, user


def cost(store, statements, act, *, write=False):
    with store.open_unit(write=write) as unit:
        statements.clear()
        act(unit.resources)
        count = len(statements)
        unit.commit()
    return count


@pytest.fixture
def tower(store, integration):
    """Fifty Users in the innermost of six groups in each other: the groups, the innermost first, and the Users."""
    *groups, _ = added = add(store, integration, *(group(f"g{number}") for number in range(6)), user("last"))
    users = [*add(store, integration, *(user(f"u{number}") for number in range(49))), added[-1]]
    with store.open_unit() as unit:
        unit.resources.change_members(integration, groups[0], [one.id for one in users], [])
        for inner, outer in pairwise(groups):
            unit.resources.change_members(integration, outer, [inner.id], [])
        unit.commit()
    return groups, users


def test_a_page_of_users_in_nested_groups_is_one_statement_more(store, integration, tower, statements):
    (*_, outer), users = tower
    asked = query(f'groups.value eq "{outer.id}"')
    pages = []
    assert cost(store, statements, lambda resources: pages.append(resources.search(integration, asked))) == 3
    assert [len(found.groups) for found in pages[0].resources] == [6] * 50
    read = []
    assert cost(store, statements, lambda resources: read.append(resources.groups_of(integration, users[0]))) == 2
    assert [found.direct for found in read[0]] == [True, False, False, False, False, False]


def test_flat_groups_are_never_followed(store, integration, statements):
    added = add(store, integration, user("alice"), group("g"))
    with store.open_unit() as unit:
        unit.resources.change_members(integration, added[1], [added[0].id], [])
        unit.commit()
    assert cost(store, statements, lambda resources: resources.search(integration, query("userName pr"))) == 2
    assert not any("RECURSIVE" in text for text in statements)


def test_what_surrounds_and_what_is_within_is_found_at_once_however_deep(store, integration, tower, statements):
    groups, users = tower
    ids = [one.id for one in users]

    def ask(resources):
        assert len(resources.group_targets(integration, users[0], nested=True)) == 0
        assert len(list(resources.users_within(integration, [groups[-1].id]))) == 50
        assert len(resources.within(integration, [one.id for one in groups], ids)) == 300
        assert resources.would_cycle(integration, groups[0], [groups[-1].id])

    assert cost(store, statements, ask) == 1 + 2 + 1 + 1


@pytest.mark.parametrize("size", [1, 5])
def test_groups_join_and_leave_in_three_statements_each(store, integration, statements, size):
    *inner, outer = add(store, integration, *(group(f"g{number}") for number in range(size + 1)))
    ids = [one.id for one in inner]
    for joining, leaving in ((ids, []), ([], ids)):
        change = (integration, outer, joining, leaving)
        assert cost(store, statements, lambda resources, c=change: resources.change_members(*c), write=True) == 3


def test_groups_that_were_in_groups_before_the_step_are_nested_after_it(store, integration, tower):
    (*_, outer), users = tower
    with store.open_unit() as unit:
        store.database.execute_sql("DROP TABLE scim_nesting")
        store.database.execute_sql("DELETE FROM scim_migration WHERE name = '0003_nesting'")
        unit.commit()
    assert store.migrate() == ["0003_nesting"]
    with store.open_unit(write=False) as unit:
        assert len(unit.resources.groups_of(integration, users[0])) == 6
        assert unit.resources.would_cycle(integration, users[0], []) is False
        assert len(list(unit.resources.users_within(integration, [outer.id]))) == 50


def test_an_integration_that_was_stored_before_the_setting_flattens(store, integration):
    store.database.execute_sql("UPDATE scim_integration SET settings = json_remove(settings, '$.nested_groups')")
    with store.open_unit(write=False) as unit:
        assert unit.integrations.get(integration.id).nested_groups is NestedGroups.FLATTEN
