"""Many clients at the same time: nothing is lost, and nothing that must be unique is there twice."""

from collections import Counter
from functools import partial
from urllib.parse import quote

from tests.server.process import adding, at_once, removing, user

WRITERS = 60
TENANT = "default"


def members_of(client, group_id):
    _, _, group = client("GET", f"/Groups/{group_id}")
    return {member["value"] for member in group.get("members", [])}


def host_members_of(store, name):
    found = store.groups.find(TENANT, name)
    return {
        store.members.get(TENANT, member).fields["username"] for member in store.groups.members_of(TENANT, found.id)
    }


def test_of_sixty_creates_of_one_user_name_exactly_one_succeeds(server, store):
    outcomes = at_once(server, [lambda client: client("POST", "/Users", user("sixty@example.com"))] * WRITERS)
    assert Counter(status for status, _, _ in outcomes) == {201: 1, 409: WRITERS - 1}
    refusals = [body for status, _, body in outcomes if status == 409]
    assert {body["scimType"] for body in refusals} == {"uniqueness"}
    with server.client() as client:
        _, _, page = client("GET", "/Users?filter=" + quote('userName eq "SIXTY@example.com"'))
    assert page["totalResults"] == 1
    assert len(store.members.find(TENANT, "username", "sixty@example.com")) == 1


def test_sixty_members_who_are_added_at_once_are_sixty_members(server, store):
    with server.client() as client:
        group = client.group("Sixty")
        users = [client.user(f"sixty{number}@example.com") for number in range(WRITERS)]
        path = f"/Groups/{group['id']}"
        outcomes = at_once(server, [partial(_add, path, one["id"]) for one in users])
        assert Counter(outcomes) == {204: WRITERS}
        assert members_of(client, group["id"]) == {one["id"] for one in users}
    assert host_members_of(store, "Sixty") == {one["userName"] for one in users}


def test_adds_and_removes_at_once_lose_nothing(server, store):
    with server.client() as client:
        joining = [client.user(f"joining{number}@example.com") for number in range(20)]
        leaving = [client.user(f"leaving{number}@example.com") for number in range(20)]
        staying = [client.user(f"staying{number}@example.com") for number in range(5)]
        group = client.group("Mixed", members=[{"value": one["id"]} for one in leaving + staying])
        path = f"/Groups/{group['id']}"
        changes = [partial(_add, path, one["id"]) for one in joining]
        changes += [partial(_remove, path, one["id"]) for one in leaving]
        assert Counter(at_once(server, changes)) == {204: 40}
        assert members_of(client, group["id"]) == {one["id"] for one in joining + staying}
        _, _, after = client("GET", f"{path}?excludedAttributes=members")
    assert after["meta"]["version"] == f'W/"{_number(group["meta"]["version"]) + 40}"'
    assert host_members_of(store, "Mixed") == {one["userName"] for one in joining + staying}


def test_who_is_deleted_while_joining_is_no_member(server, store):
    with server.client() as client:
        group = client.group("Leavers")
        users = [client.user(f"leaver{number}@example.com") for number in range(20)]
        path = f"/Groups/{group['id']}"
        actions = [action for one in users for action in (partial(_add, path, one["id"]), partial(_delete, one["id"]))]
        outcomes = at_once(server, actions)
        assert Counter(outcomes[1::2]) == {204: 20}
        assert set(outcomes[::2]) <= {204, 400}
        assert members_of(client, group["id"]) == set()
    assert host_members_of(store, "Leavers") == set()
    dangling = "SELECT COUNT(*) FROM scim_membership WHERE member_serial NOT IN (SELECT serial FROM scim_resource)"
    assert store.database.execute_sql(dangling).fetchone()[0] == 0


def test_ten_attributes_that_are_changed_at_once_are_all_changed(server):
    names = ("displayName", "nickName", "title", "userType", "preferredLanguage", "locale", "timezone")
    paths = (*names, "name.givenName", "name.familyName", "name.middleName")
    with server.client() as client:
        made = client.user("ten@example.com")
        values = {path: "en" if path in ("preferredLanguage", "locale") else "Europe/Zurich" for path in paths}
        outcomes = at_once(server, [partial(_replace, made["id"], path, value) for path, value in values.items()])
        assert Counter(outcomes) == {200: 10}
        _, _, after = client("GET", f"/Users/{made['id']}")
    for path, value in values.items():
        outer, _, inner = path.partition(".")
        assert (after[outer][inner] if inner else after[outer]) == value
    assert after["meta"]["version"] == f'W/"{_number(made["meta"]["version"]) + 10}"'


def test_of_ten_writers_who_demand_one_version_one_succeeds(server):
    with server.client() as client:
        made = client.user("version@example.com")
        tag = made["meta"]["version"]
        actions = [partial(_replace, made["id"], "title", f"Title {n}", If_Match=tag) for n in range(10)]
        assert Counter(at_once(server, actions)) == {200: 1, 412: 9}
        _, _, after = client("GET", f"/Users/{made['id']}")
    assert after["meta"]["version"] == f'W/"{_number(tag) + 1}"'


def test_sixty_different_creates_all_succeed(server):
    outcomes = at_once(server, [partial(_create, f"different{number}@example.com") for number in range(WRITERS)])
    assert Counter(outcomes) == {201: WRITERS}


def _number(tag):
    return int(tag.removeprefix('W/"').removesuffix('"').partition("-")[0])


def _create(name, client):
    return client("POST", "/Users", user(name))[0]


def _delete(user_id, client):
    return client("DELETE", f"/Users/{user_id}")[0]


def _add(path, member, client):
    return client.patch(path, adding(member))[0]


def _remove(path, member, client):
    return client.patch(path, removing(member))[0]


def _replace(user_id, path, value, client, **headers):
    return client.patch(f"/Users/{user_id}", {"op": "replace", "path": path, "value": value}, **headers)[0]
