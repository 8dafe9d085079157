"""What is required, what never changes and what is never kept, wherever a schema says so."""

import pytest

from scim_plugin.protocol.characteristics import check_immutable, check_required, take_secrets
from scim_plugin.protocol.errors import InvalidValue, Mutability
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.patch import Operation, apply
from scim_plugin.protocol.schema import Attribute, Extension, ResourceType, Schema

BADGE = "urn:example:2.0:badge"
_SECRET = Attribute("pin", returned="never", mutability="writeOnly")
_MAKER = Attribute("maker", mutability="immutable")
_BADGE = Schema(BADGE, "Badge", "", (_MAKER, _SECRET, Attribute("colour"), Attribute("year", "integer")))
_PARTS = Attribute(
    "parts",
    "complex",
    multi_valued=True,
    sub_attributes=(Attribute("value", mutability="immutable"), Attribute("code", returned="never")),
)
_CASE = Attribute("case", "complex", sub_attributes=(_MAKER, _SECRET, Attribute("material")))
_TOOL = Schema(
    "urn:example:tool", "Tool", "", (_MAKER, _PARTS, _CASE, Attribute("key", returned="never", required=True))
)
TOOL = ResourceType("Tool", "/Tools", "", _TOOL, (Extension(_BADGE),))
SCHEMAS = {"schemas": ["urn:example:tool"]}


def taken(**document):
    secrets = {}
    take_secrets(document, TOOL, secrets)
    return document, secrets


def patched(document, verb, path, value=None):
    return apply({**SCHEMAS, **document}, [Operation(verb, path, value, value is not None)], TOOL, STRICT)


# ----------------------------------------------------------------------------------------------------- never returned


def test_what_is_never_returned_is_taken_out_wherever_it_stands():
    assert taken(key="k", maker="m") == ({"maker": "m"}, {"key": "k"})
    assert taken(case={"pin": "1", "material": "wood"}) == ({"case": {"material": "wood"}}, {"case.pin": "1"})
    assert taken(**{BADGE: {"pin": "1", "colour": "red"}}) == ({BADGE: {"colour": "red"}}, {f"{BADGE}:pin": "1"})
    parts = [{"value": "a", "code": "1"}, {"value": "b"}]
    assert taken(parts=parts) == ({"parts": [{"value": "a"}, {"value": "b"}]}, {"parts.code": "1"})


def test_an_object_of_secrets_alone_is_no_value():
    assert taken(case={"pin": "1"}) == ({}, {"case.pin": "1"})
    assert taken(parts=[{"code": "1"}]) == ({}, {"parts.code": "1"})
    assert taken(parts=[{"code": "1"}, {"value": "a"}]) == ({"parts": [{"value": "a"}]}, {"parts.code": "1"})
    assert taken(**{BADGE: {"pin": "1"}}) == ({}, {f"{BADGE}:pin": "1"})


def test_a_resource_is_kept_without_its_secrets():
    secrets = {}
    body = {**SCHEMAS, "key": "k", BADGE: {"pin": "1"}}
    assert accept(body, TOOL, STRICT, secrets) == SCHEMAS
    assert secrets == {"key": "k", f"{BADGE}:pin": "1"}


def test_a_required_secret_is_asked_for_when_the_resource_is_made_and_not_again():
    with pytest.raises(InvalidValue, match="'key' is required"):
        accept(SCHEMAS, TOOL, STRICT)
    assert accept(SCHEMAS, TOOL, STRICT, is_stored=True) == SCHEMAS
    assert patched({}, "add", "maker", "m")["maker"] == "m"
    check_required({}, TOOL, with_secrets=False)


# ----------------------------------------------------------------------------------------------------------- required

