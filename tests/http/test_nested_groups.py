"""Groups in groups over HTTP, on every store: what stays true while many requests come at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scim_plugin.protocol.core_schemas import GROUP_URN, USER_URN
from scim_plugin.protocol.patch import PATCH_URN


@pytest.fixture
def running(start):
    return start({"type": "rfc-strict"})


@pytest.fixture
def ask(running):
    def asked(method, path, body=None, **headers):
        headers["Authorization"] = f"Bearer {running.secret}"
        return running.client.simulate_request(method, f"/scim/v2{path}", json=body, headers=headers)

    return asked


@pytest.fixture
def group(ask):
    """Make a group of these members and return its id."""

    def made(name, *members):
        body = {"schemas": [GROUP_URN], "displayName": name, "members": [{"value": member} for member in members]}
        return ask("POST", "/Groups", body).json["id"]

    return made


@pytest.fixture
def user(ask):
    """Make a User and return its id."""
    return lambda name: ask("POST", "/Users", {"schemas": [USER_URN], "userName": name}).json["id"]


def join(ask, group, member):
    operation = {"op": "add", "path": "members", "value": [{"value": member}]}
    return ask("PATCH", f"/Groups/{group}", {"schemas": [PATCH_URN], "Operations": [operation]}).status_code


@pytest.mark.parametrize("_", range(5))
def test_parallel_requests_cannot_close_a_circle(ask, group, _):
    groups = [group(f"g{number}") for number in range(3)]
    pairs = [(groups[number], groups[(number + 1) % 3]) for number in range(3)]
    with ThreadPoolExecutor(3) as threads:
        statuses = list(threads.map(lambda pair: join(ask, *pair), pairs))
    assert sorted(statuses) == [204, 204, 400]


def test_parallel_requests_leave_everybody_where_a_way_leads(running, ask, group, user):
    users = [user(f"u{number}@example.com") for number in range(4)]
    left, right = group("left"), group("right")
    group("outer", left, right)
    with ThreadPoolExecutor(4) as threads:
        pairs = [(side, one) for one in users for side in (left, right)]
        done = list(threads.map(lambda pair: join(ask, *pair), pairs))
        assert done == [204] * 8
        assert [member["groups"] for member in running.members()] == [["left", "outer", "right"]] * 4
        emptying = {"schemas": [PATCH_URN], "Operations": [{"op": "remove", "path": "members"}]}
        list(threads.map(lambda side: ask("PATCH", f"/Groups/{side}", emptying), (left, right)))
    assert [member["groups"] for member in running.members()] == [[]] * 4


def test_an_entity_tag_changes_with_an_indirect_group(ask, group, user):
    kim = user("kim@example.com")
    inner = group("inner", kim)
    before = ask("GET", f"/Users/{kim}").headers["ETag"]
    assert ask("GET", f"/Users/{kim}", **{"If-None-Match": before}).status_code == 304
    outer = group("outer", inner)
    changed = ask("GET", f"/Users/{kim}", **{"If-None-Match": before})
    assert changed.status_code == 200
    assert [(one["value"], one["type"]) for one in changed.json["groups"]] == [(inner, "direct"), (outer, "indirect")]
    join(ask, outer, kim)
    assert (
        ask("GET", f"/Users/{kim}", **{"If-None-Match": changed.headers["ETag"]}).json["groups"][1]["type"] == "direct"
    )
