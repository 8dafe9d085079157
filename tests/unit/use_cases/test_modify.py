"""A PATCH changes what it names and nothing else, all of it or nothing."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP, USER, USER_URN
from scim_plugin.protocol.errors import InvalidPath, InvalidValue, NotFound, PreconditionFailed, Uniqueness
from scim_plugin.protocol.precondition import Precondition
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.integration import Deprovisioning


def test_a_patched_user_is_answered_as_it_will_be_read(idp):
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    patched = idp.patch(user, ("replace", "title", "Editor"))
    assert patched == idp.read(user)
    assert patched.document["title"] == "Editor"
    assert [reference.id for reference in patched.groups] == [group.id]


def test_a_patched_group_is_answered_as_it_will_be_read(idp):
    users = [idp.post_user(f"u{number}@example.com") for number in range(2)]
    group = idp.post_group("Authors", users[:1])
    patched = idp.patch_group(
        group, ("add", "members", [{"value": users[1].id}]), ("replace", "displayName", "Writers")
    )
    assert patched == idp.read(group, GROUP)
    assert [member.id for member in patched.members] == [user.id for user in users]


def test_members_and_groups_are_not_read_for_an_answer_that_does_not_show_them(idp):
    user = idp.post_user()
    idp.post_group("Authors", [user])
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "path": "title", "value": "x"}],
    }
    patched = idp.use_cases.modify(idp.caller(), USER, user.id, body, with_groups=False, with_members=False)
    assert (patched.groups, patched.members) == ((), ())


def test_version_and_time_change_with_each_write_that_changes_something(idp, clock):
    user = idp.post_user()
    clock.tick(10)
    patched = idp.patch(user, ("replace", "title", "Editor"))
    assert (patched.version, patched.modified, patched.created) == (2, now(), user.created)


@pytest.mark.parametrize(
    "operation",
    [
        ("replace", "title", "Editor"),
        ("add", "emails", [{"type": "work", "value": "kim@example.com"}]),
        ("remove", "nickName"),
        ("replace", "active", True),
        ("remove", "preferredLanguage"),
        ("replace", None, {"title": "Editor"}),
    ],
)
def test_version_and_time_stay_where_nothing_is_different(idp, clock, operation):
    user = idp.post_user(title="Editor", emails=[{"type": "work", "value": "kim@example.com"}], active=True)
    clock.tick(10)
    patched = idp.patch(user, operation)
    assert (patched.version, patched.modified) == (1, user.modified)
    assert idp.read(user) == user


def test_a_clock_that_goes_backwards_never_lowers_the_time_of_the_last_change(idp, clock):
    user = idp.post_user()
    clock.tick(-3600)
    patched = idp.patch(user, ("replace", "title", "Editor"))
    assert (patched.version, patched.modified) == (2, user.modified)
    clock.tick(7200)
    assert idp.patch(user, ("replace", "title", "Chief")).modified == now()


def test_a_patch_is_all_or_nothing(idp, host, snapshot):
    user = idp.post_user()
    before = snapshot()
    with pytest.raises(InvalidPath):
        idp.patch(user, ("replace", "displayName", "Kim"), ("replace", "active", False), ("replace", "shoeSize", 44))
    assert snapshot() == before


def test_a_group_patch_is_all_or_nothing(idp, snapshot):
    user = idp.post_user()
    group = idp.post_group("Authors", [user])
    before = snapshot()
    with pytest.raises(InvalidValue, match="'nobody'"):
        idp.patch_group(
            group,
            ("replace", "displayName", "Writers"),
            ("remove", f'members[value eq "{user.id}"]'),
            ("add", "members", [{"value": "nobody"}]),
        )
    assert snapshot() == before


def test_a_username_that_is_taken_is_refused_and_the_member_keeps_its_own(idp, snapshot):
    idp.post_user("kim@example.com")
    other = idp.post_user("alex@example.com")
    before = snapshot()
    with pytest.raises(Uniqueness):
        idp.patch(other, ("replace", "userName", "KIM@example.com"))
    assert snapshot() == before


def test_the_password_is_taken_and_never_kept(idp):
    user = idp.post_user()
    assert idp.patch(user, ("replace", "password", "s3cret")) == user


# --------------------------------------------------------------------------------------------------------------- access


@pytest.mark.parametrize(
    "operation",
    [
        ("replace", "active", False),
        ("Replace", "Active", False),
        ("replace", f"{USER_URN}:active", False),
        ("replace", None, {"active": False}),
        ("add", None, {"ACTIVE": False, "title": "Editor"}),
    ],
)
def test_a_patch_that_speaks_of_access_changes_it(idp, operation):
    user = idp.post_user()
    idp.patch(user, operation)
    assert not idp.member(user).active
    idp.patch(user, (*operation[:2], True if operation[1] else {"active": True}))
    assert idp.member(user).active


@pytest.mark.parametrize(
    "operation",
    [
        ("replace", "title", "active"),
        ("replace", None, {"title": "x"}),
        ("remove", "title"),
        ("add", "displayName", "y"),
        ("remove", "active"),
    ],
)
def test_a_patch_that_asserts_no_access_leaves_it_as_the_host_has_it(store, idp, operation):
    user = idp.post_user()
    member = idp.link(user).target
    store.members.suspend("default", member)
    idp.patch(user, operation)
    assert not idp.member(user).active


# ----------------------------------------------------------------------------------------------------------- conditions


def test_a_version_that_is_demanded_must_be_the_current_one(idp, snapshot):
    user = idp.post_user()
    idp.patch(user, ("replace", "title", "Editor"), precondition=Precondition('W/"1"'))
    before = snapshot()
    with pytest.raises(PreconditionFailed):
        idp.patch(user, ("replace", "title", "Chief"), precondition=Precondition('W/"1"'))
    assert snapshot() == before
    assert idp.patch(user, ("replace", "title", "Chief"), precondition=Precondition("*")).version == 3


def test_an_unknown_a_deleted_and_a_foreign_id_look_the_same(connect):
    ours, neighbour, theirs = connect("a"), connect("a"), connect("b")
    deleted = ours.post_user()
    ours.delete(deleted)
    for resource_id in ["unknown", deleted.id, neighbour.post_user("n").id, theirs.post_user("t").id]:
        with pytest.raises(NotFound, match="There is no User with the id"):
            ours.patch(resource_id, ("replace", "title", "x"))
        with pytest.raises(NotFound, match="There is no User with the id"):
            ours.patch(resource_id, ("replace", "title", "x"), precondition=Precondition('"1"'))
    with pytest.raises(NotFound):
        ours.patch(ours.post_group(), ("replace", "title", "x"))


# -------------------------------------------------------------------------------------------------------------- members


def test_members_join_and_leave(idp):
    users = [idp.post_user(f"u{number}@example.com") for number in range(3)]
    group = idp.post_group("Authors", users[:2])
    idp.patch_group(
        group, ("remove", f'members[value eq "{users[0].id}"]'), ("add", "members", [{"value": users[2].id}])
    )
    assert [member.id for member in idp.read(group, GROUP).members] == [users[1].id, users[2].id]
    assert idp.host_members(group) == [idp.link(user).target for user in users[1:]]


def test_members_are_selected_by_what_they_are(idp):
    user, nested = idp.post_user(), idp.post_group("Nested")
    group = idp.post_group("Authors", [user, nested])
    idp.patch_group(group, ("remove", 'members[type eq "Group"]'))
    assert [member.id for member in idp.read(group, GROUP).members] == [user.id]


def test_a_change_of_members_alone_is_a_change(idp, clock):
    user, group = idp.post_user(), idp.post_group()
    clock.tick(5)
    joined = idp.join(group, user)
    assert (joined.version, joined.modified) == (2, now())
    again = idp.join(group, user)
    assert again == joined
    assert idp.leave(group, "nobody").version == 2
    assert idp.leave(group, user).version == 3


def test_entra_removes_the_listed_members_only(connect):
    idp = connect(type="entra-id")
    users = [idp.post_user(f"u{number}@example.com") for number in range(2)]
    group = idp.post_group("Authors", users)
    idp.patch_group(group, ("Remove", "members", [{"value": users[0].id}]))
    assert [member.id for member in idp.read(group, GROUP).members] == [users[1].id]
    assert idp.tolerances() == {"remove-listed-values": 1}


def test_strangers_are_named_ten_at_most(idp):
    group = idp.post_group()
    with pytest.raises(InvalidValue) as refusal:
        idp.join(group, *(f"stranger-{number:02}" for number in range(12)))
    text = str(refusal.value)
    assert "'stranger-09' and 2 more. Provision them before the group." in text
    assert "stranger-10" not in text
    with pytest.raises(InvalidValue) as refusal:
        idp.join(group, "x" * 100)
    assert f"'{'x' * 64}'." in str(refusal.value)


def test_users_and_groups_of_another_integration_are_strangers(connect, snapshot):
    ours, neighbour, theirs = connect("a"), connect("a"), connect("b")
    group = ours.post_group()
    foreign = [neighbour.post_user("n"), theirs.post_user("t"), theirs.post_group("Theirs")]
    before = snapshot()
    for member in foreign:
        with pytest.raises(InvalidValue, match=f"do not exist in this integration: '{member.id}'"):
            ours.join(group, member)
        with pytest.raises(InvalidValue):
            ours.put_group(group, members=[{"value": member.id}])
        with pytest.raises(InvalidValue):
            ours.post_group("Other", [member])
        assert ours.leave(group, member).version == 1
    assert snapshot() == before


def test_a_group_never_contains_itself(idp, snapshot):
    outer, middle, inner = (idp.post_group(name) for name in ("outer", "middle", "inner"))
    idp.join(outer, middle)
    idp.join(middle, inner)
    before = snapshot()
    for member in (inner, outer, middle):
        with pytest.raises(InvalidValue, match=f"The group '{inner.id}' would contain itself"):
            idp.join(inner, outer, member)
    assert snapshot() == before
    other = idp.post_group("other")
    assert [member.id for member in idp.join(inner, other).members] == [other.id]


def test_what_changed_is_named_in_the_log_without_values(idp):
    user = idp.post_user()
    idp.patch(user, ("replace", "displayName", "Kim"), ("replace", "active", False))
    (entry, _) = idp.log()
    assert entry.changes == ("display_name", "active", "displayName")
    assert (entry.operation, entry.status, entry.target) == ("modify", 200, idp.link(user).target)
    group = idp.post_group("Authors", [user])
    idp.patch_group(group, ("replace", "displayName", "Writers"), ("remove", "members"))
    assert idp.log()[0].changes == ("name", "members", "displayName")
    assert "Writers" not in str(idp.log())
    assert idp.integration.deprovisioning is Deprovisioning.SUSPEND
