"""After a DELETE the resource is gone; what happens to the member is the integration's policy."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP
from scim_plugin.protocol.errors import Forbidden, NotFound, PreconditionFailed
from scim_plugin.protocol.precondition import Precondition
from scim_plugin.provisioning.events import MemberReactivated, MembershipChanged, MemberSuspended, MemberUnlinked
from scim_plugin.provisioning.integration import Deprovisioning
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import rule

POLICIES = list(Deprovisioning)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_deleted_user_is_gone_for_the_identity_provider(connect, policy):
    idp = connect(deprovisioning=policy)
    user = idp.post_user("kim@example.com", externalId="ID-1")
    group = idp.post_group("Authors", [user])
    idp.delete(user)
    for attempt in (idp.read, idp.delete, lambda gone: idp.patch(gone, ("replace", "title", "x"))):
        with pytest.raises(NotFound):
            attempt(user)
    assert idp.search('userName eq "kim@example.com"').total == 0
    assert idp.read(group, GROUP).members == ()
    assert idp.host_members(group) == []


def test_by_default_the_member_is_suspended(idp, host, sink):
    user = idp.post_user()
    member = idp.link(user).target
    idp.delete(user)
    assert not host.get(member).active
    assert sink.events[-2:] == [
        MemberSuspended("default", "integration-1", member),
        MemberUnlinked("default", "integration-1", member),
    ]


def test_unlink_leaves_the_member_its_access(connect, host, sink):
    idp = connect(deprovisioning=Deprovisioning.UNLINK)
    user = idp.post_user()
    member = idp.link(user).target
    idp.delete(user)
    assert host.get(member).active
    assert sink.heard(MemberSuspended) == []


def test_erase_removes_a_member_that_the_integration_created(store, connect, host, sink):
    staff = host.group("Staff")
    idp = connect(deprovisioning=Deprovisioning.ERASE, default_group=staff)
    user = idp.post_user(externalId="ID-1")
    idp.post_group("Authors", [user])
    member = idp.link(user).target
    idp.delete(user)
    assert host.members() == []
    assert host.members_of(staff) == []
    assert sink.events[-1] == MemberUnlinked("default", "integration-1", member, erased=True)
    assert {origin for origins in store.tables.origins.values() for origin in origins} == set()
    assert store.tables.retired == {}


def test_erase_without_a_default_group_touches_no_group(connect, host, sink):
    idp = connect(deprovisioning=Deprovisioning.ERASE)
    idp.delete(idp.post_user())
    assert host.members() == []
    assert sink.heard(MembershipChanged) == []


def test_erase_only_suspends_a_member_that_existed_before(connect, host):
    member = host.member("somebody", email="kim@example.com")
    idp = connect(deprovisioning=Deprovisioning.ERASE)
    user = idp.post_user("kim@example.com")
    assert idp.link(user).tier is Tier.EMAIL
    idp.delete(user)
    assert not host.get(member).active


@pytest.mark.parametrize("policy", [Deprovisioning.SUSPEND, Deprovisioning.UNLINK])
def test_a_user_that_returns_is_the_same_member_under_a_new_id_and_active(connect, host, policy):
    idp = connect(deprovisioning=policy)
    user = idp.post_user("kim@example.com", externalId="ID-1")
    member = idp.link(user).target
    idp.delete(user)
    again = idp.post_user("kim@example.com", externalId="ID-1")
    assert again.id != user.id
    assert idp.link(again).target == member
    assert idp.member(again).active
    assert len(host.members()) == 1
    with pytest.raises(NotFound):
        idp.read(user)


def test_a_user_that_returns_inactive_stays_suspended(idp):
    user = idp.post_user(externalId="ID-1")
    idp.delete(user)
    assert not idp.member(idp.post_user(externalId="ID-1", active=False)).active


def test_what_a_delete_took_is_given_back_also_where_access_is_not_mapped(connect, sink):
    idp = connect(mapping=(rule("userName", "username"),))
    idp.delete(idp.post_user(externalId="ID-1"))
    user = idp.post_user(externalId="ID-1")
    assert idp.member(user).active
    assert sink.events[-1] == MemberReactivated("default", "integration-1", idp.link(user).target)


def test_a_user_that_was_suspended_before_it_was_unlinked_returns_active(connect):
    idp = connect(deprovisioning=Deprovisioning.UNLINK)
    user = idp.post_user(externalId="ID-1")
    idp.patch(user, ("replace", "active", False))
    idp.delete(user)
    assert idp.member(idp.post_user(externalId="ID-1")).active


def test_memberships_that_we_gave_end_and_those_given_by_hand_stay(idp, host):
    user = idp.post_user()
    member = idp.link(user).target
    by_hand = host.group("Club", member)
    group = idp.post_group("Authors", [user])
    idp.delete(user)
    assert host.groups_of(member) == ["Club"]
    assert host.members_of(by_hand) == [member]
    assert idp.host_members(group) == []


def test_the_default_group_keeps_a_member_that_stays(connect, host):
    staff = host.group("Staff")
    idp = connect(default_group=staff)
    user = idp.post_user()
    member = idp.link(user).target
    idp.delete(user)
    assert host.members_of(staff) == [member]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_protected_member_is_kept_by_every_policy(store, connect, snapshot, policy):
    idp = connect(deprovisioning=policy)
    user = idp.post_user()
    store.members.set_protected("default", idp.link(user).target, protected=True)
    before = snapshot()
    with pytest.raises(Forbidden, match="protected by the host"):
        idp.delete(user)
    assert snapshot() == before


@pytest.mark.parametrize("policy", POLICIES)
def test_a_user_whose_member_is_gone_is_deleted_without_a_trace(store, connect, policy):
    idp = connect(deprovisioning=policy)
    user = idp.post_user()
    store.members.remove("default", idp.link(user).target)
    idp.delete(user)
    with pytest.raises(NotFound):
        idp.read(user)
    assert store.tables.retired == {}


def test_a_member_that_is_suspended_already_is_not_suspended_again(idp, sink):
    user = idp.post_user(active=False)
    idp.delete(user)
    assert sink.heard(MemberSuspended) == []


def test_a_deleted_username_is_free_again(idp):
    user = idp.post_user("kim@example.com")
    idp.delete(user)
    assert idp.post_user("kim@example.com").id != user.id


def test_an_unknown_a_foreign_and_another_types_id_look_the_same(connect, snapshot):
    ours, neighbour, theirs = connect("a"), connect("a"), connect("b")
    ids = ["unknown", neighbour.post_user("n").id, theirs.post_user("t").id, ours.post_group().id]
    before = snapshot()
    for resource_id in ids:
        with pytest.raises(NotFound, match="There is no User with the id"):
            ours.delete(resource_id)
    for resource_id in ["unknown", theirs.post_group("Theirs").id]:
        with pytest.raises(NotFound, match="There is no Group with the id"):
            ours.delete(resource_id, GROUP)
    theirs.delete(theirs.search(resource_type=GROUP).resources[0], GROUP)
    assert snapshot() == before


def test_a_version_that_is_demanded_must_be_the_current_one(idp, snapshot):
    user = idp.post_user()
    before = snapshot()
    with pytest.raises(PreconditionFailed):
        idp.delete(user, precondition=Precondition('W/"2"'))
    assert snapshot() == before
    idp.delete(user, precondition=Precondition('W/"1"'))
    assert idp.search().total == 0
