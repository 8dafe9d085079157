"""The contract of memberships between resources: the part of ``ports.ResourceRepository`` that groups need."""

from __future__ import annotations

from scim_plugin.ports import Identified
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.representation import GroupReference, MemberReference
from scim_plugin.protocol.resource import Resource
from scim_plugin.provisioning.integration import Integration
from scim_pytest.setting import Setting, StoreContract, query, user


class MembershipContract(StoreContract):
    """Give the fixture ``store``."""

    def test_members_join_and_leave(self, setting: Setting) -> None:
        integration, editors, (alice, bob, carol) = scene(setting)
        joined = setting.join(integration, editors, alice, bob)
        assert set(joined.joined) == {Identified(alice.id, "User", "alice-1"), Identified(bob.id, "User", None)}
        assert joined.left == ()
        changed = setting.change(integration, editors, [carol.id], [alice.id])
        assert changed.joined == (Identified(carol.id, "User", None),)
        assert changed.left == (Identified(alice.id, "User", "alice-1"),)
        assert setting.members(integration, editors) == [bob.id, carol.id]

    def test_who_is_a_member_does_not_join_again(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        setting.join(integration, editors, alice)
        outcome = setting.change(integration, editors, [alice.id, bob.id, bob.id], [])
        assert [found.id for found in outcome.joined] == [bob.id]
        assert setting.join(integration, editors, alice, bob).joined == ()
        assert setting.members(integration, editors) == [alice.id, bob.id]

    def test_who_is_no_member_does_not_leave(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        setting.join(integration, editors, alice)
        outcome = setting.change(integration, editors, [], [bob.id, bob.id])
        assert (outcome.joined, outcome.left) == ((), ())
        assert setting.members(integration, editors) == [alice.id]

    def test_leaving_comes_before_joining(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        setting.join(integration, editors, alice)
        setting.change(integration, editors, [alice.id, bob.id], [alice.id, bob.id])
        assert setting.members(integration, editors) == [alice.id, bob.id]

    def test_everybody_who_is_not_joining_leaves_when_members_are_replaced(self, setting: Setting) -> None:
        integration, editors, (alice, bob, carol) = scene(setting)
        setting.join(integration, editors, alice, bob)
        outcome = setting.change(integration, editors, [bob.id, carol.id], None)
        assert [found.id for found in outcome.joined] == [carol.id]
        assert outcome.left == (Identified(alice.id, "User", "alice-1"),)
        assert setting.members(integration, editors) == [bob.id, carol.id]
        outcome = setting.change(integration, editors, [], None)
        assert {found.id for found in outcome.left} == {bob.id, carol.id}
        assert setting.members(integration, editors) == []

    def test_nothing_happens_when_nobody_joins_or_leaves(self, setting: Setting) -> None:
        integration, editors, _ = scene(setting)
        outcome = setting.change(integration, editors, [], [])
        assert (outcome.joined, outcome.left) == ((), ())

    def test_memberships_of_one_group_are_no_other_groups(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        authors = setting.group(integration, "Authors")
        setting.join(integration, editors, alice, bob)
        setting.join(integration, authors, alice)
        setting.change(integration, authors, [], None)
        assert setting.members(integration, editors) == [alice.id, bob.id]

    def test_members_come_in_order_of_their_creation(self, setting: Setting) -> None:
        integration, editors, (alice, bob, carol) = scene(setting)
        setting.join(integration, editors, carol)
        setting.join(integration, editors, bob)
        setting.join(integration, editors, alice)
        assert setting.members(integration, editors) == [alice.id, bob.id, carol.id]
        with setting.store.open_unit(write=False) as unit:
            found = list(unit.resources.member_ids(integration, editors))
        assert found[0] == Identified(alice.id, "User", "alice-1")

    def test_groups_come_in_order_of_their_creation(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        authors, zoo = setting.group(integration, "Authors"), setting.group(integration, "Zoo")
        for its_group in (zoo, authors, editors):
            setting.join(integration, its_group, alice)
        assert setting.groups(integration, alice) == ["Editors", "Authors", "Zoo"]
        assert setting.groups(integration, bob) == []

    def test_groups_and_members_are_read_only_when_they_are_asked_for(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        setting.join(integration, editors, bob, alice)
        with setting.store.open_unit(write=False) as unit:
            read = unit.resources.read
            with_groups = read(integration, USER, alice.id, with_groups=True, with_members=False)
            without_groups = read(integration, USER, alice.id, with_groups=False, with_members=False)
            with_members = read(integration, GROUP, editors.id, with_groups=False, with_members=True)
            without_members = read(integration, GROUP, editors.id, with_groups=False, with_members=False)
        assert with_groups is not None
        assert with_groups.groups == (GroupReference(editors.id, "Editors"),)
        assert without_groups is not None
        assert without_groups.groups is None
        assert with_members is not None
        assert with_members.members == (MemberReference(alice.id, "User"), MemberReference(bob.id, "User"))
        assert without_members is not None
        assert without_members.members is None

    def test_a_resource_without_groups_or_members_has_empty_ones(self, setting: Setting) -> None:
        integration, editors, (alice, *_) = scene(setting)
        with setting.store.open_unit(write=False) as unit:
            read_user = unit.resources.read(integration, USER, alice.id, with_groups=True, with_members=False)
            read_group = unit.resources.read(integration, GROUP, editors.id, with_groups=False, with_members=True)
        assert read_user is not None
        assert read_user.groups == ()
        assert read_group is not None
        assert read_group.members == ()

    def test_a_page_carries_groups_and_members_when_they_are_asked_for(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        setting.join(integration, editors, alice, bob)
        users = setting.search(integration, query(USER, with_groups=True)).resources
        expected = (GroupReference(editors.id, "Editors"),)
        assert [found.groups for found in users] == [expected, expected, ()]
        groups = setting.search(integration, query(GROUP, with_members=True)).resources
        assert groups[0].members == (MemberReference(alice.id, "User"), MemberReference(bob.id, "User"))
        assert setting.search(integration, query(USER)).resources[0].groups is None
        assert setting.search(integration, query(GROUP)).resources[0].members is None

    def test_only_linked_groups_have_targets(self, setting: Setting) -> None:
        integration, editors, (alice, *_) = scene(setting)
        authors = setting.group(integration, "Authors", "host-9")
        for its_group in (editors, authors):
            setting.join(integration, its_group, alice)
        with setting.store.open_unit(write=False) as unit:
            assert list(unit.resources.group_targets(integration, alice, nested=False)) == [(authors.id, "host-9")]

    def test_a_user_that_is_removed_leaves_its_groups(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        setting.join(integration, editors, alice, bob)
        setting.remove(integration, alice)
        assert setting.members(integration, editors) == [bob.id]

    def test_the_groups_of_a_resource_are_renewed(self, setting: Setting) -> None:
        integration, editors, (alice, *_) = scene(setting)
        authors, outer = setting.group(integration, "Authors"), setting.group(integration, "Outer")
        setting.join(integration, editors, alice)
        setting.join(integration, outer, editors)
        with setting.store.open_unit() as unit:
            unit.resources.renew_groups_of(integration, alice, editors.modified + 1)
            unit.resources.renew_groups_of(integration, alice, editors.modified)
            unit.commit()
        for group, versions, modified in ((editors, 2, 1), (authors, 0, 0), (outer, 0, 0)):
            with setting.store.open_unit(write=False) as unit:
                found = unit.resources.get(integration, GROUP, group.id)
            assert found is not None
            assert found.resource.version == group.version + versions
            assert found.resource.modified == group.modified + modified

    def test_the_members_of_a_group_that_is_removed_belong_to_it_no_more(self, setting: Setting) -> None:
        integration, editors, (alice, *_) = scene(setting)
        outer = setting.group(integration, "Outer")
        setting.join(integration, editors, alice)
        setting.join(integration, outer, editors)
        setting.remove(integration, editors)
        assert setting.groups(integration, alice) == []
        assert setting.members(integration, outer) == []

    def test_a_group_can_be_a_member_of_a_group(self, setting: Setting) -> None:
        integration, editors, (alice, *_) = scene(setting)
        outer = setting.group(integration, "Outer")
        setting.join(integration, editors, alice)
        outcome = setting.join(integration, outer, editors)
        assert outcome.joined == (Identified(editors.id, "Group", None),)
        assert setting.groups(integration, editors) == ["Outer"]
        with setting.store.open_unit(write=False) as unit:
            read = unit.resources.read(integration, GROUP, outer.id, with_groups=False, with_members=True)
        assert read is not None
        assert read.members == (MemberReference(editors.id, "Group"),)

    def test_a_cycle_is_seen_before_it_closes(self, setting: Setting) -> None:
        integration, inner, (alice, *_) = scene(setting)
        middle, outer = setting.group(integration, "Middle"), setting.group(integration, "Outer")
        setting.join(integration, inner, alice)
        setting.join(integration, middle, inner)
        setting.join(integration, outer, middle)
        with setting.store.open_unit(write=False) as unit:
            would_cycle = unit.resources.would_cycle
            assert would_cycle(integration, inner, [outer.id])
            assert would_cycle(integration, inner, [alice.id, middle.id])
            assert would_cycle(integration, inner, [inner.id])
            assert not would_cycle(integration, outer, [inner.id])
            assert not would_cycle(integration, outer, [alice.id])
            assert not would_cycle(integration, outer, [])

    def test_two_ways_into_a_group_are_no_cycle(self, setting: Setting) -> None:
        integration, inner, _ = scene(setting)
        left, right, outer = (setting.group(integration, name) for name in ("Left", "Right", "Outer"))
        setting.join(integration, left, inner)
        setting.join(integration, right, inner)
        setting.join(integration, outer, left)
        with setting.store.open_unit(write=False) as unit:
            assert not unit.resources.would_cycle(integration, outer, [right.id])
            assert unit.resources.would_cycle(integration, inner, [outer.id])

    def test_a_user_is_never_part_of_a_cycle(self, setting: Setting) -> None:
        integration, editors, (alice, bob, _) = scene(setting)
        setting.join(integration, editors, alice)
        with setting.store.open_unit(write=False) as unit:
            assert not unit.resources.would_cycle(integration, editors, [alice.id, bob.id])

    def test_a_thousand_members_join_and_leave_at_once(self, setting: Setting) -> None:
        integration = setting.integration()
        editors = setting.group(integration, "Editors")
        with setting.store.open_unit() as unit:
            users = [unit.resources.add(integration, user(f"user{number}"), None).id for number in range(1200)]
            unit.commit()
        assert len(setting.change(integration, editors, users, []).joined) == 1200
        assert setting.members(integration, editors) == users
        assert len(setting.change(integration, editors, users[:1100], None).left) == 100
        assert len(setting.change(integration, editors, [], users).left) == 1100
        assert setting.members(integration, editors) == []


def scene(setting: Setting) -> tuple[Integration, Resource, tuple[Resource, Resource, Resource]]:
    """Return an integration with a group and three Users, of whom the first is linked."""
    integration = setting.integration()
    alice = setting.user(integration, "alice", "alice-1")
    bob, carol = setting.user(integration, "bob"), setting.user(integration, "carol")
    return integration, setting.group(integration, "Editors"), (alice, bob, carol)
