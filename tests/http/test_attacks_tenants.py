"""SECURITY, tenants (T1-T3): what belongs to another integration does not exist, and cannot be reached or guessed."""

from random import Random

import pytest

from tests.http import mutations
from tests.http.attacker import ENTERPRISE, GROUP, PATCH, SEARCH, USER, check, send

CANARY = "umbrella-canary"
UNKNOWN = "01a200a35f000000000000000000dead"


@pytest.fixture
def ids(here):
    """The ids of what umbrella has: two users, one of whom is the other's manager, and a group of both."""
    umbrella = here.umbrella
    boss = umbrella.user(f"{CANARY}-boss", displayName=f"{CANARY} boss", externalId=f"{CANARY}-1").id
    ann = umbrella.user(f"{CANARY}-ann", title=CANARY, **{ENTERPRISE: {"manager": {"value": boss}}}).id
    return {"boss": boss, "ann": ann, "group": umbrella.group(f"{CANARY}-staff", boss, ann).id}


def dump(here):
    return here.umbrella.everything(), here.host("umbrella")


def alike(foreign, unknown, foreign_id):
    """Assert that two answers differ in nothing but the id that was asked for."""
    assert foreign.status == unknown.status
    assert foreign.body.replace(foreign_id.encode(), UNKNOWN.encode()) == unknown.body
    assert {**foreign.headers, "x-request-id": ""} == {**unknown.headers, "x-request-id": ""}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_a_foreign_id_in_the_path_is_answered_like_an_unknown_one(here, ids, method):
    """Zitadel CVE-2026-32131, vouch#310, tale#2036: the tenant is the credential's, never the request's."""
    before = dump(here)
    for endpoint, name in (("/Users", "ann"), ("/Groups", "group"), ("/Users", "group"), ("/Groups", "ann")):
        body = {
            "PUT": {"schemas": [USER, GROUP], "userName": "x", "displayName": "x"},
            "PATCH": {
                "schemas": [PATCH],
                "Operations": [{"op": "replace", "path": "displayName", "value": "x"}],
            },
        }.get(method)
        for headers in ({}, {"If-Match": "*"}, {"If-Match": 'W/"1"'}, {"If-None-Match": "*"}):
            foreign = here.acme(method, f"{endpoint}/{ids[name]}", body, headers=headers)
            unknown = here.acme(method, f"{endpoint}/{UNKNOWN}", body, headers=headers)
            assert foreign.status == 404
            alike(foreign, unknown, ids[name])
    assert dump(here) == before


@pytest.mark.parametrize("member", ["ann", "group"])
@pytest.mark.parametrize(
    "attempt",
    [
        lambda acme, _, member: acme.group("New", member),
        lambda acme, group, member: acme.patch(
            f"/Groups/{group}", {"op": "add", "path": "members", "value": [{"value": member}]}
        ),
        lambda acme, group, member: acme.patch(
            f"/Groups/{group}", {"op": "replace", "value": {"members": [{"value": member}]}}
        ),
        lambda acme, group, member: acme(
            "PUT",
            f"/Groups/{group}",
            {"schemas": [GROUP], "displayName": "Staff", "members": [{"value": member}]},
        ),
        lambda acme, group, member: acme.patch(
            f"/Groups/{group}",
            {
                "op": "add",
                "path": "members",
                "value": [{"value": member, "$ref": f"../Users/{member}", "type": "User"}],
            },
        ),
    ],
)
def test_a_foreign_member_is_answered_like_an_unknown_one(here, ids, attempt, member):
    """open-mercato#3906, CVErt-Ops#56: memberships across the border."""
    before = dump(here)
    group = here.acme.group("Staff", here.acme.user("x").id).id
    kept = here.acme("GET", f"/Groups/{group}").body
    foreign, unknown = (attempt(here.acme, group, one) for one in (ids[member], UNKNOWN))
    assert foreign.error == (400, "invalidValue")
    alike(foreign, unknown, ids[member])
    assert here.acme("GET", f"/Groups/{group}").body == kept
    assert dump(here) == before


def test_a_foreign_member_is_removed_without_a_trace(here, ids):
    group = here.acme.group("Staff", here.acme.user("x").id).id
    for path in (f'members[value eq "{ids["ann"]}"]', f'members[value eq "{UNKNOWN}"]'):
        assert here.acme.patch(f"/Groups/{group}", {"op": "remove", "path": path}).status == 204
    assert len(here.umbrella("GET", f"/Groups/{ids['group']}").json["members"]) == 2


