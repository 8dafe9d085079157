"""Transactions on SQLite: what others hold, what the host has open, and what goes wrong."""

import os
import sqlite3
import threading

import pytest

from scim_peewee import PeeweeStore
from scim_plugin.protocol.errors import Unavailable
from tests.sql.rows import add, fill_up, make_room, user


def count(store):
    return store.database.execute_sql("SELECT COUNT(*) FROM scim_resource").fetchone()[0]


MANY = [user(f"u{number}", title="x" * 2000) for number in range(200)]


@pytest.fixture
def other(url, store):
    """Somebody else's connection to the same file."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    yield connection
    connection.close()


def test_a_store_that_another_writer_holds_is_unavailable_and_recovers(store, integration, other):
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable), store.open_unit():
        pytest.fail("the unit has begun")
    with store.open_unit(write=False) as unit:
        assert unit.integrations.get(integration.id) == integration
    other.execute("COMMIT")
    add(store, integration, user("alice"))
    assert count(store) == 1


def test_a_full_disk_is_unavailable_rolls_back_and_recovers(store, integration):
    fill_up(store, 2)
    with pytest.raises(Unavailable):
        add(store, integration, *MANY)
    assert count(store) == 0
    make_room(store)
    add(store, integration, user("alice"))
    assert count(store) == 1


def test_a_full_disk_inside_a_transaction_of_the_host_leaves_the_connection_usable(store, integration):
    fill_up(store, 2)
    with store.open_unit(), pytest.raises(Unavailable):
        add(store, integration, *MANY)
    assert count(store) == 0
    make_room(store)
    add(store, integration, user("alice"))
    assert count(store) == 1


def test_a_database_that_cannot_be_opened_is_unavailable(tmp_path):
    store = PeeweeStore(f"sqlite:///{tmp_path / 'missing' / 'scim.db'}")
    with pytest.raises(Unavailable), store.open_unit(write=False):
        pytest.fail("the unit has begun")
    for ask in (store.check_schema, store.migrate):
        with pytest.raises(Unavailable):
            ask()


def test_a_statement_that_is_wrong_is_not_an_outage(store, integration):
    store.database.execute_sql("DROP TABLE scim_log")
    with store.open_unit() as unit, pytest.raises(Exception, match="no such table") as raised:
        unit.log.latest(integration, 1)
    assert not isinstance(raised.value, Unavailable)


def test_a_unit_in_a_transaction_of_the_host_is_committed_or_taken_back_with_it(store, integration):
    with store.database.atomic() as transaction:
        add(store, integration, user("alice"))
        assert count(store) == 1
        transaction.rollback()
    assert count(store) == 0
    with store.database.atomic():
        add(store, integration, user("bob"))
        with store.open_unit() as unit:
            unit.resources.add(integration, user("carol"), None)
    assert count(store) == 1


def test_a_unit_that_writes_cannot_hide_in_one_that_only_reads(store):
    with (
        store.open_unit(write=False),
        pytest.raises(RuntimeError, match="only reads"),
        store.open_unit(),
    ):
        pytest.fail("the unit has begun")


def test_readers_go_on_while_somebody_writes(store, integration):
    seen = []
    with store.open_unit() as unit:
        unit.resources.add(integration, user("alice"), None)

        def read():
            with store.open_unit(write=False):
                seen.append(count(store))
            store.close()

        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
        unit.commit()
    assert seen == [0]


def test_a_connection_that_breaks_is_replaced(store, integration):
    with store.open_unit() as unit:
        unit.resources.add(integration, user("alice"), None)
        store.database.connection().close()
    with store.open_unit(write=False):
        assert count(store) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests' threads are still there
def test_a_forked_process_has_a_connection_of_its_own(store, integration):
    add(store, integration, user("alice"))
    mine = store.database.connection()
    child = os.fork()
    if child == 0:
        try:
            add(store, integration, user("bob"))
            os._exit(0 if store.database.connection() is not mine and count(store) == 2 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.database.connection() is mine
    assert count(store) == 2


def test_durability_is_full_unless_it_is_asked_to_be_less(url, store):
    def pragma(database, name):
        return database.execute_sql(f"PRAGMA {name}").fetchone()[0]

    relaxed = PeeweeStore(url, synchronous="NORMAL")
    assert (pragma(store.database, "synchronous"), pragma(relaxed.database, "synchronous")) == (2, 1)
    assert pragma(store.database, "journal_mode") == "wal"
    assert pragma(store.database, "foreign_keys") == 1
    relaxed.close()
