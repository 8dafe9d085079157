"""Whether what is stored fits other declarations."""

import pytest

from scim_plugin.protocol.catalogue import BUILT_IN
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER, USER_URN
from scim_plugin.protocol.declaration import declare
from scim_plugin.protocol.refit import Misfit, refitted

BADGE = "urn:example:2.0:badge"
ANN = {"schemas": [USER_URN, BADGE], "userName": "ann", BADGE: {"number": "N7"}}


def extended(*attributes, required=False):
    """Return a catalogue whose Users have an extension with these attributes."""
    return declare(
        {
            "schemas": [{"id": BADGE, "attributes": list(attributes)}],
            "resourceTypes": [{"name": "User", "schemaExtensions": [{"schema": BADGE, "required": required}]}],
        }
    )


NUMBERED = extended({"name": "number"})


def refit(document, after, before=NUMBERED, name="User"):
    return refitted(name, "u1", document, before, after)


def test_what_is_declared_in_addition_changes_nothing():
    after = extended({"name": "number"}, {"name": "colour"})
    assert refit(ANN, after) is after.user
    assert refit({"schemas": [USER_URN], "userName": "ann"}, NUMBERED, BUILT_IN) is NUMBERED.user


def test_the_order_of_extensions_does_not_matter():
    document = {**ANN, "schemas": [USER_URN, BADGE, ENTERPRISE_USER_URN], ENTERPRISE_USER_URN: {"department": "x"}}
    assert refit(document, extended({"name": "number"}, {"name": "colour"}))


def test_a_type_that_stays_the_same_is_not_looked_at():
    assert refit({"userName": 5}, BUILT_IN, BUILT_IN) is USER


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (BUILT_IN, f"It has values that are declared no more, or otherwise, in: {BADGE}."),
        (extended({"name": "colour"}), f"It has values that are declared no more, or otherwise, in: {BADGE}."),
        (extended({"name": "Number"}), f"It has values that are declared no more, or otherwise, in: {BADGE}."),
        (
            extended({"name": "number"}, {"name": "pin", "required": True}),
            "The attribute 'pin' is required and must not be empty.",
        ),
        (
            extended({"name": "number", "type": "integer"}),
            "The attribute 'number' must be an integer, but a string was sent.",
        ),
        (
            extended({"name": "number", "closed": True, "canonicalValues": ["N8"]}),
            "The attribute 'number' must be one of: N8.",
        ),
    ],
)
def test_nothing_stored_is_lost_or_becomes_invalid(after, reason):
    with pytest.raises(Misfit) as refused:
        refit(ANN, after)
    assert refused.value.reason == reason
    assert str(refused.value) == f"The User 'u1', which is stored, does not fit: {reason}"


def test_a_type_that_has_resources_cannot_go():
    with pytest.raises(Misfit, match="The Device 'u1', which is stored, does not fit: Its resource type is declared"):
        refit({}, NUMBERED, name="Device")
