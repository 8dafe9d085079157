"""What an integration declares: set, changed, taken back; and Users with an extension are members like others."""

import pytest

from scim_plugin.protocol.catalogue import BUILT_IN
from scim_plugin.protocol.core_schemas import GROUP, USER_URN
from scim_plugin.protocol.declaration import declare
from scim_plugin.protocol.errors import Mutability, Uniqueness
from scim_plugin.provisioning.mapping import DEFAULT_MAPPING, rule
from scim_plugin.use_cases.administration import InvalidSettings
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from scim_plugin.use_cases.integrations import AddIntegration, UpdateIntegration

BADGE = "urn:example:params:scim:schemas:extension:badge:2.0:User"
TOOL = "urn:example:params:scim:schemas:2.0:Tool"
NUMBER = {"name": "number", "uniqueness": "server"}
ACTIVE = {"name": "active", "type": "boolean"}


def extended(*attributes):
    return declare(
        {
            "schemas": [
                {"id": BADGE, "attributes": [*attributes]},
                {"id": TOOL, "attributes": [{"name": "name", "mutability": "immutable"}, {**ACTIVE}]},
            ],
            "resourceTypes": [
                {"name": "User", "schemaExtensions": [{"schema": BADGE}]},
                {"name": "Tool", "endpoint": "/Tools", "schema": TOOL},
            ],
        }
    )


BADGES = extended(NUMBER, ACTIVE)


@pytest.fixture
def idp(connect, store):
    with store.open_unit() as unit:
        store.members.add_field("badge")
        unit.commit()
    return connect(catalogue=BADGES, mapping=(*DEFAULT_MAPPING, rule(f"{BADGE}:number", "badge")))


@pytest.fixture
def update(store):
    return UpdateIntegration(store.open_unit, store.members, store.groups)


def post(idp, name="kim@example.com", **badge):
    return idp.post(BADGES.user, {"schemas": [USER_URN], "userName": name, "active": True, BADGE: badge})


def patch(idp, resource, *operations):
    return idp.patch(resource, *operations, resource_type=BADGES.user)


def test_a_user_with_an_extension_is_a_member_like_any_other(idp):
    user = post(idp, number="N7")
    assert idp.member(user).fields["badge"] == "N7"
    patch(idp, user, ("replace", f"{BADGE}:number", "N8"))
    assert idp.member(user).fields["badge"] == "N8"
    idp.delete(user, BADGES.user)
    assert idp.search(resource_type=BADGES.user).total == 0


def test_a_value_that_is_taken_is_refused_by_every_verb(idp, host):
    post(idp, number="N7")
    with pytest.raises(Uniqueness, match=f"already has this {BADGE}:number"):
        post(idp, "lou@example.com", number="n7")
    assert len(host.members()) == 1
    other = post(idp, "lou@example.com")
    with pytest.raises(Uniqueness):
        patch(idp, other, ("add", f"{BADGE}:number", "N7"))
    body = {"schemas": [USER_URN], "userName": "lou@example.com", BADGE: {"number": "N7"}}
    with pytest.raises(Uniqueness):
        idp.use_cases.replace(idp.caller(), BADGES.user, other.id, body)
    assert not idp.member(other).fields.get("badge")


def test_an_active_of_an_extension_is_not_the_access_of_the_member(idp, store):
    user = post(idp, number="N7", active=True)
    store.members.suspend("default", idp.member(user).id)
    patch(idp, user, ("replace", f"{BADGE}:active", False))
    patch(idp, user, ("replace", None, {BADGE: {"active": True}}))
    assert not idp.member(user).active
    patch(idp, user, ("replace", f"{USER_URN}:active", True))
    assert idp.member(user).active


def test_a_type_of_its_own_is_stored_and_reaches_no_host(idp, host):
    kind = BADGES.by_name["Tool"]
    tool = idp.post(kind, {"schemas": [TOOL], "name": "hammer", "active": False})
    changed = idp.patch(tool, ("replace", "active", True), resource_type=kind)
    assert changed.document == {"schemas": [TOOL], "name": "hammer", "active": True}
    with pytest.raises(Mutability):
        idp.patch(tool, ("replace", "name", "saw"), resource_type=kind)
    with pytest.raises(Mutability):
        idp.use_cases.replace(idp.caller(), kind, tool.id, {"schemas": [TOOL], "name": "saw"})
    group = idp.post_group(members=[tool])
    assert idp.host_members(group) == []
    assert [member.type for member in idp.read(group, GROUP).members] == ["Tool"]
    idp.delete(tool, kind)
    assert host.members() == []


# ----------------------------------------------------------------------------------------------------- administration


def test_new_integrations_serve_what_the_host_declares_for_all(store):
    add = AddIntegration(store.open_unit, store.members, store.groups, catalogue=BADGES)
    assert add(IntegrationDraft(name="Entra")).integration.catalogue is BADGES
    assert add(IntegrationDraft(name="Okta", catalogue=BUILT_IN)).integration.catalogue is BUILT_IN


def test_a_mapping_may_name_what_is_declared_with_it(store, update, idp):
    mapping = (rule("userName", "username"), rule(f"{BADGE}:colour", "badge"))
    with pytest.raises(InvalidSettings, match="names no attribute of a User"):
        update(idp.integration.id, IntegrationDraft(mapping=mapping))
    after = extended(NUMBER, ACTIVE, {"name": "colour"})
    assert update(idp.integration.id, IntegrationDraft(mapping=mapping, catalogue=after)).integration.version == 2


def test_what_is_mapped_cannot_be_declared_no_more(update, idp):
    with pytest.raises(InvalidSettings, match="names no attribute of a User"):
        update(idp.integration.id, IntegrationDraft(catalogue=BUILT_IN))


def test_what_is_stored_cannot_be_declared_no_more(update, idp):
    post(idp, number="N7")
    with pytest.raises(InvalidSettings, match=r"The User '.*', which is stored, does not fit"):
        update(idp.integration.id, IntegrationDraft(catalogue=BUILT_IN, mapping=DEFAULT_MAPPING))


def test_what_is_there_twice_cannot_become_unique(update, connect):
    plain = extended({"name": "number"})
    idp = connect(catalogue=plain)
    for name in ("kim", "lou"):
        idp.post(plain.user, {"schemas": [USER_URN], "userName": name, BADGE: {"number": "N7"}})
    with pytest.raises(InvalidSettings) as refused:
        update(idp.integration.id, IntegrationDraft(catalogue=extended(NUMBER)))
    assert refused.value.problems == (
        f"'{BADGE}:number' cannot be unique: several resources that are stored have the same value.",
    )
