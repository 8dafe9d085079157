"""The check names what works, what is risky and what will fail."""

from dataclasses import replace

import pytest
from freezegun import freeze_time

from scim_memory.store import MemoryStore
from scim_plugin.protocol.errors import Unavailable
from scim_plugin.protocol.query import Found
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.integration import PasswordPolicy
from scim_plugin.provisioning.link import Tier
from scim_plugin.use_cases import protocol_use_cases
from scim_plugin.use_cases.check import CheckIntegrations, Level
from scim_plugin.use_cases.credentials import IssueSecret, ListSecrets, RevokeSecret
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from scim_plugin.use_cases.integrations import AddIntegration, UpdateIntegration

DAY = 86_400_000_000


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def add(store):
    return AddIntegration(store.open_unit, store.members, store.groups)


def checked(store, reference=None, *, tenant=None, search=None, **options):
    real = protocol_use_cases(store.open_unit, store.members, store.groups)
    check = CheckIntegrations(store.open_unit, store.members, store.groups, search or real.search, **options)
    return check(reference, tenant=tenant)


def texts(findings, level):
    return " ".join(finding.text for finding in findings if finding.level is level)


def test_a_store_without_integrations_is_worth_a_warning(store):
    assert "no integration yet" in texts(checked(store), Level.WARNING)


def test_an_old_schema_is_all_that_is_said(store, add):
    add(IntegrationDraft(name="Entra"))
    (finding,) = checked(store, schema_problem=lambda: "Run the migration.")
    assert (finding.level, finding.text) == (Level.ERROR, "Run the migration.")


def test_a_sound_integration_has_no_errors_and_passes_the_connection_test(store, add):
    integration = add(IntegrationDraft(name="Entra", default_group="Staff"), enabled=True).integration
    findings = checked(store, schema_problem=lambda: None)
    assert texts(findings, Level.ERROR) == ""
    for part in ("schema", "is enabled", "Usable secrets: 1", "default group exists", "connection test passed"):
        assert part in texts(findings, Level.OK)
    assert "linked by e-mail" in texts(findings, Level.WARNING)
    assert {finding.integration_id for finding in findings} == {None, integration.id}


def test_passwords_that_nobody_takes_are_worth_a_warning(store, add):
    add(IntegrationDraft(name="Entra", passwords=PasswordPolicy.HAND_OVER))
    assert "this host takes none" in texts(checked(store), Level.WARNING)
    assert "this host takes none" not in texts(checked(store, takes_passwords=True), Level.WARNING)


def test_what_is_off_is_worth_a_warning(store, add):
    add(IntegrationDraft(name="Entra", linking=(Tier.LINK, Tier.EXTERNAL_ID)))
    warnings = texts(checked(store), Level.WARNING)
    assert "is disabled" in warnings
    assert "New members are not created" in warnings
    assert "by e-mail" not in warnings


def test_the_check_can_be_narrowed(store, add):
    here = add(IntegrationDraft(name="Here")).integration
    there = add(IntegrationDraft(name="There"), "there").integration
    assert {finding.integration_id for finding in checked(store, "Here")} == {None, here.id}
    assert {finding.integration_id for finding in checked(store, tenant="there")} == {None, there.id}


def test_an_integration_without_a_usable_secret_is_an_error(store, add):
    add(IntegrationDraft(name="Entra"))
    (credential,) = ListSecrets(store.open_unit)("Entra")
    RevokeSecret(store.open_unit)(credential.id)
    assert "no usable secret" in texts(checked(store), Level.ERROR)


def test_a_last_secret_that_expires_soon_is_worth_a_warning(store, add):
    with freeze_time("2026-11-21 08:00:00") as clock:
        add(IntegrationDraft(name="Entra"), expires=now() + 40 * DAY)
        assert "until 2026-12-31T08:00:00.000Z" in texts(checked(store), Level.OK)
        clock.tick(11 * 24 * 3600)
        assert "issue the next one now" in texts(checked(store), Level.WARNING)
        IssueSecret(store.open_unit)("Entra", expires=now() + 90 * DAY)
        assert "issue the next one now" not in texts(checked(store), Level.WARNING)
        clock.tick(200 * 24 * 3600)
        assert "no usable secret" in texts(checked(store), Level.ERROR)


def test_settings_that_the_host_no_longer_fits_are_errors(store, add):
    store.members.add_field("employee_number")
    integration = add(
        IntegrationDraft(name="Entra", default_group="Staff", external_id_key="employee_number")
    ).integration
    store.groups.remove("default", integration.default_group)
    store.tables.host_fields.clear()
    errors = texts(checked(store), Level.ERROR)
    assert "default group is gone" in errors
    assert "cannot be kept in 'employee_number'" in errors


def test_a_type_that_this_version_does_not_know_is_an_error_without_a_connection_test(store, add):
    integration = add(IntegrationDraft(name="Entra")).integration
    with store.open_unit() as unit:
        unit.integrations.update(replace(integration, type="scim-3", version=2))
        unit.commit()
    findings = checked(store)
    assert "no integration type 'scim-3'" in texts(findings, Level.ERROR)
    assert "connection test" not in texts(findings, Level.OK) + texts(findings, Level.ERROR)
    UpdateIntegration(store.open_unit, store.members, store.groups)("Entra", IntegrationDraft(type="okta"))
    assert "connection test passed" in texts(checked(store), Level.OK)


def test_a_search_that_fails_or_finds_strangers_fails_the_connection_test(store, add):
    add(IntegrationDraft(name="Entra"))

    def broken(_caller, _request):
        raise Unavailable

    def wrong(_caller, _request):
        return Found(1, ())

    assert "connection test failed: The service is busy" in texts(checked(store, search=broken), Level.ERROR)
    assert "cannot exist was found" in texts(checked(store, search=wrong), Level.ERROR)
