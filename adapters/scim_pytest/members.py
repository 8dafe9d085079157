"""The contract of the host's members: ``ports.MemberDirectory``."""

from __future__ import annotations

import pytest

from scim_plugin.ports import MemberDirectory
from scim_plugin.provisioning.member import FieldValue, MemberRefused
from scim_pytest.hosts import NO_IDS, HostContract, like
from scim_pytest.setting import OTHER_TENANT, TENANT


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
