"""How many statements each promise costs, and which index they use: the numbers of every request follow from these."""

from dataclasses import replace

import pytest

from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.query import Query
from tests.sql.rows import EMPLOYEE_NUMBER, add, employee, group, query, user


def counted(store, statements, write, act):
    with store.open_unit(write=write) as unit:
        statements.clear()
        act(unit)
        count = len(statements)
        if write:
            unit.commit()
    return count


def test_a_match_is_one_statement(store, integration, statements):
    add(store, integration, employee("alice", "7"))
    asked = query('userName eq "alice"', with_groups=False)
    assert counted(store, statements, False, lambda unit: unit.resources.search(integration, asked)) == 1


def test_a_page_of_users_with_groups_is_two_statements_and_one_that_is_not_the_last_is_three(
    store, integration, statements
):
    added = add(store, integration, *(user(f"u{number}") for number in range(5)), group("g"))
    with store.open_unit() as unit:
        unit.resources.change_members(integration, added[5], [one.id for one in added[:5]], [])
        unit.commit()
    whole, part = Query(USER, count=5), Query(USER, count=4)
    assert counted(store, statements, False, lambda unit: unit.resources.search(integration, whole)) == 2
    assert counted(store, statements, False, lambda unit: unit.resources.search(integration, part)) == 3


def test_a_group_without_its_members_never_reads_them(store, integration, statements):
    (its_group,) = add(store, integration, group("g"))

    def read(unit):
        unit.resources.read(integration, GROUP, its_group.id, with_groups=True, with_members=False)

    assert counted(store, statements, False, read) == 1
    assert not any("scim_membership" in text for text in statements)


def test_a_user_is_stored_in_two_statements_and_changed_in_two(store, integration, statements):
    resource = employee("alice", "7")
    assert counted(store, statements, True, lambda unit: unit.resources.add(integration, resource, None)) == 2

    def change(unit):
        read = unit.resources.get(integration, USER, resource.id).resource
        later = replace(read, version=2, document={**read.document, "title": "Dr"})
        unit.resources.update(integration, later, None)

    assert counted(store, statements, True, change) == 2


@pytest.mark.parametrize("size", [1, 300])
def test_members_join_and_leave_in_two_statements_each_whatever_their_number(store, integration, statements, size):
    *users, its_group = add(store, integration, *(user(f"u{number}") for number in range(size)), group("g"))
    ids = [one.id for one in users]
    for joining, leaving in ((ids, []), ([], ids)):
        cost = counted(
            store,
            statements,
            True,
            lambda unit, joining=joining, leaving=leaving: unit.resources.change_members(
                integration, its_group, joining, leaving
            ),
        )
        assert cost == 2


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (('userName eq "alice"', USER), "name_key=?"),
        (('userName eq "alice" and active eq true', USER), "name_key=?"),
        (('active eq true and (title pr and userName eq "alice")', USER), "name_key=?"),
        (('externalId eq "x"', USER), "external_key=?"),
        (('id eq "x"', USER), "id=?"),
        (('emails eq "a@example.com"', USER), "digest=?"),
        (('emails[type eq "work" and value eq "a@example.com"]', USER), "digest=?"),
        ((f'{EMPLOYEE_NUMBER} eq "7"', USER), "digest=?"),
        (('displayName eq "g"', GROUP), "name_key=?"),
        (('members eq "x"', GROUP), "member_serial=?"),
        (('id eq "g" and members[value eq "x"]', GROUP), "id=?"),
        (('groups.value eq "x"', USER), "group_serial=?"),
    ],
)
def test_a_look_up_uses_an_index(store, integration, statements, asked, index):
    text, resource_type = asked
    with store.open_unit(write=False) as unit:
        statements.clear()
        unit.resources.search(integration, query(text, resource_type, with_groups=False, with_members=False))
        parameters = ("",) * (statements[0].count("?") - 2)
        plan = store.database.execute_sql(f"EXPLAIN QUERY PLAN {statements[0]}", (*parameters, 1, 1)).fetchall()
    details = [row[3] for row in plan]
    assert any(index in detail for detail in details), details
    assert not any("SCAN r" in detail for detail in details), details


def test_literals_are_bound_and_the_text_is_compiled_once_per_shape(store, integration, statements):
    with store.open_unit(write=False) as unit:
        statements.clear()
        for name in ("alice", "bob'; DROP TABLE scim_resource; --"):
            unit.resources.search(integration, query(f'userName eq "{name}" and title sw "{name}"'))
    assert len(set(statements)) == 1
    assert "alice" not in statements[0]


def test_ids_are_looked_up_by_their_index(store, integration, statements):
    with store.open_unit(write=False) as unit:
        statements.clear()
        unit.resources.identify(integration, ["a", "b"])
        plan = store.database.execute_sql(f"EXPLAIN QUERY PLAN {statements[0]}", ("i-1", "[]")).fetchall()
    assert any("integration_id=? AND id=?" in row[3] for row in plan), plan
