"""A PUT says what the whole resource shall be; the id stays that of the path."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP
from scim_plugin.protocol.errors import InvalidSyntax, NotFound, PreconditionFailed
from scim_plugin.protocol.precondition import Precondition


def members_of(idp, group):
    return [member.id for member in idp.read(group, GROUP).members]


def test_what_is_not_given_is_cleared_here_and_in_the_host(idp):
    user = idp.post_user(title="Editor", displayName="Kim")
    replaced = idp.put_user(user, externalId="ID-1")
    assert replaced == idp.read(user)
    assert (replaced.id, replaced.version) == (user.id, 2)
    assert "title" not in replaced.document
    assert replaced.document["externalId"] == "ID-1"
    assert idp.member(user).fields["display_name"] is None


def test_the_id_is_that_of_the_path(idp):
    user = idp.post_user()
    assert idp.put_user(user, id="another").id == user.id


def test_the_same_resource_again_changes_nothing(idp, clock):
    user = idp.post_user(title="Editor", active=True)
    clock.tick(5)
    assert idp.put_user(user, title="Editor", active=True) == user


def test_a_put_without_active_leaves_access_as_it_is(store, idp):
    user = idp.post_user(active=False)
    idp.put_user(user, title="Editor")
    assert not idp.member(user).active
    store.members.reactivate("default", idp.link(user).target)
    idp.put_user(user, title="Chief")
    assert idp.member(user).active


def test_a_put_with_active_decides_about_access(store, idp):
    user = idp.post_user()
    idp.put_user(user, active=False)
    assert not idp.member(user).active
    idp.put_user(user, active=True)
    store.members.suspend("default", idp.link(user).target)
    idp.put_user(user, active=True)
    assert idp.member(user).active


def test_a_put_is_a_whole_resource(idp):
    user = idp.post_user()
    with pytest.raises(InvalidSyntax):
        idp.use_cases.replace(idp.caller(), GROUP, user.id, {"displayName": "no schemas"})


def test_a_put_of_what_does_not_exist_is_refused(connect):
    ours, theirs = connect("a"), connect("b")
    for resource_id in ("unknown", theirs.post_user("t").id):
        with pytest.raises(NotFound):
            ours.put_user(resource_id)


def test_a_put_can_demand_a_version(idp):
    user = idp.post_user()
    with pytest.raises(PreconditionFailed):
        idp.put_user(user, title="x", precondition=Precondition('"7"'))
    assert idp.put_user(user, title="x", precondition=Precondition('"7", W/"1"')).version == 2


def test_the_members_of_a_group_become_those_that_are_given(idp):
    users = [idp.post_user(f"u{number}@example.com") for number in range(3)]
    group = idp.post_group("Authors", users[:2])
    replaced = idp.put_group(group, members=[{"value": user.id} for user in users[1:]])
    assert [member.id for member in replaced.members] == [user.id for user in users[1:]]
    assert idp.host_members(group) == [idp.link(user).target for user in users[1:]]
    assert replaced.version == 2
    assert idp.put_group(group, members=[{"value": user.id} for user in users[1:]]).version == 2


@pytest.mark.parametrize("mention", [{}, {"members": []}, {"members": None}])
def test_a_group_without_members_has_none_afterwards(idp, mention):
    group = idp.post_group("Authors", [idp.post_user()])
    assert idp.put_group(group, **mention).members == ()
    assert idp.host_members(group) == []


def test_a_put_of_okta_keeps_members_that_it_does_not_mention(connect):
    idp = connect(type="okta")
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    idp.put_group(group, "Writers")
    assert members_of(idp, group) == [user.id]
    assert idp.tolerances() == {"put-keeps-members": 1}


@pytest.mark.parametrize("mention", [{"members": []}, {"Members": None}])
def test_a_put_of_okta_that_mentions_no_members_means_it(connect, mention):
    idp = connect(type="okta")
    group = idp.post_group("Authors", [idp.post_user()])
    idp.put_group(group, **mention)
    assert members_of(idp, group) == []
    assert idp.tolerances() == {}


def test_a_put_of_a_user_needs_no_tolerance_for_members(connect):
    idp = connect(type="okta")
    idp.put_user(idp.post_user(), title="Editor")
    assert idp.tolerances() == {}


def test_a_put_is_logged_as_one(idp):
    idp.put_user(idp.post_user(), title="Editor")
    assert (idp.log()[0].operation, idp.log()[0].changes) == ("replace", ("title",))
