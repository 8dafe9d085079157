"""Changes of a Group's members (RFC 7644 §3.5.2), folded without loading the members."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.dialects.dialect import ENTRA_ID, Dialect
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, GROUP_URN, USER
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath, InvalidValue, Mutability
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.membership import MembershipChange, fold, ids_of, split, taken_from
from scim_plugin.protocol.patch import Operation
from scim_plugin.protocol.representation import MemberReference
from scim_plugin.protocol.schema import Attribute, Extension, ResourceType, Schema

PRESENT = (MemberReference("a", "User"), MemberReference("b", "User"), MemberReference("g", "Group"))


def operation(verb, path=None, value=...):
    return Operation(verb, path, None if value is ... else value, has_value=value is not ...)


def never():
    pytest.fail("the present members were loaded")


def changed(*operations, leniency=STRICT, present=never):
    """Return who joins and who leaves, None for everybody else."""
    others, steps = split(operations, GROUP, leniency, "g1")
    assert all(not other.value for other in others)
    change = fold(steps, GROUP, leniency, present)
    return [*change.joining], None if change.leaving is None else [*change.leaving]


def listed(*ids):
    return [{"value": member} for member in ids]


def test_add_joins():
    assert changed(operation("add", "members", listed("a", "b"))) == (["a", "b"], [])
    assert changed(operation("add", "MEMBERS", {"value": "a"})) == (["a"], [])
    assert changed(operation("add", f"{GROUP_URN}:members", listed("a"))) == (["a"], [])
    assert changed(operation("add", None, {"Members": listed("a")})) == (["a"], [])
    assert changed(operation("add", "members", [{"$ref": None, "value": "a"}])) == (["a"], [])
    assert changed(
        operation("add", "members", [{"value": "a", "name": "stray", "display": "Ann", "type": "User"}])
    ) == (["a"], [])


def test_the_same_member_joins_once():
    assert changed(operation("add", "members", listed("a", "a")), operation("add", "members", listed("a"))) == (
        ["a"],
        [],
    )


def test_a_filter_on_the_value_lets_leave_without_loading_anybody():
    assert changed(operation("remove", 'members[value eq "a"]')) == ([], ["a"])
    assert changed(operation("remove", 'members[value eq "a" or value EQ "b"]')) == ([], ["a", "b"])


def test_ids_are_compared_exactly():
    assert changed(operation("add", "members", listed("A")), operation("remove", 'members[value eq "a"]')) == (
        ["A"],
        ["a"],
    )


def test_remove_without_value_and_filter_lets_everybody_leave():
    assert changed(operation("remove", "members")) == ([], None)


def test_replace_leaves_only_those_who_are_named():
    assert changed(operation("replace", "members", listed("a"))) == (["a"], None)
    assert changed(operation("replace", None, {"members": listed("a")})) == (["a"], None)
    for nobody in ([], None):
        assert changed(operation("replace", "members", nobody)) == ([], None)


def test_the_last_word_on_a_member_counts():
    join, leave = operation("add", "members", listed("a")), operation("remove", 'members[value eq "a"]')
    assert changed(join, leave) == ([], ["a"])
    assert changed(leave, join) == (["a"], [])
    assert changed(operation("replace", "members", listed("a", "b")), leave) == (["b"], None)
    assert changed(join, operation("remove", "members")) == ([], None)
    assert changed(operation("remove", "members"), join) == (["a"], None)


def test_a_list_of_members_to_remove_is_a_dialect(entra, okta):
    """An RFC-literal server would empty the group: it refuses."""
    removal = operation("remove", "members", listed("a", "x"))
    for leniency in (entra, okta):
        assert changed(removal, leniency=leniency) == ([], ["a", "x"])
        assert changed(operation("remove", "members", []), leniency=leniency) == ([], [])
    with pytest.raises(InvalidValue, match=r'members\[value eq "…"\]'):
        changed(removal)


@pytest.mark.parametrize(
    "value",
    [
        [{}],
        [None],
        [{"value": None}],
        [{"value": ""}],
        [""],
        [{"type": "User"}],
        [{"display": "Ann"}],
        {"members": [{"value": "a"}]},
        [{"value": "a"}, {"id": "b"}],
    ],
)
def test_a_value_that_names_nobody_is_refused_instead_of_taken_for_nobody(entra, value):
    for verb in ("add", "replace", "remove"):
        with pytest.raises(InvalidValue):
            changed(operation(verb, "members", value), leniency=entra)
    with pytest.raises(InvalidValue):
        taken_from(accept({"schemas": [GROUP_URN], "displayName": "Staff", "members": value}, GROUP, entra), GROUP)


def test_bare_ids_are_a_dialect(entra):
    assert changed(operation("add", "members", "a"), operation("add", "members", ["b"]), leniency=entra) == (
        ["a", "b"],
        [],
    )
    for bare in ("a", ["a"]):
        with pytest.raises(InvalidValue):
            changed(operation("add", "members", bare))


def test_a_filter_on_anything_else_reads_the_members():
    removal = operation("remove", 'members[type eq "User" and value ne "a"]')
    assert changed(removal, present=lambda: PRESENT) == ([], ["b"])
    assert changed(operation("remove", 'members[value sw "%"]'), present=lambda: PRESENT) == ([], [])
    assert changed(operation("remove", "members[value pr]"), present=lambda: PRESENT) == ([], ["a", "b", "g"])


def test_those_who_have_just_joined_are_selected_too():
    join, leave = operation("add", "members", listed("x", "y")), operation("remove", 'members[value sw "x"]')
    assert changed(join, leave, present=tuple) == (["y"], ["x"])
    assert changed(operation("replace", "members", listed("x", "y")), leave) == (["y"], None)


@pytest.mark.parametrize(
    "path", ["members.value", "members.type", 'members[value eq "a"].value', 'members.value[type eq "User"]']
)
def test_a_member_cannot_be_changed(path):
    """RFC 7643 §8.7.1: the sub-attributes of ``members`` are immutable."""
    for verb in ("add", "replace", "remove"):
        with pytest.raises(Mutability, match="remove the member and add another one"):
            changed(operation(verb, path, "x" if verb != "remove" else ...))


def test_members_are_not_added_through_a_filter():
    for verb in ("add", "replace"):
        with pytest.raises(InvalidPath, match="without a filter"):
            changed(operation(verb, 'members[value eq "a"]', {"value": "b"}))


@pytest.mark.parametrize("bracket", ["$ref pr", 'shoeSize eq "1"', "value eq 5", "value gt null"])
def test_a_filter_that_cannot_be_answered_is_refused(bracket):
    with pytest.raises(InvalidFilter):
        changed(operation("remove", f"members[{bracket}]"))


def test_other_attributes_are_left_to_the_document():
    rename = operation("replace", "displayName", "members")
    both = operation("replace", None, {"displayName": "New", "members": listed("a"), "x.members": 1})
    others, steps = split(
        [rename, both, operation("remove", "nomembers"), operation("add", None, "members")],
        GROUP,
        Dialect(ENTRA_ID),
        "g1",
    )
    assert others == [
        rename,
        operation("replace", None, {"displayName": "New", "x.members": 1}),
        operation("remove", "nomembers"),
        operation("add", None, "members"),
    ]
    assert [str(step.path) for step in steps] == ["members"]


def test_who_has_no_members_is_not_asked_for_them():
    document = {"displayName": "x"}
    assert taken_from(document, USER) == []
    sent = [
        operation("add", "members", listed("a")),
        operation("replace", f"{ENTERPRISE_USER_URN}:department", "members"),
    ]
    assert split(sent, USER, STRICT, "u1") == (sent, [])
    whole = operation("replace", f"{ENTERPRISE_USER_URN}", {"members": 1, "department": "x"})
    assert split([whole], USER, STRICT, "u1") == ([whole], [])


def test_an_extension_that_is_called_members_is_not_the_members():
    extension = Schema("urn:example:members", "X", "", (Attribute("members"),))
    club = ResourceType("Group", "/Groups", "", GROUP.schema, (Extension(extension),))
    sent = [operation("remove", "urn:example:members"), operation("add", "urn:example:members:members", "x")]
    assert split(sent, club, STRICT, "g1") == (sent, [])


def test_the_members_of_a_body_are_taken_out_of_it():
    document = {"displayName": "Staff", "members": [{"value": "a"}, {"value": "b", "type": "User"}]}
    assert taken_from(document, GROUP) == ["a", "b"]
    assert document == {"displayName": "Staff"}
    assert taken_from(document, GROUP) == []


def test_a_member_needs_an_id():
    with pytest.raises(InvalidValue, match="needs a 'value'"):
        ids_of(GROUP.attribute("members"), [{"value": "a"}, {"type": "User"}])


def test_a_change_knows_whether_anything_is_asked_for():
    assert MembershipChange().is_empty
    assert not MembershipChange({"a": None}).is_empty
    assert not MembershipChange(leaving={"a": None}).is_empty
    assert not MembershipChange(leaving=None).is_empty


# ---- the same, in a naive model: a set

_IDS = st.sampled_from("abcxyz")
_SOME = st.lists(_IDS, max_size=3)


def _model(before, steps):
    members = set(before)
    for verb, path, ids in steps:
        if verb == "add":
            members |= {*ids}
        elif verb == "replace":
            members = {*ids}
        elif path == "members":
            members -= {*ids} if ids is not None else members
        elif path.startswith("members[value sw"):
            members -= {member for member in members if member >= "x"}
        else:
            members -= {*ids}
    return members


_STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "replace"]), st.just("members"), _SOME)
    | st.tuples(st.just("remove"), st.just("members"), _SOME | st.none())
    | st.tuples(
        st.just("remove"),
        st.just('members[value sw "x" or value sw "y" or value sw "z"]'),
        st.just(()),
    )
    | _IDS.map(lambda member: ("remove", f'members[value eq "{member}"]', (member,))),
    max_size=8,
)


@given(st.sets(_IDS), _STEPS)
def test_folded_changes_do_what_they_would_do_one_by_one(before, steps):
    sent = [
        operation(verb, path, listed(*ids) if path == "members" and ids is not None else ...)
        for verb, path, ids in steps
    ]
    entra = Dialect(ENTRA_ID)
    others, found = split(sent, GROUP, entra, "g1")
    change = fold(found, GROUP, entra, lambda: [MemberReference(member, "User") for member in sorted(before)])
    left = set() if change.leaving is None else before - {*change.leaving}
    assert others == []
    assert left | {*change.joining} == _model(before, steps)
    assert not {*change.joining} & {*(change.leaving or ())}
