"""SECURITY, privilege (P1-P7): what a client sends selects no account, and raises nobody."""

import pytest

from scim_plugin.provisioning.integration import Deprovisioning
from scim_plugin.provisioning.link import Tier
from tests.http.attacker import BULK, ENTERPRISE, GROUP, PATCH, USER

DUNDERS = ["__class__", "__dict__", "__proto__", "_meta", "_meta.database", "model_fields", "save", "delete_instance"]
DREAMS = {
    "isAdmin": True,
    "is_superuser": True,
    "is_staff": True,
    "protected": True,
    "role": "admin",
    "tenant": "umbrella",
    "tenant_id": "umbrella",
    "link_target": "1",
    "integration_id": "1",
    "groups": [{"value": "admins"}],
    "meta": {"version": "9", "created": "2000-01-01T00:00:00Z"},
    "urn:example:admin": {"isAdmin": True},
    **{name: {"admin": True} for name in DUNDERS},
}


def member(here, name, tenant="acme", **options):
    """Let the host have a member that nobody provisioned; return the id."""
    values = {"username": name, "email": name, "given_name": "Own"}
    here.store.members.add_field("number")
    made = here.store.members.create(tenant, {**values, "number": "number-1"}, active=True, key=f"by-hand-{name}")
    if options.get("protected"):
        here.store.members.set_protected(tenant, made.id, protected=True)
    return made.id


def is_linked(here, member_id, tenant="acme"):
    with here.store.open_unit(write=False) as unit:
        return unit.resources.is_linked(tenant, "User", member_id)


@pytest.mark.parametrize("key", ["1", "0", "-1", "1.0", "true", "null", "01a200a35f00"])
def test_a_client_key_is_never_a_key_of_the_host(here, key):
    """CVE-2025-41115 (Grafana): externalId "1" was the administrator."""
    admin = member(here, "admin@acme.example")
    before = here.store.members.get("acme", admin)
    user = here.acme.user(f"user-{key}", externalId=key, id=admin, ID=key)
    assert user.status in (201, 400)
    again = here.acme.user("other", externalId=admin, id="1")
    assert again.status == 201
    assert again.id not in ("1", admin)
    assert here.store.members.get("acme", admin) == before
    assert here.acme.find("/Users", f'id eq "{admin}"').json["totalResults"] == 0


def test_the_row_is_that_of_the_path(here):
    """keycloak#46658: PUT checked the id in the URL and updated the id in the body."""
    ann, bob = here.acme.user("ann").id, here.acme.user("bob").id
    body = {"schemas": [USER], "id": bob, "userName": "ann2", "meta": {"location": f"/Users/{bob}"}}
    assert here.acme("PUT", f"/Users/{ann}", body).status in (200, 400)
    assert here.acme("GET", f"/Users/{bob}").json["userName"] == "bob"
    assert here.acme.patch(f"/Users/{ann}", {"op": "replace", "value": {"id": bob}}).error == (400, "mutability")


@pytest.mark.parametrize(
    "name", ["bob@acme.example", "BOB@ACME.EXAMPLE", "ｂｏｂ@acme.example", "bob@acme.example\u200b"]
)
def test_the_name_of_another_member_is_refused_or_another_name(here, name):
    """GHSA-9m7q-6qg6-888h: neither POST nor PUT nor PATCH takes an account by its name."""
    bob = member(here, "bob@acme.example", protected=True)
    before = here.store.members.get("acme", bob)
    eve = here.acme.user("eve").id
    attempts = [
        here.acme.user(name),
        here.acme.patch(f"/Users/{eve}", {"op": "replace", "path": "userName", "value": name}),
        here.acme("PUT", f"/Users/{eve}", {"schemas": [USER], "userName": name}),
    ]
    assert {answer.status for answer in attempts} <= {200, 201, 409}
    assert here.store.members.get("acme", bob) == before
    if "\u200b" not in name:
        assert [answer.error for answer in attempts] == [(409, "uniqueness")] * 3


def test_to_link_by_e_mail_is_not_to_write_the_address(here):
    """CVE-2022-1680 (GitLab), ciso-assistant#4658: adopted and renamed in one request, then the password is reset."""
    bob = member(here, "bob@acme.example")
    emails = [{"value": "bob@acme.example", "type": "work"}]
    assert here.acme.user("eve@evil.example", emails=emails).status == 201
    held = here.store.members.get("acme", bob).fields
    assert (held["username"], held["email"]) == ("bob@acme.example", "bob@acme.example")


