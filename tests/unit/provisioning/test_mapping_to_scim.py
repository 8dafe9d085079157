"""What the host may answer to the identity provider: optional, single values of a simple type."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER
from scim_plugin.provisioning.mapping import InvalidMapping, check_mapping, rule
from scim_plugin.provisioning.member import Field

FIELDS = {"screen_name": Field("screen_name"), "is_guest": Field("is_guest", "boolean")}


@pytest.mark.parametrize("path", ["nickName", "name.formatted", f"{ENTERPRISE_USER_URN}:costCenter", "profileUrl"])
def test_an_optional_single_value_can_be_answered_from_the_host(path):
    check_mapping([rule(path, "screen_name", direction="to-scim")], USER, FIELDS)


@pytest.mark.parametrize(
    "path", ["userName", "id", "meta.version", "emails.value", 'emails[type eq "work"].value', "groups.display"]
)
def test_what_is_required_computed_or_many_cannot_be_answered_from_the_host(path):
    with pytest.raises(InvalidMapping, match="cannot be answered from the host"):
        check_mapping([rule(path, "screen_name", direction="to-scim")], USER, FIELDS)


def test_a_text_cannot_be_answered_as_a_boolean():
    check_mapping([rule("active", "is_guest", direction="to-scim")], USER, FIELDS)
    with pytest.raises(InvalidMapping, match="The path 'active' is a boolean, but the field 'screen_name' is not"):
        check_mapping([rule("active", "screen_name", direction="to-scim")], USER, FIELDS)
    with pytest.raises(InvalidMapping, match="The field 'is_guest' is a boolean, but 'nickName' is not"):
        check_mapping([rule("nickName", "is_guest", direction="to-scim")], USER, FIELDS)
