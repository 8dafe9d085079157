"""What a User does to the host's member: mapped fields, access, and nothing else."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN
from scim_plugin.protocol.errors import Forbidden, Uniqueness
from scim_plugin.provisioning.events import MemberChanged, MemberLinked, MemberReactivated, MemberSuspended
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import DEFAULT_MAPPING, rule

MANAGER = {"manager": {"value": "4711"}}


def extended(store, *names):
    for name in names:
        store.members.add_field(name)


# -------------------------------------------------------------------------------------------------------- mapped fields


def test_mapped_fields_reach_the_new_member(idp):
    user = idp.post_user(
        "kim@example.com", name={"givenName": "Kim", "familyName": "Doe"}, displayName="Kim Doe", title="Editor"
    )
    assert idp.member(user).fields == {
        "username": "kim@example.com",
        "email": "kim@example.com",
        "given_name": "Kim",
        "family_name": "Doe",
        "display_name": "Kim Doe",
    }


def test_a_changed_attribute_reaches_the_member_and_the_hosts_ears(idp, sink):
    user = idp.post_user()
    sink.events.clear()
    idp.patch(user, ("replace", "name.givenName", "Kim"), ("replace", "displayName", "K"))
    assert idp.member(user).fields["given_name"] == "Kim"
    member = idp.link(user).target
    assert sink.events == [MemberChanged("default", "integration-1", member, ("given_name", "display_name"))]


def test_an_attribute_that_is_removed_clears_its_field(idp):
    user = idp.post_user(displayName="Kim")
    idp.patch(user, ("remove", "displayName"))
    assert idp.member(user).fields["display_name"] is None


def test_a_local_edit_of_a_mapped_field_lasts_until_the_next_write(idp, host):
    user = idp.post_user(displayName="Kim")
    member = idp.link(user).target
    host.edit(member, display_name="edited", family_name="added", username="moved")
    idp.patch(user, ("replace", "title", "Editor"))
    assert host.get(member).fields["display_name"] == "Kim"
    assert host.get(member).fields["family_name"] is None
    assert host.get(member).fields["username"] == "kim@example.com"


def test_a_local_edit_is_put_right_also_by_a_write_that_changes_nothing_else(idp, host):
    user = idp.post_user(displayName="Kim", active=True)
    host.edit(idp.link(user).target, display_name="edited")
    assert idp.patch(user, ("replace", "displayName", "Kim")).version == 1
    assert idp.member(user).fields["display_name"] == "Kim"


def test_a_field_without_a_rule_belongs_to_the_host(store, connect, host):
    extended(store, "shoe_size")
    idp = connect(mapping=(rule("userName", "username"),))
    user = idp.post_user("kim@example.com", displayName="Kim")
    member = idp.link(user).target
    host.edit(member, shoe_size="44", display_name="Local", email="local@example.com")
    idp.put_user(user, "renamed@example.com", displayName="Kim")
    fields = host.get(member).fields
    assert (fields["username"], fields["display_name"]) == ("renamed@example.com", "Local")
    assert (fields["shoe_size"], fields["email"]) == ("44", "local@example.com")


def test_paths_select_one_value_of_several(store, connect):
    extended(store, "department", "boss", "role", "is_main")
    idp = connect(
        type="entra-id",
        mapping=(
            rule('emails[type eq "work"].value', "email"),
            rule(f"{ENTERPRISE_USER_URN}:department", "department"),
            rule(f"{ENTERPRISE_USER_URN}:manager", "boss"),
            rule('roles[primary eq "True"].value', "role"),
            rule("roles.primary", "is_main"),
        ),
    )
    user = idp.post_user(
        "kim",
        emails=[{"type": "home", "value": "h@x"}, {"type": "work", "value": "w@x"}],
        roles=[{"value": "Reader"}, {"value": "Editor", "primary": True}],
        **{ENTERPRISE_USER_URN: {"department": "Press", **MANAGER}},
    )
    fields = idp.member(user).fields
    assert (fields["email"], fields["department"], fields["boss"]) == ("w@x", "Press", "4711")
    assert (fields["role"], fields["is_main"]) == ("Editor", "true")


def test_a_boolean_in_a_text_field_is_written_once(store, connect, sink):
    extended(store, "is_main")
    idp = connect(mapping=(rule("userName", "username"), rule("emails.primary", "is_main")))
    user = idp.post_user("kim", emails=[{"value": "kim@example.com", "primary": False}])
    assert idp.member(user).fields["is_main"] == "false"
    sink.events.clear()
    idp.patch(user, ("replace", "title", "Editor"))
    assert sink.events == []
    idp.patch(user, ("replace", "emails.primary", True))
    assert idp.member(user).fields["is_main"] == "true"
    idp.patch(user, ("remove", "emails"))
    assert idp.member(user).fields["is_main"] is None


def test_a_username_is_never_cleared(connect):
    idp = connect(mapping=(rule("displayName", "username"),))
    user = idp.post_user("kim@example.com", displayName="kim")
    idp.patch(user, ("remove", "displayName"))
    assert idp.member(user).fields["username"] == "kim"


@pytest.mark.parametrize("attributes", [{}, {"displayName": ""}])
def test_a_new_member_without_a_mapped_username_gets_that_of_the_user(connect, attributes):
    idp = connect(mapping=(rule("displayName", "username"),))
    assert idp.member(idp.post_user("kim@example.com", **attributes)).fields["username"] == "kim@example.com"


def test_a_host_without_usernames_is_given_none(store, connect):
    class Nameless(type(store.members)):
        username_field = None
        email_field = None

        def create(self, tenant, values, *, active, key):
            assert "username" not in values
            return super().create(tenant, {"username": "generated", **values}, active=active, key=key)

    from scim_plugin.use_cases import protocol_use_cases

    idp = connect(mapping=(rule("displayName", "display_name"),))
    idp.use_cases = protocol_use_cases(store.open_unit, Nameless(store), store.groups)
    user = idp.post_user(displayName="Kim")
    assert idp.member(user).fields["username"] == "generated"
    assert idp.member(user).fields["display_name"] == "Kim"


def test_a_value_that_the_host_refuses_is_a_conflict_and_changes_nothing(idp, host, snapshot):
    user = idp.post_user("kim@example.com")
    host.member("alex")
    before = snapshot()
    with pytest.raises(Uniqueness, match="The host refused the member's username: The user name is taken") as refusal:
        idp.patch(user, ("replace", "userName", "alex"), ("replace", "active", False))
    assert (refusal.value.attribute, refusal.value.status) == ("username", 409)
    assert snapshot() == before


# ----------------------------------------------------------------------------------------------------- the internal key


def test_the_external_id_follows_into_its_key_field(store, connect, host):
    extended(store, "object_id")
    idp = connect(external_id_key="object_id")
    member = host.member("somebody", email="kim@example.com")
    user = idp.post_user("kim@example.com", externalId="ID-1")
    assert host.get(member).fields["object_id"] == "ID-1"
    idp.patch(user, ("replace", "externalId", "ID-2"))
    assert host.get(member).fields["object_id"] == "ID-2"
    idp.patch(user, ("remove", "externalId"))
    assert host.get(member).fields["object_id"] is None


# ---------------------------------------------------------------------------------------------- on create only, to SCIM


def test_an_on_create_only_rule_writes_when_the_member_is_created_and_never_again(store, connect):
    extended(store, "language")
    idp = connect(mapping=(*DEFAULT_MAPPING, rule("preferredLanguage", "language", on_create_only=True)))
    user = idp.post_user(preferredLanguage="de")
    assert idp.member(user).fields["language"] == "de"
    idp.patch(user, ("replace", "preferredLanguage", "fr"))
    assert idp.member(user).fields["language"] == "de"


def test_an_on_create_only_rule_leaves_a_linked_member_alone(store, connect, host):
    extended(store, "language")
    idp = connect(mapping=(*DEFAULT_MAPPING, rule("preferredLanguage", "language", on_create_only=True)))
    member = host.member("somebody", email="kim@example.com")
    idp.post_user("kim@example.com", preferredLanguage="de")
    assert host.get(member).fields["language"] is None


@pytest.fixture
def answering(store, connect):
    extended(store, "screen_name", "cost_center")
    return connect(
        mapping=(
            *DEFAULT_MAPPING,
            rule("nickName", "screen_name", direction="to-scim"),
            rule("name.formatted", "display_name", direction="to-scim"),
            rule(f"{ENTERPRISE_USER_URN}:costCenter", "cost_center", direction="to-scim"),
        )
    )


def test_what_the_host_owns_is_answered_and_never_written(answering, host):
    user = answering.post_user(nickName="asserted", displayName="Kim")
    member = answering.link(user).target
    assert "nickName" not in user.document
    host.edit(member, screen_name="Kimmy")
    patched = answering.patch(user, ("replace", "nickName", "asserted"))
    assert (patched.document["nickName"], patched.version) == ("Kimmy", user.version + 1)
    assert answering.read(user) == patched
    assert host.get(member).fields["screen_name"] == "Kimmy"
    assert answering.patch(user, ("replace", "nickName", "again")) == patched


def test_what_the_host_owns_is_answered_as_it_is_after_the_write(answering):
    user = answering.post_user(displayName="Kim", name={"givenName": "Kim"})
    assert user.document["name"] == {"givenName": "Kim", "formatted": "Kim"}
    patched = answering.patch(user, ("replace", "displayName", "Alex"))
    assert patched.document["name"]["formatted"] == "Alex"
    assert answering.patch(user, ("remove", "displayName")).document["name"] == {"givenName": "Kim"}


def test_an_extension_that_only_the_host_fills_is_named_among_the_schemas(answering, host):
    user = answering.post_user()
    assert user.document["schemas"] == [USER_URN]
    host.edit(answering.link(user).target, cost_center="4711")
    patched = answering.patch(user, ("add", "title", "Editor"))
    assert patched.document[ENTERPRISE_USER_URN] == {"costCenter": "4711"}
    assert patched.document["schemas"] == [USER_URN, ENTERPRISE_USER_URN]
    host.edit(answering.link(user).target, cost_center=None)
    assert answering.patch(user, ("add", "title", "Chief")).document["schemas"] == [USER_URN]


# --------------------------------------------------------------------------------------------------------------- access


def test_a_suspended_user_is_the_same_member_when_it_is_active_again(idp, sink):
    user = idp.post_user()
    member = idp.link(user).target
    sink.events.clear()
    idp.patch(user, ("replace", "active", False))
    idp.patch(user, ("replace", "active", False))
    assert not idp.member(user).active
    idp.patch(user, ("replace", "active", True))
    assert idp.member(user).id == member
    assert sink.events == [
        MemberSuspended("default", "integration-1", member),
        MemberReactivated("default", "integration-1", member),
    ]


def test_suspension_keeps_everything_else(idp, host):
    user = idp.post_user(displayName="Kim")
    idp.post_group("Authors", [user])
    before = idp.member(user)
    idp.patch(user, ("replace", "active", False))
    assert idp.member(user).fields == before.fields
    assert host.groups_of(before.id) == ["Authors"]


def test_without_a_rule_for_access_nobody_is_suspended(connect):
    idp = connect(mapping=(rule("userName", "username"),))
    user = idp.post_user(active=False)
    assert idp.member(user).active
    idp.patch(user, ("replace", "active", False))
    assert idp.member(user).active


def test_a_post_that_asserts_access_gives_it_to_the_member_that_it_links(idp, host):
    first = host.member("a", email="a@example.com", active=False)
    second = host.member("b", email="b@example.com", active=False)
    third = host.member("c", email="c@example.com")
    idp.post_user("a@example.com", active=True)
    idp.post_user("b@example.com")
    idp.post_user("c@example.com", active=False)
    assert [host.get(member).active for member in (first, second, third)] == [True, False, False]


# ----------------------------------------------------------------------------------------------------- a link by e-mail


def test_a_link_by_e_mail_leaves_e_mail_and_username_untouched_until_the_next_write(idp, host, sink):
    member = host.member("kimmy", email="Kim@Example.com", display_name="old")
    user = idp.post_user("kim@example.com", displayName="Kim")
    fields = host.get(member).fields
    assert (fields["username"], fields["email"], fields["display_name"]) == ("kimmy", "Kim@Example.com", "Kim")
    assert sink.events == [
        MemberLinked("default", "integration-1", member, Tier.EMAIL),
        MemberChanged("default", "integration-1", member, ("display_name",)),
    ]
    idp.patch(user, ("replace", "title", "Editor"))
    fields = host.get(member).fields
    assert (fields["username"], fields["email"]) == ("kim@example.com", "kim@example.com")


def test_another_link_writes_identity_at_once(store, connect, host):
    extended(store, "object_id")
    idp = connect(external_id_key="object_id")
    member = host.member("kimmy", email="old@example.com", object_id="ID-1")
    idp.post_user("kim@example.com", externalId="ID-1")
    fields = host.get(member).fields
    assert (fields["username"], fields["email"]) == ("kim@example.com", "kim@example.com")


# ---------------------------------------------------------------------------------------------------- protected members


@pytest.mark.parametrize(
    "operation", [("replace", "title", "x"), ("replace", "displayName", "x"), ("replace", "active", False)]
)
def test_a_member_that_became_protected_is_changed_by_no_request(store, idp, snapshot, operation):
    user = idp.post_user()
    store.members.set_protected("default", idp.link(user).target, protected=True)
    before = snapshot()
    with pytest.raises(Forbidden, match="The member behind this User is protected by the host"):
        idp.patch(user, operation)
    with pytest.raises(Forbidden):
        idp.put_user(user, "other@example.com", active=False)
    assert snapshot() == before


# -------------------------------------------------------------------------------------------------------- default group


def test_only_new_members_join_the_default_group(connect, host):
    staff = host.group("Staff")
    idp = connect(default_group=staff)
    known = host.member("somebody", email="known@example.com")
    idp.post_user("known@example.com")
    new = idp.post_user("new@example.com")
    assert host.members_of(staff) == [idp.link(new).target]
    assert known not in host.members_of(staff)
    idp.delete(new)
    host.leave(staff, *host.members_of(staff))
    idp.post_user("new@example.com")
    assert host.members_of(staff) == []


def test_a_default_group_that_is_gone_or_another_tenants_stops_nobody(connect, make_host):
    elsewhere = make_host("elsewhere")
    foreign = elsewhere.group("Staff")
    for group in ("unknown", foreign):
        idp = connect("default", default_group=group)
        user = idp.post_user(f"{group}@example.com")
        assert idp.member(user).active
    assert elsewhere.members_of(foreign) == []
