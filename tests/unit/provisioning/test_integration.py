"""An integration and its policies, and what may name a tenant."""

import pytest

from scim_plugin.provisioning.integration import (
    DEFAULT_LINKING,
    DEFAULT_TENANT,
    Deprovisioning,
    GroupPolicy,
    Integration,
    State,
    is_tenant_name,
)
from scim_plugin.provisioning.link import Link, Tier
from scim_plugin.provisioning.mapping import DEFAULT_MAPPING


def test_an_integration_is_closed_until_it_is_enabled():
    made = Integration("i1", DEFAULT_TENANT, "Entra", "entra-id", 1)
    assert made.state is State.DISABLED
    assert not made.enabled
    assert Integration("i1", DEFAULT_TENANT, "Entra", "entra-id", 1, state=State.ENABLED).enabled


def test_the_defaults_destroy_nothing_and_adopt_nothing():
    made = Integration("i1", DEFAULT_TENANT, "Entra", "entra-id", 1)
    assert made.deprovisioning is Deprovisioning.SUSPEND
    assert made.groups is GroupPolicy.REFUSE
    assert made.mapping == DEFAULT_MAPPING
    assert made.linking == DEFAULT_LINKING


def test_linking_tries_what_is_certain_first_and_creates_last():
    assert DEFAULT_LINKING[0] is Tier.LINK
    assert DEFAULT_LINKING[-1] is Tier.CREATE


def test_a_link_tells_what_decided_it():
    assert Link("m1", Tier.EMAIL, 1).tier == "email"


@pytest.mark.parametrize("name", ["default", "a", "a-b", "9", "team-1", "x" * 63])
def test_a_tenant_has_a_name_that_fits_a_uri(name):
    assert is_tenant_name(name)


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a b", "a/b", "ä", "x" * 64, "a\n", "a.b", "٣"])
def test_anything_else_names_no_tenant(name):
    assert not is_tenant_name(name)
