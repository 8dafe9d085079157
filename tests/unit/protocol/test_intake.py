"""Taking in the body of a POST or PUT (RFC 7643 §2, RFC 7644 §3.3, §3.5.1)."""

import pytest
from hypothesis import given

from scim_plugin.protocol.characteristics import check_immutable
from scim_plugin.protocol.core_schemas import (
    ENTERPRISE_USER_SCHEMA,
    ENTERPRISE_USER_URN,
    GROUP,
    GROUP_URN,
    USER,
    USER_URN,
)
from scim_plugin.protocol.errors import InvalidSyntax, InvalidValue, Mutability
from scim_plugin.protocol.intake import MAX_MEMBERS, accept
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.representation import Addresses, GroupReference, Representation, computed_attributes
from scim_plugin.protocol.schema import Attribute, Extension, ResourceType, Schema
from tests.unit.strategies import leniencies, users

ANN = {"schemas": [USER_URN], "userName": "ann"}
STAFF = {"schemas": [GROUP_URN], "displayName": "Staff"}


def user(leniency=STRICT, **attributes):
    """Return what is kept of a User with *attributes*, without ``schemas`` and ``userName``."""
    accepted = accept({**ANN, **attributes}, USER, leniency)
    return {name: value for name, value in accepted.items() if name not in ("schemas", "userName")}


@pytest.mark.parametrize("body", [None, [], "x", 1, True, [ANN]])
def test_a_body_is_an_object(body):
    with pytest.raises(InvalidSyntax, match="JSON object"):
        accept(body, USER, STRICT)


@pytest.mark.parametrize("schemas", [None, [], {}, "", USER_URN, [1], [None], [USER_URN, 1], True])
def test_a_body_without_schemas_is_refused(schemas):
    with pytest.raises(InvalidSyntax, match="must name its schemas"):
        accept({**ANN, "schemas": schemas}, USER, STRICT)


def test_a_body_must_name_the_core_schema():
    with pytest.raises(InvalidSyntax, match="must name its schemas"):
        accept({"userName": "ann"}, USER, STRICT)
    with pytest.raises(InvalidSyntax, match=r"must contain 'urn:ietf:params:scim:schemas:core:2\.0:User'"):
        accept({**ANN, "schemas": [GROUP_URN, ENTERPRISE_USER_URN]}, USER, STRICT)


def test_schemas_are_named_in_any_case_beside_foreign_ones_and_computed_anew():
    foreign = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/User"
    body = {"SCHEMAS": [foreign, USER_URN.upper(), ENTERPRISE_USER_URN], "userName": "ann"}
    assert accept(body, USER, STRICT) == {"schemas": [USER_URN], "userName": "ann"}
    with_data = {**ANN, ENTERPRISE_USER_URN.lower(): {"DEPARTMENT": "Retail"}}
    assert accept(with_data, USER, STRICT) == {
        "schemas": [USER_URN, ENTERPRISE_USER_URN],
        "userName": "ann",
        ENTERPRISE_USER_URN: {"department": "Retail"},
    }


def test_names_are_taken_in_any_case_and_kept_as_the_schema_spells_them():
    body = {
        "schemas": [USER_URN],
        "USERNAME": "Ann",
        "Name": {"GivenName": "Ann"},
        "emails": [{"Value": "a@b", "Primary": True}],
    }
    assert accept(body, USER, STRICT) == {
        "schemas": [USER_URN],
        "userName": "Ann",
        "name": {"givenName": "Ann"},
        "emails": [{"value": "a@b", "primary": True}],
    }


@pytest.mark.parametrize(
    "twice", [{"DisplayName": "a", "displayname": "b"}, {"name": {"givenName": "a", "GIVENNAME": "b"}}]
)
def test_a_name_given_twice_in_different_cases_is_refused(twice):
    with pytest.raises(InvalidSyntax, match="more than once"):
        user(**twice)


def test_what_a_client_may_not_set_is_ignored():
    assert user(id="9", meta={"version": "x"}, groups=[{"value": "g"}]) == {}
    manager = {"value": "m", "displayName": "Boss"}
    assert user(**{ENTERPRISE_USER_URN: {"manager": manager}}) == {ENTERPRISE_USER_URN: {"manager": {"value": "m"}}}


def test_what_no_schema_declares_is_dropped():
    assert (
        user(shoeSize=44, __class__="x", **{"urn:example:x": {"a": 1}}, name={"nick": "x"}, department="Retail") == {}
    )


def test_the_password_is_taken_and_not_kept():
    assert user(password="hunter2") == {}


