"""SECURITY, races (R1-R4): of many who do the same at once, exactly as many succeed as may."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from scim_plugin.protocol.core_schemas import USER
from tests.http.attacker import ENTERPRISE


def at_once(*actions):
    """Call each of *actions* in a thread of its own, all at the same moment; return what they returned."""
    barrier = threading.Barrier(len(actions))

    def run(action):
        barrier.wait(30)
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return [done.result(60) for done in [threads.submit(run, action) for action in actions]]


def counted(answers):
    return Counter(answer.status for answer in answers)


def test_of_twenty_creates_of_one_name_one_succeeds(here):
    """FIELD 14: product-is#26148, gravitee#8290, tuist#11688: two users, or 500."""
    names = ["ann@example.com", "ANN@example.com", "ａnn@example.com"] * 7
    assert counted(at_once(*(lambda name=name: here.acme.user(name) for name in names[:20]))) == {201: 1, 409: 19}
    assert counted(at_once(*(lambda: here.acme.group("Staff") for _ in range(20)))) == {201: 1, 409: 19}
    members, groups = here.host("acme")
    assert (len(members), len(groups)) == (1, 1)


def test_of_twenty_renames_to_one_name_one_succeeds(here):
    users = [here.acme.user(f"user{number}").id for number in range(20)]
    operation = {"op": "replace", "path": "userName", "value": "wanted"}
    answers = at_once(*(lambda user=user: here.acme.patch(f"/Users/{user}", operation) for user in users))
    assert counted(answers) == {200: 1, 409: 19}
    assert here.acme.find("/Users", 'userName eq "wanted"').json["totalResults"] == 1


def test_users_who_arrive_at_once_are_not_linked_to_one_member(here):
    """One integration links the member, one creates another of the name, and the name is taken for all others."""
    held = here.store.members.create("acme", {"username": "bob", "email": "bob@example.com"}, active=True, key="k")
    attackers = [here.integration("acme", f"Number {number}") for number in range(6)]
    answers = at_once(*(lambda a=attacker: a.user("bob@example.com") for attacker in attackers))
    assert counted(answers) == {201: 2, 409: 4}
    with here.store.open_unit(write=False) as unit:
        targets = [
            unit.resources.get(attacker.integration, USER, answer.id).link.target
            for attacker, answer in zip(attackers, answers, strict=True)
            if answer.status == 201
        ]
    assert held.id in targets
    assert len(set(targets)) == len(here.host("acme")[0]) == 2


def test_adds_and_removes_of_one_group_are_all_done(here):
    """FIELD 6: fleet#50724, scimmy#79, gestalt#3162: the last writer's list was the whole list."""
    users = [here.acme.user(f"user{number}").id for number in range(20)]
    group = here.acme.group("Staff", *users[:10]).id
    adds = [{"op": "add", "path": "members", "value": [{"value": user}]} for user in users[10:]]
    removes = [{"op": "remove", "path": f'members[value eq "{user}"]'} for user in users[:10]]
    operations = [*adds, *removes]
    answers = at_once(*(lambda o=operation: here.acme.patch(f"/Groups/{group}", o) for operation in operations))
    assert counted(answers) == {204: 20}
    members = here.acme("GET", f"/Groups/{group}").json["members"]
    assert sorted(member["value"] for member in members) == sorted(users[10:])
    assert sum("Staff" in groups for *_, groups in here.host("acme")[0]) == 10


def test_ten_attributes_of_one_user_are_all_changed(here):
    user = here.acme.user("ann").id
    names = ["title", "nickName", "displayName", "userType", "locale", "timezone", "preferredLanguage", "externalId"]
    paths = [*names, "name.givenName", f"{ENTERPRISE}:department"]
    operations = [{"op": "add", "path": path, "value": path[:20]} for path in paths]
    answers = at_once(*(lambda o=operation: here.acme.patch(f"/Users/{user}", o) for operation in operations))
    assert counted(answers) == {200: 10}
    found = here.acme("GET", f"/Users/{user}").json
    assert {name: found[name] for name in names} == {name: name[:20] for name in names}
    assert (found["name"]["givenName"], found[ENTERPRISE]["department"]) == ("name.givenName", ENTERPRISE[:20])


def test_of_ten_deletes_one_succeeds(here):
    for made, path in ((here.acme.user("ann"), "/Users"), (here.acme.group("Staff"), "/Groups")):
        answers = at_once(*(lambda p=f"{path}/{made.id}": here.acme("DELETE", p) for _ in range(10)))
        assert counted(answers) == {204: 1, 404: 9}


def test_of_ten_writers_with_one_version_one_succeeds(here):
    """thunderid#5110: the version was compared before the write, and not in it."""
    user = here.acme.user("ann")
    tag = {"If-Match": user.headers["etag"]}
    answers = at_once(
        *(
            lambda n=number: here.acme.patch(
                f"/Users/{user.id}", {"op": "add", "path": "title", "value": f"{n}"}, headers=tag
            )
            for number in range(10)
        )
    )
    assert counted(answers) == {200: 1, 412: 9}


@pytest.mark.parametrize("_", range(5))
def test_nobody_is_a_member_who_was_deleted_while_joining(here, _):
    """polis#3559: whoever is made anew under the name inherits nothing either."""
    users = [here.acme.user(f"user{number}").id for number in range(6)]
    group = here.acme.group("Staff").id
    adds = [
        lambda u=user: here.acme.patch(f"/Groups/{group}", {"op": "add", "path": "members", "value": [{"value": u}]})
        for user in users
    ]
    removals = [lambda u=user: here.acme("DELETE", f"/Users/{u}") for user in users]
    answers = at_once(*(action for pair in zip(adds, removals, strict=True) for action in pair))
    assert set(counted(answers)) <= {204, 400}
    assert "members" not in here.acme("GET", f"/Groups/{group}").json
    again = here.acme.user("user0")
    assert again.id not in users
    assert "groups" not in here.acme("GET", f"/Users/{again.id}").json


def test_what_is_sent_twice_is_done_once(here):
    """R4: replays of POST, DELETE and of a member."""
    user = here.acme.user("ann", externalId="1").id
    assert here.acme.user("ann", externalId="1").error == (409, "uniqueness")
    group = here.acme.group("Staff", user)
    join = {"op": "add", "path": "members", "value": [{"value": user}]}
    tags = [here.acme.patch(f"/Groups/{group.id}", join).headers["etag"] for _ in range(3)]
    assert set(tags) == {group.headers["etag"]}
    assert len(here.acme("GET", f"/Groups/{group.id}").json["members"]) == 1
    assert [here.acme("DELETE", f"/Users/{user}").status for _ in range(2)] == [204, 404]
