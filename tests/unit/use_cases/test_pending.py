"""A User whose member the host removed is pending: the next write links it again, and its memberships follow."""

from scim_plugin.provisioning.link import Tier


def test_a_member_that_the_host_removed_is_created_again_with_the_next_write(store, idp, host, sink):
    user = idp.post_user(displayName="Kim")
    group = idp.post_group("Authors", [user])
    lost = idp.link(user).target
    store.members.remove("default", lost)
    assert idp.host_members(group) == []
    sink.events.clear()
    patched = idp.patch(user, ("replace", "title", "Editor"))
    (member,) = host.members()
    assert (patched.id, patched.version) == (user.id, 2)
    assert member.id != lost
    assert member.fields["display_name"] == "Kim"
    assert idp.link(user).target == member.id
    assert idp.host_members(group) == [member.id]
    assert [type(event).__name__ for event in sink.events] == ["MemberLinked", "MembershipChanged"]
    assert idp.log()[0].tier == "create"


def test_a_member_that_came_back_under_another_id_is_linked_with_the_next_write(store, connect, host):
    staff = host.group("Staff")
    idp = connect(default_group=staff)
    user = idp.post_user("kim@example.com")
    group = idp.post_group("Authors", [user])
    store.members.remove("default", idp.link(user).target)
    member = host.member("kimmy", email="kim@example.com", active=False)
    idp.put_user(user, active=True)
    assert (idp.link(user).target, idp.link(user).tier) == (member, Tier.EMAIL)
    assert host.get(member).fields["username"] == "kimmy"
    assert host.get(member).active
    assert idp.host_members(group) == [member]
    assert host.members_of(staff) == []
    idp.put_user(user, title="Editor")
    assert host.get(member).fields["username"] == "kim@example.com"


def test_a_suspended_user_whose_member_is_gone_is_created_again_without_access(store, idp):
    user = idp.post_user(active=False)
    store.members.remove("default", idp.link(user).target)
    idp.patch(user, ("replace", "title", "Editor"))
    assert not idp.member(user).active


def test_a_write_that_links_again_without_another_change_leaves_the_version(store, idp):
    user = idp.post_user(title="Editor")
    store.members.remove("default", idp.link(user).target)
    assert idp.patch(user, ("replace", "title", "Editor")).version == 1
    assert idp.member(user) is not None


def test_a_user_whose_member_is_gone_may_join_and_follows_later(store, idp):
    user, group = idp.post_user(), idp.post_group()
    store.members.remove("default", idp.link(user).target)
    idp.join(group, user)
    assert idp.host_members(group) == []
    idp.patch(user, ("replace", "title", "Editor"))
    assert idp.host_members(group) == [idp.link(user).target]
    idp.leave(group, user)
    assert idp.host_members(group) == []
