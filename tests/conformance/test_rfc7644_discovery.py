"""RFC 7644 §4: the endpoints that tell what the server can do."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP_URN, USER_URN
from tests.conformance.scim import LIST_RESPONSE

_CORE = "urn:ietf:params:scim:schemas:core:2.0"


@pytest.mark.requirement("7644-4-01")
def test_the_service_provider_config_is_a_resource(scim):
    answer = scim.get("/ServiceProviderConfig")
    assert (answer.status, answer.body["schemas"]) == (200, [f"{_CORE}:ServiceProviderConfig"])
    assert answer.body["meta"]["resourceType"] == "ServiceProviderConfig"


@pytest.mark.requirement("7644-4-02", "7644-4-03")
def test_schemas_are_listed_and_found_by_their_urn(scim):
    listed = scim.get("/Schemas").body
    assert listed["schemas"] == [LIST_RESPONSE]
    assert listed["totalResults"] == len(listed["Resources"])
    assert {USER_URN, GROUP_URN, ENTERPRISE_USER_URN} <= {schema["id"] for schema in listed["Resources"]}
    for schema in listed["Resources"]:
        assert schema["schemas"] == [f"{_CORE}:Schema"]
        assert scim.get(f"/Schemas/{schema['id']}").body == schema
        assert schema["meta"]["location"].endswith(f"/scim/v2/Schemas/{schema['id']}")


@pytest.mark.requirement("7644-4-04", "7644-4-05")
def test_resource_types_are_listed_and_found_by_their_name(scim):
    listed = scim.get("/ResourceTypes").body
    assert listed["schemas"] == [LIST_RESPONSE]
    assert {"User", "Group"} <= {kind["name"] for kind in listed["Resources"]}
    for kind in listed["Resources"]:
        assert kind["schemas"] == [f"{_CORE}:ResourceType"]
        assert scim.get(f"/ResourceTypes/{kind['name']}").body == kind
        assert scim.get(kind["endpoint"]).status == 200
        assert scim.get(f"/Schemas/{kind['schema']}").status == 200


@pytest.mark.requirement("7644-4-06")
@pytest.mark.parametrize("path", ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"])
def test_discovery_is_not_paged_sorted_or_projected(scim, path):
    whole = scim.get(path)
    for query in (
        {"count": 1},
        {"count": 0},
        {"startIndex": 2},
        {"sortBy": "id", "sortOrder": "descending"},
        {"attributes": "id"},
    ):
        assert scim.get(path, **query).body == whole.body


@pytest.mark.requirement("7644-4-07")
@pytest.mark.parametrize(
    "path", ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig", f"/Schemas/{USER_URN}", "/ResourceTypes/User"]
)
def test_discovery_is_not_filtered(scim, path):
    for name in ("filter", "FILTER"):
        answer = scim.get(path, **{name: 'id eq "User"'})
        assert (answer.status, answer.body["status"]) == (403, "403")


@pytest.mark.requirement("7644-4-08")
@pytest.mark.parametrize("path", ["/Schemas/urn:x", "/Schemas/User", "/ResourceTypes/Nope", "/ServiceProviderConfig/1"])
def test_what_discovery_does_not_know_is_404(scim, path):
    assert scim.get(path).status == 404
