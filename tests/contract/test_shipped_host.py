"""What the shipped hosts offer beyond the ports: what the command line needs to set members and groups up."""

import pytest

from scim_plugin.provisioning.member import Field, MemberRefused

TENANT, OTHER = "acme", "globex"


@pytest.fixture
def members(any_store):
    return any_store.members


@pytest.fixture
def groups(any_store):
    return any_store.groups


def create(members, name, tenant=TENANT, **values):
    return members.create(tenant, {"username": name, **values}, active=True, key=f"{tenant}/{name}")


def test_members_have_the_fields_of_the_default_mapping(members):
    names = ["username", "email", "given_name", "family_name", "display_name"]
    assert list(members.fields(TENANT)) == names
    assert members.fields(TENANT)["username"] == Field("username", required=True)
    assert (members.username_field, members.email_field) == ("username", "email")
    assert all(field.type == "text" and not field.confers_privilege for field in members.fields(TENANT).values())


def test_an_extension_field_is_a_field_like_others(members):
    members.add_field("employee_number")
    members.add_field("employee_number")
    members.add_field("cost_center")
    assert list(members.field_names()) == ["cost_center", "employee_number"]
    assert members.fields(TENANT)["employee_number"] == Field("employee_number")
    alice = create(members, "alice", employee_number="A-7")
    assert alice.fields["employee_number"] == "A-7"
    assert members.find(TENANT, "employee_number", "A-7")[0].id == alice.id
    assert list(members.find(TENANT, "employee_number", "a-7")) == []
    assert list(members.find(OTHER, "employee_number", "A-7")) == []
    members.update(TENANT, alice.id, {"employee_number": None, "cost_center": "4130"})
    found = members.get(TENANT, alice.id)
    assert not found.fields.get("employee_number")
    assert found.fields["cost_center"] == "4130"
    assert found.fields["username"] == "alice"


def test_a_field_that_members_have_already_cannot_be_added(members):
    for name in ("username", "email", "active"):
        with pytest.raises(ValueError, match=name):
            members.add_field(name)


def test_a_field_that_was_not_declared_is_refused(members):
    with pytest.raises(MemberRefused) as refused:
        create(members, "alice", shoe_size="42")
    assert refused.value.field == "shoe_size"
    assert list(members.find(TENANT, "shoe_size", "42")) == []


def test_many_members_may_share_an_e_mail_address(members):
    for name in ("alice", "bob", "carol"):
        create(members, name, email="Team@example.org")
    assert len(members.find(TENANT, "email", "team@EXAMPLE.org")) >= 2


def test_members_and_groups_are_listed_by_tenant_in_order_of_creation(members, groups):
    made = [create(members, name) for name in ("zoe", "adam", "mia")]
    create(members, "zoe", tenant=OTHER)
    assert list(members.list(TENANT)) == made
    made = [groups.create(TENANT, name, key=name) for name in ("Zoo", "Authors")]
    groups.create(OTHER, "Zoo", key="other")
    assert list(groups.list(TENANT)) == made
    assert list(groups.list("unknown")) == []


def test_one_member_is_found_by_id_or_user_name(members):
    alice = create(members, "alice")
    assert members.find_one(TENANT, alice.id) == alice
    assert members.find_one(TENANT, "ALICE") == alice
    assert members.find_one(TENANT, "ali") is None
    assert members.find_one(OTHER, alice.id) is None
    assert members.find_one(OTHER, "alice") is None


def test_memberships_are_seen_from_both_sides(members, groups):
    alice, bob = create(members, "alice"), create(members, "bob")
    zoo, authors = groups.create(TENANT, "Zoo", key="1"), groups.create(TENANT, "Authors", key="2")
    groups.change_members(TENANT, zoo.id, [bob.id], [])
    groups.change_members(TENANT, zoo.id, [alice.id], [])
    groups.change_members(TENANT, authors.id, [alice.id], [])
    assert list(members.groups_of(TENANT, alice.id)) == ["Authors", "Zoo"]
    assert list(members.groups_of(OTHER, alice.id)) == []
    assert list(members.groups_of(TENANT, "x")) == []
    assert list(groups.members_of(TENANT, zoo.id)) == [alice.id, bob.id]
    assert list(groups.members_of(OTHER, zoo.id)) == []
    assert list(groups.members_of(TENANT, "x")) == []
    members.remove(TENANT, alice.id)
    assert list(groups.members_of(TENANT, zoo.id)) == [bob.id]
    groups.remove(TENANT, zoo.id)
    assert list(members.groups_of(TENANT, bob.id)) == []


def test_a_member_can_be_protected(members):
    alice, bob = create(members, "alice"), create(members, "bob")
    members.set_protected(TENANT, alice.id, True)
    members.set_protected(OTHER, bob.id, True)
    assert members.get(TENANT, alice.id).protected
    assert members.find(TENANT, "username", "alice")[0].protected
    assert not members.get(TENANT, bob.id).protected
    members.set_protected(TENANT, alice.id, False)
    assert members.get(TENANT, alice.id) == alice
