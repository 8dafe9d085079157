"""PATCH of what a schema other than those of RFC 7643 §4 may declare: immutable, required and simple plural values."""

import pytest

from scim_plugin.protocol.errors import Mutability
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.patch import Operation, apply
from scim_plugin.protocol.schema import Attribute, ResourceType, Schema

_SCHEMA = Schema(
    "urn:example:Shoe",
    "Shoe",
    "",
    (
        Attribute("maker", mutability="immutable"),
        Attribute(
            "heel",
            "complex",
            sub_attributes=(
                Attribute("height", "integer", mutability="immutable"),
                Attribute("kind", required=True),
                Attribute("colour"),
            ),
        ),
        Attribute("tags", multi_valued=True),
    ),
)
SHOE = ResourceType("Shoe", "/Shoes", "", _SCHEMA)


def shoe(verb, path, value=..., **attributes):
    document = {"schemas": ["urn:example:Shoe"], **attributes}
    operation = Operation(verb, path, None if value is ... else value, has_value=value is not ...)
    return {name: left for name, left in apply(document, [operation], SHOE, STRICT).items() if name != "schemas"}


def test_an_immutable_value_may_be_set_and_repeated_but_not_changed():
    """RFC 7643 §7."""
    assert shoe("add", "maker", "x") == {"maker": "x"}
    assert shoe("replace", "maker", "x", maker="x") == {"maker": "x"}
    heel = {"kind": "flat", "height": 3}
    assert shoe("add", "heel.height", 3, heel={"kind": "flat"}) == {"heel": heel}
    assert shoe("replace", "heel.height", 3, heel=heel) == {"heel": heel}
    for verb, path, value in (
        ("replace", "maker", "y"),
        ("remove", "maker", ...),
        ("replace", "maker", None),
        ("replace", "heel.height", 4),
        ("remove", "heel.height", ...),
    ):
        with pytest.raises(Mutability):
            shoe(verb, path, value, maker="x", heel=heel)


def test_a_required_sub_attribute_cannot_be_removed():
    with pytest.raises(Mutability, match=r"heel\.kind"):
        shoe("remove", "heel.kind", heel={"kind": "flat"})


def test_simple_values_are_added_once():
    assert shoe("add", "tags", ["b", "c"], tags=["a", "b"]) == {"tags": ["a", "b", "c"]}
    assert shoe("replace", "tags", ["c"], tags=["a", "b"]) == {"tags": ["c"]}
    assert shoe("replace", "tags", [], tags=["a", "b"]) == {}


def test_listed_simple_values_are_removed_where_that_is_permitted(entra):
    document = {"schemas": ["urn:example:Shoe"], "tags": ["a", "b"]}
    removal = Operation("remove", "tags", ["b", "c"], has_value=True)
    assert apply(document, [removal], SHOE, entra)["tags"] == ["a"]
