"""What no two resources of a type may share."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.schema import Attribute, Extension, ResourceType, Schema
from scim_plugin.protocol.uniqueness import key_of, unique_targets, unique_values

_BADGE = Schema("urn:example:2.0:badge", "Badge", "", (Attribute("number", uniqueness="global"), Attribute("colour")))
_TOOL = Schema(
    "urn:example:tool",
    "Tool",
    "",
    (
        Attribute("name", required=True, uniqueness="server"),
        Attribute("serial", case_exact=True, uniqueness="server"),
        Attribute("slot", "integer", uniqueness="server"),
        Attribute("weight", "decimal", uniqueness="server"),
        Attribute("made", "dateTime", uniqueness="server"),
        Attribute("sharp", "boolean", uniqueness="server"),
        Attribute("tags", multi_valued=True, uniqueness="server"),
        Attribute(
            "parts",
            "complex",
            multi_valued=True,
            uniqueness="server",
            sub_attributes=(Attribute("value", uniqueness="server"), Attribute("type")),
        ),
    ),
)
TOOL = ResourceType("Tool", "/Tools", "", _TOOL, (Extension(_BADGE),), key="name")
EXACT = ResourceType(
    "Exact", "/Exact", "", Schema("urn:x:e", "", "", (Attribute("name", case_exact=True),)), (), "name"
)


def test_the_types_that_everybody_has_ask_for_nothing_beside_their_key():
    assert unique_targets(USER) == unique_targets(GROUP) == ()
    assert unique_values({"userName": "ann", "externalId": "1"}, USER) == frozenset()


def test_attributes_sub_attributes_and_those_of_extensions_are_unique_where_they_are_declared_so():
    names = {"serial", "slot", "weight", "made", "tags", "parts.value", "urn:example:2.0:badge:number"}
    assert {str(target) for target in unique_targets(TOOL)} == names


@pytest.mark.parametrize(
    ("document", "values"),
    [
        ({}, set()),
        ({"name": "hammer", "sharp": True}, set()),
        ({"serial": "A-1"}, {("serial", "A-1")}),
        ({"slot": 7}, {("slot", "7")}),
        ({"weight": 1}, {("weight", "1.0")}),
        ({"weight": 1.0}, {("weight", "1.0")}),
        ({"made": "1970-01-01T01:00:00+01:00"}, {("made", "0")}),
        ({"tags": ["A", "ｂ"]}, {("tags", "a"), ("tags", "b")}),
        ({"parts": [{"value": "X", "type": "y"}, {"type": "y"}]}, {("parts.value", "x")}),
        ({"urn:example:2.0:badge": {"number": "N7", "colour": "red"}}, {("urn:example:2.0:badge:number", "n7")}),
    ],
)
def test_values_are_compared_as_a_filter_compares_them(document, values):
    assert unique_values(document, TOOL) == values


@pytest.mark.parametrize(
    ("document", "kind", "key"),
    [
        ({"userName": "ÀNN"}, USER, "ànn"),
        ({}, USER, None),
        ({"name": "Hammer"}, TOOL, "hammer"),
        ({"name": "Hammer"}, EXACT, "Hammer"),
        ({"name": "x"}, ResourceType("T", "/T", "", _TOOL), None),
    ],
)
def test_the_key_of_a_type_is_compared_in_the_same_way(document, kind, key):
    assert key_of(document, kind) == key
