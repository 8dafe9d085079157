"""RFC 7644 §3.14: entity tags, and requests that depend on them."""

import pytest

from tests.conformance.scim import PATCH_OP, group, user


@pytest.fixture(params=["User", "Group"])
def made(request, scim):
    """Return a resource and its path, a User and a Group in turn."""
    resource = scim.user() if request.param == "User" else scim.group()
    return resource, resource["meta"]["location"].partition("/scim/v2")[2]


def _body(resource, **more):
    return user(**more) if "userName" in resource else group(**more)


def _conditional(scim, method, made, **headers):
    """Send a write that would change something, with this header; return its status."""
    resource, path = made
    bodies = {
        "PUT": _body(resource, externalId="new"),
        "PATCH": {"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "externalId", "value": "new"}]},
    }
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return scim.ask(method, path, bodies.get(method), headers=sent).status


@pytest.mark.requirement("7644-3.14-01")
def test_every_answer_with_a_resource_has_its_entity_tag(scim, made):
    resource, path = made
    posted = scim.post(path.rpartition("/")[0], user("x") if "userName" in resource else group("x"))
    for answer in (posted, scim.get(path), scim.put(path, _body(resource, externalId="1"))):
        assert answer.headers["ETag"] == answer.body["meta"]["version"]
    patched = scim.patch(path, {"op": "add", "path": "externalId", "value": "2"})
    assert patched.headers["ETag"] == scim.get(path).body["meta"]["version"]
    [listed] = scim.get(path.rpartition("/")[0], filter=f'id eq "{resource["id"]}"').resources
    assert listed["meta"]["version"] == patched.headers["ETag"]


@pytest.mark.requirement("7644-3.14-02", "7644-3.14-03")
def test_what_the_client_has_is_304_and_what_it_has_not_is_sent(scim, made):
    resource, path = made
    version = resource["meta"]["version"]
    for held in (version, version.removeprefix("W/"), f'"x", {version}', "*"):
        answer = scim.ask("GET", path, headers={"If-None-Match": held})
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, None, version)
        assert scim.ask("HEAD", path, headers={"If-None-Match": held}).status == 304
    for held in ('W/"99"', '"x"', "nonsense"):
        answer = scim.ask("GET", path, headers={"If-None-Match": held})
        assert (answer.status, answer.body) == (200, resource)


@pytest.mark.requirement("7644-3.14-04", "7644-3.14-05", "7644-3.14-06")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("required", ['W/"99"', '"x", "y"', "nonsense", ""])
def test_a_write_for_another_version_is_412_and_changes_nothing(scim, made, method, required):
    resource, path = made
    assert _conditional(scim, method, made, If_Match=required) == 412
    assert scim.get(path).body == resource


@pytest.mark.requirement("7644-3.14-07", "7644-3.14-09")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("required", ["{version}", "*", '"x", {version}'])
def test_a_write_for_this_version_or_any_is_done(scim, made, method, required):
    status = _conditional(scim, method, made, If_Match=required.format(version=made[0]["meta"]["version"]))
    assert status in {200, 204}
    assert scim.get(made[1]).status == (404 if method == "DELETE" else 200)


@pytest.mark.requirement("7644-3.14-08")
def test_every_change_makes_a_new_version(scim, made):
    resource, path = made
    versions = [resource["meta"]["version"]]
    for number in range(3):
        answer = scim.patch(path, {"op": "replace", "path": "externalId", "value": str(number)}, attributes="meta")
        versions.append(answer.body["meta"]["version"])
    versions.append(scim.put(path, _body(resource)).body["meta"]["version"])
    assert len(set(versions)) == 5


@pytest.mark.requirement("7644-3.14-04", "7644-3.14-05", "7644-3.14-06")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_that_rules_out_this_version_is_412(scim, made, method):
    resource, path = made
    for ruled_out in (resource["meta"]["version"], "*", f'"x", {resource["meta"]["version"]}'):
        assert _conditional(scim, method, made, If_None_Match=ruled_out) == 412
    assert scim.get(path).body == resource
    assert _conditional(scim, method, made, If_None_Match='W/"99"') in {200, 204}


@pytest.mark.requirement("7644-3.14-02")
def test_a_read_may_demand_a_version(scim, made):
    resource, path = made
    assert scim.ask("GET", path, headers={"If-Match": resource["meta"]["version"]}).body == resource
    assert scim.ask("GET", path, headers={"If-Match": 'W/"99"'}).status == 412


@pytest.mark.requirement("7644-3.14-03")
def test_a_change_of_a_users_groups_is_not_hidden_by_a_304(scim):
    babs = scim.user()
    path = f"/Users/{babs['id']}"
    guides = scim.group("Guides", babs)
    joined = scim.ask("GET", path, headers={"If-None-Match": babs["meta"]["version"]})
    assert (joined.status, joined.body["groups"][0]["display"]) == (200, "Guides")
    scim.delete(f"/Groups/{guides['id']}")
    left = scim.ask("GET", path, headers={"If-None-Match": joined.body["meta"]["version"]})
    assert (left.status, left.body) == (200, babs)


def test_a_304_does_not_hide_that_a_member_was_deleted(scim):
    babs, inner = scim.user(), scim.group("Inner")
    held = scim.group("Guides", babs, inner)
    path = f"/Groups/{held['id']}"
    for gone in (f"/Users/{babs['id']}", f"/Groups/{inner['id']}"):
        assert scim.delete(gone).status == 204
        left = scim.ask("GET", path, headers={"If-None-Match": held["meta"]["version"]})
        assert (left.status, len(left.body.get("members", []))) == (200, len(held["members"]) - 1)
        held = left.body