def test_a_private_or_secondary_address_links_nobody(here):
    bob = member(here, "bob@acme.example")
    emails = [{"value": "bob@acme.example", "type": "home"}, {"value": "eve@evil.example", "primary": True}]
    here.acme.user("eve@evil.example", emails=emails)
    assert not is_linked(here, bob)


@pytest.mark.parametrize("tier", [Tier.EMAIL, Tier.EXTERNAL_ID, Tier.LINK])
def test_a_protected_member_is_neither_linked_nor_changed(here, tier):
    """keycloak#52675, authentik GHSA-9m7q: service accounts and administrators are not there."""
    admin = member(here, "admin@acme.example", protected=True)
    attacker = here.integration("acme", "Second", external_id_key="number", linking=(tier, Tier.CREATE))
    before = here.store.members.get("acme", admin)
    emails = [{"value": "admin@acme.example", "type": "work", "primary": True}]
    attacker.user("eve@evil.example", externalId="number-1", emails=emails)
    assert here.store.members.get("acme", admin) == before
    assert not is_linked(here, admin)
    assert attacker.find("/Users", 'userName eq "admin@acme.example"').json["totalResults"] == 0


@pytest.mark.parametrize("policy", Deprovisioning)
def test_a_member_that_becomes_protected_is_out_of_reach(here, policy):
    """keycloak#47536, #50473: whichever endpoint is used."""
    attacker = here.integration("acme", "Second", deprovisioning=policy)
    user = attacker.user("ann@acme.example", active=True).id
    (ann,) = [found for found in here.store.members.list("acme") if found.fields["username"] == "ann@acme.example"]
    here.store.members.set_protected("acme", ann.id, protected=True)
    before = here.store.members.get("acme", ann.id)
    deactivate = {"op": "replace", "path": "active", "value": False}
    attempts = [
        attacker.patch(f"/Users/{user}", deactivate),
        attacker.patch(f"/Users/{user}", {"op": "replace", "path": "userName", "value": "eve"}),
        attacker.patch(f"/Users/{user}", {"op": "replace", "value": {"active": "False", "name.givenName": "x"}}),
        attacker("PUT", f"/Users/{user}", {"schemas": [USER], "userName": "eve", "active": False}),
        attacker("DELETE", f"/Users/{user}"),
    ]
    assert [answer.error for answer in attempts] == [(403, None)] * len(attempts)
    operations = [
        {"method": "PATCH", "path": f"/Users/{user}", "data": {"schemas": [PATCH], "Operations": [deactivate]}},
        {"method": "DELETE", "path": f"/Users/{user}"},
    ]
    bulk = attacker("POST", "/Bulk", {"schemas": [BULK], "Operations": operations})
    assert [operation["status"] for operation in bulk.json["Operations"]] == ["403", "403"]
    assert here.store.members.get("acme", ann.id) == before
    assert attacker("GET", f"/Users/{user}").json["userName"] == "ann@acme.example"


def test_names_that_no_schema_has_are_dropped_or_refused_and_never_stored(here):
    """CVE-2026-48170 (scim-patch): names are found in the schema, never in an object. Doyensec: mass assignment."""
    kept = here.acme("GET", f"/Users/{here.acme.user('plain').id}").json
    user = here.acme.user("ann", **DREAMS)
    assert user.status == 201
    assert user.json.keys() == kept.keys()
    put = here.acme("PUT", f"/Users/{user.id}", {"schemas": [USER], "userName": "ann", **DREAMS})
    assert put.json.keys() == kept.keys()
    assert user.json["meta"]["created"] == put.json["meta"]["created"] > "2020"
    for name, value in DREAMS.items():
        for operation in (
            {"path": name, "value": value},
            {"value": {name: value}},
            {"path": f"{name}.admin", "value": 1},
        ):
            answer = here.acme.patch(f"/Users/{user.id}", {"op": "add", **operation})
            assert answer.error[0] == 400, (name, answer)
            assert answer.error[1] in ("invalidPath", "mutability", "invalidValue"), (name, answer)
    for name in DUNDERS:
        assert here.acme.find("/Users", f'{name} eq "x"').error == (400, "invalidFilter")
        assert here.acme("GET", "/Users", query={"sortBy": name}).error == (400, "invalidPath")
        assert here.acme("GET", f"/Users/{user.id}", query={"attributes": name}).json.keys() == {"schemas", "id"}
    assert here.acme("GET", f"/Users/{user.id}").json == put.json
    assert not any(found.protected for found in here.store.members.list("acme"))


