"""The contract of groups in groups: what a User belongs to through them, and who is in a group through them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from scim_plugin.ports import Identified
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.representation import GroupReference
from scim_plugin.protocol.resource import Resource
from scim_plugin.provisioning.integration import Integration
from scim_pytest.setting import OTHER_TENANT, Setting, StoreContract, document_of, link, query, user


@dataclass(frozen=True)
class House:
    """Alice is in *inner* alone, bob in *inner* and *outer*, carol in *outer*, dave in nothing.

    The groups are made in the order *outer*, *middle*, *inner*; *inner* is in *middle*, *middle* in *outer*.
    """

    setting: Setting
    integration: Integration
    outer: Resource
    middle: Resource
    inner: Resource
    alice: Resource
    bob: Resource
    carol: Resource
    dave: Resource

    def groups(self, member: Resource) -> list[tuple[str, bool]]:
        """Return what *member* is in by three ways of reading, which must agree: names, and whether directly."""
        with self.setting.store.open_unit(write=False) as unit:
            told = tuple(unit.resources.groups_of(self.integration, member))
            read = unit.resources.read(self.integration, USER, member.id, with_groups=True, with_members=False)
            page = unit.resources.search(self.integration, query(USER, with_groups=True)).resources
        assert read is not None
        assert read.groups == told
        assert next(found.groups for found in page if found.id == member.id) == told
        return [(reference.display, reference.direct) for reference in told]

    def users(self, filter: str) -> list[str]:
        """Return the names of the Users that *filter* finds."""
        return self.setting.users(self.integration, filter)

    def etag(self, member: Resource) -> str:
        """Return the entity tag of *member*."""
        with self.setting.store.open_unit(write=False) as unit:
            read = unit.resources.read(self.integration, USER, member.id, with_groups=True, with_members=False)
        assert read is not None
        return read.etag

    def targets(self, member: Resource, *, nested: bool) -> list[str]:
        """Return the host's groups in which *member* is."""
        with self.setting.store.open_unit(write=False) as unit:
            found = unit.resources.group_targets(self.integration, member, nested=nested)
        return [target for _, target in found]

    def within(self, groups: list[Resource], members: list[Resource]) -> set[tuple[str, str]]:
        """Return who is in which group, by ids."""
        with self.setting.store.open_unit(write=False) as unit:
            found = unit.resources.within(self.integration, [one.id for one in groups], [one.id for one in members])
            return set(found)

    def users_within(self, *groups: Resource) -> list[str]:
        """Return the ids of the Users in *groups*, in the order of the store."""
        with self.setting.store.open_unit(write=False) as unit:
            return [found.id for found in unit.resources.users_within(self.integration, [one.id for one in groups])]