@pytest.mark.parametrize(
    "attributes",
    [
        {"title": None},
        {"emails": None},
        {"emails": []},
        {"emails": [None, {}]},
        {"emails": [{"value": None}]},
        {"name": None},
        {"name": {}},
        {"name": {"givenName": None}},
        {ENTERPRISE_USER_URN: None},
        {ENTERPRISE_USER_URN: {}},
        {ENTERPRISE_USER_URN: {"manager": {"value": None}}},
    ],
)
def test_null_and_empty_and_absent_are_one_state(attributes):
    """RFC 7643 §2.5."""
    assert user(**attributes) == {}


@pytest.mark.parametrize("name", [None, "", ...])
def test_the_user_name_is_required(name):
    body = {"schemas": [USER_URN]} if name is ... else {**ANN, "userName": name}
    with pytest.raises(InvalidValue, match="'userName' is required"):
        accept(body, USER, STRICT)


@pytest.mark.requirement("7643-6-04")
def test_a_required_extension_must_have_data():
    strict_user = ResourceType("User", "/Users", "", USER.schema, (Extension(ENTERPRISE_USER_SCHEMA, required=True),))
    with pytest.raises(InvalidValue, match=r"enterprise:2\.0:User' is required"):
        accept(ANN, strict_user, STRICT)
    accept({**ANN, ENTERPRISE_USER_URN: {"department": "x"}}, strict_user, STRICT)


_WRONG = {
    "displayName": [1, True, [], ["a"], {}, {"value": "a"}],
    "active": [0, 1, "", "yes", "true", [], {}],
    "name": [1, "Ann", [], [{"givenName": "Ann"}], False],
    "emails": [1, "a@b", True, ["a@b"], [1], [["a"]], [{"value": 1}], [{"primary": "true"}], [{"type": ["work"]}]],
    "x509Certificates": [[{"value": "not base64!"}], [{"value": 5}]],
    ENTERPRISE_USER_URN: [1, "x", [], [{}], {"manager": "m"}, {"manager": [{"value": "m"}]}, {"department": 5}],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in _WRONG.items() for value in values])
def test_every_wrong_type_is_refused(name, value):
    with pytest.raises(InvalidValue, match="must be"):
        user(**{name: value})


def test_a_refusal_tells_what_is_expected_and_what_was_sent():
    with pytest.raises(InvalidValue, match="'active' must be true or false, but a string was sent"):
        user(active="yes")
    with pytest.raises(InvalidValue, match="'value' must be a string, but a number was sent"):
        user(emails=[{"value": 4.5}])


def test_a_single_object_stands_for_a_list_of_one():
    assert user(emails={"value": "a@b"}) == {"emails": [{"value": "a@b"}]}


@pytest.mark.parametrize("value", [[{"mail": "a@b"}], {"mail": "a@b"}, [{"value": "a"}, {"mail": "b"}]])
def test_a_value_of_which_nothing_is_understood_is_refused(value):
    """Taken as no value, it would silently empty the attribute."""
    with pytest.raises(InvalidValue, match="none of the sub-attributes"):
        user(emails=value)


@pytest.mark.parametrize("text", ["", "AQID", "AQ==", "A-_/+\r\nB="])
def test_binary_values_are_base64_of_either_alphabet(text):
    assert user(x509Certificates=[{"value": text, "type": "x"}])["x509Certificates"][0]["value"] == text


def test_a_strict_server_keeps_empty_strings():
    assert user(title="") == {"title": ""}


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udfff!"])
def test_what_cannot_be_stored_is_refused(text):
    for attributes in ({"title": text}, {"emails": [{"value": text}]}, {ENTERPRISE_USER_URN: {"department": text}}):
        with pytest.raises(InvalidValue, match="cannot be stored"):
            user(**attributes)


def test_strings_are_bounded_and_keys_more_so():
    assert user(title="x" * 8192)
    assert user(externalId="x" * 1000)
    for attributes in ({"title": "x" * 8193}, {"externalId": "x" * 1001}, {"userName": "x" * 1001}):
        with pytest.raises(InvalidValue, match="longer than"):
            user(**attributes)
    with pytest.raises(InvalidValue, match="longer than 1000"):
        accept({**STAFF, "displayName": "x" * 1001}, GROUP, STRICT)


def test_a_resource_is_bounded_as_a_whole():
    with pytest.raises(InvalidValue, match="The resource is larger than"):
        user(emails=[{"value": f"{number}" + "x" * 8000, "display": "y" * 8000} for number in range(100)])


def test_the_number_of_values_is_bounded():
    assert len(user(emails=[{"value": str(number)} for number in range(100)])["emails"]) == 100
    with pytest.raises(InvalidValue, match="more than 100 values"):
        user(emails=[{"value": str(number)} for number in range(101)])