def test_roles_and_entitlements_are_data_and_no_rights(here):
    before = here.host("acme")[1]
    here.acme.user("ann", roles=[{"value": "admin", "primary": True}], entitlements=[{"value": "root"}])
    (ann,) = here.store.members.list("acme")
    assert (ann.protected, here.store.members.groups_of("acme", ann.id)) == (False, [])
    assert here.host("acme")[1] == before


def test_a_group_of_the_host_is_not_taken_by_its_name(here):
    """openzro#176: a hand-made group, and the rights it confers."""
    admins = here.store.groups.create("acme", "Admins", key="by-hand")
    ann = here.acme.user("ann").id
    assert here.acme.group("admins", ann).error == (409, "uniqueness")
    group = here.acme.group("Staff", ann).id
    rename = here.acme.patch(f"/Groups/{group}", {"op": "replace", "path": "displayName", "value": "ADMINS"})
    put = here.acme("PUT", f"/Groups/{group}", {"schemas": [GROUP], "displayName": "Ａdmins"})
    assert (rename.error, put.error) == ((409, "uniqueness"), (409, "uniqueness"))
    assert list(here.store.groups.members_of("acme", admins.id)) == []


@pytest.mark.parametrize("value", ["False", "false", False, 0, 1, [], {}, "0", "no", "", None, [False], "truе", "1"])
def test_nothing_but_true_is_active(here, value):
    user = here.acme.user("ann", active=True).id
    for path, body in (("active", value), (None, {"active": value})):
        here.acme.patch(f"/Users/{user}", {"op": "replace", "path": "active", "value": False})
        operation = {"op": "replace", "value": body} if path is None else {"op": "replace", "path": path, "value": body}
        assert here.acme.patch(f"/Users/{user}", operation).status in (200, 400)
        assert here.acme("GET", f"/Users/{user}").json.get("active", False) is False
        assert [found.active for found in here.store.members.list("acme")] == [False]
    put = here.acme("PUT", f"/Users/{user}", {"schemas": [USER], "userName": "ann", "active": value})
    assert put.status in (200, 400)
    assert [found.active for found in here.store.members.list("acme")] == [False]


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "remove", "path": "id"}, "mutability"),
        ({"op": "replace", "path": "schemas", "value": []}, "mutability"),
        ({"op": "replace", "path": "meta", "value": {}}, "mutability"),
        ({"op": "replace", "path": "meta.version", "value": "1"}, "mutability"),
        ({"op": "remove", "path": "meta"}, "mutability"),
        ({"op": "replace", "value": {"meta": {"location": "x"}}}, "mutability"),
        ({"op": "add", "path": "groups", "value": [{"value": "x"}]}, "mutability"),
        ({"op": "add", "path": 'groups[value eq "x"].display', "value": "x"}, "mutability"),
        ({"op": "replace", "path": "groups.value", "value": "x"}, "mutability"),
        ({"op": "replace", "path": f"{ENTERPRISE}:manager.displayName", "value": "x"}, "mutability"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "replace", "path": "userName", "value": ""}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": None}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": []}, "invalidValue"),
    ],
)
def test_what_the_server_owns_or_needs_stays(here, operation, error):
    """keycloak#50991, #52673: on PATCH, with and without a path."""
    user = here.acme.user("ann").id
    before = here.acme("GET", f"/Users/{user}").body
    assert here.acme.patch(f"/Users/{user}", operation).error == (400, error)
    assert here.acme("GET", f"/Users/{user}").body == before


@pytest.mark.parametrize("query", ['password eq "{}"', "password pr", 'password sw "a"', 'not (password eq "x")'])
def test_a_password_is_no_oracle(here, query):
    """FIELD: `password eq` answered totalResults 1. Langfuse#15997, PassBleed: it is not even kept."""
    secret = "pass-canary-1"
    user = here.acme.user("ann", password=secret)
    patched = here.acme.patch(f"/Users/{user.id}", {"op": "replace", "path": "password", "value": secret})
    put = here.acme("PUT", f"/Users/{user.id}", {"schemas": [USER], "userName": "ann", "password": secret})
    assert (user.status, patched.status, put.status) == (201, 200, 200)
    for path in ("/Users", "/"):
        assert here.acme.find(path, query.format(secret)).error in ((400, "invalidFilter"), (403, "sensitive"))
        assert here.acme("GET", path, query={"sortBy": "password"}).error == (400, "invalidPath")
        assert secret.encode() not in here.acme("GET", path, query={"attributes": "password,userName"}).body
    assert secret not in repr([(user, patched, put), here.host("acme"), here.acme.everything()])
