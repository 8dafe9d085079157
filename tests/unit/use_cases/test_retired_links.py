"""A User that was deleted and comes back is the same member, found by what the DELETE left behind."""

import pytest

from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.provisioning.integration import Deprovisioning
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import rule


def test_a_user_that_was_deleted_is_the_same_member_again_by_its_external_id(idp, host):
    first = idp.post_user("kim@example.com", externalId="ID-1")
    member = idp.member(first)
    idp.delete(first)
    again = idp.post_user("renamed@example.com", externalId="ID-1")
    assert again.id != first.id
    assert idp.member(again).id == member.id
    assert idp.log()[0].tier == "link"


def test_a_user_without_an_external_id_is_found_again_by_its_username(connect, host):
    idp = connect(linking=(Tier.LINK, Tier.CREATE))
    first = idp.post_user("Kim@example.com", externalId="ID-1")
    member = idp.link(first).target
    idp.delete(first)
    assert idp.link(idp.post_user("kim@EXAMPLE.com")).target == member


def test_a_user_with_another_external_id_is_somebody_else_whatever_its_username(connect, host):
    idp = connect(mapping=(rule("externalId", "username"),), linking=(Tier.LINK, Tier.CREATE))
    first = idp.post_user("kim@example.com", externalId="ID-1")
    member = idp.link(first).target
    idp.delete(first)
    assert idp.link(idp.post_user("kim@example.com", externalId="ID-2")).target != member


def test_a_retired_link_is_used_once(store, connect):
    idp = connect(linking=(Tier.LINK, Tier.CREATE), mapping=(rule("displayName", "username"),))
    idp.delete(idp.post_user("kim", externalId="ID-1", displayName="kim"))
    idp.post_user("kim", externalId="ID-1", displayName="kim")
    assert store.tables.retired == {}
    with pytest.raises(Uniqueness, match="user name is taken"):
        idp.post_user("other", externalId="ID-1", displayName="kim")


def test_a_retired_link_to_a_member_that_is_gone_is_forgotten(store, idp, host):
    user = idp.post_user("kim@example.com", externalId="ID-1")
    member = idp.link(user).target
    idp.delete(user)
    store.members.remove("default", member)
    again = idp.post_user("kim@example.com", externalId="ID-1")
    assert (idp.link(again).tier, idp.link(again).own) == (Tier.CREATE, True)
    assert store.tables.retired == {}


def test_a_retired_link_to_a_member_that_is_protected_by_now_does_not_match(store, connect, host):
    idp = connect(linking=(Tier.LINK, Tier.CREATE))
    user = idp.post_user("kim@example.com", externalId="ID-1")
    member = idp.link(user).target
    idp.delete(user)
    store.members.set_protected("default", member, protected=True)
    idp.set(linking=(Tier.LINK,))
    with pytest.raises(Uniqueness, match="No member of the host matches"):
        idp.post_user("kim@example.com", externalId="ID-1")
    assert not host.get(member).active


def test_a_retired_link_of_another_integration_is_no_link_of_ours(connect):
    first, second = connect(linking=(Tier.LINK, Tier.CREATE)), connect(linking=(Tier.LINK,))
    first.delete(first.post_user("kim@example.com", externalId="ID-1"))
    with pytest.raises(Uniqueness):
        second.post_user("kim@example.com", externalId="ID-1")


def test_a_member_that_we_created_stays_ours_when_its_user_returns(connect, host):
    idp = connect()
    idp.delete(idp.post_user("kim@example.com", externalId="ID-1"))
    again = idp.post_user("kim@example.com", externalId="ID-1")
    assert (idp.link(again).tier, idp.link(again).own) == (Tier.LINK, True)
    idp.set(deprovisioning=Deprovisioning.ERASE)
    idp.delete(again)
    assert host.members() == []


def test_a_member_that_existed_before_never_becomes_ours(connect, host):
    member = host.member("somebody", email="kim@example.com")
    idp = connect(deprovisioning=Deprovisioning.ERASE)
    for _ in range(2):
        user = idp.post_user("kim@example.com", externalId="ID-1")
        assert idp.link(user).target == member
        idp.delete(user)
    assert not host.get(member).active
