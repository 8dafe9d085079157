"""The contract of the host's groups: ``ports.GroupDirectory``."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from scim_plugin.ports import GroupDirectory, MemberDirectory
from scim_plugin.provisioning.member import GroupRefused
from scim_pytest.hosts import NO_IDS, HostContract, like
from scim_pytest.setting import OTHER_TENANT, TENANT


class GroupDirectoryContract(HostContract):
    """Give the fixtures ``members`` and ``groups``, of the same host."""

    @pytest.fixture
    def groups(self) -> Iterator[GroupDirectory]:
        """Give the directory of a host in which nobody but the contract makes groups now."""
        raise NotImplementedError("A subclass of a contract overrides the fixture `groups`.")

    def belongs(self, groups: GroupDirectory, group_id: str, member_id: str) -> bool:
        """Tell whether the member belongs to the group: who does cannot join."""
        newcomers = groups.change_members(TENANT, group_id, [member_id], [])
        if newcomers:
            groups.change_members(TENANT, group_id, [], [member_id])
        return not newcomers

    def test_a_group_that_was_created_can_be_got_and_found(self, groups: GroupDirectory) -> None:
        made = groups.create(TENANT, "Éditors", key="k1")
        assert made.name == "Éditors"
        assert groups.get(TENANT, made.id) == made
        for spelling in ("Éditors", "éDITORS", "e\u0301ditors", "Éｄitors"):
            assert groups.find(TENANT, spelling) == made
        for other in ("Éditor", "ditors", "%", "", "Éditors ", "\x00"):
            assert groups.find(TENANT, other) is None

    @pytest.mark.parametrize("group_id", NO_IDS)
    def test_an_id_that_does_not_parse_is_absent(
        self, members: MemberDirectory, groups: GroupDirectory, group_id: str
    ) -> None:
        alice = self.create(members, "alice")
        groups.create(TENANT, "Editors", key="k1")
        assert groups.get(TENANT, group_id) is None
        groups.remove(TENANT, group_id)
        groups.rename(TENANT, group_id, "Authors")
        assert list(groups.change_members(TENANT, group_id, [alice.id], [])) == []

    def test_an_id_is_compared_exactly(self, groups: GroupDirectory) -> None:
        made = groups.create(TENANT, "Editors", key="k1")
        for group_id in like(made.id):
            assert groups.get(TENANT, group_id) is None
            groups.remove(TENANT, group_id)
        assert groups.get(TENANT, made.id) == made

    def test_a_repeated_attempt_gives_the_group_of_the_first(self, groups: GroupDirectory) -> None:
        first = groups.create(TENANT, "Editors", key="k1")
        assert groups.create(TENANT, "Editors", key="k1") == first
        assert groups.create(TENANT, "Authors", key="k2").id != first.id

    def test_a_name_that_is_taken_is_refused(self, groups: GroupDirectory) -> None:
        groups.create(TENANT, "Editors", key="k1")
        authors = groups.create(TENANT, "Authors", key="k2")
        for name in ("Editors", "EDITORS"):
            with pytest.raises(GroupRefused):
                groups.create(TENANT, name, key=uuid4().hex)
            with pytest.raises(GroupRefused):
                groups.rename(TENANT, authors.id, name)
        assert groups.get(TENANT, authors.id) == authors

    def test_a_group_can_be_renamed(self, groups: GroupDirectory) -> None:
        made = groups.create(TENANT, "Editors", key="k1")
        groups.rename(TENANT, made.id, "EDITORS")
        groups.rename(TENANT, made.id, "Authors")
        found = groups.find(TENANT, "authors")
        assert found is not None
        assert (found.id, found.name) == (made.id, "Authors")
        assert groups.find(TENANT, "Editors") is None
        groups.create(TENANT, "Editors", key="k2")

    def test_a_group_of_another_tenant_is_absent(self, members: MemberDirectory, groups: GroupDirectory) -> None:
        made, alice = groups.create(TENANT, "Editors", key="k1"), self.create(members, "alice")
        stranger = self.create(members, "mallory", tenant=OTHER_TENANT)
        groups.change_members(TENANT, made.id, [alice.id], [])
        assert groups.get(OTHER_TENANT, made.id) is None
        assert groups.find(OTHER_TENANT, "Editors") is None
        groups.rename(OTHER_TENANT, made.id, "Stolen")
        assert list(groups.change_members(OTHER_TENANT, made.id, [stranger.id], [alice.id])) == []
        groups.remove(OTHER_TENANT, made.id)
        assert groups.get(TENANT, made.id) == made
        assert self.belongs(groups, made.id, alice.id)

    def test_a_group_that_is_removed_is_gone(self, members: MemberDirectory, groups: GroupDirectory) -> None:
        made, alice = groups.create(TENANT, "Editors", key="k1"), self.create(members, "alice")
        groups.change_members(TENANT, made.id, [alice.id], [])
        groups.remove(TENANT, made.id)
        groups.remove(TENANT, made.id)
        assert groups.get(TENANT, made.id) is None
        assert groups.find(TENANT, "Editors") is None
        assert list(groups.change_members(TENANT, made.id, [alice.id], [])) == []
        assert members.get(TENANT, alice.id) == alice
        assert not self.belongs(groups, groups.create(TENANT, "Editors", key="k2").id, alice.id)

    def test_only_newcomers_are_returned(self, members: MemberDirectory, groups: GroupDirectory) -> None:
        made = groups.create(TENANT, "Editors", key="k1")
        alice, bob = self.create(members, "alice"), self.create(members, "bob")
        assert list(groups.change_members(TENANT, made.id, [alice.id, alice.id], [])) == [alice.id]
        assert list(groups.change_members(TENANT, made.id, [alice.id, bob.id], [])) == [bob.id]
        assert list(groups.change_members(TENANT, made.id, [], [])) == []
        assert list(groups.change_members(TENANT, made.id, [], [alice.id])) == []
        assert list(groups.change_members(TENANT, made.id, [], [alice.id])) == []
        assert not self.belongs(groups, made.id, alice.id)
        assert self.belongs(groups, made.id, bob.id)

    def test_members_join_and_leave_in_one_change(self, members: MemberDirectory, groups: GroupDirectory) -> None:
        made = groups.create(TENANT, "Editors", key="k1")
        alice, bob = self.create(members, "alice"), self.create(members, "bob")
        groups.change_members(TENANT, made.id, [alice.id], [])
        assert list(groups.change_members(TENANT, made.id, [bob.id], [alice.id])) == [bob.id]
        assert not self.belongs(groups, made.id, alice.id)
        assert self.belongs(groups, made.id, bob.id)

    def test_who_leaves_and_joins_at_once_stays(self, members: MemberDirectory, groups: GroupDirectory) -> None:
        made, alice = groups.create(TENANT, "Editors", key="k1"), self.create(members, "alice")
        groups.change_members(TENANT, made.id, [alice.id], [])
        assert list(groups.change_members(TENANT, made.id, [alice.id], [alice.id])) == []
        assert self.belongs(groups, made.id, alice.id)

    def test_who_is_absent_never_joins(self, members: MemberDirectory, groups: GroupDirectory) -> None:
        made = groups.create(TENANT, "Editors", key="k1")
        alice, gone = self.create(members, "alice"), self.create(members, "gone")
        stranger = self.create(members, "mallory", tenant=OTHER_TENANT)
        members.remove(TENANT, gone.id)
        joining = [*NO_IDS, *like(alice.id), stranger.id, gone.id, alice.id]
        assert list(groups.change_members(TENANT, made.id, joining, list(NO_IDS))) == [alice.id]

    def test_a_member_that_is_removed_leaves_its_groups(self, members: MemberDirectory, groups: GroupDirectory) -> None:
        made = groups.create(TENANT, "Editors", key="k1")
        alice, bob = self.create(members, "alice"), self.create(members, "bob")
        groups.change_members(TENANT, made.id, [alice.id, bob.id], [])
        members.remove(TENANT, alice.id)
        assert list(groups.change_members(TENANT, made.id, [], [alice.id])) == []
        assert self.belongs(groups, made.id, bob.id)
        assert not self.belongs(groups, made.id, self.create(members, "alice").id)

    def test_a_suspended_member_keeps_its_groups(self, members: MemberDirectory, groups: GroupDirectory) -> None:
        made, alice = groups.create(TENANT, "Editors", key="k1"), self.create(members, "alice")
        groups.change_members(TENANT, made.id, [alice.id], [])
        members.suspend(TENANT, alice.id)
        assert self.belongs(groups, made.id, alice.id)
