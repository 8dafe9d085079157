"""Memberships remember why they exist: they end with their last origin, and what is not ours is not ended."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scim_plugin.provisioning.events import MembershipChanged
from scim_plugin.use_cases.memberships import Memberships, default_origin, scim_origin
from scim_plugin.use_cases.write import Write

FIRST, SECOND, DEFAULT = scim_origin("g-1"), scim_origin("g-2"), default_origin("integration-1")


@pytest.fixture
def joins(store, idp):
    """Run a function of a unit of work's write in one, and return what it told."""
    memberships = Memberships(store.groups)

    def ran(method, *arguments):
        with store.open_unit() as unit:
            write = Write(idp.caller(), unit, 0)
            getattr(memberships, method)(write, *arguments)
            unit.commit()
            return write.events

    return ran


def test_origins_are_named_after_what_gives_them():
    assert (scim_origin("g"), default_origin("i")) == ("scim:g", "default:i")


def test_a_membership_of_two_groups_of_the_identity_provider_ends_with_the_second(joins, host):
    member, group = host.member(), host.group("Staff")
    assert joins("join", group, [member], FIRST) == [
        MembershipChanged("default", "integration-1", group, (member,), ())
    ]
    assert joins("join", group, [member], SECOND) == []
    assert joins("leave", group, [member], FIRST) == []
    assert host.members_of(group) == [member]
    assert joins("leave", group, [member], SECOND) == [
        MembershipChanged("default", "integration-1", group, (), (member,))
    ]
    assert host.members_of(group) == []


def test_a_membership_by_hand_is_not_claimed(joins, host):
    member = host.member()
    group = host.group("Staff", member)
    assert joins("join", group, [member], FIRST) == []
    assert joins("leave", group, [member], FIRST) == []
    assert host.members_of(group) == [member]


def test_everybody_can_leave_at_once(joins, host):
    ours, theirs, both = host.member("a"), host.member("b"), host.member("c")
    group = host.group("Staff", theirs)
    joins("join", group, [ours, theirs, both], FIRST)
    joins("join", group, [both], DEFAULT)
    joins("leave", group, None, FIRST)
    assert host.members_of(group) == [theirs, both]


def test_nobody_is_nothing(joins, host):
    group = host.group("Staff")
    assert joins("join", group, [], FIRST) == []
    assert joins("leave", group, [], FIRST) == []


def test_a_group_that_is_gone_is_joined_by_nobody(store, joins, host):
    assert joins("join", "unknown", [host.member()], FIRST) == []
    assert store.tables.origins == {}


@given(st.lists(st.tuples(st.sampled_from(["join", "leave"]), st.sampled_from([FIRST, SECOND, DEFAULT])), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_member_is_in_the_group_as_long_as_it_has_an_origin(joins, host, steps):
    number = len(host.members())
    member, group = host.member(f"m{number}"), host.group(f"g{number}")
    by_hand = host.member(f"h{number}")
    host.join(group, by_hand)
    origins = set()
    for method, origin in steps:
        joins(method, group, [member, by_hand], origin)
        origins = origins | {origin} if method == "join" else origins - {origin}
        assert (member in host.members_of(group)) == bool(origins)
        assert by_hand in host.members_of(group)
