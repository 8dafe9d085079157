"""Finding an attribute whose URN the identity provider leaves out."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, USER
from scim_plugin.protocol.location import locate
from scim_plugin.protocol.path import match_attribute_path
from scim_plugin.protocol.schema import UnknownAttribute


@pytest.mark.parametrize("name", ["manager", "Manager.value", "department"])
def test_an_attribute_of_an_extension_is_found_by_its_name_alone_where_that_is_permitted(strict, entra, name):
    path = match_attribute_path(name)
    assert str(locate(path, USER, entra)).lower() == f"{ENTERPRISE_USER_URN}:{name}".lower()
    assert entra.used == {"root-extension-attribute": 1}
    with pytest.raises(UnknownAttribute, match=name):
        locate(path, USER, strict)


@pytest.mark.parametrize("name", ["shoeSize", "manager.shoeSize", "urn:x:department", "name.shoeSize"])
def test_what_exists_nowhere_is_not_found(entra, name):
    with pytest.raises(UnknownAttribute):
        locate(match_attribute_path(name), USER, entra)


def test_the_core_schema_comes_first(entra):
    assert str(locate(match_attribute_path("TITLE"), USER, entra)) == "title"
    assert not entra.used
    with pytest.raises(UnknownAttribute):
        locate(match_attribute_path("department"), GROUP, entra)
