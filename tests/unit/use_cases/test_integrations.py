"""Integrations are added, changed, enabled one at a time, and removed."""

from dataclasses import replace

import pytest
from freezegun import freeze_time

from scim_memory.store import MemoryStore
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.credential import public_id
from scim_plugin.provisioning.integration import Deprovisioning, GroupPolicy
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import DEFAULT_MAPPING, rule
from scim_plugin.provisioning.member import Field
from scim_plugin.use_cases.administration import AmbiguousName, AnotherIsEnabled, IntegrationNotFound, InvalidSettings
from scim_plugin.use_cases.integration_draft import MAX_DESCRIPTION, MAX_NAME, IntegrationDraft, problems_of
from scim_plugin.use_cases.integrations import (
    AddIntegration,
    DisableIntegration,
    EnableIntegration,
    GetIntegration,
    ListIntegrations,
    RemoveIntegration,
    UpdateIntegration,
)

ENTRA = IntegrationDraft(name="Entra")


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def add(store):
    return AddIntegration(store.open_unit, store.members, store.groups)


@pytest.fixture
def update(store):
    return UpdateIntegration(store.open_unit, store.members, store.groups)


@pytest.fixture
def get(store):
    return GetIntegration(store.open_unit)


def problems_with(add, **settings):
    with pytest.raises(InvalidSettings) as caught:
        add(IntegrationDraft(**{"name": "Entra", **settings}))
    return str(caught.value)


def test_a_new_integration_is_disabled_has_the_defaults_and_a_secret(store, add, get):
    with freeze_time("2026-11-21 08:00:00"):
        added = add(ENTRA)
        moment = now()
    integration = added.integration
    assert get(integration.id) == integration
    assert (integration.tenant, integration.type, integration.enabled) == ("default", "entra-id", False)
    assert (integration.mapping, integration.created) == (DEFAULT_MAPPING, moment)
    assert len(integration.id) == 16
    assert added.created_group is None
    with store.open_unit(write=False) as unit:
        credential, owner = unit.credentials.find(public_id(added.key))
        assert unit.integrations.tenants() == ["default"]
    assert owner == integration
    assert credential.is_valid(added.key, moment)
    assert added.key.encode() not in credential.digest


def test_all_settings_are_kept(store, add, get):
    store.members.add_field("employee_number")
    draft = IntegrationDraft(
        name="  Okta of the north ",
        type="okta",
        description="Staff only",
        external_id_key="employee_number",
        mapping=(rule("userName", "username"),),
        linking=(Tier.EXTERNAL_ID, Tier.CREATE),
        deprovisioning=Deprovisioning.UNLINK,
        groups=GroupPolicy.ADOPT,
        matching=(
            'emails[type eq "work"].value',
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        ),
    )
    kept = get(add(draft, "north", enabled=True).integration.id)
    assert (kept.name, kept.type, kept.description, kept.tenant) == ("Okta of the north", "okta", "Staff only", "north")
    assert (kept.external_id_key, kept.mapping, kept.linking) == ("employee_number", draft.mapping, draft.linking)
    assert (kept.deprovisioning, kept.groups, kept.matching) == (draft.deprovisioning, draft.groups, draft.matching)
    assert kept.enabled


@pytest.mark.parametrize("tenant", ["", "Nord", "a b", "-a", "a" * 64, "é"])
def test_a_tenant_name_must_fit_into_a_uri(add, tenant):
    with pytest.raises(InvalidSettings, match="cannot name a tenant"):
        add(ENTRA, tenant)


def test_a_secret_cannot_expire_before_it_is_issued(store, add):
    with pytest.raises(InvalidSettings, match="in the past"):
        add(ENTRA, expires=now())
    assert ListIntegrations(store.open_unit)() == []


def test_an_unknown_type_is_refused_and_the_known_ones_are_named(add):
    assert "The types are: entra-id, interop, okta, rfc-strict." in problems_with(add, type="ldap")


