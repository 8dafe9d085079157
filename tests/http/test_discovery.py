import pytest
from falcon.testing import TestClient

from scim_falcon import HttpSettings, create_app
from tests.http.canned import Desk, Log, client_of

USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"


def get(path, **options):
    return client_of(Desk())[0].simulate_get(f"/scim/v2{path}", **options)


def test_the_configuration_is_answered():
    answer = get("/ServiceProviderConfig")
    assert answer.json["meta"]["location"] == "https://scim.example.com/scim/v2/ServiceProviderConfig"
    assert answer.headers["Content-Type"] == "application/scim+json"


@pytest.mark.parametrize(("path", "ids"), [("/ResourceTypes", {"User", "Group"}), ("/Schemas", {USER_URN})])
def test_a_catalogue_is_a_list_of_all_entries(path, ids):
    answer = get(path).json
    assert answer["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
    assert answer["totalResults"] == answer["itemsPerPage"] == len(answer["Resources"])
    assert ids <= {entry["id"] for entry in answer["Resources"]}


@pytest.mark.parametrize("path", ["/ResourceTypes/User", f"/Schemas/{USER_URN}", f"/Schemas/{USER_URN.upper()}"])
def test_one_entry_is_found_by_its_id(path):
    answer = get(path).json
    assert answer["id"].lower() == path.rpartition("/")[2].lower()


@pytest.mark.parametrize("path", ["/Schemas/urn:nothing", "/ResourceTypes/Nothing"])
def test_an_unknown_entry_is_404(path):
    assert get(path).status_code == 404


@pytest.mark.parametrize("path", ["/ServiceProviderConfig", "/Schemas", f"/Schemas/{USER_URN}", "/ResourceTypes"])
def test_discovery_cannot_be_filtered(path):
    assert get(path, params={"Filter": "id pr"}).status_code == 403


def test_discovery_needs_a_credential_unless_the_settings_say_otherwise():
    closed = TestClient(create_app(Desk(), HttpSettings(log=Log())))
    opened = TestClient(create_app(Desk(), HttpSettings(log=Log(), discovery_without_credential=True)))
    for path in ("/scim/v2/Schemas", "/scim/v2/ServiceProviderConfig", "/scim/v2/ResourceTypes/User"):
        assert closed.simulate_get(path).status_code == 401
        assert opened.simulate_get(path).status_code == 200
        assert opened.simulate_post(path).status_code == 401
        assert opened.simulate_get(path, headers={"Authorization": "Bearer unknown"}).status_code == 401
    for path in ("/scim/v2/Users", "/scim/v2/SchemasX", "/Schemas", "/scim/v2/Users/Schemas", "/scim/v2"):
        assert opened.simulate_get(path).status_code == 401
