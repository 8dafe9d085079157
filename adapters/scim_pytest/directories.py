"""The contracts of the host: ``ports.MemberDirectory`` and ``ports.GroupDirectory``."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from scim_plugin.ports import GroupDirectory, MemberDirectory
from scim_plugin.provisioning.member import FieldValue, GroupRefused, Member, MemberRefused
from scim_pytest.setting import OTHER_TENANT, TENANT

NO_IDS = ("", " ", "x", "0", "-1", "1.0", "1e3", "0x1", "١", "\x00", "é", "None", "' OR 1=1 --", "9" * 40)
"""What no host has as an id, and some cannot even read as one."""


def like(host_id: str) -> list[str]:
    """Return texts that a careless host takes for *host_id*."""
    wide = "".join(chr(ord(character) + 0xFEE0) for character in host_id if "!" <= character <= "~")
    return [f" {host_id}", f"{host_id} ", f"+{host_id}", f"0{host_id}", f"{host_id}.0", f"{host_id}\n", wide]


class HostContract:
    """What both contracts of the host share."""

    @pytest.fixture
    def members(self) -> Iterator[MemberDirectory]:
        """Give the directory of a host in which nobody but the contract makes members now."""
        raise NotImplementedError("A subclass of a contract overrides the fixture `members`.")

    def values(self, members: MemberDirectory, name: str) -> dict[str, FieldValue]:
        """Return the fields of a member called *name*; a host that requires more fields overrides it."""
        named = {members.username_field: name, members.email_field: f"{name}@example.org"}
        return {field: value for field, value in named.items() if field is not None}

    def create(
        self, members: MemberDirectory, name: str, *, tenant: str = TENANT, active: bool = True, key: str = ""
    ) -> Member:
        """Create a member called *name*."""
        return members.create(tenant, self.values(members, name), active=active, key=key or uuid4().hex)


class MemberDirectoryContract(HostContract):
    """Give the fixture ``members``."""

    def test_a_member_that_was_created_can_be_got(self, members: MemberDirectory) -> None:
        made = self.create(members, "alice")
        assert made.active
        assert not made.protected
        assert made.fields.items() >= self.values(members, "alice").items()
        assert members.get(TENANT, made.id) == made

    def test_a_member_can_be_created_without_access(self, members: MemberDirectory) -> None:
        made = self.create(members, "alice", active=False)
        found = members.get(TENANT, made.id)
        assert not made.active
        assert found is not None
        assert not found.active

    @pytest.mark.parametrize("member_id", NO_IDS)
    def test_an_id_that_does_not_parse_is_absent(self, members: MemberDirectory, member_id: str) -> None:
        self.create(members, "alice")
        assert members.get(TENANT, member_id) is None
        members.suspend(TENANT, member_id)
        members.reactivate(TENANT, member_id)
        members.remove(TENANT, member_id)

    def test_an_id_is_compared_exactly(self, members: MemberDirectory) -> None:
        made = self.create(members, "alice")
        for member_id in like(made.id):
            assert members.get(TENANT, member_id) is None
            members.remove(TENANT, member_id)
        assert members.get(TENANT, made.id) == made

    def test_a_repeated_attempt_gives_the_member_of_the_first(self, members: MemberDirectory) -> None:
        first = self.create(members, "alice", key="attempt-1")
        again = self.create(members, "alice", key="attempt-1")
        other = self.create(members, "bob", key="attempt-2")
        assert again == first
        assert other.id != first.id

    def test_a_repeated_attempt_gives_the_member_as_it_is_now(self, members: MemberDirectory) -> None:
        first = self.create(members, "alice", key="attempt-1")
        members.update(TENANT, first.id, self.values(members, "alicia"))
        assert self.create(members, "alice", key="attempt-1") == members.get(TENANT, first.id)

    def test_a_member_of_another_tenant_is_absent(self, members: MemberDirectory) -> None:
        made = self.create(members, "alice")
        assert members.get(OTHER_TENANT, made.id) is None
        for field, value in self.values(members, "alice").items():
            assert isinstance(value, str)
            assert list(members.find(OTHER_TENANT, field, value)) == []
        members.suspend(OTHER_TENANT, made.id)
        members.update(OTHER_TENANT, made.id, self.values(members, "mallory"))
        members.remove(OTHER_TENANT, made.id)
        assert members.get(TENANT, made.id) == made

    def test_the_fields_are_declared(self, members: MemberDirectory) -> None:
        fields = members.fields(TENANT)
        assert all(name == field.name for name, field in fields.items())
        for name in (members.username_field, members.email_field):
            assert name is None or name in fields
        if members.username_field is not None:
            assert fields[members.username_field].required

    # ------------------------------------------------------------------------------------------------------------ find

    @pytest.mark.parametrize("spelling", ["ALICÉ", "ａlicé", "alice\u0301"])
    def test_user_name_and_e_mail_are_found_in_every_spelling(self, members: MemberDirectory, spelling: str) -> None:
        made = self.create(members, "alicé")
        self.create(members, "bob")
        for field, value in self.values(members, spelling).items():
            assert isinstance(value, str)
            assert list(members.find(TENANT, field, value)) == [made]

    @pytest.mark.parametrize("value", ["", "%", "alic_", "alice%", "lice", "alic", "alice ", "alice*", "\x00"])
    def test_the_whole_value_is_compared(self, members: MemberDirectory, value: str) -> None:
        self.create(members, "alice")
        for field in (members.username_field, members.email_field):
            if field is not None:
                assert list(members.find(TENANT, field, value)) == []

    def test_other_fields_are_found_exactly(self, members: MemberDirectory) -> None:
        field = self._plain_field(members)
        made = self.create(members, "alice")
        members.update(TENANT, made.id, {field: "Smith"})
        assert [found.id for found in members.find(TENANT, field, "Smith")] == [made.id]
        assert list(members.find(TENANT, field, "SMITH")) == []
        assert list(members.find(TENANT, field, "Ｓmith")) == []
        assert list(members.find(TENANT, field, "Smith ")) == []

    def test_two_members_with_one_value_are_both_found(self, members: MemberDirectory) -> None:
        field = self._plain_field(members)
        made = [self.create(members, name) for name in ("alice", "bob", "carol")]
        for member in made:
            members.update(TENANT, member.id, {field: "Smith"})
        found = {member.id for member in members.find(TENANT, field, "Smith")}
        assert len(found) >= 2
        assert found <= {member.id for member in made}

    def test_a_value_that_was_replaced_is_not_found(self, members: MemberDirectory) -> None:
        made = self.create(members, "alice")
        members.update(TENANT, made.id, self.values(members, "alicia"))
        for (field, former), (_, present) in zip(
            self.values(members, "alice").items(), self.values(members, "alicia").items(), strict=True
        ):
            assert isinstance(former, str)
            assert isinstance(present, str)
            assert list(members.find(TENANT, field, former)) == []
            assert [found.id for found in members.find(TENANT, field, present)] == [made.id]

    # ----------------------------------------------------------------------------------------------------------- write

    @pytest.mark.parametrize("spelling", ["alice", "ALICE", "ａｌｉｃｅ"])
    def test_a_user_name_that_is_taken_is_refused(self, members: MemberDirectory, spelling: str) -> None:
        if members.username_field is None:
            pytest.skip("this host has no user names")
        self.create(members, "alice")
        bob = self.create(members, "bob")
        with pytest.raises(MemberRefused) as refused:
            self.create(members, spelling)
        assert refused.value.field == members.username_field
        assert "alice" not in refused.value.reason
        with pytest.raises(MemberRefused) as refused:
            members.update(TENANT, bob.id, {members.username_field: spelling})
        assert refused.value.field == members.username_field
        assert members.get(TENANT, bob.id) == bob

    @pytest.mark.parametrize("value", ["", None])
    def test_a_required_field_cannot_be_cleared(self, members: MemberDirectory, value: FieldValue) -> None:
        if members.username_field is None:
            pytest.skip("this host has no user names")
        alice = self.create(members, "alice")
        with pytest.raises(MemberRefused) as refused:
            members.update(TENANT, alice.id, {members.username_field: value})
        assert refused.value.field == members.username_field
        with pytest.raises(MemberRefused):
            members.create(TENANT, {members.username_field: value}, active=True, key="empty")
        assert members.get(TENANT, alice.id) == alice

    def test_a_member_may_spell_its_user_name_otherwise(self, members: MemberDirectory) -> None:
        alice = self.create(members, "alice")
        members.update(TENANT, alice.id, self.values(members, "Alice"))
        found = members.get(TENANT, alice.id)
        assert found is not None
        assert found.fields.items() >= self.values(members, "Alice").items()

    def test_only_the_fields_that_are_given_are_written(self, members: MemberDirectory) -> None:
        field = self._plain_field(members)
        alice = self.create(members, "alice")
        members.update(TENANT, alice.id, {field: "Smith"})
        found = members.get(TENANT, alice.id)
        assert found is not None
        assert dict(found.fields) == {**alice.fields, field: "Smith"}
        members.update(TENANT, alice.id, {})
        assert members.get(TENANT, alice.id) == found

    def test_none_clears_a_field(self, members: MemberDirectory) -> None:
        field = self._plain_field(members)
        alice = self.create(members, "alice")
        members.update(TENANT, alice.id, {field: "Smith"})
        members.update(TENANT, alice.id, {field: None})
        found = members.get(TENANT, alice.id)
        assert found is not None
        assert not found.fields.get(field)
        assert list(members.find(TENANT, field, "Smith")) == []

    def test_access_is_taken_away_and_given_back(self, members: MemberDirectory) -> None:
        alice, bob = self.create(members, "alice"), self.create(members, "bob")
        for _ in range(2):  # twice is as good as once
            members.suspend(TENANT, alice.id)
        suspended = members.get(TENANT, alice.id)
        assert suspended is not None
        assert not suspended.active
        assert suspended.fields == alice.fields
        for _ in range(2):
            members.reactivate(TENANT, alice.id)
        assert members.get(TENANT, alice.id) == alice
        assert members.get(TENANT, bob.id) == bob

    def test_a_member_that_is_removed_is_gone(self, members: MemberDirectory) -> None:
        alice, bob = self.create(members, "alice", key="attempt-1"), self.create(members, "bob")
        members.remove(TENANT, alice.id)
        members.remove(TENANT, alice.id)
        assert members.get(TENANT, alice.id) is None
        for field, value in self.values(members, "alice").items():
            assert isinstance(value, str)
            assert list(members.find(TENANT, field, value)) == []
        assert members.get(TENANT, bob.id) == bob
        again = self.create(members, "alice")
        assert again.id != alice.id

    def _plain_field(self, members: MemberDirectory) -> str:
        special = {members.username_field, members.email_field}
        for name, field in members.fields(TENANT).items():
            if name not in special and field.type == "text" and not field.required and not field.confers_privilege:
                return name
        pytest.skip("this host has no further field of type text")


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
