"""ServiceProviderConfig, ResourceTypes and Schemas (RFC 7643 §5-§7, §8.5-§8.7)."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP_URN, USER_URN
from scim_plugin.protocol.discovery import (
    RESOURCE_TYPE_URN,
    SCHEMA_URN,
    resource_types,
    schemas,
    service_provider_config,
)
from scim_plugin.protocol.query import MAX_COUNT

BASE = "https://host/scim/v2"


def found(documents, name):
    return next(document for document in documents if document["id"] == name)


def test_the_configuration_has_every_required_attribute():
    config = service_provider_config(BASE)
    assert config["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]
    for name in ("patch", "bulk", "filter", "changePassword", "sort", "etag"):
        assert isinstance(config[name]["supported"], bool)
    assert {*config["bulk"]} == {"supported", "maxOperations", "maxPayloadSize"}
    assert config["filter"]["maxResults"] == config["pagination"]["maxPageSize"] == MAX_COUNT
    for scheme in config["authenticationSchemes"]:
        assert {"type", "name", "description"} <= {*scheme}
    assert config["meta"] == {"resourceType": "ServiceProviderConfig", "location": f"{BASE}/ServiceProviderConfig"}


def test_passwords_are_not_asked_for():
    assert not service_provider_config(BASE)["changePassword"]["supported"]


def test_a_resource_type_names_its_schema_and_its_extensions():
    user, group = found(resource_types(BASE), "User"), found(resource_types(BASE), "Group")
    assert user == {
        "schemas": [RESOURCE_TYPE_URN],
        "id": "User",
        "name": "User",
        "description": "User Account",
        "endpoint": "/Users",
        "schema": USER_URN,
        "schemaExtensions": [{"schema": ENTERPRISE_USER_URN, "required": False}],
        "meta": {"resourceType": "ResourceType", "location": f"{BASE}/ResourceTypes/User"},
    }
    assert "schemaExtensions" not in group


def test_each_schema_is_a_resource_found_by_its_urn():
    assert [schema["id"] for schema in schemas(BASE)] == [USER_URN, ENTERPRISE_USER_URN, GROUP_URN]
    for schema in schemas(BASE):
        assert schema["schemas"] == [SCHEMA_URN]
        assert schema["meta"] == {"resourceType": "Schema", "location": f"{BASE}/Schemas/{schema['id']}"}
        assert schema["name"]
        assert schema["description"]


def _definitions(attributes, prefix=""):
    for attribute in attributes:
        yield f"{prefix}{attribute['name']}", attribute
        yield from _definitions(attribute.get("subAttributes", []), f"{prefix}{attribute['name']}.")


ALL = [
    pytest.param(definition, id=f"{schema['name']} {path}")
    for schema in schemas(BASE)
    for path, definition in _definitions(schema["attributes"])
]


@pytest.mark.parametrize("definition", ALL)
def test_a_definition_has_the_characteristics_of_its_type_and_no_null(definition):
    assert {"name", "type", "multiValued", "description", "required", "mutability", "returned"} <= {*definition}
    assert definition["description"]
    assert all(value not in (None, [], {}) for value in definition.values())
    assert ("subAttributes" in definition) is (definition["type"] == "complex")
    if definition["type"] == "reference":
        assert definition["referenceTypes"]
    if definition["type"] in ("string", "reference"):
        assert isinstance(definition["caseExact"], bool)
        assert definition["uniqueness"] in ("none", "server", "global")


def _entra_targets(schema):
    """Return the targets that Entra's schema discovery makes of *schema*."""
    prefix = "" if ":core:" in schema["id"] else f"{schema['id']}:"
    for attribute in schema["attributes"]:
        name, subs = f"{prefix}{attribute['name']}", attribute.get("subAttributes", [])
        kinds = next((sub.get("canonicalValues", []) for sub in subs if sub["name"] == "type"), [])
        if attribute["name"] in ("manager", "members") or not subs:
            yield name
        elif not attribute["multiValued"]:
            yield from (f"{name}.{sub['name']}" for sub in subs)
        elif kinds:
            yield from (
                f'{name}[type eq "{kind}"].{sub["name"]}'
                for kind in kinds
                for sub in subs
                if sub["name"] not in ("type", "primary")
            )
        else:
            yield from (f'{name}[primary eq "True"].{sub["name"]}' for sub in subs if sub["name"] != "primary")


@pytest.mark.parametrize(
    "target",
    [
        *("userName", "active", "displayName", "title", "preferredLanguage", "externalId", "nickName", "userType"),
        *("name.givenName", "name.familyName", "name.formatted", "locale", "timezone", "members"),
        *('emails[type eq "work"].value', 'emails[type eq "other"].value', 'addresses[type eq "work"].formatted'),
        *('addresses[type eq "other"].formatted', 'addresses[type eq "work"].streetAddress'),
        *(f'phoneNumbers[type eq "{kind}"].value' for kind in ("work", "mobile", "fax")),
        'roles[primary eq "True"].value',
        *(f"{ENTERPRISE_USER_URN}:{name}" for name in ("employeeNumber", "department", "manager")),
    ],
)
def test_entra_finds_every_target_of_its_default_mapping(target):
    assert target in {target for schema in schemas(BASE) for target in _entra_targets(schema)}


def test_the_interop_profile_is_announced_where_it_is_kept():
    assert "interopProfileConformant" not in service_provider_config(BASE)
    assert service_provider_config(BASE, is_interop=True)["interopProfileConformant"] is True
