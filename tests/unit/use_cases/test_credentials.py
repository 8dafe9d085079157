"""Secrets are issued beside each other, listed without their keys, and revoked at once."""

import pytest
from freezegun import freeze_time

from scim_memory.store import MemoryStore
from scim_plugin.protocol.text import now
from scim_plugin.use_cases.administration import IntegrationNotFound, InvalidSettings, SecretNotFound
from scim_plugin.use_cases.credentials import IssueSecret, ListSecrets, RevokeSecret
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from scim_plugin.use_cases.integrations import AddIntegration

HOUR = 3_600_000_000


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def added(store):
    return AddIntegration(store.open_unit, store.members, store.groups)(IntegrationDraft(name="Entra"))


@pytest.fixture
def issue(store):
    return IssueSecret(store.open_unit)


@pytest.fixture
def secrets(store):
    return ListSecrets(store.open_unit)


def test_a_new_secret_stands_beside_the_old_one(added, issue, secrets):
    issued = issue("Entra")
    first, second = secrets("Entra")
    assert issued.integration == added.integration
    assert (first.is_valid(added.key, now()), second.is_valid(issued.key, now())) == (True, True)
    assert second == issued.credential
    assert not second.is_valid(added.key, now())


def test_a_secret_can_expire(added, issue):
    with freeze_time("2026-11-21 08:00:00") as clock:
        issued = issue(added.integration.id, expires=now() + HOUR)
        assert issued.credential.is_valid(issued.key, now())
        clock.tick(3600)
        assert not issued.credential.is_valid(issued.key, now())


def test_a_secret_cannot_expire_in_the_past(added, issue, secrets):
    with pytest.raises(InvalidSettings, match="in the past"):
        issue("Entra", expires=now() - HOUR)
    assert len(secrets("Entra")) == 1


def test_a_secret_belongs_to_an_integration_that_exists(added, issue, secrets):
    with pytest.raises(IntegrationNotFound):
        issue("Okta")
    with pytest.raises(IntegrationNotFound):
        secrets("Entra", tenant="elsewhere")


@pytest.mark.parametrize("by", ["id", "key"])
def test_a_revoked_secret_is_unusable_and_stays_in_the_list(store, added, secrets, by):
    (credential,) = secrets("Entra")
    revoked = RevokeSecret(store.open_unit)(credential.id if by == "id" else added.key)
    assert secrets("Entra") == [revoked]
    assert not revoked.is_valid(added.key, now())


def test_revoking_twice_keeps_the_first_moment(store, added, secrets):
    (credential,) = secrets("Entra")
    revoke = RevokeSecret(store.open_unit)
    with freeze_time("2026-11-21 08:00:00"):
        first = revoke(credential.id)
    assert revoke(credential.id) == first


def test_an_unknown_secret_is_not_found_and_never_repeated_whole(store, added):
    with pytest.raises(SecretNotFound, match="no secret with the id 'aaaaaaaaaaaaaaaaaaaa'"):
        RevokeSecret(store.open_unit)("a" * 68)
