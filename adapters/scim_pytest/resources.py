"""The contract of resources and their links: ``ports.ResourceRepository`` without memberships and search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scim_plugin.ports import Identified, LinkTaken, StaleVersion
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.protocol.resource import Resource
from scim_plugin.provisioning.integration import Integration
from scim_plugin.provisioning.link import Tier
from scim_pytest.setting import MOMENT, OTHER_TENANT, Setting, StoreContract, document_of, group, link, user

SPELLINGS = (
    ("alice", "ALICE"),
    ("alice", "ａｌｉｃｅ"),
    ("jos\u00e9", "jose\u0301"),
    ("straße", "STRASSE"),
    ("ﬁona", "FIONA"),
    ("Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"),
)
"""Pairs of spellings of one name (RFC 7644 §7.8)."""


def changed(resource: Resource, **attributes: object) -> Resource:
    """Return *resource* with other attributes, one version later."""
    document = {**resource.document, **attributes}
    return replace(resource, version=resource.version + 1, modified=resource.modified + 1_000_000, document=document)


class ResourceRepositoryContract(StoreContract):
    """Give the fixture ``store``."""

    def test_what_is_added_can_be_got(self, setting: Setting) -> None:
        integration = setting.integration()
        made = user(
            "alice@example.org",
            externalId="00u1",
            active=False,
            name={"givenName": "İpek", "familyName": 'O\'Brien "X" 100%_\\'},
            emails=[{"value": "alice@example.org", "type": "work", "primary": True}, {"value": "😀@example.org"}],
            enterprise={"employeeNumber": "701984", "manager": {"value": "x"}},
        )
        added = setting.add(integration, made, link("17", Tier.EMAIL))
        found = setting.get(integration, made)
        assert found is not None
        assert found.resource == added
        assert replace(found.resource, key=0) == made
        assert found.link == link("17", Tier.EMAIL)

    def test_a_resource_without_a_link_is_pending(self, setting: Setting) -> None:
        integration = setting.integration()
        found = setting.get(integration, setting.user(integration, "alice"))
        assert found is not None
        assert found.link is None

    def test_long_values_are_kept_whole(self, setting: Setting) -> None:
        integration = setting.integration()
        names = ["x" * 5000 + "1", "x" * 5000 + "2"]
        for name in names:
            setting.user(integration, name, externalId=name, displayName=name)
        assert setting.users(integration) == names
        assert setting.users(integration, f'userName eq "{names[1]}"') == [names[1]]
        assert setting.users(integration, f'externalId eq "{names[0]}"') == [names[0]]
        with pytest.raises(Uniqueness):
            setting.user(integration, names[0].upper())

    def test_nothing_outside_can_change_what_is_stored(self, setting: Setting) -> None:
        integration = setting.integration()
        made = user("alice", emails=[{"value": "a@example.org"}])
        added = setting.add(integration, made)
        made.document["emails"][0]["value"] = "changed"
        added.document["emails"].append({})
        first = setting.get(integration, made)
        assert first is not None
        assert first.resource.document["emails"] == [{"value": "a@example.org"}]
        first.resource.document["emails"].clear()
        again = setting.get(integration, made)
        assert again is not None
        assert again.resource.document["emails"] == [{"value": "a@example.org"}]

    # ---------------------------------------------------------------------------------------------------- uniqueness

    @pytest.mark.parametrize(("name", "spelling"), SPELLINGS)
    def test_a_user_name_is_unique_in_every_spelling(self, setting: Setting, name: str, spelling: str) -> None:
        integration = setting.integration()
        setting.user(integration, name)
        with pytest.raises(Uniqueness) as refused:
            setting.user(integration, spelling)
        assert refused.value.attribute == "userName"
        assert setting.users(integration) == [name]

    def test_a_group_name_is_unique_in_every_spelling(self, setting: Setting) -> None:
        integration = setting.integration()
        setting.group(integration, "Editors")
        with pytest.raises(Uniqueness) as refused:
            setting.group(integration, "ＥＤＩＴＯＲＳ")
        assert refused.value.attribute == "displayName"

    def test_a_name_is_unique_only_within_one_type_and_one_integration(self, setting: Setting) -> None:
        first, second, elsewhere = setting.integration(), setting.integration(), setting.integration(OTHER_TENANT)
        for integration in (first, second, elsewhere):
            setting.user(integration, "alice")
            setting.group(integration, "alice")
            assert setting.users(integration) == ["alice"]

    def test_names_that_only_resemble_each_other_are_different(self, setting: Setting) -> None:
        integration = setting.integration()
        names = ["alice", "alice ", "al_ce", "al%ce", "al\u00efce", "ali", "alicе"]
        for name in names:
            setting.user(integration, name)
        assert setting.users(integration) == names

    def test_a_user_name_cannot_be_changed_to_one_that_is_taken(self, setting: Setting) -> None:
        integration = setting.integration()
        setting.user(integration, "alice")
        bob = setting.user(integration, "bob")
        with pytest.raises(Uniqueness) as refused:
            setting.update(integration, changed(bob, userName="ALICE"))
        assert refused.value.attribute == "userName"
        assert setting.users(integration) == ["alice", "bob"]

    def test_a_name_can_be_spelt_otherwise_and_a_free_one_taken(self, setting: Setting) -> None:
        integration = setting.integration()
        alice, bob = setting.user(integration, "alice"), setting.user(integration, "bob")
        setting.update(integration, changed(alice, userName="ALICE"))
        setting.remove(integration, bob)
        setting.user(integration, "Bob")
        assert setting.users(integration) == ["ALICE", "Bob"]

    # ------------------------------------------------------------------------------------------------------ isolation

    @pytest.mark.parametrize("tenant", ["acme", OTHER_TENANT])
    def test_a_resource_of_another_integration_is_absent(self, setting: Setting, tenant: str) -> None:
        mine, theirs = setting.integration(), setting.integration(tenant)
        alice, editors = setting.user(mine, "alice", "1"), setting.group(mine, "Editors", "2")
        setting.join(mine, editors, alice)
        self._nothing_is_seen(setting, theirs, alice, editors)
        with pytest.raises(StaleVersion):
            setting.update(theirs, changed(alice, userName="mallory"))
        with setting.store.open_unit() as unit, pytest.raises(StaleVersion):
            unit.resources.touch(theirs, changed(alice))
        with setting.store.open_unit() as unit:
            unit.resources.relink(theirs, alice, None)
            unit.resources.remove(theirs, alice)
            unit.resources.remove(theirs, editors)
            unit.commit()
        found = setting.get(mine, alice)
        assert found is not None
        assert (found.resource, found.link) == (alice, link("1"))
        assert setting.members(mine, editors) == [alice.id]

    def _nothing_is_seen(self, setting: Setting, theirs: Integration, alice: Resource, editors: Resource) -> None:
        assert setting.get(theirs, alice) is None
        assert setting.users(theirs) == []
        assert setting.users(theirs, f'id eq "{alice.id}"') == []
        assert setting.users(theirs, 'not (userName eq "x")') == []
        assert setting.members(theirs, editors) == []
        assert setting.groups(theirs, alice) == []
        with setting.store.open_unit(write=False) as unit:
            resources = unit.resources
            assert resources.read(theirs, USER, alice.id, with_groups=True, with_members=True) is None
            assert resources.identify(theirs, [alice.id, editors.id]) == {}
            assert list(resources.group_targets(theirs, alice, nested=True)) == []
            assert list(resources.users_within(theirs, [editors.id])) == []
            assert not resources.within(theirs, [editors.id], [alice.id])
            assert not resources.would_cycle(theirs, editors, [alice.id])

    def test_a_resource_of_another_type_is_absent(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice")
        with setting.store.open_unit(write=False) as unit:
            assert unit.resources.get(integration, GROUP, alice.id) is None
            assert unit.resources.read(integration, GROUP, alice.id, with_groups=True, with_members=True) is None

    @pytest.mark.parametrize("resource_id", ["", "0", "x", "\x00", "é", "' OR 1=1 --", "9" * 400])
    def test_any_text_may_be_asked_for_as_an_id(self, setting: Setting, resource_id: str) -> None:
        integration = setting.integration()
        setting.user(integration, "alice")
        with setting.store.open_unit(write=False) as unit:
            assert unit.resources.get(integration, USER, resource_id) is None
            assert unit.resources.read(integration, USER, resource_id, with_groups=True, with_members=True) is None
            assert unit.resources.identify(integration, [resource_id]) == {}

    def test_an_id_is_compared_exactly(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.add(integration, replace(user("alice"), id="00abcdef" * 4))
        with setting.store.open_unit(write=False) as unit:
            assert unit.resources.get(integration, USER, alice.id.upper()) is None
            assert unit.resources.get(integration, USER, alice.id + " ") is None

    # ------------------------------------------------------------------------------------------------- reading answers

    def test_reading_gives_what_an_answer_needs(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice", active=True)
        with setting.store.open_unit(write=False) as unit:
            found = unit.resources.read(integration, USER, alice.id, with_groups=False, with_members=False)
        assert found is not None
        assert document_of(found) == alice.document
        assert (found.id, found.type, found.endpoint) == (alice.id, "User", "/Users")
        assert (found.version, found.created, found.modified) == (1, MOMENT, MOMENT)
        assert found.groups is None
        assert found.members is None

    # --------------------------------------------------------------------------------------------------------- writing

    def test_an_update_stores_document_times_version_and_link(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice", "1")
        later = changed(alice, displayName="Alice", userName="alicia")
        setting.update(integration, later, link("2", Tier.EMAIL))
        found = setting.get(integration, alice)
        assert found is not None
        assert (found.resource, found.link) == (later, link("2", Tier.EMAIL))
        assert setting.users(integration, 'userName eq "alice"') == []
        assert setting.users(integration, 'userName eq "ALICIA"') == ["alicia"]

    def test_an_update_of_a_version_that_has_passed_is_refused(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice")
        setting.update(integration, changed(alice, displayName="first"))
        with pytest.raises(StaleVersion):
            setting.update(integration, changed(alice, displayName="second"))
        assert setting.users(integration, 'displayName eq "first"') == ["alice"]

    def test_a_version_cannot_be_skipped(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice")
        with pytest.raises(StaleVersion):
            setting.update(integration, replace(alice, version=3))

    def test_what_was_removed_is_absent_and_cannot_be_updated(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice", "1")
        setting.remove(integration, alice)
        assert setting.get(integration, alice) is None
        assert setting.users(integration) == []
        with pytest.raises(StaleVersion):
            setting.update(integration, changed(alice))
        with setting.store.open_unit() as unit, pytest.raises(StaleVersion):
            unit.resources.touch(integration, changed(alice))

    def test_relinking_leaves_version_and_times(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice", "1")
        for its_link in (link("2", Tier.ADOPT), None):
            with setting.store.open_unit() as unit:
                unit.resources.relink(integration, replace(alice, document={}), its_link)
                unit.commit()
            found = setting.get(integration, alice)
            assert found is not None
            assert (found.resource, found.link) == (alice, its_link)

    def test_touching_stores_version_and_times_alone(self, setting: Setting) -> None:
        integration = setting.integration()
        editors = setting.group(integration, "Editors", "1")
        later = replace(editors, version=2, modified=MOMENT + 5_000_000)
        with setting.store.open_unit() as unit:
            unit.resources.touch(integration, replace(later, document={"displayName": "ignored"}))
            unit.commit()
        found = setting.get(integration, editors)
        assert found is not None
        assert (found.resource, found.link) == (later, link("1"))
        with setting.store.open_unit() as unit, pytest.raises(StaleVersion):
            unit.resources.touch(integration, later)

    # ----------------------------------------------------------------------------------------------------------- links

    def test_a_target_has_one_live_link_in_a_tenant(self, setting: Setting) -> None:
        first, second = setting.integration(), setting.integration()
        setting.user(first, "alice", "1")
        for integration in (first, second):
            with pytest.raises(LinkTaken):
                setting.user(integration, "bob", "1")
        bob = setting.user(second, "bob", "2")
        with pytest.raises(LinkTaken):
            setting.update(second, changed(bob), link("1"))
        with setting.store.open_unit() as unit, pytest.raises(LinkTaken):
            unit.resources.relink(second, bob, link("1"))
        found = setting.get(second, bob)
        assert found is not None
        assert (found.resource, found.link) == (bob, link("2"))

    def test_other_tenants_and_other_types_do_not_compete_for_a_target(self, setting: Setting) -> None:
        integration, elsewhere = setting.integration(), setting.integration(OTHER_TENANT)
        setting.user(integration, "alice", "1")
        setting.group(integration, "Editors", "1")
        setting.user(elsewhere, "alice", "1")
        setting.group(elsewhere, "Editors", "1")

    def test_a_link_that_is_kept_is_not_taken(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice", "1")
        setting.update(integration, changed(alice), link("1", Tier.LINK))
        with setting.store.open_unit() as unit:
            unit.resources.relink(integration, alice, link("1"))
            unit.commit()

    def test_a_target_is_free_again_when_its_resource_lets_it_go(self, setting: Setting) -> None:
        integration = setting.integration()
        alice, bob = setting.user(integration, "alice", "1"), setting.user(integration, "bob", "2")
        setting.update(integration, changed(alice), None)
        setting.remove(integration, bob)
        setting.user(integration, "carol", "1")
        setting.user(integration, "dave", "2")

    def test_any_number_of_resources_may_be_pending(self, setting: Setting) -> None:
        integration = setting.integration()
        setting.user(integration, "alice")
        setting.user(integration, "bob")
        assert setting.users(integration) == ["alice", "bob"]

    def test_whether_a_target_is_linked_is_known_in_the_whole_tenant(self, setting: Setting) -> None:
        integration = setting.integration()
        setting.integration(OTHER_TENANT)
        alice = setting.user(integration, "alice", "1")
        with setting.store.open_unit(write=False) as unit:
            assert unit.resources.is_linked("acme", "User", "1")
            assert not unit.resources.is_linked("acme", "Group", "1")
            assert not unit.resources.is_linked("acme", "User", "2")
            assert not unit.resources.is_linked(OTHER_TENANT, "User", "1")
            assert not unit.resources.is_linked("unknown", "User", "1")
        setting.remove(integration, alice)
        with setting.store.open_unit(write=False) as unit:
            assert not unit.resources.is_linked("acme", "User", "1")

    # -------------------------------------------------------------------------------------------------------- identify

    def test_ids_are_identified_whatever_their_type(self, setting: Setting) -> None:
        integration, other = setting.integration(), setting.integration()
        alice, editors = setting.user(integration, "alice", "1"), setting.group(integration, "Editors")
        gone, foreign = setting.user(integration, "gone"), setting.user(other, "alice")
        setting.remove(integration, gone)
        with setting.store.open_unit(write=False) as unit:
            found = unit.resources.identify(integration, [alice.id, editors.id, gone.id, foreign.id, "x", ""])
            assert dict(found) == {
                alice.id: Identified(alice.id, "User", "1"),
                editors.id: Identified(editors.id, "Group", None),
            }
            assert dict(unit.resources.identify(integration, [])) == {}

    def test_thousands_of_ids_are_identified_at_once(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice")
        with setting.store.open_unit(write=False) as unit:
            found = unit.resources.identify(integration, [*group_of_strangers(5000), alice.id])
        assert list(found) == [alice.id]


def group_of_strangers(number: int) -> list[str]:
    """Return *number* ids that nobody has."""
    return [group("x").id for _ in range(number)]
