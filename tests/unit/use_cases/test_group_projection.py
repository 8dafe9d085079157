"""What a Group does to the host's group: its name, its members, and never its permissions."""

import pytest

from scim_memory.groups import MemoryGroupDirectory
from scim_plugin.protocol.core_schemas import GROUP
from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.provisioning.events import MembershipChanged
from scim_plugin.provisioning.integration import GroupPolicy
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.member import GroupRefused
from scim_plugin.use_cases import group_members as module
from scim_plugin.use_cases import protocol_use_cases


@pytest.fixture
def adopting(connect):
    return connect(groups=GroupPolicy.ADOPT)


def names(store, tenant="default"):
    return [group.name for group in store.groups.list(tenant)]


def target(idp, user):
    return idp.link(user).target


# -------------------------------------------------------------------------------------------------------- its existence


def test_a_group_of_a_new_name_is_created_with_its_members(idp, sink):
    users = [idp.post_user(f"u{number}@example.com") for number in range(2)]
    sink.events.clear()
    group = idp.post_group("Authors", users)
    assert idp.host_group(group).name == "Authors"
    assert idp.link(group, GROUP).tier is Tier.CREATE
    members = [target(idp, user) for user in users]
    assert idp.host_members(group) == members
    host_group = idp.link(group, GROUP).target
    assert sink.events == [MembershipChanged("default", "integration-1", host_group, tuple(members), ())]
    assert (idp.log()[0].target, idp.log()[0].tier) == (host_group, "create")


@pytest.mark.parametrize("name", ["Editors", "EDITORS", "Ｅditors"])
def test_a_group_that_the_host_has_already_is_refused(idp, host, snapshot, name):
    host.group("Editors")
    before = snapshot()
    with pytest.raises(Uniqueness, match="The host already has a group with this name") as refusal:
        idp.post_group(name)
    assert (refusal.value.attribute, refusal.value.status) == ("displayName", 409)
    assert snapshot() == before


def test_a_group_that_the_host_has_already_is_adopted_where_that_is_allowed(adopting, store, host):
    editors = host.group("Editors")
    group = adopting.post_group("Editors")
    assert (adopting.link(group, GROUP).target, adopting.link(group, GROUP).tier) == (editors, Tier.ADOPT)
    assert names(store) == ["Editors"]
    assert adopting.log()[0].tier == "adopt"


def test_an_adopted_group_takes_over_the_spelling_of_its_name(adopting, store, host):
    host.group("EDITORS")
    adopting.post_group("Editors")
    assert names(store) == ["Editors"]


def test_a_group_that_another_integration_has_linked_is_never_adopted(connect, adopting, host):
    host.group("Editors")
    other = connect(groups=GroupPolicy.ADOPT)
    adopting.post_group("Editors")
    with pytest.raises(Uniqueness, match="already has a group"):
        other.post_group("Editors")


def test_a_group_of_another_tenant_is_another_group(connect, make_host, store):
    make_host("elsewhere").group("Editors")
    idp = connect(groups=GroupPolicy.ADOPT)
    assert idp.link(idp.post_group("Editors"), GROUP).tier is Tier.CREATE
    assert (names(store), names(store, "elsewhere")) == (["Editors"], ["Editors"])


class Refusing(MemoryGroupDirectory):
    def create(self, tenant, name, *, key):
        raise GroupRefused("Names of groups end in a dot.")

    def rename(self, tenant, group_id, name):
        raise GroupRefused("Names of groups end in a dot.")


def test_a_group_that_the_host_cannot_store_is_refused(idp, store, snapshot):
    group = idp.post_group("Authors")
    idp.use_cases = protocol_use_cases(store.open_unit, store.members, Refusing(store))
    before = snapshot()
    with pytest.raises(Uniqueness, match="The host refused the group: Names of groups end in a dot"):
        idp.post_group("Editors")
    with pytest.raises(Uniqueness, match="The host refused the group's name: Names of groups end in a dot"):
        idp.patch_group(group, ("replace", "displayName", "Writers"))
    assert snapshot() == before


# ------------------------------------------------------------------------------------------------------------- its name


def test_a_renamed_group_is_renamed_in_the_host(idp, store, host):
    group = idp.post_group("Authors", [idp.post_user()])
    before = idp.link(group, GROUP), idp.host_members(group)
    idp.patch_group(group, ("replace", "displayName", "Writers"))
    assert names(store) == ["Writers"]
    idp.put_group(group, "WRITERS", members=[{"value": member.id} for member in idp.read(group, GROUP).members])
    assert names(store) == ["WRITERS"]
    assert (idp.link(group, GROUP), idp.host_members(group)) == before


