"""Tolerances are counted without a write per read, and nothing that was counted is lost while the process lives."""

import pytest

from scim_plugin.protocol.errors import Unavailable
from scim_plugin.protocol.leniency import Departure
from scim_plugin.use_cases.tally import ToleranceTally


class Door:
    """Opens units of work of *store* while it is open, and remembers how often."""

    def __init__(self, store):
        self.store = store
        self.is_open = True
        self.opened = 0

    def __call__(self, *, write=True):
        self.opened += 1
        if not self.is_open:
            raise Unavailable
        return self.store.open_unit(write=write)


@pytest.fixture
def door(store):
    return Door(store)


@pytest.fixture
def tally(door):
    return ToleranceTally(door)


@pytest.fixture
def entra(connect):
    return connect(type="entra-id")


def reading(idp, *departures):
    caller = idp.caller()
    for departure in departures:
        assert caller.leniency.permits(departure)
    return caller


def test_a_read_without_tolerances_costs_nothing(tally, door, entra):
    tally.note(entra.caller())
    tally.flush()
    assert door.opened == 0


def test_the_first_read_is_counted_at_once_and_the_next_ones_after_a_few_seconds(tally, door, entra, clock):
    tally.note(reading(entra, Departure.PATH_AFTER_BRACKET))
    assert entra.tolerances() == {"path-after-bracket": 1}
    clock.tick(4)
    tally.note(reading(entra, Departure.PATH_AFTER_BRACKET, Departure.QUOTED_BOOLEAN_IN_FILTER))
    assert (entra.tolerances(), door.opened) == ({"path-after-bracket": 1}, 1)
    clock.tick(1)
    tally.note(reading(entra, Departure.PATH_AFTER_BRACKET))
    assert entra.tolerances() == {"path-after-bracket": 3, "quoted-boolean-in-filter": 1}
    assert door.opened == 2


def test_what_was_noted_can_be_flushed_when_the_process_ends(tally, entra, clock):
    for _ in range(3):
        tally.note(reading(entra, Departure.PATH_AFTER_BRACKET))
    tally.flush()
    tally.flush()
    assert entra.tolerances() == {"path-after-bracket": 3}


def test_each_integration_has_its_own_counts(tally, connect, clock):
    first, second = connect("a", type="entra-id"), connect("b", type="okta")
    tally.note(reading(first, Departure.PATH_AFTER_BRACKET))
    tally.note(reading(second, Departure.PATH_AFTER_BRACKET))
    tally.flush()
    assert (first.tolerances(), second.tolerances()) == ({"path-after-bracket": 1}, {"path-after-bracket": 1})


def test_while_the_store_is_down_counts_are_kept(tally, door, entra, clock):
    door.is_open = False
    tally.note(reading(entra, Departure.PATH_AFTER_BRACKET))
    tally.note(reading(entra, Departure.PATH_AFTER_BRACKET))
    tally.flush()
    assert entra.tolerances() == {}
    door.is_open = True
    tally.flush()
    assert entra.tolerances() == {"path-after-bracket": 2}


def test_a_write_counts_with_its_own_commit(store, tally, entra):
    with store.open_unit() as unit:
        tally.add_to(unit, entra.caller())
        tally.add_to(unit, reading(entra, Departure.STRING_BOOLEAN))
    assert entra.tolerances() == {}
    with store.open_unit() as unit:
        tally.add_to(unit, reading(entra, Departure.STRING_BOOLEAN))
        unit.commit()
    assert entra.tolerances() == {"string-boolean": 1}
