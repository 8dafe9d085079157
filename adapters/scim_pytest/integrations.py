"""The contracts of tenants, integrations and credentials."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scim_plugin.ports import StaleVersion
from scim_plugin.protocol.declaration import declare
from scim_plugin.protocol.resource import new_id
from scim_plugin.provisioning.credential import issue
from scim_plugin.provisioning.integration import Deprovisioning, GroupPolicy, Integration, PasswordPolicy, State
from scim_plugin.provisioning.link import RetiredLink, Tier
from scim_plugin.provisioning.mapping import rule
from scim_pytest.setting import MOMENT, OTHER_TENANT, TENANT, Setting, StoreContract, link, user


class IntegrationRepositoryContract(StoreContract):
    """Give the fixture ``store``."""

    def test_tenants_are_known_once_and_come_sorted(self, setting: Setting) -> None:
        with setting.store.open_unit() as unit:
            for tenant in ("globex", "acme", "globex", "initech"):
                unit.integrations.add_tenant(tenant)
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert list(unit.integrations.tenants()) == ["acme", "globex", "initech"]

    def test_an_integration_comes_back_as_it_was_stored(self, setting: Setting) -> None:
        made = complete()
        with setting.store.open_unit() as unit:
            unit.integrations.add_tenant(TENANT)
            unit.integrations.add(made)
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert unit.integrations.get(made.id) == made
            assert unit.integrations.get("unknown") is None
            assert unit.integrations.get("") is None

    def test_integrations_come_in_order_of_creation(self, setting: Setting) -> None:
        first, second = setting.integration(), setting.integration(OTHER_TENANT)
        third = setting.integration()
        with setting.store.open_unit(write=False) as unit:
            assert list(unit.integrations.list()) == [first, second, third]
            assert list(unit.integrations.list(TENANT)) == [first, third]
            assert list(unit.integrations.list("unknown")) == []

    def test_an_update_stores_everything(self, setting: Setting) -> None:
        first, second = setting.integration(), setting.integration()
        later = replace(complete(), id=first.id, created=first.created, version=2)
        with setting.store.open_unit() as unit:
            unit.integrations.update(later)
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert unit.integrations.get(first.id) == later
            assert list(unit.integrations.list()) == [later, second]

    def test_an_update_of_a_version_that_has_passed_is_refused(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            unit.integrations.update(replace(integration, name="first", version=2))
            unit.commit()
        for version in (1, 2, 4):
            with setting.store.open_unit() as unit, pytest.raises(StaleVersion):
                unit.integrations.update(replace(integration, name="second", version=version))
        with setting.store.open_unit() as unit, pytest.raises(StaleVersion):
            unit.integrations.update(replace(integration, id=new_id(), version=2))
        with setting.store.open_unit(write=False) as unit:
            assert unit.integrations.get(integration.id) == replace(integration, name="first", version=2)

    def test_everything_that_belongs_to_an_integration_goes_with_it(self, setting: Setting) -> None:
        gone, kept = setting.integration(), setting.integration()
        for integration, number in ((gone, "1"), (kept, "2")):
            alice = setting.user(integration, "alice", number)
            editors = setting.group(integration, "Editors", number)
            setting.join(integration, editors, alice)
            with setting.store.open_unit() as unit:
                credential, _ = issue(integration.id, MOMENT)
                unit.credentials.add(replace(credential, id=f"credential{number}"))
                unit.retired_links.add(RetiredLink(integration.id, "9", "x", "zoe", True, MOMENT))
                unit.tolerances.add({integration.id: {"string-boolean": 1}})
                unit.origins.join(TENANT, number, ["7"], ["7"], f"scim:{editors.id}")
                unit.origins.join(TENANT, "all", [number], [number], f"default:{integration.id}")
                unit.origins.join(TENANT, "both", ["7"], ["7"], f"default:{integration.id}")
                unit.commit()
        with setting.store.open_unit() as unit:
            unit.integrations.remove(gone)
            unit.commit()
        with setting.store.open_unit() as unit:
            assert unit.integrations.get(gone.id) is None
            assert list(unit.integrations.list()) == [kept]
            assert unit.credentials.find("credential1") is None
            assert unit.credentials.find("credential2") is not None
            assert unit.retired_links.find(gone, "x", "zoe") is None
            assert unit.retired_links.find(kept, "x", "zoe") is not None
            assert dict(unit.tolerances.of(gone)) == {}
            assert dict(unit.tolerances.of(kept)) == {"string-boolean": 1}
            assert not unit.resources.is_linked(TENANT, "User", "1")
            assert unit.resources.is_linked(TENANT, "User", "2")
            # What is left of origins: those of the other integration.
            unit.origins.join(TENANT, "1", ["7"], [], "probe")
            unit.origins.join(TENANT, "all", ["1", "2"], [], "probe")
            assert list(unit.origins.leave(TENANT, "1", None, "probe")) == []
            assert list(unit.origins.leave(TENANT, "all", ["1"], "probe")) == []
            assert list(unit.origins.leave(TENANT, "both", None, f"default:{kept.id}")) == ["7"]
        assert setting.users(gone) == []
        assert setting.users(kept) == ["alice"]
        # Names and targets are free again.
        setting.add(kept, user("zoe"), link("1"))


class CredentialRepositoryContract(StoreContract):
    """Give the fixture ``store``."""

    def test_a_credential_is_found_with_its_integration(self, setting: Setting) -> None:
        integration, other = setting.integration(), setting.integration(OTHER_TENANT)
        credential, key = issue(integration.id, MOMENT, MOMENT + 1)
        foreign, _ = issue(other.id, MOMENT)
        with setting.store.open_unit() as unit:
            unit.credentials.add(credential)
            unit.credentials.add(foreign)
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            found = unit.credentials.find(credential.id)
            assert found == (credential, integration)
            assert found[0].is_valid(key, MOMENT)
            assert unit.credentials.find(foreign.id) == (foreign, other)

    @pytest.mark.parametrize("credential_id", ["", "unknown", "\x00", "é"])
    def test_an_unknown_credential_is_absent(self, setting: Setting, credential_id: str) -> None:
        setting.integration()
        with setting.store.open_unit(write=False) as unit:
            assert unit.credentials.find(credential_id) is None

    def test_an_id_is_compared_exactly(self, setting: Setting) -> None:
        integration = setting.integration()
        credential, _ = issue(integration.id, MOMENT)
        with setting.store.open_unit() as unit:
            unit.credentials.add(replace(credential, id="AbCdEfGhIjKl"))
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert unit.credentials.find("abcdefghijkl") is None
            assert unit.credentials.find("AbCdEfGhIjKl ") is None

    def test_credentials_come_in_order_of_creation_revoked_ones_too(self, setting: Setting) -> None:
        integration, other = setting.integration(), setting.integration()
        first, second = (replace(issue(integration.id, MOMENT)[0], id=name) for name in ("zzz", "aaa"))
        with setting.store.open_unit() as unit:
            unit.credentials.add(first)
            unit.credentials.add(second)
            unit.credentials.revoke(first, MOMENT + 5)
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert list(unit.credentials.list(integration)) == [replace(first, revoked=MOMENT + 5), second]
            assert list(unit.credentials.list(other)) == []

    def test_a_revoked_credential_is_not_valid(self, setting: Setting) -> None:
        integration = setting.integration()
        credential, key = issue(integration.id, MOMENT)
        with setting.store.open_unit() as unit:
            unit.credentials.add(credential)
            unit.credentials.revoke(credential, MOMENT + 5)
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            found = unit.credentials.find(credential.id)
        assert found is not None
        assert not found[0].is_valid(key, MOMENT + 6)

    def test_the_last_use_is_remembered(self, setting: Setting) -> None:
        integration = setting.integration()
        credential, _ = issue(integration.id, MOMENT)
        with setting.store.open_unit() as unit:
            unit.credentials.add(credential)
            unit.credentials.used(credential, MOMENT + 5)
            unit.credentials.used(credential, MOMENT + 9)
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert unit.credentials.find(credential.id) == (replace(credential, last_used=MOMENT + 9), integration)

    def test_a_credential_is_found_with_its_integration_as_it_is_now(self, setting: Setting) -> None:
        integration = setting.integration()
        credential, _ = issue(integration.id, MOMENT)
        enabled = replace(integration, state=State.ENABLED, version=2)
        with setting.store.open_unit() as unit:
            unit.credentials.add(credential)
            unit.integrations.update(enabled)
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert unit.credentials.find(credential.id) == (credential, enabled)


def complete() -> Integration:
    """Return an integration none of whose values is the usual one."""
    return Integration(
        new_id(),
        TENANT,
        "Contoso „É“ 😀",
        "entra-id",
        MOMENT + 7,
        description="People & groups, 100%",
        state=State.ENABLED,
        default_group="12",
        external_id_key="employee_number",
        mapping=(
            rule('emails[type eq "work"].value', "email", on_create_only=True),
            rule("displayName", "display_name", direction="to-scim"),
        ),
        linking=(Tier.EXTERNAL_ID, Tier.LINK),
        deprovisioning=Deprovisioning.ERASE,
        groups=GroupPolicy.ADOPT,
        passwords=PasswordPolicy.HAND_OVER,
        matching=("nickName", 'emails[type eq "work"].value'),
        catalogue=declare({"resourceTypes": [{"name": "User", "description": "„É“ 😀", "schemaExtensions": []}]}),
        version=1,
    )
