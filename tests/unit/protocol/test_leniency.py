"""The literal RFC permits no departure and repairs nothing."""

import pytest

from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.errors import InvalidValue
from scim_plugin.protocol.leniency import STRICT, Departure, wrong_type


def test_the_literal_rfc_permits_nothing():
    assert not any(STRICT.permits(departure) for departure in Departure)


def test_the_literal_rfc_repairs_nothing():
    with pytest.raises(InvalidValue, match="'active' must be true or false, but a string was sent"):
        STRICT.repair(USER.attribute("active"), "True")
    role = {"displayName": "Admin"}
    assert STRICT.adapt(USER.attribute("roles"), role) is role


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        ("x", "a string"),
        (True, "a boolean"),
        (1, "a number"),
        (0.5, "a number"),
        ([], "an array"),
        ({}, "an object"),
    ],
)
def test_a_wrong_type_is_named_as_json_names_it(value, words):
    assert wrong_type(USER.attribute("name"), value) == f"The attribute 'name' must be an object, but {words} was sent."
