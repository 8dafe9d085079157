"""A POST stores what was asserted and brings the host in step, or does nothing at all."""

import pytest

from scim_memory.members import MemoryMemberDirectory
from scim_plugin.protocol.core_schemas import GROUP, USER, USER_URN
from scim_plugin.protocol.errors import InvalidSyntax, InvalidValue, Uniqueness
from scim_plugin.protocol.json_types import Document
from scim_plugin.protocol.schema import ResourceType
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.mapping import rule
from scim_plugin.use_cases import protocol_use_cases


def test_a_new_user_is_answered_as_it_will_be_read(idp, clock):
    user = idp.post_user("kim@example.com", externalId="ID-1", title="Editor")
    assert user == idp.read(user)
    assert (user.type, user.endpoint, user.version) == ("User", "/Users", 1)
    assert user.created == user.modified == now()
    assert user.document == {
        "schemas": [USER_URN],
        "userName": "kim@example.com",
        "externalId": "ID-1",
        "title": "Editor",
    }


def test_a_new_group_is_answered_as_it_will_be_read(idp):
    users = [idp.post_user(f"u{number}@example.com") for number in range(3)]
    nested = idp.post_group("Nested")
    group = idp.post_group("Authors", [*users, nested])
    assert group == idp.read(group, GROUP)
    assert [(member.id, member.type) for member in group.members] == [
        *((user.id, "User") for user in users),
        (nested.id, "Group"),
    ]


def test_the_server_chooses_the_id(idp):
    first = idp.post_user("a@example.com", id="chosen", meta={"version": "9"})
    second = idp.post_user("b@example.com")
    assert len({first.id, second.id, "chosen"}) == 3
    assert first.version == 1


def test_a_new_member_has_access_unless_the_client_says_otherwise(idp, host):
    idp.post_user("a@example.com")
    idp.post_user("b@example.com", active=True)
    idp.post_user("c@example.com", active=False)
    assert [member.active for member in host.members()] == [True, True, False]


def test_what_no_rule_maps_is_answered_back_and_never_reaches_the_host(idp, host):
    user = idp.post_user("kim@example.com", title="Editor", nickName="Kim")
    assert idp.read(user).document["title"] == "Editor"
    assert set(host.members()[0].fields.values()) == {"kim@example.com", None}


def test_what_no_schema_declares_is_dropped(idp):
    assert "shoeSize" not in idp.post_user("kim@example.com", shoeSize=44).document


@pytest.mark.parametrize("body", [None, [], "text", {}, {"userName": "kim"}, {"schemas": ["urn:x"], "userName": "kim"}])
def test_a_body_that_is_no_user_is_refused(idp, body, snapshot):
    before = snapshot()
    with pytest.raises(InvalidSyntax):
        idp.post(USER, body)
    assert snapshot() == before


def test_a_required_attribute_must_be_there(idp):
    with pytest.raises(InvalidValue, match="'userName' is required"):
        idp.post(USER, {"schemas": [USER_URN]})


def test_a_username_is_unique_in_the_integration_without_regard_to_case(idp, host, snapshot):
    idp.post_user("kim@example.com")
    before = snapshot()
    with pytest.raises(Uniqueness) as refusal:
        idp.post_user("KIM@Example.com", externalId="other")
    assert refusal.value.attribute == "userName"
    assert snapshot() == before


def test_another_integration_may_have_the_same_username(connect):
    first, second = connect("a"), connect("b")
    assert first.post_user("kim@example.com").id != second.post_user("kim@example.com").id


def test_a_groups_name_is_unique_in_the_integration_without_regard_to_case(idp, snapshot):
    idp.post_group("Authors")
    before = snapshot()
    with pytest.raises(Uniqueness) as refusal:
        idp.post_group("AUTHORS")
    assert refusal.value.attribute == "displayName"
    assert snapshot() == before


def test_members_that_do_not_exist_are_named_and_nothing_is_created(idp, snapshot):
    user = idp.post_user()
    before = snapshot()
    with pytest.raises(InvalidValue, match=r"These members do not exist in this integration: 'nobody'\. Provision"):
        idp.post_group("Authors", [user, "nobody"])
    assert snapshot() == before


def test_what_the_host_owns_is_part_of_the_answer_and_of_what_is_stored(store, connect, host):
    store.members.add_field("screen_name")
    idp = connect(mapping=(rule("userName", "email"), rule("nickName", "screen_name", direction="to-scim")))
    host.member("somebody", email="kim@example.com", screen_name="Kimmy")
    user = idp.post_user("kim@example.com", nickName="asserted")
    assert user.document["nickName"] == "Kimmy"
    assert user == idp.read(user)


def test_a_group_that_fails_in_the_host_leaves_nothing_behind(store, connect, snapshot):
    idp = connect()
    user = idp.post_user()

    class FailingGroups(type(store.groups)):
        def change_members(self, tenant, group_id, joining, leaving):
            super().change_members(tenant, group_id, joining, leaving)
            raise ConnectionError

    idp.use_cases = protocol_use_cases(store.open_unit, store.members, FailingGroups(store))
    before = snapshot()
    with pytest.raises(ConnectionError):
        idp.post_group("Authors", [user])
    assert snapshot() == before


def test_a_user_that_fails_in_the_host_leaves_nothing_behind(store, connect, snapshot, host):
    class FailingMembers(MemoryMemberDirectory):
        def update(self, tenant, member_id, values):
            super().update(tenant, member_id, values)
            raise ConnectionError

    idp = connect()
    host.member("somebody", email="kim@example.com")
    idp.use_cases = protocol_use_cases(store.open_unit, FailingMembers(store), store.groups)
    before = snapshot()
    with pytest.raises(ConnectionError):
        idp.post_user("kim@example.com", displayName="Kim")
    assert snapshot() == before


def test_a_type_without_members_or_groups_of_the_host_is_only_stored(idp, snapshot):
    device = ResourceType("Device", "/Devices", "A device", GROUP.schema, key="displayName")
    body: Document = {"schemas": [GROUP.schema.id], "displayName": "Scanner"}
    made = idp.post(device, body)
    assert idp.read(made, device).document["displayName"] == "Scanner"
    assert idp.link(made, device) is None
    tables = snapshot()
    assert (tables["host_members"], tables["host_groups"]) == ({}, {})
    user = idp.post_user()
    idp.patch(made, ("add", "members", [{"value": user.id}]), resource_type=device)
    assert [member.id for member in idp.read(made, device).members] == [user.id]
    idp.delete(made, device)
    assert idp.search(resource_type=device).total == 0
