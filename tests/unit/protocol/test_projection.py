"""Which attributes an answer carries (RFC 7644 §3.4.2.5, §3.9, RFC 7643 §7 ``returned``)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, USER, USER_URN
from scim_plugin.protocol.projection import projection, written
from scim_plugin.protocol.schema import Attribute, Extension, ResourceType, Schema

ANN = {
    "schemas": [USER_URN, ENTERPRISE_USER_URN],
    "id": "u1",
    "userName": "ann",
    "name": {"givenName": "Ann", "familyName": "Müller"},
    "emails": [{"value": "a@b", "type": "work", "primary": True}, {"value": "c@d"}],
    ENTERPRISE_USER_URN: {"department": "Retail", "manager": {"value": "u2", "$ref": "https://host/Users/u2"}},
    "meta": {"resourceType": "User", "version": 'W/"1"'},
}


def shown(attributes=(), excluded=(), document=ANN, resource_type=USER):
    return projection(resource_type, tuple(attributes), tuple(excluded)).apply(document)


def test_everything_is_answered_when_nothing_is_asked():
    assert shown() is ANN
    assert shown(excluded=["shoeSize", "!"]) is ANN


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("userName", {"userName": "ann"}),
        ("USERNAME", {"userName": "ann"}),
        (f"{USER_URN.upper()}:userName", {"userName": "ann"}),
        ("name.givenName", {"name": {"givenName": "Ann"}}),
        ("name.middleName", {}),
        ("emails.type", {"emails": [{"type": "work"}]}),
        ("emails.display", {}),
        ("nickName", {}),
        ("shoeSize", {}),
        ("emails[type eq", {}),
        ("department", {}),
        (f"{ENTERPRISE_USER_URN}:department", {ENTERPRISE_USER_URN: {"department": "Retail"}}),
        (f"{ENTERPRISE_USER_URN}:manager.value", {ENTERPRISE_USER_URN: {"manager": {"value": "u2"}}}),
        (f"{ENTERPRISE_USER_URN}:costCenter", {}),
        (ENTERPRISE_USER_URN.lower(), {ENTERPRISE_USER_URN: ANN[ENTERPRISE_USER_URN]}),
        (USER_URN, {"userName": "ann", "name": ANN["name"], "emails": ANN["emails"]}),
        ("meta.version", {"meta": {"version": 'W/"1"'}}),
    ],
)
def test_what_is_asked_for_is_answered_beside_what_is_always(asked, answered):
    assert shown([asked]) == {"schemas": ANN["schemas"], "id": "u1", **answered}


def test_a_whole_attribute_wins_over_a_part_of_it():
    assert shown(["name", "name.givenName"])["name"] == ANN["name"]


@pytest.mark.parametrize(
    ("excluded", "gone"),
    [
        ("userName", {"userName"}),
        ("EMAILS", {"emails"}),
        (f"{USER_URN}:name", {"name"}),
        (ENTERPRISE_USER_URN, {ENTERPRISE_USER_URN}),
        ("meta", {"meta"}),
        ("id", set()),
        ("schemas", set()),
        (USER_URN, {"userName", "name", "emails"}),
    ],
)
def test_what_is_excluded_is_left_out_unless_it_is_always_returned(excluded, gone):
    assert shown(excluded=[excluded]) == {name: value for name, value in ANN.items() if name not in gone}


def test_a_part_of_an_attribute_can_be_excluded():
    assert shown(excluded=["emails.value"])["emails"] == [{"type": "work", "primary": True}]
    assert shown(excluded=["name.familyName"])["name"] == {"givenName": "Ann"}
    assert "name" not in shown(excluded=["name.familyName", "name.givenName"])
    assert "emails" not in shown(excluded=["emails.value", "emails.type", "emails.display", "emails.primary"])
    assert shown(excluded=[f"{ENTERPRISE_USER_URN}:manager"])[ENTERPRISE_USER_URN] == {"department": "Retail"}


def test_it_is_known_beforehand_which_computed_attributes_are_needed():
    """So that ``excludedAttributes=members`` never loads members."""
    assert projection(GROUP, (), ()).needs("members")
    assert not projection(GROUP, (), ("members",)).needs("members")
    assert not projection(GROUP, ("displayName",), ()).needs("members")
    assert projection(GROUP, ("members.value",), ()).needs("members")


@pytest.mark.requirement("7643-7-15")
def test_what_is_returned_on_request_only_is_not_in_every_answer():
    schema = Schema("urn:x:T", "T", "", (Attribute("a", returned="request"), Attribute("b")))
    kind = ResourceType("T", "/T", "", schema)
    document = {"schemas": ["urn:x:T"], "id": "1", "a": "A", "b": "B"}
    assert shown((), (), document, kind) == {"schemas": ["urn:x:T"], "id": "1", "b": "B"}
    assert shown(("a",), (), document, kind) == {"schemas": ["urn:x:T"], "id": "1", "a": "A"}


_NAMES = st.lists(
    st.sampled_from(
        [
            *(
                "schemas",
                "id",
                "meta",
                "password",
                "userName",
                "emails",
                "emails.value",
                "name.givenName",
                "groups.$ref",
            ),
            *(USER_URN, ENTERPRISE_USER_URN, f"{ENTERPRISE_USER_URN}:manager.value", f"{USER_URN}:id", "x"),
        ]
    )
    | st.text(max_size=5),
    max_size=4,
).map(tuple)


@given(_NAMES, _NAMES)
def test_whatever_is_asked_always_stays_and_never_never_shows(attributes, excluded):
    answer = shown(attributes, excluded, {**ANN, "password": "secret"} if attributes or excluded else ANN)
    assert (answer["schemas"], answer["id"]) == (ANN["schemas"], "u1")
    if not projection(USER, attributes, excluded).everything:
        assert "password" not in answer


@given(_NAMES, _NAMES)
def test_an_answer_is_a_part_of_the_document(attributes, excluded):
    def is_part(part, whole):
        if isinstance(part, dict):
            return all(name in whole and is_part(value, whole[name]) for name, value in part.items())
        if isinstance(part, list):
            return all(any(is_part(item, other) for other in whole) for item in part)
        return part == whole

    answer = shown(attributes, excluded)
    assert is_part(answer, ANN)
    assert all(value not in ([], {}) for value in answer.values())


_BADGE = "urn:x:2.0:badge"
_CARD = Schema(
    "urn:x:card",
    "Card",
    "",
    (
        Attribute("number", returned="request"),
        Attribute("colour"),
        Attribute(
            "owner",
            "complex",
            sub_attributes=(
                Attribute("value", returned="always"),
                Attribute("display"),
                Attribute("phone", returned="request"),
            ),
        ),
        Attribute("doors", "complex", multi_valued=True, sub_attributes=(Attribute("value", returned="request"),)),
    ),
)
CARD = ResourceType(
    "Card",
    "/Cards",
    "",
    _CARD,
    (Extension(Schema(_BADGE, "Badge", "", (Attribute("chip", returned="request"), Attribute("print")))),),
)
GOLD = {
    "number": "7",
    "colour": "gold",
    "owner": {"value": "u1", "display": "Ann", "phone": "12"},
    "doors": [{"value": "west"}],
    _BADGE: {"chip": "c", "print": "p"},
}


@pytest.mark.parametrize(
    ("attributes", "excluded", "left"),
    [
        ((), (), {"colour": "gold", "owner": {"value": "u1", "display": "Ann"}, _BADGE: {"print": "p"}}),
        (("number",), (), {"number": "7"}),
        (("owner",), (), {"owner": {"value": "u1", "display": "Ann"}}),
        (("owner.phone",), (), {"owner": {"value": "u1", "phone": "12"}}),
        (("owner", "owner.phone"), (), {"owner": {"value": "u1", "display": "Ann", "phone": "12"}}),
        (("doors",), (), {}),
        (("doors.value",), (), {"doors": [{"value": "west"}]}),
        ((_BADGE,), (), {_BADGE: {"chip": "c", "print": "p"}}),
        ((), ("owner.value", "owner.display", _BADGE), {"colour": "gold", "owner": {"value": "u1"}}),
    ],
)
def test_parts_of_an_attribute_are_returned_as_they_are_declared(attributes, excluded, left):
    assert shown(attributes, excluded, GOLD, CARD) == left


def _patch(*operations):
    return {"schemas": ["x"], "OPERATIONS": list(operations)}


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ({"colour": "red"}, set()),
        ({"Number": "8", "doors": [{"value": "x"}, 5]}, {"number", "doors.value"}),
        ({"owner": {"phone": "1"}}, {"owner.phone"}),
        ({_BADGE: {"chip": "x"}}, {f"{_BADGE}:chip"}),
        ({f"{_BADGE}:chip": "x"}, {f"{_BADGE}:chip"}),
        (_patch({"op": "add", "path": "number", "value": "8"}), {"number"}),
        (_patch({"op": "add", "path": 'doors[value eq "a"].value', "value": "8"}), set()),
        (_patch({"op": "add", "Path": "owner.phone", "value": "8"}), {"owner.phone"}),
        (_patch({"op": "add", "value": {"number": "8", _BADGE: {"chip": "1"}}}), {"number", f"{_BADGE}:chip"}),
        (_patch({"op": "replace", "path": _BADGE, "value": {"chip": "1"}}), {f"{_BADGE}:chip"}),
        (_patch(5, {"op": "add", "value": "x"}), set()),
        ("nonsense", set()),
    ],
)
def test_what_was_written_is_returned_with_the_answer_to_it(message, names):
    assert set(written(CARD, message)) == names
    assert written(USER, message) == ()


def test_what_was_written_is_part_of_the_answer_unless_the_client_asks_for_other_things():
    assert projection(CARD, (), (), ("number", f"{_BADGE}:chip", "owner.phone")).apply(GOLD) == {
        name: value for name, value in GOLD.items() if name != "doors"
    }
    assert projection(CARD, ("colour",), (), ("number",)).apply(GOLD) == {"colour": "gold"}
    assert projection(CARD, (), ("number", "owner.phone"), ("number", "owner.phone")).apply(GOLD) == {
        "colour": "gold",
        "owner": {"value": "u1", "display": "Ann"},
        _BADGE: {"print": "p"},
    }
