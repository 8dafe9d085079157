"""Mapping rules: what is refused, and what a document says about a member."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER
from scim_plugin.provisioning.mapping import (
    DEFAULT_MAPPING,
    Direction,
    InvalidMapping,
    check_mapping,
    preferred,
    projection,
    rule,
)
from scim_plugin.provisioning.member import Field

FIELDS = {
    field.name: field
    for field in (
        *(Field(name) for name in ("username", "email", "given_name", "family_name", "display_name", "note")),
        Field("newsletter", "boolean"),
        Field("is_staff", "boolean", confers_privilege=True),
    )
}

ANN = {
    "userName": "ann@host",
    "displayName": "Ann",
    "name": {"givenName": "Ann", "familyName": "Müller"},
    "active": True,
    "emails": [
        {"value": "home@x", "type": "home"},
        {"value": "work@x", "type": "work", "primary": True},
        {"value": "old@x", "type": "work"},
    ],
    "roles": [{"value": "User"}, {"value": "Admin", "primary": True, "display": "Administrator"}],
    ENTERPRISE_USER_URN: {"department": "Retail", "manager": {"value": "u2"}},
}


def problems(*rules):
    with pytest.raises(InvalidMapping) as refused:
        check_mapping(rules, USER, FIELDS)
    assert str(refused.value) == " ".join(refused.value.problems)
    return refused.value.problems


def read(path, document=ANN):
    return projection((rule(path, "note"),), USER).values(document, creating=False)["note"]


def test_the_default_mapping_works():
    check_mapping(DEFAULT_MAPPING, USER, FIELDS)
    mapped = projection(DEFAULT_MAPPING, USER)
    assert mapped.values(ANN, creating=True) == {
        "username": "ann@host",
        "email": "ann@host",
        "given_name": "Ann",
        "family_name": "Müller",
        "display_name": "Ann",
    }
    assert mapped.asserted_active(ANN) is True


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("userName", "ann@host"),
        ("USERNAME", "ann@host"),
        ("name.givenName", "Ann"),
        ("emails", "work@x"),
        ("emails.value", "work@x"),
        ("emails.type", "work"),
        ('emails[type eq "home"].value', "home@x"),
        ('emails[type eq "home"]', "home@x"),
        ('emails[type eq "WORK"].value', "work@x"),
        ('emails[type eq "fax"].value', None),
        ('emails[type eq "home"].display', None),
        ('roles[primary eq "True"].value', "Admin"),
        ("roles[primary eq true].display", "Administrator"),
        ("nickName", None),
        ("name.middleName", None),
        ("phoneNumbers", None),
        (f"{ENTERPRISE_USER_URN}:department", "Retail"),
        (f"{ENTERPRISE_USER_URN}:manager", "u2"),
        (f"{ENTERPRISE_USER_URN}:manager.value", "u2"),
        ("active", True),
    ],
)
def test_a_path_reads_the_selected_or_primary_or_first_value(path, value):
    check_mapping([rule(path, "note")], USER, FIELDS)
    assert read(path) == value


def test_without_a_primary_value_the_first_one_is_taken():
    assert read("emails", {"emails": [{"value": "a"}, {"value": "b"}]}) == "a"
    assert preferred([]) is None
    assert preferred(["a", "b"]) == "a"


def test_values_that_are_no_text_become_text():
    assert read("title", {"title": 5}) == "5"


def test_a_rule_may_apply_on_creation_only():
    mapped = projection((rule("userName", "username"), rule("title", "note", on_create_only=True)), USER)
    assert mapped.values(ANN, creating=False) == {"username": "ann@host"}
    assert mapped.values(ANN, creating=True) == {"username": "ann@host", "note": None}


def test_a_rule_may_go_from_the_host_to_the_idp():
    line = rule("nickName", "note", direction="to-scim")
    assert line.direction is Direction.TO_SCIM
    check_mapping([line], USER, FIELDS)
    mapped = projection((line,), USER)
    assert mapped.values(ANN, creating=True) == {}
    assert [(str(target), field) for target, field in mapped.to_scim] == [("nickName", "note")]


def test_access_is_asserted_only_where_it_is_mapped_and_sent():
    assert projection(DEFAULT_MAPPING, USER).asserted_active({**ANN, "active": False}) is False
    assert projection(DEFAULT_MAPPING, USER).asserted_active({"userName": "ann"}) is None
    assert projection((rule("userName", "username"),), USER).asserted_active(ANN) is None


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("shoeSize", "names no attribute of a User"),
        ("__class__", "is not usable"),
        ("name.shoeSize", "names no attribute"),
        ("department", "names no attribute"),
        ('emails[type eq "work"].shoeSize', "names no attribute"),
        ('name.givenName[familyName eq "x"].formatted', "names no attribute"),
        ('addresses[type eq "work"]', "names no attribute"),
        ("emails[", "is not usable: The filter"),
        ("emails[shoeSize pr].value", "is not usable"),
        ('userName[value eq "x"]', "is not usable"),
        ('emails[primary eq "yes"].value', "is not usable"),
        ("", "is not usable"),
        (ENTERPRISE_USER_URN, "is a whole schema extension"),
        ("name", "names a complex attribute"),
        ("addresses", "names a complex attribute"),
        ("password", "its value is never kept"),
    ],
)
def test_a_path_that_cannot_be_read_is_refused(path, reason):
    (problem,) = problems(rule(path, "note"))
    assert path in problem
    assert reason in problem


def test_an_unknown_field_is_refused_and_the_known_ones_are_named():
    (problem,) = problems(rule("title", "shoe_size"))
    assert "no field 'shoe_size'" in problem
    assert "active, display_name, email" in problem


def test_a_field_that_confers_privilege_cannot_be_named():
    (problem,) = problems(rule("active", "is_staff"))
    assert "confers privilege" in problem


def test_a_boolean_field_takes_booleans():
    check_mapping([rule("emails.primary", "newsletter")], USER, FIELDS)
    (problem,) = problems(rule("title", "newsletter"))
    assert "is a boolean, but 'title' is not" in problem


def test_access_takes_a_boolean_from_the_idp_on_every_write():
    (problem,) = problems(rule("title", "active"))
    assert "is no boolean" in problem
    for wrong in (rule("active", "active", direction="to-scim"), rule("active", "active", on_create_only=True)):
        (problem,) = problems(wrong)
        assert "on every write" in problem


@pytest.mark.parametrize(
    "path",
    ["userName", "id", "emails.value", "groups.display", f"{ENTERPRISE_USER_URN}:manager.displayName", "meta.version"],
)
def test_only_an_optional_single_value_can_be_answered_from_the_host(path):
    (problem,) = problems(rule(path, "note", direction="to-scim"))
    assert "cannot be answered from the host" in problem


def test_a_boolean_is_not_answered_from_text():
    (problem,) = problems(rule("active", "note", direction="to-scim"))
    assert "is a boolean, but the field 'note' is not" in problem
    check_mapping([rule("active", "newsletter", direction="to-scim")], USER, FIELDS)


def test_a_field_has_one_owner():
    (problem,) = problems(rule("userName", "note"), rule("title", "note"))
    assert problem == "The field 'note' is mapped twice."


def test_every_problem_is_told_at_once():
    assert len(problems(rule("shoeSize", "note"), rule("title", "shoe"), rule("title", "is_staff"))) == 3


def test_a_direction_is_one_of_two():
    with pytest.raises(ValueError, match="sideways"):
        rule("title", "note", direction="sideways")
