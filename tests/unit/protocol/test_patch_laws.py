"""Laws of PATCH, for every dialect: nothing is changed in place, the result is valid, and twice is once."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.dialects.dialect import ENTRA_ID, Dialect
from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.errors import NoTarget, ScimError
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.patch import Operation, apply
from scim_plugin.protocol.representation import Addresses, Representation, computed_attributes
from tests.unit.strategies import additions, leniencies, operations, removals, replacements, users


def outcome(document, sent, leniency):
    """Return what *sent* makes of *document*, or the refusal."""
    try:
        return apply(document, sent, USER, leniency, "u1")
    except ScimError as refused:
        return type(refused)


@given(users, st.lists(operations, max_size=4), leniencies)
def test_a_patch_never_changes_its_documents_in_place(body, sent, leniency):
    document = accept(body, USER, leniency)
    before, wanted = copy.deepcopy(document), copy.deepcopy(sent)
    outcome(document, sent, leniency)
    assert document == before
    assert sent == wanted


@given(users, st.lists(operations, max_size=4), leniencies)
def test_the_result_of_a_patch_is_a_valid_document(body, sent, leniency):
    """And so a client that sends the answer back with PUT changes nothing."""
    result = outcome(accept(body, USER, leniency), sent, leniency)
    if isinstance(result, dict):
        row = Representation("u1", "User", "/Users", 1, 0, 0)
        answered = {**result, **computed_attributes(row, Addresses("https://host"))}
        assert accept(answered, USER, leniency) == result


@given(users, st.lists(operations, max_size=4), leniencies)
def test_one_value_at_most_is_primary(body, sent, leniency):
    result = outcome(accept(body, USER, leniency), sent, leniency)
    if isinstance(result, dict):
        for name in ("emails", "roles", "addresses"):
            assert sum(value.get("primary", False) for value in result.get(name, [])) <= 1


@given(users, additions, leniencies)
def test_adding_twice_is_adding_once(body, addition, leniency):
    once = outcome(accept(body, USER, leniency), [addition], leniency)
    if isinstance(once, dict):
        assert outcome(once, [addition], leniency) in (once, NoTarget)


@given(users, replacements, leniencies)
def test_replacing_twice_is_replacing_once(body, replacement, leniency):
    """Or it selects nothing any more, when it changed what its own filter looks at."""
    once = outcome(accept(body, USER, leniency), [replacement], leniency)
    if isinstance(once, dict):
        assert outcome(once, [replacement], leniency) in (once, NoTarget)


@given(users, removals, leniencies)
def test_removing_twice_is_removing_once(body, removal, leniency):
    once = outcome(accept(body, USER, leniency), [removal], leniency)
    if isinstance(once, dict):
        assert outcome(once, [removal], leniency) == once


@given(users, st.lists(operations, min_size=1, max_size=4), leniencies)
def test_operations_in_one_request_are_the_same_as_one_after_the_other(body, sent, leniency):
    document = accept(body, USER, leniency)
    together = outcome(document, sent, leniency)
    if isinstance(together, dict):
        for operation in sent:
            document = outcome(document, [operation], leniency)
        assert document == together


@given(users, st.text(max_size=5), leniencies)
def test_what_was_added_can_be_removed(body, value, leniency):
    document = accept(body, USER, leniency)
    value = f"new {value}"
    added = outcome(document, [Operation("add", "emails", [{"value": value}], has_value=True)], leniency)
    if isinstance(added, dict):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        removal = Operation("remove", f'emails[value eq "{quoted}"]')
        if all(character >= " " for character in value):
            assert outcome(added, [removal], leniency) == document


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((0, 1, 2), {"type": "work", "primary": True, "value": "x", "display": "D"}),
        ((2, 1, 0), {"type": "work", "display": "D", "value": "x", "primary": True}),
        ((1, 0, 2), {"type": "work", "value": "x", "primary": True, "display": "D"}),
    ],
)
def test_several_operations_with_one_filter_build_one_value(order, expected):
    parts = [
        Operation("add", 'emails[type eq "work"].primary', "True", has_value=True),
        Operation("replace", 'emails[type eq "work"].value', "x", has_value=True),
        Operation("add", 'emails[type eq "work"].display', "D", has_value=True),
    ]
    document = {"schemas": [USER.schema.id], "userName": "ann"}
    made = apply(document, [parts[index] for index in order], USER, Dialect(ENTRA_ID))["emails"]
    assert made == [expected]
