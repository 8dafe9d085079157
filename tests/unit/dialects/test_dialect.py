"""What each departure permits, that it is counted, and that nobody else has it."""

import pytest

from scim_plugin.dialects.dialect import ENTRA_ID, OKTA, PERMITTED, RFC_STRICT, Dialect
from scim_plugin.dialects.tolerances import TOLERANCES
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER, USER_URN
from scim_plugin.protocol.errors import InvalidSyntax, InvalidValue
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.leniency import Departure


def user(leniency, **attributes):
    accepted = accept({"schemas": [USER_URN], "userName": "ann", **attributes}, USER, leniency)
    return {name: value for name, value in accepted.items() if name not in ("schemas", "userName")}


MANAGER = {ENTERPRISE_USER_URN: {"manager": {"value": "u2"}}}

DEPARTURES = [
    (Departure.STRING_BOOLEAN, {"active": "True"}, {"active": True}),
    (Departure.STRING_BOOLEAN, {"active": "False"}, {"active": False}),
    (
        Departure.STRING_BOOLEAN,
        {"emails": [{"value": "a", "primary": "tRUE"}]},
        {"emails": [{"value": "a", "primary": True}]},
    ),
    (Departure.EMPTY_UNASSIGNS, {"active": ""}, {}),
    (Departure.EMPTY_UNASSIGNS, {"emails": ""}, {}),
    (Departure.EMPTY_UNASSIGNS, {"name": ""}, {}),
    (Departure.WRAPPED_SCALAR, {"title": [{"value": "Boss"}]}, {"title": "Boss"}),
    (Departure.WRAPPED_SCALAR, {"title": [{"$ref": None, "value": "Boss"}]}, {"title": "Boss"}),
    (Departure.WRAPPED_SCALAR, {"title": [{"value": None}]}, {}),
    (Departure.WRAPPED_SCALAR, {"active": [{"value": False}]}, {"active": False}),
    (Departure.BARE_REFERENCE, {ENTERPRISE_USER_URN: {"manager": "u2"}}, MANAGER),
    (Departure.ARRAY_FOR_OBJECT, {ENTERPRISE_USER_URN: {"manager": [{"value": "u2"}]}}, MANAGER),
    (Departure.ARRAY_FOR_OBJECT, {ENTERPRISE_USER_URN: {"manager": []}}, {}),
    (Departure.ARRAY_FOR_OBJECT, {"name": [{"givenName": "Ann"}]}, {"name": {"givenName": "Ann"}}),
]


@pytest.mark.parametrize(("departure", "sent", "kept"), DEPARTURES)
def test_a_departure_is_read_as_it_is_meant_and_counted(departure, sent, kept):
    for name in (ENTRA_ID, OKTA, RFC_STRICT):
        dialect = Dialect(name)
        if departure in PERMITTED[name]:
            assert user(dialect, **sent) == kept
            assert dialect.used[departure.value] >= 1
        else:
            with pytest.raises(InvalidValue):
                user(dialect, **sent)
            assert not dialect.used


def test_what_needs_no_departure_is_not_counted(entra):
    assert user(entra, active=True, emails=[{"value": "a", "primary": False}], roles=[{"value": "r", "display": "R"}])
    assert not entra.used


@pytest.mark.parametrize(
    "sent",
    [
        {"active": "yes"},
        {"active": 0},
        {"active": []},
        {"active": {}},
        {"active": [{"value": "yes"}]},
        {"title": 5},
        {"title": ["Boss"]},
        {"title": [{"value": 5}]},
        {"title": [{"value": [{"value": "Boss"}]}]},
        {"title": [{"value": "a"}, {"value": "b"}]},
        {"title": [{"value": "a", "type": "b"}]},
        {"title": [{"$ref": None}]},
        {"name": "Ann"},
        {"name": 5},
        {"name": [{}, {}]},
        {"name": ["Ann"]},
        {"emails": "a@b"},
        {"emails": 5},
        {"emails": ["a@b"]},
        {"emails": [[{"value": "a"}]]},
        {ENTERPRISE_USER_URN: {"manager": 5}},
        {ENTERPRISE_USER_URN: {"manager": ["u2"]}},
        {ENTERPRISE_USER_URN: {"manager": [{"value": "a"}, {"value": "b"}]}},
        {ENTERPRISE_USER_URN: ""},
    ],
)
def test_what_nobody_can_mean_is_refused(entra, sent):
    with pytest.raises(InvalidValue):
        user(entra, **sent)


