"""RFC 7643 §5 to §8: ServiceProviderConfig, ResourceTypes, Schemas, and what a schema says of attributes."""

import tomllib
from pathlib import Path

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP_URN, USER_URN
from tests.conformance.scim import group, user

CONFIG_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE_URN = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA_URN = "urn:ietf:params:scim:schemas:core:2.0:Schema"
_PRINTED = tomllib.loads((Path(__file__).parent / "rfc7643_schemas.toml").read_text("utf-8"))
_DEFAULTS = {"readWrite", "default", "none", None}

# Where our schemas are not what RFC 7643 prints: by URN and name, what ours say.
_DEPARTURES = {
    (USER_URN, "externalId"): "string caseExact",  # common to all resources; Entra looks for it here
    (USER_URN, "addresses.primary"): "boolean",  # §4.1.2 and §2.4 have it; the printed schema forgot it
    (USER_URN, "groups.value"): "string caseExact readOnly",  # an id, which is caseExact (§3.1)
    (GROUP_URN, "externalId"): "string caseExact",
    (GROUP_URN, "displayName"): "string required",  # REQUIRED in §4.2, errata 5368
    (GROUP_URN, "members.value"): "string caseExact immutable",
}


@pytest.fixture
def config(scim):
    """Return the ServiceProviderConfig."""
    return scim.get("/ServiceProviderConfig").body


@pytest.mark.requirement("7643-5-01")
def test_the_service_provider_config_can_only_be_read(scim, config):
    assert config["schemas"] == [CONFIG_URN]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = scim.ask(method, "/ServiceProviderConfig", {**config, "patch": {"supported": False}})
        assert answer.status == 405
        assert "GET" in answer.headers["Allow"]
    assert scim.get("/ServiceProviderConfig").body == config


@pytest.mark.requirement("7643-5-02", "7643-5-05", "7643-5-06", "7643-5-07")
@pytest.mark.parametrize("feature", ["patch", "changePassword", "sort", "etag", "bulk", "filter"])
def test_the_configuration_says_whether_a_feature_is_supported(config, feature):
    assert isinstance(config[feature]["supported"], bool)


@pytest.mark.requirement("7643-5-03")
def test_the_configuration_says_how_large_a_bulk_request_may_be(config):
    assert config["bulk"].keys() == {"supported", "maxOperations", "maxPayloadSize"}
    assert config["bulk"]["maxOperations"] > 0
    assert config["bulk"]["maxPayloadSize"] > 0


@pytest.mark.requirement("7643-5-04")
def test_the_configuration_says_how_many_resources_a_page_has_at_most(config):
    assert config["filter"].keys() == {"supported", "maxResults"}
    assert config["filter"]["maxResults"] > 0


@pytest.mark.requirement("7643-5-08", "7643-5-10")
def test_the_configuration_names_its_authentication_schemes(config):
    assert config["authenticationSchemes"]
    for scheme in config["authenticationSchemes"]:
        assert scheme["type"] in {"oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"}
        assert scheme["name"]
        assert scheme["description"]


@pytest.mark.requirement("7643-5-09")
def test_the_authentication_schemes_can_be_read_without_a_credential_where_the_operator_allows_it(scim, config):
    stranger = {"Authorization": None}
    assert scim.ask("GET", "/ServiceProviderConfig", headers=stranger).status == 401
    open_to_all = scim.with_settings(discovery_without_credential=True)
    answer = open_to_all.ask("GET", "/ServiceProviderConfig", headers=stranger)
    assert answer.status == 200
    assert answer.body["authenticationSchemes"] == config["authenticationSchemes"]
    assert open_to_all.ask("GET", "/Users", headers=stranger).status == 401


@pytest.mark.requirement("7643-6-01")
def test_a_resource_type_can_only_be_read(scim):
    for entry in scim.get("/ResourceTypes").resources:
        assert entry["schemas"] == [RESOURCE_TYPE_URN]
        assert entry["name"]
        assert scim.get(entry["endpoint"]).status == 200
        assert entry["schema"]
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert scim.ask(method, f"/ResourceTypes/{entry['id']}", entry).status == 405
    assert scim.post("/ResourceTypes", {}).status == 405


@pytest.mark.requirement("7643-6-02", "7643-6-03")
def test_the_schemas_of_resource_types_are_served(scim):
    served = {schema["id"] for schema in scim.get("/Schemas").resources}
    for entry in scim.get("/ResourceTypes").resources:
        assert entry["schema"] in served
        for extension in entry.get("schemaExtensions", ()):
            assert extension["schema"] in served
            assert isinstance(extension["required"], bool)


@pytest.mark.requirement("7643-6-05")
def test_a_resource_type_bears_the_name_that_its_resources_have_in_meta(scim):
    scim.user()
    scim.group()
    for entry in scim.get("/ResourceTypes").resources:
        (resource,) = scim.get(entry["endpoint"]).resources
        assert resource["meta"]["resourceType"] == entry["name"]


@pytest.mark.requirement("7643-7-01")
def test_every_schema_that_a_resource_names_is_served(scim):
    created = [scim.user(**{ENTERPRISE_USER_URN: {"department": "Sales"}}), scim.group()]
    urns = {urn for resource in created for urn in resource["schemas"]}
    assert urns == {USER_URN, GROUP_URN, ENTERPRISE_USER_URN}
    for urn in urns:
        answer = scim.get(f"/Schemas/{urn}")
        assert answer.status == 200
        assert answer.body["id"] == urn


@pytest.mark.requirement("7643-7-02")
def test_a_schema_cannot_be_modified(scim):
    schema = scim.get(f"/Schemas/{USER_URN}").body
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert scim.ask(method, f"/Schemas/{USER_URN}", {**schema, "attributes": []}).status == 405
    assert scim.post("/Schemas", schema).status == 405
    assert scim.get(f"/Schemas/{USER_URN}").body == schema


