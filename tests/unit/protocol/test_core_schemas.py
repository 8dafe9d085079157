"""The schemas of RFC 7643 §4 have the characteristics of §8.7, but for the additions that Entra needs."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, USER
from scim_plugin.protocol.path import match_attribute_path


def leaf(resource_type, path):
    return resource_type.locate(match_attribute_path(path)).leaf


def test_user_name_is_required_unique_and_compared_without_case():
    user_name = leaf(USER, "userName")
    assert (user_name.required, user_name.uniqueness, user_name.case_exact) == (True, "server", False)
    assert USER.key == "userName"


def test_the_password_is_written_and_never_read():
    password = leaf(USER, "password")
    assert (password.mutability, password.returned) == ("writeOnly", "never")


@pytest.mark.parametrize("path", ["id", "externalId", "meta.version", "meta.location", "groups.value"])
def test_identifiers_are_case_exact(path):
    assert leaf(USER, path).case_exact


@pytest.mark.parametrize(
    "path", ["id", "meta", "groups", "groups.display", f"{ENTERPRISE_USER_URN}:manager.displayName"]
)
def test_what_the_server_computes_is_read_only(path):
    assert leaf(USER, path).mutability == "readOnly"


@pytest.mark.parametrize("path", ["members.value", "members.$ref", "members.type"])
def test_a_member_of_a_group_is_immutable(path):
    assert leaf(GROUP, path).mutability == "immutable"


@pytest.mark.parametrize("name", ["emails", "phoneNumbers", "ims", "photos", "addresses", "entitlements", "roles"])
def test_plural_attributes_have_type_and_primary(name):
    attribute = USER.attribute(name)
    assert attribute.multi_valued
    assert attribute.sub_attribute("primary").type == "boolean"
    assert attribute.sub_attribute("TYPE") is not None


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("emails", {"work", "home", "other"}),
        ("addresses", {"work", "home", "other"}),
        ("phoneNumbers", {"work", "home", "mobile", "fax", "pager", "other"}),
        ("roles", set()),
    ],
)
def test_canonical_types_are_published_so_that_entra_finds_its_targets(name, types):
    assert {*USER.attribute(name).sub_attribute("type").canonical_values} == types


@pytest.mark.parametrize("resource_type", [USER, GROUP], ids=lambda value: value.name)
def test_external_id_stands_in_both_core_schemas(resource_type):
    assert resource_type.schema.attribute("externalId") is not None


def test_the_display_name_of_a_group_is_required_and_its_key():
    assert leaf(GROUP, "displayName").required
    assert GROUP.key == "displayName"