def test_a_group_may_have_many_members():
    members = [{"value": str(number)} for number in range(MAX_MEMBERS)]
    assert len(accept({**STAFF, "members": members}, GROUP, STRICT)["members"]) == 100_000
    with pytest.raises(InvalidValue, match="more than 100000 values"):
        accept({**STAFF, "members": [*members, {"value": "x"}]}, GROUP, STRICT)


def test_values_are_not_repeated():
    """RFC 7643 §2.4: no two values have the same type and value."""
    emails = [
        {"value": "a", "type": "work"},
        {"value": "a", "type": "home"},
        {"value": "a", "type": "work", "display": "A"},
    ]
    assert user(emails=emails)["emails"] == [
        {"value": "a", "type": "work", "display": "A"},
        {"value": "a", "type": "home"},
    ]
    address = {"locality": "Bern", "type": "work"}
    assert user(addresses=[address, {"locality": "Basel"}, dict(address)])["addresses"] == [
        address,
        {"locality": "Basel"},
    ]


def test_only_one_value_is_primary(strict, entra):
    emails = [{"value": "a", "primary": True}, {"value": "b", "primary": True}, {"value": "c"}]
    with pytest.raises(InvalidValue, match="more than one primary"):
        user(strict, emails=emails)
    assert user(entra, emails=emails)["emails"] == [
        {"value": "a", "primary": True},
        {"value": "b", "primary": False},
        {"value": "c"},
    ]
    assert entra.used == {"several-primary": 1}


_SHOE = Schema(
    "urn:example:Shoe",
    "Shoe",
    "",
    (
        Attribute("size", "integer"),
        Attribute("weight", "decimal"),
        Attribute("bought", "dateTime"),
        Attribute("tags", multi_valued=True),
        Attribute("maker", mutability="immutable"),
        Attribute("heel", "complex", sub_attributes=(Attribute("height", "integer", mutability="immutable"),)),
    ),
)
SHOE = ResourceType("Shoe", "/Shoes", "", _SHOE)


def shoe(**attributes):
    return accept({"schemas": ["urn:example:Shoe"], **attributes}, SHOE, STRICT)


@pytest.mark.parametrize(
    "attributes",
    [{"size": 44}, {"weight": 1}, {"weight": 0.5}, {"bought": "2026-01-31T08:00:00Z"}, {"tags": ["a", "b"]}],
)
def test_every_type_of_the_rfc_is_known(attributes):
    assert shoe(**attributes) == {"schemas": ["urn:example:Shoe"], **attributes}


@pytest.mark.parametrize(
    "attributes",
    [
        {"size": 4.5},
        {"size": True},
        {"size": "44"},
        {"weight": True},
        {"weight": "1"},
        {"bought": "2026-01-31"},
        {"bought": 5},
        {"tags": "a"},
        {"tags": [1]},
    ],
)
def test_every_type_of_the_rfc_refuses_the_others(attributes):
    with pytest.raises(InvalidValue, match="must be"):
        shoe(**attributes)


@pytest.mark.parametrize(
    "attributes",
    [{"size": 2**63}, {"size": -(2**64)}, {"weight": 10**400}, {"weight": float("inf")}, {"weight": float("nan")}],
)
def test_a_number_that_no_store_holds_is_refused(attributes):
    with pytest.raises(InvalidValue, match="a number that cannot be stored"):
        shoe(**attributes)
    assert shoe(size=2**63 - 1, weight=-1.5e300)


def test_simple_values_are_not_repeated():
    assert shoe(tags=["a", "b", "a"])["tags"] == ["a", "b"]


def test_an_immutable_value_is_set_once():
    old = {"maker": "x"}
    check_immutable(old, {"maker": "x"}, SHOE)
    check_immutable({}, {"maker": "x"}, SHOE)
    for new in ({}, {"maker": "y"}):
        with pytest.raises(Mutability, match="maker"):
            check_immutable(old, new, SHOE)


HERE = Addresses("https://host/scim/v2")


@given(users, leniencies)
def test_an_answer_sent_back_changes_nothing(body, leniency):
    stored = accept(body, USER, leniency)
    row = Representation("u1", "User", "/Users", 1, 0, 0, groups=(GroupReference("g1", "Staff"),))
    answered = {**stored, **computed_attributes(row, HERE)}
    assert accept(answered, USER, leniency) == stored


@given(users, leniencies)
def test_an_accepted_document_holds_no_null_and_nothing_empty(body, leniency):
    def check(value):
        assert value is not None
        assert value not in ([], {})
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(inner)

    check(accept(body, USER, leniency))
