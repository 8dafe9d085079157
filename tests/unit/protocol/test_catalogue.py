"""The resource types of an integration, and how they are found."""

from scim_plugin.protocol.catalogue import BUILT_IN, Catalogue
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, GROUP_URN, USER, USER_URN
from scim_plugin.protocol.schema import Attribute, Extension, ResourceType, Schema

BADGE = Schema("urn:example:badge", "Badge", "", (Attribute("number"),))
CARD = ResourceType("Card", "/Cards", "", BADGE)


def test_an_integration_serves_users_and_groups():
    assert BUILT_IN.resource_types == (USER, GROUP)
    assert BUILT_IN.declaration == ""
    assert [schema.id for schema in BUILT_IN.schemas] == [USER_URN, ENTERPRISE_USER_URN, GROUP_URN]


def test_a_type_is_found_by_its_endpoint_and_by_its_name():
    catalogue = Catalogue((USER, GROUP, CARD))
    assert catalogue.by_endpoint == {"Users": USER, "Groups": GROUP, "Cards": CARD}
    assert catalogue.by_name == {"User": USER, "Group": GROUP, "Card": CARD}
    assert catalogue.endpoints == {"User": "/Users", "Group": "/Groups", "Card": "/Cards"}


def test_the_type_of_the_members_of_the_host_is_user():
    extended = ResourceType("User", "/Users", "", USER.schema, (Extension(BADGE),))
    assert Catalogue((extended, GROUP)).user is extended


def test_a_schema_that_several_types_share_is_served_once():
    other = ResourceType("Token", "/Tokens", "", BADGE)
    assert Catalogue((CARD, other)).schemas == (BADGE,)