def test_an_access_flag_never_becomes_true_by_accident(entra, okta):
    for leniency in (entra, okta):
        for value in ("False", "FALSE", "false"):
            assert user(leniency, active=value) == {"active": False}


def test_an_empty_string_unassigns_what_is_optional(entra, strict):
    sent = {
        "title": "",
        "name": {"givenName": "", "familyName": "M"},
        "emails": [{"value": ""}],
        ENTERPRISE_USER_URN: {"manager": "", "department": ""},
    }
    assert user(entra, **sent) == {"name": {"familyName": "M"}}
    assert user(entra, title=[{"value": ""}], active=[{"value": ""}]) == {}
    assert user(strict, title="") == {"title": ""}
    with pytest.raises(InvalidValue, match="'userName' is required"):
        user(entra, userName="")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"department": "Retail"}, {"department": "Retail"}),
        ({"Department": "Retail", "manager": "u2"}, {"department": "Retail", "manager": {"value": "u2"}}),
        ({f"{ENTERPRISE_USER_URN}:department": "Retail"}, {"department": "Retail"}),
        (
            {ENTERPRISE_USER_URN: {"costCenter": "1"}, "department": "Retail"},
            {"costCenter": "1", "department": "Retail"},
        ),
        ({"department": None, "manager": None}, None),
        ({"department": "", "manager": ""}, None),
        ({"urn:example:x:department": "Retail", "shoeSize": 44, "urn:x": 1}, None),
    ],
)
def test_attributes_of_an_extension_may_stand_at_the_root_for_entra_only(entra, okta, strict, sent, kept):
    assert user(entra, **sent).get(ENTERPRISE_USER_URN) == kept
    for leniency in (okta, strict):
        assert "department" not in user(leniency, **sent).get(ENTERPRISE_USER_URN, {})


def test_an_attribute_at_the_root_and_in_its_extension_is_given_twice(entra):
    with pytest.raises(InvalidSyntax, match="more than once"):
        user(entra, department="a", **{ENTERPRISE_USER_URN: {"department": "b"}})


ADMIN = '{"id": "06b0", "value": "Admin", "displayName": "Administrator"}'


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"value": "Admin", "displayName": "A"}, {"value": "Admin", "display": "A"}),
        ({"value": "Admin", "DisplayName": "A", "display": "B"}, {"value": "Admin", "display": "A"}),
        ({"value": "Admin", "displayName": None}, {"value": "Admin"}),
        ({"value": ADMIN}, {"value": "Admin", "display": "Administrator"}),
        ({"value": '{"value": "Admin"}', "type": "x"}, {"value": "Admin", "type": "x"}),
        ({"value": '{"value": "Admin", "displayName": 5}'}, {"value": "Admin"}),
        ({"value": ADMIN, "displayName": "A"}, {"value": "Admin", "display": "A"}),
    ],
)
def test_roles_come_as_entra_maps_them(entra, sent, kept):
    assert user(entra, roles=[sent]) == {"roles": [kept]}


@pytest.mark.parametrize(
    "text", ["{", "{}", "[]", '{"value": 1}', '{"id": "x"}', "{" * 9, '{"value": "x", "n": ' + "9" * 5000 + "}"]
)
def test_a_role_that_only_looks_like_json_is_a_string(entra, text):
    assert user(entra, roles=[{"value": text}]) == {"roles": [{"value": text}]}
    assert not entra.used


def test_roles_are_taken_literally_by_everybody_else(strict, okta):
    for leniency in (strict, okta):
        assert user(leniency, roles=[{"value": ADMIN, "displayName": "A"}]) == {"roles": [{"value": ADMIN}]}


def test_only_roles_are_read_like_that(entra):
    assert user(entra, emails=[{"value": ADMIN, "displayName": "A"}]) == {"emails": [{"value": ADMIN}]}


def test_the_strict_dialect_permits_nothing():
    strict = Dialect(RFC_STRICT)
    assert not any(strict.permits(departure) for departure in Departure)
    assert not strict.used


def test_every_departure_is_explained_and_sourced_and_needed_by_somebody():
    assert {*TOLERANCES} == {*Departure} == frozenset().union(*PERMITTED.values())
    for departure, tolerance in TOLERANCES.items():
        assert tolerance.departure is departure
        assert tolerance.meaning.endswith(".")
        assert tolerance.source
