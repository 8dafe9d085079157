"""What a client can ask for that no row can have, and what would take too long."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import TooMany
from tests.sql.rows import add, group, query, user

NOWHERE = "a\ud800"


def test_a_query_that_takes_too_long_is_refused_and_the_next_one_is_not(store, integration, monkeypatch):
    add(store, integration, *(user(f"u{number}") for number in range(300)))
    slow = query(" or ".join(f'title co "{number}"' for number in range(100)))
    with store.open_unit(write=False) as unit:
        monkeypatch.setattr("scim_peewee.resources._SECONDS_OF_A_SEARCH", 0.0)
        with pytest.raises(TooMany, match="too long"):
            unit.resources.search(integration, slow)
        monkeypatch.undo()
        assert unit.resources.search(integration, slow).total == 0


def test_only_queries_have_a_limit(store, integration, monkeypatch):
    monkeypatch.setattr("scim_peewee.resources._SECONDS_OF_A_SEARCH", 0.0)
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000) SELECT COUNT(*) FROM n"
    with store.open_unit(write=False) as unit:
        unit.resources.search(integration, query('userName eq "x"'))
        assert store.database.execute_sql(numbers).fetchone()[0] == 200_000


def test_a_lone_surrogate_is_in_no_row(store, integration):
    alice, editors = add(store, integration, user("alice"), group("Editors"))
    with store.open_unit() as unit:
        resources = unit.resources
        assert resources.get(integration, USER, NOWHERE) is None
        assert resources.read(integration, USER, NOWHERE, with_groups=True, with_members=True) is None
        assert resources.search(integration, query(f'userName eq "{alice.id}" or id eq "x"')).total == 0
        assert list(resources.identify(integration, [alice.id, NOWHERE])) == [alice.id]
        assert not resources.is_linked("default", "User", NOWHERE)
        joined = resources.change_members(integration, editors, [alice.id, NOWHERE], []).joined
        assert [member.id for member in joined] == [alice.id]
        assert not resources.would_cycle(integration, editors, [NOWHERE])
        assert unit.retired_links.find(integration, NOWHERE, "x") is None
        assert unit.integrations.get(NOWHERE) is None
        assert unit.credentials.find(NOWHERE) is None
        assert resources.get(integration, GROUP, editors.id) is not None


def test_a_lone_surrogate_is_no_member_and_no_group_of_the_host(store):
    alice = store.members.create("default", {"username": "alice"}, active=True, key="a")
    for name in ("username", "email", "given_name", "department"):
        assert store.members.find("default", name, NOWHERE) == []
    assert store.members.get("default", NOWHERE) is None
    assert store.groups.find("default", NOWHERE) is None
    for act in (store.members.suspend, store.members.reactivate, store.members.remove, store.groups.remove):
        act("default", NOWHERE)
    store.members.update("default", NOWHERE, {"email": "x@example.com"})
    with pytest.raises(UnicodeEncodeError):
        store.members.update("default", alice.id, {"given_name": NOWHERE})
    assert store.members.get("default", alice.id) == alice
