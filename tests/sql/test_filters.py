"""Filters that a database could trip over; what they mean is the contract tests' business."""

from dataclasses import replace

import pytest

from scim_plugin.protocol.comparison import Compare, NotBound
from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.filter import MAX_DEPTH
from scim_plugin.protocol.query import Query
from scim_plugin.protocol.resource import Resource, new_id
from scim_plugin.protocol.schema import Attribute, ResourceType, Schema, Target
from scim_sql.predicate import bindable
from scim_sql.search import MAX_SHAPES
from tests.sql.rows import EMPLOYEE_NUMBER, add, employee, names, query, user

LEAF = 'emails[type ne "work" and not (value ew "z")]'
PATTERNS = ["({0}) and {1}", "{1} or ({0})", "{1} and not ({0})", "not ({0})", "{1} or ({0}) or {1}"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_deepest_filter_is_not_too_deep_for_the_database(store, integration, pattern):
    add(store, integration, employee("alice", "7"))
    text = LEAF
    for _ in range(MAX_DEPTH - 3):
        text = pattern.format(text, "emails ne 'x'".replace("'", '"'))
    names(store, integration, text)


def test_a_bracket_may_be_as_deep_as_a_filter(store, integration):
    add(store, integration, employee("alice", "7"))
    text = 'value co "alice"'
    for _ in range(MAX_DEPTH - 4):
        text = f'type ne "work" or ({text})'
    assert names(store, integration, f"emails[{text}]") == ["alice"]


def test_the_longest_filter_is_not_too_long_for_the_database(store, integration):
    add(store, integration, user("alice"))
    assert names(store, integration, " or ".join(['userName eq "alice"'] * 100)) == ["alice"]
    assert names(store, integration, " and ".join(['emails ne "alice"'] * 100)) == ["alice"]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400, -(10**400)])
@pytest.mark.parametrize("operator", ["eq", "ne", "gt", "ge", "lt", "le"])
def test_numbers_beyond_64_bits_compare_like_numbers(store, integration, operator, number):
    weight = Attribute("weight", "integer")
    parcels = ResourceType("Parcel", "/Parcels", "", Schema("urn:parcel", "Parcel", "", (weight,)))
    add(store, integration, Resource(new_id(), parcels, 1, 1, 1, {"schemas": ["urn:parcel"], "weight": 5}))
    with store.open_unit(write=False) as unit:
        page = unit.resources.search(integration, Query(parcels, Compare(Target(weight), operator, number)))
    smaller = number > 0
    expected = {"eq": False, "ne": True, "gt": not smaller, "ge": not smaller, "lt": smaller, "le": smaller}
    assert page.total == expected[operator]


def test_a_page_beyond_64_bits_is_empty(store, integration):
    add(store, integration, user("alice"))
    with store.open_unit(write=False) as unit:
        page = unit.resources.search(integration, Query(USER, start_index=10**30))
    assert (page.total, page.resources) == (1, ())


def test_numbers_that_fit_are_bound_as_they_are():
    assert [bindable(value) for value in (2**63 - 1, 1.5, True, "x")] == [2**63 - 1, 1.5, True, "x"]


def test_the_cache_of_compiled_filters_is_bounded(store, integration):
    add(store, integration, user("alice"))
    bound = query("userName pr").filter
    with store.open_unit(write=False) as unit:
        for _ in range(12):
            bound = NotBound(NotBound(bound))
        for number in range(MAX_SHAPES + 10):
            asked = query(
                " or ".join(
                    f"title {'pr' if number >> bit & 1 else 'eq 1'.replace('1', chr(34) * 2)}" for bit in range(11)
                )
            )
            unit.resources.search(integration, asked)
    assert len(store._repositories.searches._compiled) <= MAX_SHAPES


def test_an_attribute_that_becomes_matching_is_indexed_for_what_is_there_already(store, integration):
    plain = replace(integration, matching=(), version=2)
    with store.open_unit() as unit:
        unit.integrations.update(plain)
        unit.commit()
    add(store, plain, *(employee(f"u{number}", str(number)) for number in range(3)))
    again = replace(plain, matching=(EMPLOYEE_NUMBER, "no.such.path", 'phoneNumbers[type eq "work"]'), version=3)
    with store.open_unit() as unit:
        unit.integrations.update(again)
        unit.commit()
    assert names(store, again, f'{EMPLOYEE_NUMBER} eq "1"') == ["u1"]
    assert names(store, again, 'emails eq "U2@example.com"') == ["u2"]
    assert names(store, again, 'phoneNumbers eq "1"') == []


def test_a_value_that_is_matched_follows_its_resource(store, integration):
    (added,) = add(store, integration, employee("alice", "7"))
    with store.open_unit() as unit:
        read = unit.resources.get(integration, USER, added.id).resource
        changed = replace(read, version=2, document={**read.document, "emails": [{"value": "new@example.com"}]})
        unit.resources.update(integration, changed, None)
        unit.commit()
    assert names(store, integration, 'emails eq "alice@example.com"') == []
    assert names(store, integration, 'emails eq "NEW@example.com"') == ["alice"]
    with store.open_unit() as unit:
        unit.resources.remove(integration, changed)
        unit.commit()
    assert store.database.execute_sql("SELECT COUNT(*) FROM scim_match").fetchone() == (0,)