class NestingContract(StoreContract):
    """Give the fixture ``store``."""

    @pytest.fixture
    def house(self, setting: Setting) -> House:
        """Give three groups in each other and four Users."""
        integration = setting.integration()
        outer, middle, inner = (
            setting.group(integration, name, target)
            for name, target in (("Outer", "host-outer"), ("Middle", None), ("Inner", "host-inner"))
        )
        alice = setting.user(integration, "alice", "alice-1")
        bob, carol, dave = (setting.user(integration, name) for name in ("bob", "carol", "dave"))
        setting.join(integration, outer, middle, bob, carol)
        setting.join(integration, middle, inner)
        setting.join(integration, inner, alice, bob)
        return House(setting, integration, outer, middle, inner, alice, bob, carol, dave)

    def test_a_user_is_indirectly_in_the_groups_around_its_groups(self, house: House) -> None:
        assert house.groups(house.alice) == [("Outer", False), ("Middle", False), ("Inner", True)]
        assert house.groups(house.dave) == []

    def test_direct_wins_where_a_user_is_in_a_group_in_both_ways(self, house: House) -> None:
        assert house.groups(house.bob) == [("Outer", True), ("Middle", False), ("Inner", True)]
        assert house.groups(house.carol) == [("Outer", True)]

    def test_the_groups_of_a_group_are_told_but_never_answered(self, house: House) -> None:
        with house.setting.store.open_unit(write=False) as unit:
            resources, integration = unit.resources, house.integration
            assert list(resources.groups_of(integration, house.inner)) == [
                GroupReference(house.outer.id, "Outer", direct=False),
                GroupReference(house.middle.id, "Middle"),
            ]
            read = resources.read(integration, GROUP, house.inner.id, with_groups=True, with_members=False)
            page = resources.search(integration, query(GROUP, with_groups=True))
        assert read is not None
        assert read.groups == ()
        assert [found.groups for found in page.resources] == [(), (), ()]

    def test_many_ways_to_a_group_are_one_value(self, house: House) -> None:
        setting, integration = house.setting, house.integration
        another = setting.group(integration, "Another")
        setting.join(integration, another, house.alice)
        setting.join(integration, house.middle, another)
        setting.join(integration, house.outer, house.inner)
        expected = [("Outer", False), ("Middle", False), ("Inner", True), ("Another", True)]
        assert house.groups(house.alice) == expected
        setting.change(integration, house.middle, [], [house.inner.id])
        assert house.groups(house.alice) == expected
        setting.change(integration, house.middle, [], [another.id])
        assert house.groups(house.alice) == [("Outer", False), ("Inner", True), ("Another", True)]
        setting.change(integration, house.outer, [], None)
        assert house.groups(house.alice) == [("Inner", True), ("Another", True)]

    def test_a_group_that_is_removed_leads_nowhere(self, house: House) -> None:
        house.setting.remove(house.integration, house.middle)
        assert house.groups(house.alice) == [("Inner", True)]
        assert house.groups(house.bob) == [("Outer", True), ("Inner", True)]
        assert house.users_within(house.outer) == [house.bob.id, house.carol.id]

    def test_filters_on_groups_see_the_indirect_ones(self, house: House) -> None:
        outer, middle = house.outer.id, house.middle.id
        assert house.users(f'groups.value eq "{outer}"') == ["alice", "bob", "carol"]
        assert house.users(f'groups eq "{middle}"') == ["alice", "bob"]
        assert house.users(f'groups[value eq "{outer}" and type eq "indirect"]') == ["alice"]
        assert house.users(f'groups[value eq "{outer}" and type eq "DIRECT"]') == ["bob", "carol"]
        assert house.users('groups[type eq "direct"]') == ["alice", "bob", "carol"]
        assert house.users('groups.type eq "indirect"') == ["alice", "bob"]
        assert house.users('groups.type ne "indirect"') == ["alice", "bob", "carol", "dave"]
        assert house.users('groups.display eq "outer"') == ["alice", "bob", "carol"]
        assert house.users("not (groups pr)") == ["dave"]

    def test_filters_on_members_see_the_direct_ones(self, house: House) -> None:
        names, integration = house.setting.group_names, house.integration
        assert names(integration, f'members.value eq "{house.alice.id}"') == ["Inner"]
        assert names(integration, 'members.type eq "group"') == ["Outer", "Middle"]
        assert names(integration, 'members[type eq "User"]') == ["Outer", "Inner"]

    def test_a_stamp_covers_the_indirect_groups(self, house: House) -> None:
        before, of_carol = house.etag(house.alice), house.etag(house.carol)
        house.setting.change(house.integration, house.outer, [], [house.middle.id])
        after = house.etag(house.alice)
        assert after != before
        assert house.etag(house.carol) == of_carol
        house.setting.join(house.integration, house.outer, house.alice)
        assert house.etag(house.alice) != after
        house.setting.join(house.integration, house.outer, house.middle)
        assert house.etag(house.alice) not in (before, after)  # direct now

    def test_targets_are_those_of_linked_groups_around(self, house: House) -> None:
        assert house.targets(house.alice, nested=True) == ["host-outer", "host-inner"]
        assert house.targets(house.alice, nested=False) == ["host-inner"]
        assert house.targets(house.inner, nested=True) == ["host-outer"]
        assert house.targets(house.inner, nested=False) == []
        assert house.targets(house.dave, nested=True) == []

    def test_users_within_are_told_once_and_in_order(self, house: House) -> None:
        alice, bob, carol = house.alice.id, house.bob.id, house.carol.id
        assert house.users_within(house.outer) == [alice, bob, carol]
        assert house.users_within(house.inner) == [alice, bob]
        assert house.users_within(house.inner, house.outer, house.middle) == [alice, bob, carol]
        assert house.users_within() == []
        with house.setting.store.open_unit(write=False) as unit:
            first = next(iter(unit.resources.users_within(house.integration, [house.middle.id])))
        assert first == Identified(alice, "User", "alice-1")

    def test_more_than_a_thousand_users_are_within(self, house: House) -> None:
        integration, store = house.integration, house.setting.store
        with store.open_unit() as unit:
            ids = [unit.resources.add(integration, user(f"user{number}"), None).id for number in range(1200)]
            unit.resources.change_members(integration, house.inner, ids, [])
            unit.commit()
        assert house.users_within(house.outer) == [house.alice.id, house.bob.id, house.carol.id, *ids]

    def test_who_is_within_is_told_for_many_at_once(self, house: House) -> None:
        everybody = [house.alice, house.bob, house.carol, house.dave, house.inner, house.middle, house.outer]
        found = house.within([house.outer, house.inner], everybody)
        assert found == {
            *((house.outer.id, one.id) for one in (house.alice, house.bob, house.carol, house.inner, house.middle)),
            *((house.inner.id, one.id) for one in (house.alice, house.bob)),
        }
        assert house.within([], everybody) == house.within([house.outer], []) == set()

    def test_a_change_tells_whether_its_group_is_nested(self, house: House) -> None:
        setting, integration = house.setting, house.integration
        flat = setting.group(integration, "Flat")
        assert not setting.join(integration, flat, house.alice).nested
        assert not setting.join(integration, flat, house.alice).nested
        assert not setting.change(integration, flat, [], [house.alice.id]).nested
        for its_group in (house.outer, house.middle, house.inner):
            assert setting.join(integration, its_group, house.dave).nested
            assert setting.change(integration, its_group, [], [house.dave.id]).nested
        assert not setting.join(integration, house.inner, house.alice).nested  # nothing has changed
        assert setting.join(integration, flat, house.outer).nested
        assert setting.change(integration, flat, [house.dave.id], None).nested
        assert not setting.change(integration, flat, [], None).nested

    def test_outer_groups_are_those_with_a_group_in_them(self, house: House) -> None:
        setting, integration = house.setting, house.integration

        def outer() -> list[str]:
            with setting.store.open_unit(write=False) as unit:
                found = list(unit.resources.outer_groups(integration))
            for one in found:
                assert one == setting.get(integration, one.resource)
            return [document["displayName"] for document in (one.resource.document for one in found)]

        assert outer() == ["Outer", "Middle"]
        setting.update(integration, replace(house.middle, version=2), link("host-middle"))
        setting.change(integration, house.outer, [], [house.middle.id])
        assert outer() == ["Middle"]
        setting.remove(integration, house.inner)
        assert outer() == []

    def test_a_group_that_comes_back_is_nested_again(self, house: House) -> None:
        setting, integration = house.setting, house.integration
        setting.change(integration, house.middle, [], [house.inner.id])
        assert house.groups(house.alice) == [("Inner", True)]
        setting.change(integration, house.middle, [house.inner.id], None)
        assert house.groups(house.alice) == [("Outer", False), ("Middle", False), ("Inner", True)]

    def test_a_rollback_takes_nesting_back(self, house: House) -> None:
        with house.setting.store.open_unit() as unit:
            unit.resources.change_members(house.integration, house.middle, [], [house.inner.id])
        assert house.groups(house.alice) == [("Outer", False), ("Middle", False), ("Inner", True)]

    @pytest.mark.parametrize("tenant", ["acme", OTHER_TENANT])
    def test_nesting_of_another_integration_is_absent(self, house: House, tenant: str) -> None:
        setting, theirs = house.setting, house.setting.integration(tenant)
        with setting.store.open_unit(write=False) as unit:
            resources = unit.resources
            assert list(resources.groups_of(theirs, house.alice)) == []
            assert list(resources.group_targets(theirs, house.alice, nested=True)) == []
            assert list(resources.users_within(theirs, [house.outer.id])) == []
            assert not resources.within(theirs, [house.outer.id], [house.alice.id])
            assert not resources.within(house.integration, [house.outer.id], ["unknown"])
            assert list(resources.outer_groups(theirs)) == []
            assert not resources.would_cycle(theirs, house.inner, [house.outer.id])
        assert setting.users(theirs, f'groups.value eq "{house.outer.id}"') == []

    def test_groups_are_followed_to_any_depth(self, house: House) -> None:
        setting, integration = house.setting, house.integration
        around = house.outer
        for number in range(30):
            its_group = setting.group(integration, f"Group {number}")
            setting.join(integration, its_group, around)
            around = its_group
        names = [name for name, _ in house.groups(house.alice)]
        assert names == ["Outer", "Middle", "Inner", *(f"Group {number}" for number in range(30))]
        found = setting.search(integration, query(USER, f'groups.value eq "{around.id}"', with_groups=True)).resources
        assert [document_of(one)["userName"] for one in found] == ["alice", "bob", "carol"]
        assert [len(one.groups or ()) for one in found] == [33, 33, 31]
