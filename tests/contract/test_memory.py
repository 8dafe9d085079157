"""What the store in memory promises beyond the contracts, because it is what most tests stand on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scim_memory import MemoryGroupDirectory, MemoryMemberDirectory, MemoryStore
from scim_plugin.protocol.errors import Unavailable
from scim_pytest.setting import Setting, user


@pytest.fixture
def store():
    return MemoryStore()


def test_a_unit_that_only_reads_refuses_to_write(store):
    integration = Setting(store).integration()
    with store.open_unit(write=False) as unit:
        with pytest.raises(RuntimeError, match="only reads"):
            unit.resources.add(integration, user("alice"), None)
        with pytest.raises(RuntimeError, match="only reads"):
            store.members.create("acme", {"username": "alice"}, active=True, key="k")
    assert store.members.list("acme") == []


def test_a_unit_that_has_ended_refuses_to_write(store):
    integration = Setting(store).integration()
    with store.open_unit() as unit:
        unit.commit()
    with pytest.raises(RuntimeError, match="has ended"):
        unit.resources.add(integration, user("alice"), None)


def test_who_waits_too_long_is_told_that_the_store_is_busy():
    store = MemoryStore(patience=0.01)
    with store.open_unit(), ThreadPoolExecutor(1) as thread:
        for asking in (lambda: store.open_unit().__enter__(), lambda: store.members.list("acme")):
            with pytest.raises(Unavailable):
                thread.submit(asking).result()


def test_nobody_can_change_a_member_that_is_stored(store):
    made = store.members.create("acme", {"username": "alice"}, active=True, key="k")
    made.fields["username"] = "changed"
    store.members.list("acme")[0].fields["username"] = "changed"
    assert store.members.get("acme", made.id).fields["username"] == "alice"


def test_directories_of_one_store_show_the_same_host(store):
    made = MemoryMemberDirectory(store).create("acme", {"username": "alice"}, active=True, key="k")
    assert store.members.get("acme", made.id) == made
    group = store.groups.create("acme", "Editors", key="k")
    assert MemoryGroupDirectory(store).get("acme", group.id) == group


def test_a_rollback_costs_what_the_change_cost(store):
    setting = Setting(store)
    integration = setting.integration()
    for number in range(50):
        setting.user(integration, f"user{number}")
    with store.open_unit() as unit:
        before = store.journal.mark()
        unit.resources.add(integration, user("alice"), None)
        assert store.journal.mark() - before < 10


def test_a_boolean_becomes_text_in_a_field_of_type_text(store):
    made = store.members.create("acme", {"username": "alice", "display_name": True}, active=True, key="k")
    assert made.fields["display_name"] == "true"