def test_every_problem_is_named_at_once(add):
    text = problems_with(add, name=" ", type="ldap", mapping=(rule("userName", "shoe_size"),), linking=())
    for part in ("needs a name", "no integration type 'ldap'", "no field 'shoe_size'", "linking order is empty"):
        assert part in text


@pytest.mark.parametrize("name", [None, "", "bell\a", "two\nlines"])
def test_a_name_is_printable(add, name):
    assert "needs a name" in problems_with(add, name=name)


def test_texts_are_bounded(add):
    assert "200 characters at most" in problems_with(add, name="n" * (MAX_NAME + 1))
    assert "2000 characters at most" in problems_with(add, description="d" * (MAX_DESCRIPTION + 1))


@pytest.mark.parametrize(
    ("linking", "problem"),
    [
        ((Tier.CREATE, Tier.LINK), "put it last"),
        ((Tier.EMAIL, Tier.EMAIL), "twice"),
        ((Tier.ADOPT, Tier.CREATE), "about groups"),
    ],
)
def test_a_linking_order_that_makes_no_sense_is_refused(add, linking, problem):
    assert problem in problems_with(add, linking=linking)


@pytest.mark.parametrize(
    "path",
    [
        "shoeSize",
        "emails[",
        'emails[shoe eq "x"',
        'emails[type eq "work"].shoe',
        ENTERPRISE_USER_URN,
        "password",
    ],
)
def test_only_attributes_of_the_schema_can_be_matched_on(add, path):
    assert "cannot be matched on" in problems_with(add, matching=(path,))


def test_the_external_id_is_kept_in_a_field_that_exists(add):
    assert "the host's members have: " in problems_with(add, external_id_key="shoe_size")


def test_the_external_id_is_not_kept_where_a_rule_writes_something_else(add):
    assert "mapped from 'userName' as well" in problems_with(add, external_id_key="email")


def test_the_external_id_may_also_be_mapped_to_its_field_and_read_from_it(store, add):
    store.members.add_field("employee_number")
    mapping = (
        rule("externalId", "employee_number"),
        rule("displayName", "employee_number", direction="to-scim"),
        rule("userName", "username"),
    )
    draft = replace(ENTRA, mapping=mapping, external_id_key="employee_number")
    assert add(draft).integration.external_id_key == "employee_number"


def test_the_external_id_is_not_kept_in_a_field_that_confers_privilege_or_takes_no_text(add):
    integration = replace(add(ENTRA).integration, external_id_key="role", mapping=())
    assert "confers privilege" in " ".join(problems_of(integration, {"role": Field("role", confers_privilege=True)}))
    assert "takes no text" in " ".join(problems_of(integration, {"role": Field("role", type="boolean")}))


def test_the_default_group_is_found_by_its_name(store, add):
    group = store.groups.create("default", "Staff", key="k")
    added = add(replace(ENTRA, default_group="staff"))
    assert (added.integration.default_group, added.created_group) == (group.id, None)


def test_a_default_group_that_the_host_does_not_have_is_created(store, add):
    added = add(replace(ENTRA, default_group="Staff"))
    assert added.created_group == "Staff"
    assert store.groups.find("default", "Staff").id == added.integration.default_group


def test_a_default_group_that_the_host_refuses_is_a_problem_and_nothing_is_added(store, add, monkeypatch):
    monkeypatch.setattr(store.groups, "find", lambda _tenant, _name: None)
    store.groups.create("default", "Staff", key="k")
    assert "cannot be created" in problems_with(add, default_group="Staff")
    assert ListIntegrations(store.open_unit)() == []


