"""What the standalone host answers to the command line, beyond its ports."""

import pytest

from scim_plugin.provisioning.link import Link, Tier
from scim_plugin.provisioning.member import MemberRefused
from tests.sql.rows import add, user


def test_a_member_tells_its_groups_and_its_links(store, integration):
    alice = store.members.create("default", {"username": "Alice"}, active=True, key="k")
    for name in ("Staff", "Readers"):
        found = store.groups.create("default", name, key=name)
        assert store.groups.change_members("default", found.id, [alice.id, "nobody"], []) == [alice.id]
        assert store.groups.members_of("default", found.id) == [alice.id]
    resource = user("alice")
    with store.open_unit() as unit:
        unit.resources.add(integration, resource, Link(alice.id, Tier.EMAIL, 1))
        unit.commit()
    assert store.members.groups_of("default", alice.id) == ["Readers", "Staff"]
    assert store.members.groups_of("elsewhere", alice.id) == []
    assert store.members.links_of("default", alice.id) == [(integration.id, resource.id, Tier.EMAIL)]
    assert [found.name for found in store.groups.list("default")] == ["Staff", "Readers"]


def test_members_are_found_by_id_and_by_user_name(store):
    alice = store.members.create("default", {"username": "Alice"}, active=True, key="k")
    assert store.members.find_one("default", alice.id) == alice
    assert store.members.find_one("default", "ＡＬＩＣＥ") == alice
    assert store.members.find_one("elsewhere", "alice") is None
    assert store.members.list("default") == [alice]


def test_an_extension_field_is_declared_written_found_and_cleared(store, statements):
    store.members.add_field("badge")
    store.members.add_field("badge")
    assert (store.members.field_names(), list(store.members.fields("default"))[-1]) == (["badge"], "badge")
    alice = store.members.create("default", {"username": "alice", "badge": "B7"}, active=True, key="k")
    statements.clear()
    assert store.members.find("default", "badge", "B7") == [alice]
    plan = store.database.execute_sql(f"EXPLAIN QUERY PLAN {statements[0]}", ("default", "badge", b"")).fetchall()
    assert not any("SCAN" in row[3] for row in plan), plan
    assert store.members.find("default", "badge", "b7") == []
    store.members.update("default", alice.id, {"badge": None, "given_name": "A"})
    assert store.members.find("default", "badge", "B7") == []
    assert store.members.get("default", alice.id).fields["given_name"] == "A"


@pytest.mark.parametrize("name", ["active", "username"])
def test_a_field_that_every_member_has_is_not_declared_again(store, name):
    with pytest.raises(ValueError, match=name):
        store.members.add_field(name)


def test_a_refused_change_leaves_the_member_as_it_was(store):
    store.members.add_field("badge")
    store.members.create("default", {"username": "bob"}, active=True, key="b")
    alice = store.members.create("default", {"username": "alice"}, active=True, key="a")
    with pytest.raises(MemberRefused) as refused:
        store.members.update("default", alice.id, {"badge": "B7", "username": "BOB"})
    assert refused.value.field == "username"
    assert store.members.get("default", alice.id) == alice
    assert store.members.find("default", "badge", "B7") == []


def test_protection_is_a_switch(store):
    alice = store.members.create("default", {"username": "alice"}, active=True, key="a")
    store.members.set_protected("default", alice.id, True)
    assert store.members.get("default", alice.id).protected
    store.members.set_protected("elsewhere", alice.id, False)
    assert store.members.get("default", alice.id).protected


def test_everything_of_an_integration_goes_with_it(store, integration):
    from tests.sql.rows import group

    its_group, member = add(store, integration, group("g"), user("alice"))
    with store.open_unit() as unit:
        unit.resources.change_members(integration, its_group, [member.id], [])
        unit.origins.join("default", "7", ["m"], ["m"], f"scim:{its_group.id}")
        unit.tolerances.add({integration.id: {"string-boolean": 1}})
        unit.integrations.remove(integration)
        unit.commit()
    for table in ("resource", "match", "membership", "origin", "tolerance", "integration"):
        assert store.database.execute_sql(f"SELECT COUNT(*) FROM scim_{table}").fetchone() == (0,), table
