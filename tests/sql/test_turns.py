"""Who writes when: threads of a process take turns, processes compete, and nobody waits for ever."""

import os
import sqlite3
import threading
import time

import pytest

from scim_peewee import PeeweeStore
from scim_plugin.protocol.errors import Unavailable
from tests.sql.rows import add, fill_up, make_room, pragma_of_writing, user


def in_a_thread(store, work):
    """Return what *work* returned, or the error that it raised, in another thread."""
    outcome = []

    def run():
        try:
            outcome.append(work())
        except Exception as error:  # noqa: BLE001 - whatever it was is what the test asks for
            outcome.append(error)
        finally:
            store.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return outcome[0]


def write(store, integration, name):
    return lambda: len(add(store, integration, user(name)))


def test_a_thread_waits_for_its_turn_and_not_for_ever(store, integration):
    with store.open_unit() as unit:
        assert isinstance(in_a_thread(store, write(store, integration, "alice")), Unavailable)
        unit.commit()
        # Whoever has committed has ended his turn, even inside the block.
        assert in_a_thread(store, write(store, integration, "bob")) == 1


def test_a_turn_ends_with_the_unit_whatever_happened(store, integration, url):
    with pytest.raises(KeyError), store.open_unit():
        raise KeyError
    assert in_a_thread(store, write(store, integration, "rolled back")) == 1
    with store.open_unit():
        store.database.connection().close()
    assert in_a_thread(store, write(store, integration, "connection lost")) == 1
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable), store.open_unit():
        pytest.fail("the unit has begun")
    other.close()
    assert in_a_thread(store, write(store, integration, "not begun")) == 1
    fill_up(store)
    with pytest.raises(Unavailable):
        add(store, integration, *(user(f"u{number}", title="x" * 2000) for number in range(100)))
    make_room(store)
    assert in_a_thread(store, write(store, integration, "disk full")) == 1


def test_another_process_is_waited_for_as_long_as_was_said(url, integration):
    store = PeeweeStore(url, busy_timeout=10)
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, other.execute, ["COMMIT"])
    release.start()
    began = time.monotonic()
    assert len(add(store, integration, user("alice"))) == 1
    assert 0.15 < time.monotonic() - began < 5
    release.join()
    other.close()
    assert pragma_of_writing(store, "busy_timeout") == 10_000
    store.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests' threads are still there
def test_a_process_that_is_forked_while_a_thread_has_its_turn_has_turns_of_its_own(store, integration):
    add(store, integration, user("alice"))
    with store.database._lock_of_turns:
        child = os.fork()
        if child == 0:
            try:
                add(store, integration, user("child"))
                os._exit(0)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(add(store, integration, user("parent"))) == 1