def test_a_local_name_lasts_until_the_next_write(idp, store):
    group, user = idp.post_group("Authors"), idp.post_user()
    store.groups.rename("default", idp.link(group, GROUP).target, "Local")
    idp.join(group, user)
    assert names(store) == ["Authors"]


@pytest.mark.parametrize("policy", list(GroupPolicy))
def test_a_group_is_not_renamed_to_the_name_of_another_one(connect, host, snapshot, policy):
    idp = connect(groups=policy)
    host.group("Editors")
    group = idp.post_group("Authors")
    before = snapshot()
    with pytest.raises(Uniqueness, match="already has a group with this name"):
        idp.patch_group(group, ("replace", "displayName", "editors"))
    assert snapshot() == before


# ---------------------------------------------------------------------------------------------------------- its members


def test_a_membership_that_stood_before_is_not_claimed(adopting, host):
    user = adopting.post_user()
    member = target(adopting, user)
    editors = host.group("Editors", member)
    group = adopting.post_group("Editors", [user])
    adopting.leave(group, user)
    assert adopting.read(group, GROUP).members == ()
    assert host.members_of(editors) == [member]


def test_whoever_is_in_the_hosts_group_by_hand_stays_whatever_the_identity_provider_removes(idp, host):
    by_hand = host.member("by-hand")
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    host.join(idp.link(group, GROUP).target, by_hand)
    idp.patch_group(group, ("remove", "members"))
    assert idp.host_members(group) == [by_hand]
    idp.put_group(group, members=[])
    assert idp.host_members(group) == [by_hand]


def test_a_membership_of_two_origins_ends_with_the_last_one(connect, host):
    staff = host.group("Staff")
    idp = connect(groups=GroupPolicy.ADOPT, default_group=staff)
    user = idp.post_user()
    member = target(idp, user)
    group = idp.post_group("Staff", [user])
    assert host.members_of(staff) == [member]
    idp.leave(group, user)
    assert host.members_of(staff) == [member]


def test_what_the_host_took_away_by_hand_is_no_error_for_the_identity_provider(idp, host):
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    host.leave(idp.link(group, GROUP).target, target(idp, user))
    idp.leave(group, user)
    assert idp.host_members(group) == []


def test_a_change_that_changes_nothing_tells_nobody(idp, sink):
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    sink.events.clear()
    idp.join(group, user)
    assert sink.events == []


def test_a_group_that_a_user_leaves_and_another_joins_is_told_in_two_events(idp, sink):
    first, second = idp.post_user("a@example.com"), idp.post_user("b@example.com")
    group = idp.post_group("Authors", [first])
    sink.events.clear()
    idp.put_group(group, members=[{"value": second.id}])
    host_group = idp.link(group, GROUP).target
    assert sink.events == [
        MembershipChanged("default", "integration-1", host_group, (), (target(idp, first),)),
        MembershipChanged("default", "integration-1", host_group, (target(idp, second),), ()),
    ]


# -------------------------------------------------------------------------------------------------------- the end of it


def test_a_deleted_group_is_removed_from_the_host(idp, store):
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    idp.delete(group, GROUP)
    assert names(store) == []
    assert idp.read(user).groups == ()
    assert idp.post_group("Authors", [user]).id != group.id


def test_an_adopted_group_is_released_and_keeps_what_it_had(adopting, store, host, sink):
    by_hand = host.member("by-hand")
    editors = host.group("Editors", by_hand)
    user = adopting.post_user()
    group = adopting.post_group("Editors", [user])
    sink.events.clear()
    adopting.delete(group, GROUP)
    assert names(store) == ["Editors"]
    assert host.members_of(editors) == [by_hand]
    assert sink.events == [MembershipChanged("default", "integration-1", editors, (), (target(adopting, user),))]
    assert adopting.log()[0].target == editors


def test_a_group_that_the_host_removed_is_created_again_with_the_next_write(idp, store, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 2)
    users = [idp.post_user(f"u{number}@example.com") for number in range(3)]
    group = idp.post_group("Authors", users[:2])
    lost = idp.link(group, GROUP).target
    store.groups.remove("default", lost)
    idp.join(group, users[2])
    assert idp.link(group, GROUP).target != lost
    assert names(store) == ["Authors"]
    assert idp.host_members(group) == [target(idp, user) for user in users]
    store.groups.remove("default", idp.link(group, GROUP).target)
    assert idp.patch_group(group, ("replace", "displayName", "Authors")).version == 2
    assert idp.host_members(group) == [target(idp, user) for user in users]


def test_a_group_that_the_host_removed_can_be_deleted(idp, store):
    group = idp.post_group("Authors")
    store.groups.remove("default", idp.link(group, GROUP).target)
    idp.delete(group, GROUP)
    assert idp.search(resource_type=GROUP).total == 0
