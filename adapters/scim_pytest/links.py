"""The contracts of retired links and of the origins of memberships in the host."""

from __future__ import annotations

from dataclasses import replace

from scim_plugin.provisioning.integration import Integration
from scim_plugin.provisioning.link import RetiredLink
from scim_pytest.setting import MOMENT, OTHER_TENANT, TENANT, Setting, StoreContract

SCIM, DEFAULT = "scim:5f", "default:7a"


def retired(
    integration: Integration, target: str, external_id: str | None, name_key: str, later: int = 0
) -> RetiredLink:
    """Return what a deleted User leaves behind, *later* microseconds after the others."""
    return RetiredLink(integration.id, target, external_id, name_key, external_id is not None, MOMENT + later)


class RetiredLinkContract(StoreContract):
    """Give the fixture ``store``."""

    def test_a_retired_link_is_found_by_external_id(self, setting: Setting) -> None:
        integration = setting.integration()
        kept = retired(integration, "1", "Ext-1", "alice")
        with setting.store.open_unit() as unit:
            unit.retired_links.add(kept)
            found = unit.retired_links.find(integration, "Ext-1", "whatever")
            assert found is not None
            assert replace(found, id=0) == kept
            assert unit.retired_links.find(integration, "ext-1", "alice") is None
            assert unit.retired_links.find(integration, "Ext-1 ", "alice") is None

    def test_a_retired_link_is_found_by_name_only_without_an_external_id(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            unit.retired_links.add(retired(integration, "1", "Ext-1", "alice"))
            unit.retired_links.add(retired(integration, "2", None, "bob"))
            assert target(unit.retired_links.find(integration, None, "alice")) == "1"
            found = unit.retired_links.find(integration, None, "bob")
            assert found is not None
            assert replace(found, id=0) == retired(integration, "2", None, "bob")
            assert unit.retired_links.find(integration, "other", "alice") is None
            assert unit.retired_links.find(integration, "other", "bob") is None
            assert unit.retired_links.find(integration, None, "ali") is None

    def test_the_latest_one_is_found(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            unit.retired_links.add(retired(integration, "1", "x", "alice"))
            unit.retired_links.add(retired(integration, "2", "x", "alice", later=5))
            unit.retired_links.add(retired(integration, "3", "y", "bob", later=9))
            assert target(unit.retired_links.find(integration, "x", "alice")) == "2"
            assert target(unit.retired_links.find(integration, None, "alice")) == "2"

    def test_a_newer_one_replaces_that_of_the_same_target(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            unit.retired_links.add(retired(integration, "1", "x", "alice"))
            unit.retired_links.add(retired(integration, "1", "y", "alicia", later=5))
            assert unit.retired_links.find(integration, "x", "alice") is None
            assert unit.retired_links.find(integration, None, "alice") is None
            found = unit.retired_links.find(integration, "y", "alicia")
            assert found is not None
            assert replace(found, id=0) == retired(integration, "1", "y", "alicia", later=5)

    def test_one_that_is_removed_is_forgotten(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            unit.retired_links.add(retired(integration, "1", "x", "alice"))
            unit.retired_links.add(retired(integration, "2", "x", "alice", later=5))
            latest = unit.retired_links.find(integration, "x", "alice")
            assert latest is not None
            unit.retired_links.remove(latest)
            assert target(unit.retired_links.find(integration, "x", "alice")) == "1"

    def test_another_integrations_are_never_found(self, setting: Setting) -> None:
        integration, other = setting.integration(), setting.integration()
        with setting.store.open_unit() as unit:
            unit.retired_links.add(retired(other, "1", "x", "alice"))
            unit.retired_links.add(retired(integration, "1", "y", "bob"))
            assert unit.retired_links.find(integration, "x", "alice") is None
            assert unit.retired_links.find(integration, None, "alice") is None
            found = unit.retired_links.find(integration, "y", "bob")
            assert found is not None
            unit.retired_links.remove(found)
            assert target(unit.retired_links.find(other, "x", "alice")) == "1"


def target(found: RetiredLink | None) -> str | None:
    """Return the host's id of what was found."""
    return found.target if found else None


class MembershipOriginsContract(StoreContract):
    """Give the fixture ``store``."""

    def test_who_joined_leaves_with_the_last_origin(self, setting: Setting) -> None:
        known(setting)
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", ["1", "2"], ["1", "2"], SCIM)
            assert list(unit.origins.leave(TENANT, "g", ["1"], SCIM)) == ["1"]
            assert list(unit.origins.leave(TENANT, "g", ["1"], SCIM)) == []
            assert list(unit.origins.leave(TENANT, "g", ["2"], SCIM)) == ["2"]

    def test_a_membership_that_was_given_by_hand_is_not_claimed(self, setting: Setting) -> None:
        known(setting)
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", ["1", "2"], ["2"], SCIM)
            assert list(unit.origins.leave(TENANT, "g", ["1", "2"], SCIM)) == ["2"]

    def test_a_second_origin_keeps_the_membership(self, setting: Setting) -> None:
        known(setting)
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", ["1"], ["1"], DEFAULT)
            # The member belongs to the group already, by our own doing.
            unit.origins.join(TENANT, "g", ["1"], [], SCIM)
            assert list(unit.origins.leave(TENANT, "g", ["1"], DEFAULT)) == []
            assert list(unit.origins.leave(TENANT, "g", ["1"], SCIM)) == ["1"]

    def test_an_origin_is_recorded_once(self, setting: Setting) -> None:
        known(setting)
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", ["1"], ["1"], SCIM)
            unit.origins.join(TENANT, "g", ["1", "1"], ["1"], SCIM)
            assert list(unit.origins.leave(TENANT, "g", ["1"], SCIM)) == ["1"]
            assert list(unit.origins.leave(TENANT, "g", ["1"], SCIM)) == []

    def test_all_members_leave_when_none_is_named(self, setting: Setting) -> None:
        known(setting)
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", ["1", "2", "3"], ["1", "2", "3"], SCIM)
            unit.origins.join(TENANT, "g", ["3"], [], DEFAULT)
            assert sorted(unit.origins.leave(TENANT, "g", None, SCIM)) == ["1", "2"]
            assert list(unit.origins.leave(TENANT, "g", None, SCIM)) == []
            assert list(unit.origins.leave(TENANT, "g", None, DEFAULT)) == ["3"]

    def test_nobody_leaves_when_an_empty_list_is_named(self, setting: Setting) -> None:
        known(setting)
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", ["1"], ["1"], SCIM)
            assert list(unit.origins.leave(TENANT, "g", [], SCIM)) == []
            unit.origins.join(TENANT, "g", [], [], SCIM)
            assert list(unit.origins.leave(TENANT, "g", None, SCIM)) == ["1"]

    def test_another_origin_does_not_end_a_membership(self, setting: Setting) -> None:
        known(setting)
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", ["1"], ["1"], SCIM)
            assert list(unit.origins.leave(TENANT, "g", ["1"], DEFAULT)) == []
            assert list(unit.origins.leave(TENANT, "g", None, DEFAULT)) == []
            assert list(unit.origins.leave(TENANT, "g", ["1"], SCIM)) == ["1"]

    def test_groups_and_tenants_do_not_mix(self, setting: Setting) -> None:
        known(setting)
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", ["1"], ["1"], SCIM)
            unit.origins.join(OTHER_TENANT, "g", ["1"], [], SCIM)
            unit.origins.join(TENANT, "h", ["1"], [], SCIM)
            assert list(unit.origins.leave(OTHER_TENANT, "g", ["1"], SCIM)) == []
            assert list(unit.origins.leave(TENANT, "h", None, SCIM)) == []
            assert list(unit.origins.leave(TENANT, "g", ["1"], SCIM)) == ["1"]

    def test_thousands_join_and_leave_at_once(self, setting: Setting) -> None:
        known(setting)
        members = [str(number) for number in range(3000)]
        with setting.store.open_unit() as unit:
            unit.origins.join(TENANT, "g", members, members, SCIM)
            assert sorted(unit.origins.leave(TENANT, "g", members, SCIM)) == sorted(members)


def known(setting: Setting) -> None:
    """Make both tenants known."""
    setting.integration()
    setting.integration(OTHER_TENANT)
