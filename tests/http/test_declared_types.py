"""What integrations declare, over HTTP: types, extensions, and who may change passwords."""

from __future__ import annotations

import json

import pytest
from falcon.testing import TestClient

from scim_container.container import Container
from scim_plugin.protocol.core_schemas import USER_URN
from scim_plugin.protocol.declaration import declare
from scim_plugin.provisioning.integration import PasswordPolicy
from scim_plugin.provisioning.mapping import DEFAULT_MAPPING, rule
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from tests.http.conftest import STORES, open_store

CONTOSO = "urn:ietf:params:scim:schemas:extension:Contoso.v2:2.0:User"
TOOL = "urn:example:2.0:Tool"
BADGES = declare(
    {
        "schemas": [{"id": CONTOSO, "attributes": [{"name": "badge", "uniqueness": "server"}]}],
        "resourceTypes": [{"name": "User", "schemaExtensions": [{"schema": CONTOSO}]}],
    }
)
TOOLS = declare(
    {
        "schemas": [
            {
                "id": TOOL,
                "attributes": [
                    {"name": "name", "required": True},
                    {"name": "weight", "type": "decimal"},
                    {"name": "pin", "returned": "request"},
                    {"name": "shape", "returned": "always"},
                ],
            }
        ],
        "resourceTypes": [{"name": "Tool", "endpoint": "/Tools", "schema": TOOL, "key": "name"}],
    }
)


class Passwords:
    """A host that takes every password."""

    def __init__(self):
        self.taken = []

    def set_password(self, tenant, member_id, password):
        self.taken.append((tenant, member_id, password))


class Service:
    """A service over a store of this kind, and its integrations, each with a secret."""

    def __init__(self, store):
        self.store = store
        self.passwords = Passwords()
        self.container = Container(
            open_unit=store.open_unit,
            host_members=store.members,
            host_groups=store.groups,
            host_passwords=self.passwords,
            several_enabled=True,
            catalogue=BADGES,
        )
        self.client = TestClient(self.container.wsgi_app())

    def add(self, **settings):
        """Add an integration; return the function that asks as its identity provider."""
        draft = IntegrationDraft(**{"name": "Test", "type": "entra-id", **settings})
        secret = self.container.add_integration()(draft, enabled=True).key

        def ask(method, path, body=None, **query):
            answer = self.client.simulate_request(
                method,
                f"/scim/v2{path}",
                params=query,
                headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/scim+json"},
                body=None if body is None else json.dumps(body),
            )
            return answer.status_code, json.loads(answer.content) if answer.content else None

        return ask


@pytest.fixture(params=STORES)
def service(request, tmp_path):
    store = open_store(request.param, tmp_path)
    yield Service(store)
    if request.param != "memory":
        store.close()


def tool(name="hammer", **attributes):
    return {"schemas": [TOOL], "name": name, **attributes}


def test_a_custom_attribute_of_entra_reaches_the_member(service):
    """Entra leaves the URN of a custom extension out of ``schemas``."""
    service.store.members.add_field("badge")
    ask = service.add(mapping=(*DEFAULT_MAPPING, rule(f"{CONTOSO}:badge", "badge")))
    status, made = ask("POST", "/Users", {"schemas": [USER_URN], "userName": "ann", CONTOSO: {"badge": "N7"}})
    assert (status, made["schemas"], made[CONTOSO]) == (201, [USER_URN, CONTOSO], {"badge": "N7"})
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Replace", "value": {f"{CONTOSO}:badge": "N8"}}],
    }
    status, changed = ask("PATCH", f"/Users/{made['id']}", patch)
    assert (status, changed[CONTOSO]) == (200, {"badge": "N8"})
    assert [member.fields["badge"] for member in service.store.members.list("default")] == ["N8"]
    status, found = ask("GET", "/Users", filter=f'{CONTOSO}:badge eq "n8"', attributes=CONTOSO)
    assert (found["totalResults"], found["Resources"][0][CONTOSO]) == (1, {"badge": "N8"})
    status, refused = ask("POST", "/Users", {"schemas": [USER_URN], "userName": "bob", CONTOSO: {"badge": "n8"}})
    assert (status, refused["scimType"]) == (409, "uniqueness")


def test_a_type_of_one_integration_is_unknown_to_another(service):
    mine, theirs = service.add(catalogue=TOOLS), service.add()
    status, made = mine("POST", "/Tools", tool())
    assert status == 201
    for path in ("/Tools", f"/Tools/{made['id']}", "/ResourceTypes/Tool", f"/Schemas/{TOOL}"):
        assert mine("GET", path)[0] == 200
        assert theirs("GET", path)[0] == 404
    assert theirs("POST", "/Tools", tool())[0] == 404
    assert mine("GET", f"/Schemas/{CONTOSO}")[0] == 404
    assert theirs("GET", f"/Schemas/{CONTOSO}")[0] == 200
    assert theirs("GET", "/", filter='id eq "x"')[1]["totalResults"] == 0


def test_what_is_returned_depends_on_how_it_is_declared(service):
    ask = service.add(catalogue=TOOLS)
    status, made = ask("POST", "/Tools", tool(pin="1234", shape="round", weight=1.5))
    assert (status, made["pin"], made["weight"]) == (201, "1234", 1.5)
    path = f"/Tools/{made['id']}"
    assert "pin" not in ask("GET", path)[1]
    assert ask("GET", path, attributes="pin")[1]["pin"] == "1234"
    assert ask("GET", path, attributes="pin")[1]["shape"] == "round"
    assert ask("GET", path, excludedAttributes="shape")[1]["shape"] == "round"
    assert "pin" not in ask("PUT", path, tool(shape="flat"))[1]
    assert ask("POST", "/Tools", tool("HAMMER"))[1]["scimType"] == "uniqueness"


def test_a_number_out_of_bounds_is_refused(service):
    ask = service.add(catalogue=TOOLS)
    assert ask("POST", "/Tools", tool(weight=1e308))[0] == 201
    for weight in (10**40, "heavy"):
        assert ask("POST", "/Tools", tool("saw", weight=weight))[1]["scimType"] == "invalidValue"
    assert ask("GET", "/Tools", filter="weight gt 1" + "0" * 14 + "e300")[0] in (200, 400)


def test_only_where_passwords_are_handed_over_the_configuration_says_so(service):
    handing, ignoring = service.add(passwords=PasswordPolicy.HAND_OVER), service.add()
    for ask, supported, name in ((handing, True, "ann"), (ignoring, False, "bob")):
        assert ask("GET", "/ServiceProviderConfig")[1]["changePassword"] == {"supported": supported}
        status, made = ask("POST", "/Users", {"schemas": [USER_URN], "userName": name, "password": "t1meMa$heen"})
        assert status == 201
        assert "password" not in made
    (ann,) = [member for member in service.store.members.list("default") if member.fields["username"] == "ann"]
    assert service.passwords.taken == [("default", ann.id, "t1meMa$heen")]
