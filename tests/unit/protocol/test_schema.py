"""Finding attributes: names and URNs in any case (RFC 7643 §2.1, RFC 7644 §3.10)."""

import pytest

from scim_plugin.protocol.core_schemas import (
    ENTERPRISE_USER_SCHEMA,
    ENTERPRISE_USER_URN,
    GROUP,
    USER,
    USER_SCHEMA,
    USER_URN,
)
from scim_plugin.protocol.path import AttributePath, match_attribute_path
from scim_plugin.protocol.schema import UnknownAttribute


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("username", "userName"),
        ("NAME.GIVENNAME", "name.givenName"),
        ("meta.lastmodified", "meta.lastModified"),
        ("externalid", "externalId"),
        (f"{USER_URN.upper()}:emails.value", "emails.value"),
        (f"{USER_URN}:id", "id"),
        (f"{ENTERPRISE_USER_URN.lower()}:department", f"{ENTERPRISE_USER_URN}:department"),
        (f"{ENTERPRISE_USER_URN}:MANAGER.value", f"{ENTERPRISE_USER_URN}:manager.value"),
    ],
)
def test_a_path_is_found_in_any_case_and_spelled_as_the_schema_does(written, canonical):
    assert str(USER.locate(match_attribute_path(written))) == canonical


@pytest.mark.parametrize(
    "path",
    [
        AttributePath("shoeSize"),
        AttributePath("name", None, "shoeSize"),
        AttributePath("userName", None, "value"),
        AttributePath("department"),
        AttributePath("members"),
        AttributePath("__class__"),
        AttributePath("_meta", None, "database"),
        AttributePath("department", USER_URN),
        AttributePath("userName", ENTERPRISE_USER_URN),
        AttributePath("manager", ENTERPRISE_USER_URN, "shoeSize"),
        AttributePath("userName", "urn:example:unknown"),
    ],
    ids=str,
)
def test_an_attribute_that_no_schema_declares_does_not_exist(path):
    with pytest.raises(UnknownAttribute) as refused:
        USER.locate(path)
    assert str(refused.value) == str(path)


def test_the_leaf_is_the_definition_of_the_value_that_a_path_names():
    whole, part = USER.locate(match_attribute_path("emails")), USER.locate(match_attribute_path("emails.primary"))
    assert (whole.leaf.name, whole.leaf.type) == ("emails", "complex")
    assert (part.leaf.name, part.leaf.type) == ("primary", "boolean")
    assert part.extension is None
    assert USER.locate(match_attribute_path(f"{ENTERPRISE_USER_URN}:manager")).extension == ENTERPRISE_USER_URN


def test_schemas_and_resource_types_look_up_by_name():
    assert USER.attribute("MEMBERS") is None
    assert GROUP.attribute("MEMBERS").name == "members"
    assert USER_SCHEMA.attribute("username").required
    assert USER_SCHEMA.attribute("department") is None
    assert USER.extension(ENTERPRISE_USER_URN.upper()) is ENTERPRISE_USER_SCHEMA
    assert GROUP.extension(ENTERPRISE_USER_URN) is None
    assert [attribute.name for attribute in GROUP.attributes] == [
        *("schemas", "id", "externalId", "meta", "displayName", "members")
    ]


def test_a_definition_is_equal_only_to_itself():
    assert USER == USER  # noqa: PLR0124 - the point
    assert hash(USER) != hash(GROUP)
    assert USER.attribute("displayName") != GROUP.attribute("displayName")
