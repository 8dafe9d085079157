"""Whatever is sent, only a refusal that the client may see comes back, and soon (SECURITY of the endpoint: D1-D6)."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scim_plugin.dialects.dialect import ENTRA_ID, Dialect
from scim_plugin.protocol.comparison import bind, evaluator
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, GROUP_URN, USER, USER_URN
from scim_plugin.protocol.errors import ScimError
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.json_types import is_object
from scim_plugin.protocol.membership import fold, split, taken_from
from scim_plugin.protocol.patch import PATCH_URN, apply, parse_patch
from scim_plugin.protocol.patch_path import parse_path
from scim_plugin.protocol.precondition import names
from scim_plugin.protocol.projection import projection
from scim_plugin.protocol.representation import MemberReference
from tests.unit.strategies import leniencies, nonsense, odd_groups, odd_patches, odd_users, users


def refused(call, *arguments):
    """Return what *call* returns, or the refusal; anything else that it raises fails the test."""
    try:
        return call(*arguments)
    except ScimError as error:
        refusal = error
    assert 400 <= refusal.status < 500
    assert len(str(refusal)) < 1000
    return refusal


@given(nonsense | odd_users | odd_groups, st.sampled_from([USER, GROUP]), leniencies)
def test_any_body_is_taken_or_refused(body, resource_type, leniency):
    document = refused(accept, body, resource_type, leniency)
    if is_object(document) and resource_type is GROUP:
        refused(taken_from, document, GROUP)


@given(nonsense | odd_patches)
def test_any_message_is_a_patch_or_refused(body):
    refused(parse_patch, body)


@settings(max_examples=300)
@given(users, odd_patches, leniencies)
def test_any_patch_of_a_user_is_applied_or_refused(body, patch, leniency):
    operations = refused(parse_patch, patch)
    if isinstance(operations, tuple):
        refused(apply, accept(body, USER, leniency), operations, USER, leniency, "u1")


@settings(max_examples=300)
@given(odd_patches, leniencies)
def test_any_patch_of_a_group_is_applied_or_refused(patch, leniency):
    def modify():
        others, steps = split(parse_patch(patch), GROUP, leniency, "g1")
        fold(steps, GROUP, leniency, lambda: [MemberReference("a", "User")])
        return apply({"schemas": [GROUP_URN], "displayName": "Staff"}, others, GROUP, leniency, "g1")

    refused(modify)


@given(st.text() | st.text(st.sampled_from('emails.typ[]()" eq\\\x00work\ud800')), users, leniencies)
def test_any_text_is_a_filter_or_refused(text, user, leniency):
    tree = refused(parse_filter, text)
    if not isinstance(tree, ScimError):
        bound = refused(bind, tree, USER, leniency)
        if not isinstance(bound, ScimError):
            evaluator(bound)(user)


@given(st.text() | st.text(st.sampled_from('emails.typ[]()" eq\\\x00work:urn\ud800')))
def test_any_text_is_a_path_or_refused(text):
    refused(parse_path, text, USER)


@given(st.lists(st.text(), max_size=3).map(tuple), st.lists(st.text(), max_size=3).map(tuple))
def test_any_names_make_a_projection(attributes, excluded):
    projection(USER, attributes, excluded).apply({"schemas": [USER_URN], "id": "u1"})


@given(st.text() | st.text(st.sampled_from('W/", 3*')))
def test_any_text_is_a_precondition(text):
    assert names(text, 3) in (True, False)


def _deep(levels, inner=1):
    value = inner
    for _ in range(levels):
        value = [value] if levels % 2 else {"value": value}
    return value


def _patch(*operations):
    return {"schemas": [PATCH_URN], "Operations": [*operations]}


@pytest.mark.parametrize(
    "attributes",
    [
        {"title": "x" * 1_000_000},
        {"emails": [{"value": "x"}] * 20_000},
        {"emails": [{"type": "x"}] * 100},
        {"name": {f"x{number}": 1 for number in range(50_000)}},
        {f"x{number}": 1 for number in range(50_000)},
        {"emails": _deep(500)},
        {"emails": _deep(501)},
        {"title": _deep(500)},
        {"x": _deep(500)},
        {"active": 10**4000},
        {"roles": [{"value": '{"value": ' * 100_000}]},
        {"roles": [{"value": "[" * 8000}]},
        {"roles": [{"value": '{"value": "x", "n": ' + "9" * 5000 + "}"}]},
        {"roles": [{"value": '{"a":' * 1300 + "1" + "}" * 1300}]},
        {ENTERPRISE_USER_URN: {"manager": _deep(500)}},
    ],
    ids=lambda attributes: str(attributes)[:30],
)
def test_hostile_bodies_are_answered_in_milliseconds(attributes):
    body = {"schemas": [USER_URN], "userName": "ann"}
    start = time.process_time()
    refused(accept, {**body, **attributes}, USER, Dialect(ENTRA_ID))
    refused(apply, body, parse_patch(_patch({"op": "add", "value": attributes})), USER, Dialect(ENTRA_ID))
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "path",
    [
        "emails[" * 4000,
        "emails[" + "(" * 4000,
        "emails[type eq " + '"' + "x" * 8100,
        "a." * 4000,
        "urn:" * 2000,
        'emails[type eq "x"]' * 400,
        "emails[" + " or ".join(["type pr"] * 600) + "]",
        "x" * 1_000_000,
    ],
    ids=lambda path: path[:12],
)
def test_hostile_paths_are_refused_in_milliseconds(path):
    start = time.process_time()
    for verb in ("add", "remove"):
        error = refused(
            apply, {}, parse_patch(_patch({"op": verb, "path": path, "value": "x"})), USER, Dialect(ENTRA_ID)
        )
        assert isinstance(error, ScimError)
    assert time.process_time() - start < 0.25


def test_many_operations_on_many_values_are_done_in_time():
    full = [{"value": f"{number}@x", "type": str(number)} for number in range(100)]
    document = {"schemas": [USER_URN], "userName": "ann", "emails": full}
    many = [{"op": "replace", "path": 'emails[value co "@"].display', "value": str(number)} for number in range(1000)]
    start = time.process_time()
    apply(document, parse_patch(_patch(*many)), USER, Dialect(ENTRA_ID))
    assert time.process_time() - start < 3


def test_a_member_sent_many_times_joins_once():
    twice = [{"op": "add", "path": "members", "value": [{"value": "a"}] * 5000}] * 10
    start = time.process_time()
    _, steps = split(parse_patch(_patch(*twice)), GROUP, Dialect(ENTRA_ID), "g1")
    assert [*fold(steps, GROUP, Dialect(ENTRA_ID), tuple).joining] == ["a"]
    assert time.process_time() - start < 1