_CARD = Schema(
    "urn:x:card",
    "Card",
    "",
    (
        Attribute("seen", "complex", mutability="readOnly", sub_attributes=(Attribute("at", required=True),)),
        Attribute("owner", "complex", sub_attributes=(Attribute("value", required=True), Attribute("display"))),
        Attribute(
            "doors",
            "complex",
            multi_valued=True,
            sub_attributes=(Attribute("value", required=True), Attribute("floor", "integer")),
        ),
    ),
)
_CHIP = Schema("urn:x:chip", "Chip", "", (Attribute("serial", required=True), Attribute("colour")))
CARD = ResourceType("Card", "/Cards", "", _CARD, (Extension(_CHIP),))
CHIPPED = ResourceType("Card", "/Cards", "", _CARD, (Extension(_CHIP, required=True),))


@pytest.mark.parametrize(
    ("attributes", "missing"),
    [
        ({}, None),
        ({"owner": {"value": "u1"}, "doors": [{"value": "west"}], "urn:x:chip": {"serial": "1"}}, None),
        ({"owner": {"display": "Ann"}}, "The sub-attribute 'owner.value' is required"),
        ({"doors": [{"value": "west"}, {"floor": 1}]}, "The sub-attribute 'doors.value' is required"),
        ({"doors": [{"value": "", "floor": 1}]}, "The sub-attribute 'doors.value' is required"),
        ({"urn:x:chip": {"colour": "red"}}, "The attribute 'serial' is required"),
        ({"urn:x:chip": {"serial": "", "colour": "red"}}, "The attribute 'serial' is required"),
    ],
)
def test_what_is_required_inside_is_required_where_the_outside_is_used(attributes, missing):
    body = {"schemas": ["urn:x:card"], **attributes}
    if missing is None:
        assert {**accept(body, CARD, STRICT), "schemas": []} == {**attributes, "schemas": []}
        return
    with pytest.raises(InvalidValue, match=missing):
        accept(body, CARD, STRICT)


def test_a_required_extension_must_be_used():
    with pytest.raises(InvalidValue, match=r"^The schema extension 'urn:x:chip' is required\.$"):
        accept({"schemas": ["urn:x:card"]}, CHIPPED, STRICT)
    assert accept({"schemas": ["urn:x:card"], "urn:x:chip": {"serial": "1"}}, CHIPPED, STRICT)


# ---------------------------------------------------------------------------------------------------------- immutable


@pytest.mark.parametrize(
    ("old", "path"),
    [
        ({"maker": "m"}, "maker"),
        ({"case": {"maker": "m"}}, "case.maker"),
        ({BADGE: {"maker": "m"}}, f"{BADGE}:maker"),
    ],
)
def test_an_immutable_value_is_neither_changed_nor_dropped(old, path):
    check_immutable({}, old, TOOL)
    check_immutable(old, {**old, "parts": []}, TOOL)
    for new in ({}, {"maker": "x", "case": {"maker": "x"}, BADGE: {"maker": "x"}}):
        with pytest.raises(Mutability) as refused:
            check_immutable(old, new, TOOL)
        assert refused.value.attribute == path


def test_values_of_a_list_are_replaced_as_a_whole():
    check_immutable({"parts": [{"value": "a"}]}, {"parts": [{"value": "b"}]}, TOOL)


@pytest.mark.parametrize(
    ("verb", "path", "value"),
    [
        ("remove", BADGE, None),
        ("replace", BADGE, {"maker": "x"}),
        ("remove", f"{BADGE}:maker", None),
        ("replace", "case", {"maker": "x"}),
        ("remove", "case", None),
        ("replace", "case.maker", "x"),
    ],
)
def test_no_patch_gets_around_what_is_immutable(verb, path, value):
    with pytest.raises(Mutability):
        patched({BADGE: {"maker": "m"}, "case": {"maker": "m"}}, verb, path, value)


def test_what_stands_beside_an_immutable_value_can_be_changed():
    assert patched({BADGE: {"maker": "m"}}, "add", BADGE, {"colour": "red"})[BADGE] == {"maker": "m", "colour": "red"}
    assert patched({"case": {"maker": "m"}}, "add", "case.material", "wood")["case"] == {
        "maker": "m",
        "material": "wood",
    }