@pytest.mark.requirement("7643-7-03")
def test_a_schema_has_its_urn_its_name_and_its_attributes(scim):
    for schema in scim.get("/Schemas").resources:
        assert schema["schemas"] == [SCHEMA_URN]
        assert schema["id"].startswith("urn:")
        assert schema["name"]
        assert schema["description"]
        assert schema["attributes"]


@pytest.mark.requirement("7643-7-04")
def test_a_definition_states_every_characteristic_that_its_type_can_have(scim):
    for definition in _definitions(scim).values():
        assert definition.keys() >= {"name", "type", "multiValued", "description", "required", "mutability", "returned"}
        if definition["type"] == "string":
            assert definition.keys() >= {"caseExact", "uniqueness"}, definition


@pytest.mark.requirement("7643-7-05")
def test_a_complex_attribute_lists_its_sub_attributes(scim):
    for definition in _definitions(scim).values():
        assert bool(definition.get("subAttributes")) == (definition["type"] == "complex"), definition


@pytest.mark.requirement("7643-7-06")
def test_a_reference_says_to_what(scim):
    for definition in _definitions(scim).values():
        assert bool(definition.get("referenceTypes")) == (definition["type"] == "reference"), definition


@pytest.mark.requirement("7643-8.7-01")
def test_our_schemas_are_those_of_the_rfc_but_for_the_departures_that_are_listed(scim):
    printed = {(urn, name): text for urn, attributes in _PRINTED.items() for name, text in attributes.items()}
    served = {place: _summary(definition) for place, definition in _definitions(scim).items()}
    assert served == {**printed, **_DEPARTURES}
    assert not {place for place, text in _DEPARTURES.items() if printed.get(place) == text}


@pytest.mark.requirement("7643-7-07")
def test_a_filter_honours_case_as_the_schema_says(scim):
    babs = scim.user("bjensen", externalId="AbC", title="Guide")
    assert scim.found('userName eq "BJENSEN" and title eq "GUIDE"') == {"bjensen"}
    assert scim.found('externalId eq "ABC"') == set()
    assert scim.found(f'id eq "{babs["id"].swapcase()}"') == set()
    assert scim.found('meta.resourceType eq "user"') == set()


@pytest.mark.requirement("7643-7-08")
def test_values_keep_their_case(scim):
    path = f"/Users/{scim.user('BJensen', externalId='AbC')['id']}"
    read = scim.get(path).body
    assert read["externalId"] == "AbC"
    assert read["userName"] == "BJensen"


@pytest.mark.requirement("7643-7-09")
def test_what_is_read_only_is_not_modified_by_a_client(scim):
    babs = scim.user()
    path = f"/Users/{babs['id']}"
    sent = {"id": "mine", "meta": {"created": "1990-01-01T00:00:00Z"}, "groups": [{"value": "staff"}]}
    replaced = scim.put(path, user(**sent)).body
    assert replaced["id"] == babs["id"]
    assert replaced["meta"]["created"] == babs["meta"]["created"]
    assert "groups" not in replaced
    for name, value in sent.items():
        answer = scim.patch(path, {"op": "replace", "path": name, "value": value})
        assert (answer.status, answer.scim_type) == (400, "mutability")


@pytest.mark.requirement("7643-7-12")
def test_what_is_always_returned_is_returned_whatever_is_asked_for(scim):
    path = f"/Users/{scim.user(nickName='Babs')['id']}"
    for query in ({"attributes": "nickName"}, {"excludedAttributes": "id,schemas,nickName"}):
        assert scim.get(path, **query).body.keys() >= {"id", "schemas"}
        assert scim.get("/Users", **query).resources[0].keys() >= {"id", "schemas"}


@pytest.mark.requirement("7643-7-14")
def test_what_is_returned_by_default_is_left_out_when_something_else_is_asked_for(scim):
    path = f"/Users/{scim.user(name={'givenName': 'Babs'}, emails=[{'value': 'b@example.com'}])['id']}"
    assert scim.get(path).body.keys() >= {"name", "emails", "meta"}
    assert scim.get(path, attributes="userName").body.keys() == {"schemas", "id", "userName"}


@pytest.mark.requirement("7643-7-16")
def test_what_is_declared_unique_is_unique(scim):
    unique = {place for place, each in _definitions(scim).items() if each.get("uniqueness") in ("server", "global")}
    assert unique == {(USER_URN, "userName")}
    scim.user("bjensen")
    assert scim.post("/Users", user("bjensen")).status == 409
    scim.group("Guides")
    assert scim.post("/Groups", group("guides")).status == 409


def _definitions(scim):
    """Return the definitions of all attributes and sub-attributes, by the URN of the schema and the dotted name."""
    found = {}
    for schema in scim.get("/Schemas").resources:
        for attribute in schema["attributes"]:
            found[schema["id"], attribute["name"]] = attribute
            for sub in attribute.get("subAttributes", ()):
                found[schema["id"], f"{attribute['name']}.{sub['name']}"] = sub
    return found


def _summary(definition):
    """Return *definition* in the words of rfc7643_schemas.toml."""
    words = [definition["type"], *(name for name in ("multiValued", "required", "caseExact") if definition.get(name))]
    stated = [definition.get(name) for name in ("mutability", "returned", "uniqueness")]
    words += [value for value in stated if value not in _DEFAULTS]
    for word, name in (("references", "referenceTypes"), ("of", "canonicalValues")):
        words += [word, "/".join(definition[name])] if name in definition else []
    return " ".join(words)
