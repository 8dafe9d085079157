"""Groups in groups: the host, which has none, is given the members of inner groups in its outer ones, if so set."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP
from scim_plugin.protocol.errors import InvalidValue
from scim_plugin.protocol.representation import GroupReference
from scim_plugin.protocol.schema import ResourceType
from scim_plugin.provisioning.events import MembershipChanged
from scim_plugin.provisioning.integration import Deprovisioning, GroupPolicy, NestedGroups
from scim_plugin.use_cases import group_members as module
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from scim_plugin.use_cases.integrations import UpdateIntegration

FLATTEN, IGNORE = NestedGroups.FLATTEN, NestedGroups.IGNORE


@pytest.fixture
def ignoring(connect):
    return connect(nested_groups=IGNORE)


@pytest.fixture
def update(store, sink):
    """Change the setting of an integration as an administrator does."""

    def updated(idp, nested_groups):
        use_case = UpdateIntegration(store.open_unit, store.members, store.groups, sink)
        idp.integration = use_case(idp.integration.id, IntegrationDraft(nested_groups=nested_groups)).integration

    return updated


def nested(idp, depth=3, members=()):
    """Return so many groups, the innermost with *members* first, each in the next."""
    groups = [idp.post_group("group 0", members)]
    for number in range(1, depth):
        groups.append(idp.post_group(f"group {number}", [groups[-1]]))
    return groups


def target(idp, user):
    return idp.link(user).target


def names_of(groups):
    return [(group.display, group.direct) for group in groups]


# -------------------------------------------------------------------------------------------------- what a User is told


def test_a_user_is_answered_with_direct_and_indirect_groups_whatever_the_request(idp):
    user = idp.post_user()
    inner, _, outer = nested(idp, members=[user])
    expected = [("group 0", True), ("group 1", False), ("group 2", False)]
    assert names_of(idp.read(user).groups) == expected
    assert names_of(idp.search().resources[0].groups) == expected
    assert names_of(idp.put_user(user, title="Editor").groups) == expected
    assert names_of(idp.patch(user, ("replace", "title", "Author")).groups) == expected
    before = idp.read(user)
    idp.leave(outer, idp.read(outer, GROUP).members[0].id)
    assert idp.read(user).etag != before.etag
    assert idp.read(user).version == before.version
    assert idp.read(inner, GROUP).groups == idp.patch_group(inner, ("replace", "displayName", "x")).groups == ()


def test_direct_wins_where_a_user_is_in_a_group_in_both_ways(idp):
    user = idp.post_user()
    inner, outer = nested(idp, 2, [user])
    idp.join(outer, user)
    assert idp.read(user).groups == (GroupReference(inner.id, "group 0"), GroupReference(outer.id, "group 1"))
    assert idp.search('groups[type eq "indirect"]').total == 0
    idp.leave(outer, user)
    assert idp.search(f'groups[value eq "{outer.id}" and type eq "indirect"]').total == 1


# ----------------------------------------------------------------------------------------------- what the host is given


def test_users_of_an_inner_group_are_members_of_all_the_outer_ones(idp, sink):
    user, another = idp.post_user(), idp.post_user("ada@example.com")
    inner, middle, outer = nested(idp, members=[user])
    assert idp.host_members(inner) == idp.host_members(middle) == idp.host_members(outer) == [target(idp, user)]
    sink.events.clear()
    idp.join(inner, another)
    assert [event.joined for event in sink.heard(MembershipChanged)] == [(target(idp, another),)] * 3
    sink.events.clear()
    idp.leave(inner, user)
    assert [event.left for event in sink.heard(MembershipChanged)] == [(target(idp, user),)] * 3
    assert idp.host_members(outer) == [target(idp, another)]


def test_nested_groups_change_nobodys_membership_where_they_are_ignored(ignoring):
    user, another = ignoring.post_user(), ignoring.post_user("ada@example.com")
    inner, _, outer = nested(ignoring, members=[user])
    ignoring.join(inner, another)
    ignoring.leave(inner, user)
    assert (len(ignoring.host_members(inner)), ignoring.host_members(outer)) == (1, [])
    ignoring.delete(another)
    ignoring.delete(inner, GROUP)
    assert ignoring.host_members(outer) == []


def test_a_membership_lasts_as_long_as_one_way_is_left(idp):
    user = idp.post_user()
    left, right = idp.post_group("left", [user]), idp.post_group("right", [user])
    outer = idp.post_group("outer", [left, right, user])
    member = [target(idp, user)]
    idp.leave(left, user)
    assert idp.host_members(outer) == member
    idp.leave(outer, right)
    assert idp.host_members(outer) == member
    idp.patch_group(outer, ("replace", "members", [{"value": right.id}]))
    assert idp.host_members(outer) == member
    idp.put_group(outer, "outer", members=[{"value": left.id}])
    assert idp.host_members(outer) == []
    idp.join(left, user)
    assert idp.host_members(outer) == member


def test_a_group_that_joins_and_leaves_takes_its_users_along(idp):
    user, another = idp.post_user(), idp.post_user("ada@example.com")
    inner, middle = nested(idp, 2, [user])
    outer = idp.post_group("outer", [another])
    idp.join(outer, middle)
    assert set(idp.host_members(outer)) == {target(idp, user), target(idp, another)}
    idp.leave(outer, middle)
    assert idp.host_members(outer) == [target(idp, another)]
    assert idp.host_members(middle) == idp.host_members(inner) == [target(idp, user)]


@pytest.mark.parametrize("policy", list(GroupPolicy))
def test_the_deletion_of_a_group_ends_what_it_led_to(connect, host, policy):
    idp = connect(groups=policy)
    if policy is GroupPolicy.ADOPT:
        host.group("group 1")
    user, another = idp.post_user(), idp.post_user("ada@example.com")
    inner, middle, outer = nested(idp, members=[user, another])
    idp.join(outer, another)
    idp.delete(middle, GROUP)
    assert idp.host_members(outer) == [target(idp, another)]
    assert set(idp.host_members(inner)) == {target(idp, user), target(idp, another)}
    idp.delete(outer, GROUP)
    assert set(idp.host_members(inner)) == {target(idp, user), target(idp, another)}


def test_the_deletion_of_a_group_whose_own_group_is_gone_ends_what_it_led_to(idp, store):
    user = idp.post_user()
    inner, outer = nested(idp, 2, [user])
    store.groups.remove("default", idp.link(inner, GROUP).target)
    assert idp.host_members(outer) == [target(idp, user)]
    idp.delete(inner, GROUP)
    assert idp.host_members(outer) == []


@pytest.mark.parametrize("policy", list(Deprovisioning))
def test_the_deletion_of_a_user_ends_all_of_its_memberships(connect, policy):
    idp = connect(deprovisioning=policy)
    user = idp.post_user()
    groups = nested(idp, members=[user])
    idp.delete(user)
    assert [idp.host_members(group) for group in groups] == [[], [], []]


def test_a_pending_user_joins_every_group_when_it_is_linked(idp, store):
    user = idp.post_user()
    groups = nested(idp, members=[user])
    store.members.remove("default", target(idp, user))
    assert [idp.host_members(group) for group in groups] == [[], [], []]
    idp.patch(user, ("replace", "title", "Editor"))
    assert [idp.host_members(group) for group in groups] == [[target(idp, user)]] * 3


@pytest.mark.parametrize(("setting", "expected"), [(FLATTEN, 2), (IGNORE, 1)])
def test_a_group_that_is_made_again_is_filled(connect, store, setting, expected):
    idp = connect(nested_groups=setting)
    inner, outer = nested(idp, 2, [idp.post_user()])
    idp.join(outer, idp.post_user("ada@example.com"))
    store.groups.remove("default", idp.link(outer, GROUP).target)
    idp.patch_group(outer, ("replace", "displayName", "outer"))
    assert len(idp.host_members(outer)) == expected
    assert len(idp.host_members(inner)) == 1


def test_a_membership_by_hand_stays(idp, host):
    user = idp.post_user()
    inner, outer = nested(idp, 2)
    host.join(idp.link(outer, GROUP).target, target(idp, user))
    idp.join(inner, user)
    idp.leave(inner, user)
    idp.delete(inner, GROUP)
    assert idp.host_members(outer) == [target(idp, user)]


def test_many_users_move_in_batches(idp, monkeypatch, sink):
    monkeypatch.setattr(module, "_BATCH", 2)
    users = [idp.post_user(f"u{number}@example.com") for number in range(5)]
    inner = idp.post_group("inner", users)
    sink.events.clear()
    outer = idp.post_group("outer", [inner])
    assert [len(event.joined) for event in sink.heard(MembershipChanged)] == [2, 2, 1]
    assert idp.host_members(outer) == [target(idp, user) for user in users]
    sink.events.clear()
    idp.delete(inner, GROUP)
    assert sorted(len(event.left) for event in sink.heard(MembershipChanged)) == [1, 1, 2, 2, 2, 2]
    assert idp.host_members(outer) == []


def test_only_users_are_members_of_the_host(idp):
    device = ResourceType("Device", "/Devices", "A device", GROUP.schema, key="displayName")
    scanner = idp.post(device, {"schemas": [GROUP.schema.id], "displayName": "Scanner"})
    user = idp.post_user()
    idp.patch(scanner, ("add", "members", [{"value": user.id}]), resource_type=device)
    inner = idp.post_group("inner", [scanner])
    outer = idp.post_group("outer", [inner])
    assert idp.host_members(inner) == idp.host_members(outer) == []


# ---------------------------------------------------------------------------------------------- a change of the setting


def test_a_change_of_the_setting_reaches_what_is_nested_already(idp, update, host, store, sink):
    user, both = idp.post_user(), idp.post_user("ada@example.com")
    by_hand = idp.post_user("eve@example.com")
    inner, middle, outer = nested(idp, members=[user, both, by_hand])
    idp.join(outer, both)
    store.groups.remove("default", idp.link(middle, GROUP).target)
    lost = idp.link(middle, GROUP).target
    idp.set(nested_groups=FLATTEN)
    sink.events.clear()
    update(idp, IGNORE)
    assert idp.host_members(outer) == [target(idp, both)]
    assert len(idp.host_members(inner)) == 3
    assert {event.group_id for event in sink.events} == {idp.link(outer, GROUP).target, lost}
    host.join(idp.link(outer, GROUP).target, target(idp, by_hand))
    sink.events.clear()
    update(idp, FLATTEN)
    assert len(idp.host_members(outer)) == 3
    assert [event.joined for event in sink.events] == [(target(idp, user),)]
    update(idp, IGNORE)
    assert idp.host_members(outer) == [target(idp, both), target(idp, by_hand)]


def test_a_group_without_a_link_is_passed_over(idp, update, store):
    _, outer = nested(idp, 2, [idp.post_user()])
    with store.open_unit() as unit:
        unit.resources.relink(idp.integration, unit.resources.get(idp.integration, GROUP, outer.id).resource, None)
        unit.commit()
    update(idp, IGNORE)
    assert idp.integration.nested_groups is IGNORE


def test_another_setting_moves_nobody(idp, store, sink):
    nested(idp, 2, [idp.post_user()])
    sink.events.clear()
    use_case = UpdateIntegration(store.open_unit, store.members, store.groups, sink)
    use_case(idp.integration.id, IntegrationDraft(description="New", nested_groups=FLATTEN))
    assert sink.events == []


# --------------------------------------------------------------------------------------------------------------- cycles


def test_a_group_never_contains_itself_however_it_is_asked(idp, snapshot):
    inner, middle, outer = nested(idp, members=[idp.post_user()])
    bystander = idp.post_user("ada@example.com")
    before = snapshot()
    asked = [
        lambda: idp.join(inner, inner),
        lambda: idp.join(inner, middle),
        lambda: idp.join(inner, bystander, outer),
        lambda: idp.patch_group(
            inner, ("remove", "members"), ("replace", "displayName", "x"), ("add", "members", [{"value": outer.id}])
        ),
        lambda: idp.put_group(inner, "x", members=[{"value": bystander.id}, {"value": outer.id}]),
    ]
    for ask in asked:
        with pytest.raises(InvalidValue, match=f"The group '{inner.id}' would contain itself") as refusal:
            ask()
        assert refusal.value.status == 400
        assert snapshot() == before


def test_a_group_may_change_its_place(idp):
    user = idp.post_user()
    inner, outer = nested(idp, 2, [user])
    idp.leave(outer, inner)
    idp.join(inner, outer)
    idp.join(outer, user)
    idp.leave(inner, user)
    assert idp.host_members(inner) == idp.host_members(outer) == [target(idp, user)]
    idp.leave(outer, user)
    assert idp.host_members(inner) == []
