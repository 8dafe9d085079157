"""A resource is answered by its id, to the integration that owns it."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import NotFound
from scim_plugin.use_cases.read import absent


def test_a_user_is_answered_with_its_groups(idp):
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    found = idp.read(user)
    assert (found.id, found.type, found.version) == (user.id, "User", 1)
    assert found.document["userName"] == "kim@example.com"
    assert [(reference.id, reference.display) for reference in found.groups] == [(group.id, "Authors")]


def test_a_group_is_answered_with_its_members(idp):
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    assert [(member.id, member.type) for member in idp.read(group, GROUP).members] == [(user.id, "User")]


def test_computed_attributes_are_read_only_when_they_are_asked_for(idp):
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    read = idp.use_cases.read
    assert read(idp.caller(), USER, user.id, with_groups=False).groups is None
    assert read(idp.caller(), GROUP, group.id, with_members=False).members is None


def test_reading_writes_nothing(idp, snapshot):
    user = idp.post_user()
    before, entries = snapshot(), idp.log()
    idp.read(user)
    assert (snapshot(), idp.log()) == (before, entries)


def test_an_unknown_a_deleted_and_a_foreign_id_look_the_same(connect):
    ours, neighbour, theirs = connect("a"), connect("a"), connect("b")
    deleted = ours.post_user()
    ours.delete(deleted)
    group = ours.post_group()
    for resource_id in ["unknown", "", deleted.id, group.id, neighbour.post_user("n").id, theirs.post_user("t").id]:
        with pytest.raises(NotFound) as refusal:
            ours.read(resource_id)
        assert str(refusal.value) == f"There is no User with the id '{resource_id}'."


def test_a_hosts_id_is_no_resource_id(idp):
    user = idp.post_user()
    with pytest.raises(NotFound):
        idp.read(idp.link(user).target)


@pytest.mark.parametrize("resource_id", ["x" * 65, "line\nbreak"])
def test_an_id_that_is_no_id_is_not_repeated(resource_id):
    assert str(absent(USER, resource_id)) == "There is no User with the id '…'."