def test_only_one_integration_of_a_tenant_is_enabled(store, add):
    first = add(ENTRA, enabled=True).integration
    second = add(replace(ENTRA, name="Second")).integration
    enable = EnableIntegration(store.open_unit)
    with pytest.raises(AnotherIsEnabled, match=r"'Entra'.*Disable that one first"):
        enable(second.id)
    with pytest.raises(AnotherIsEnabled):
        add(replace(ENTRA, name="Third"), enabled=True)
    assert not DisableIntegration(store.open_unit)(first.id).enabled
    assert enable(second.id).enabled
    assert add(ENTRA, "elsewhere", enabled=True).integration.enabled


def test_a_host_may_allow_several_enabled_integrations(store):
    add = AddIntegration(store.open_unit, store.members, store.groups, several_enabled=True)
    add(ENTRA, enabled=True)
    second = add(replace(ENTRA, name="Second")).integration
    assert EnableIntegration(store.open_unit, several_enabled=True)(second.id).enabled


def test_enabling_twice_changes_nothing(store, add):
    integration = add(ENTRA, enabled=True).integration
    assert EnableIntegration(store.open_unit)(integration.id) == integration


def test_an_update_changes_what_was_asked_for_and_the_version(update, add, get):
    before = add(replace(ENTRA, description="old", default_group="Staff")).integration
    after = update("Entra", IntegrationDraft(description="new", deprovisioning=Deprovisioning.ERASE)).integration
    assert after == get(before.id)
    assert after == replace(before, description="new", deprovisioning=Deprovisioning.ERASE, version=2)


def test_an_update_that_changes_nothing_leaves_the_version(update, add):
    before = add(ENTRA).integration
    assert update(before.id, IntegrationDraft(name="Entra")).integration == before


def test_default_group_and_external_id_key_can_be_taken_away(store, update, add):
    store.members.add_field("employee_number")
    before = add(replace(ENTRA, default_group="Staff", external_id_key="employee_number")).integration
    after = update(before.id, IntegrationDraft(default_group="", external_id_key="")).integration
    assert (after.default_group, after.external_id_key) == (None, None)


def test_an_update_can_name_a_new_default_group(store, update, add):
    before = add(replace(ENTRA, default_group="Staff")).integration
    updated = update(before.id, IntegrationDraft(default_group="Guests"))
    assert updated.created_group == "Guests"
    assert updated.integration.default_group == store.groups.find("default", "Guests").id


def test_an_update_that_cannot_work_is_refused(update, add, get):
    before = add(ENTRA).integration
    with pytest.raises(InvalidSettings):
        update(before.id, IntegrationDraft(type="ldap"))
    assert get(before.id) == before


def test_an_integration_is_found_by_id_or_by_its_name_in_the_tenant(add, get):
    here = add(ENTRA).integration
    there = add(ENTRA, "there").integration
    assert get(here.id) == here
    assert get("Entra", tenant="there") == there
    with pytest.raises(AmbiguousName, match=f"{here.id}, {there.id}"):
        get("Entra")
    with pytest.raises(IntegrationNotFound, match="no integration 'entra'"):
        get("entra")
    with pytest.raises(IntegrationNotFound):
        get(here.id, tenant="there")


def test_integrations_are_listed_by_order_of_creation(store, add):
    names = ["b", "a", "c"]
    for name in names:
        add(IntegrationDraft(name=name), name)
    listed = ListIntegrations(store.open_unit)
    assert [integration.name for integration in listed()] == names
    assert [integration.name for integration in listed("a")] == ["a"]


def test_a_removed_integration_takes_its_secret_along_and_leaves_the_members(store, add, get):
    member = store.members.create("default", {"username": "kim"}, active=True, key="k")
    added = add(replace(ENTRA, default_group="Staff"))
    assert RemoveIntegration(store.open_unit)("Entra") == added.integration
    with pytest.raises(IntegrationNotFound):
        get(added.integration.id)
    with store.open_unit(write=False) as unit:
        assert unit.credentials.find(public_id(added.key)) is None
    assert store.members.get("default", member.id) is not None
    assert store.groups.find("default", "Staff") is not None