def test_a_foreign_manager_is_text_that_leads_nowhere(here, ids):
    user = here.acme.user("x", **{ENTERPRISE: {"manager": {"value": ids["boss"]}}}).json
    assert user[ENTERPRISE]["manager"] == {"value": ids["boss"]}
    for query in (f'manager.value eq "{ids["boss"]}"', f'manager.displayName co "{CANARY}"'):
        assert CANARY.encode() not in here.acme.find("/Users", query).body


@pytest.mark.parametrize("path", ["/Users", "/Groups", "/.search", "/Users/.search", "/Groups/.search"])
@pytest.mark.parametrize(
    "filter",
    [
        None,
        "id pr",
        'id eq "{ann}" or id eq "{boss}" or id eq "{group}"',
        'not (id eq "nothing")',
        'userName ne "x" or displayName ne "x"',
        'id eq "x" or id pr or not (id pr)',
        'id eq "x\' OR 1=1 --" or id pr',
        'id pr /* and */ or id pr --"',
        'members.value eq "{ann}" or groups.value eq "{group}" or members pr or groups pr',
        'meta.created gt "2000-01-01T00:00:00Z"',
        'externalId sw "umbrella" or userName co "umbrella"',
        '((((id pr or id pr) and id pr) or id pr)) or displayName co ""',
    ],
)
def test_a_filter_never_leaves_its_integration(here, ids, path, filter):
    """laravel#171: an "or" that escapes the clause of the tenant."""
    here.acme.user("mine")
    wanted = None if filter is None else filter.format(**ids)
    if path.endswith(".search"):
        found = here.acme("POST", path, {"schemas": [SEARCH], "filter": wanted, "sortBy": "id", "count": 200})
    else:
        found = here.acme("GET", path, query={} if wanted is None else {"filter": wanted})
    assert found.status in (200, 400)
    assert CANARY.encode() not in found.body
    if found.status == 200:
        assert found.json["totalResults"] == len(found.json["Resources"]) <= 1


def test_two_tenants_may_have_the_same_names(here):
    """Cogtrix#303, authentik GHSA-9m7q: neither a conflict nor a link across tenants."""
    for attacker in (here.acme, here.umbrella):
        user = attacker.user("ann@example.com", externalId="1", emails=[{"value": "ann@example.com", "type": "work"}])
        assert (user.status, attacker.group("Staff", user.id, externalId="1").status) == (201, 201)
        found = attacker.find("/Users", 'externalId eq "1" and userName eq "ANN@example.com"').json
        assert found["Resources"][0]["id"] == user.id
    (acme,), (umbrella,) = here.host("acme")[0], here.host("umbrella")[0]
    assert acme[0] != umbrella[0]


def test_two_integrations_of_one_tenant_see_only_what_they_have_provisioned(here):
    """FIELD, design: a token never lists the members of the host or of another integration."""
    here.store.members.create("acme", {"username": "local", "email": "local@example.com"}, active=True, key="k")
    ann = here.acme.user("ann").id
    other = here.integration("acme", "Second")
    assert other.find("/Users", "id pr").json["totalResults"] == 0
    assert other("GET", f"/Users/{ann}").status == 404
    assert other.group("Staff", ann).error == (400, "invalidValue")
    assert here.acme.find("/Users", "id pr").json["totalResults"] == 1


def test_no_request_of_one_tenant_changes_or_shows_anything_of_the_other(here, ids):
    """Two-tenant fuzz: umbrella's ids stand wherever acme's requests have an id."""
    before = dump(here)
    random = Random(20261122)  # noqa: S311 - a test must be repeatable
    crowd = mutations.Crowd()
    crowd.ids["/Users"] += [ids["ann"], ids["boss"], here.acme.user("mine").id]
    crowd.ids["/Groups"] += [ids["group"], here.acme.group("Mine").id]
    for _ in range(400):
        sent = mutations.request(random, crowd)
        answer = check(
            send(here.app, sent.method, f"/scim/v2{sent.path}", sent.body, token=here.acme.token, headers=sent.headers)
        )
        crowd.heard(sent, answer.status, answer.json if answer.status == 201 else None)
        assert CANARY.encode() not in answer.body, sent
        assert not any(one in answer.headers.get("location", "") for one in ids.values()), sent
        assert not (references(answer.json if answer.body else None) & set(ids.values())), sent
    assert dump(here) == before


def references(value, holder=""):
    """Return the ids that an answer gives away: of resources, of members and of groups; not what a client made up."""
    if isinstance(value, list):
        return {one for item in value for one in references(item, holder)}
    if not isinstance(value, dict):
        return set()
    own = (
        {value.get("id")}
        if holder in ("", "Resources")
        else {value.get("value")}
        if holder in ("members", "groups")
        else set()
    )
    return {one for name, item in value.items() for one in references(item, name)} | {
        one for one in own if isinstance(one, str)
    }
