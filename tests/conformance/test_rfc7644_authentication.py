"""RFC 7644 §2, §6, §7: who may ask, what a token is, and that tenants never see each other."""

import re
from math import log2

import pytest
from freezegun import freeze_time

from scim_plugin.protocol.text import parse_date_time
from tests.conformance.scim import user


def _asked(scim, authorization, path="/Users"):
    return scim.ask("GET", path, headers={"Authorization": authorization})


@pytest.mark.requirement("7644-2-01")
def test_who_brings_no_token_is_told_the_scheme(scim):
    answer = _asked(scim, None)
    assert answer.status == 401
    assert re.match(r"Bearer\b", answer.headers["WWW-Authenticate"])


@pytest.mark.requirement("7644-2-02", "7644-2-03", "7644-6-01")
def test_a_token_of_one_tenant_never_reaches_another_one(scim):
    ours, theirs = scim, scim.of_tenant("other")
    babs = ours.user()
    path = f"/Users/{babs['id']}"
    unknown = theirs.get("/Users/00000000000000000000000000000000")
    for answer in (theirs.get(path), theirs.put(path, user("x")), theirs.delete(path)):
        assert answer.status == 404
        assert answer.body["detail"].replace(babs["id"], "") == unknown.body["detail"].replace("0" * 32, "")
    assert theirs.patch(path, {"op": "replace", "path": "title", "value": "x"}).status == 404
    assert theirs.get("/Users").body["totalResults"] == 0
    assert theirs.found(f'id eq "{babs["id"]}"') == set()
    assert theirs.post("/Groups", {**_group_of(babs)}).status == 400
    assert ours.get(path).body == babs


def _group_of(member):
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Theirs",
        "members": [{"value": member["id"]}],
    }


@pytest.mark.requirement("7644-2-04", "7644-2-06")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_bearer_token_opens_in_any_case_of_its_scheme(scim, scheme):
    assert _asked(scim, f"{scheme} {scim.secret}").status == 200


@pytest.mark.requirement("7644-2-05")
@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic {secret}",
        "Bearer {secret}x",
        "Bearer {secret},{secret}",
        "{secret}",
    ],
)
def test_what_is_no_valid_credential_is_401(scim, authorization):
    answer = _asked(scim, authorization.format(secret=scim.secret))
    assert answer.status == 401
    assert answer.body == _asked(scim, None).body


@pytest.mark.requirement("7644-6.2-01")
def test_an_external_id_belongs_to_its_tenant(scim):
    other = scim.of_tenant("other")
    scim.user("babs", externalId="42")
    other.user("jim", externalId="42")
    assert scim.found('externalId eq "42"') == {"babs"}
    assert other.found('externalId eq "42"') == {"jim"}


@pytest.mark.requirement("7644-7.4-01")
def test_a_token_has_more_than_128_random_bits(scim):
    others = {scim.container.issue_secret()("Conformance").key for _ in range(20)}
    alphabet = set("".join(others))
    assert len(others) == 20
    for key in others:
        secret = key.rpartition("_")[2][:-6]  # the last six are a checksum
        assert len(secret) * log2(len(alphabet)) > 128


@pytest.mark.requirement("7644-7.4-02")
def test_a_token_opens_until_it_expires(scim):
    with freeze_time("2026-05-01T12:00:00Z") as clock:
        expires = parse_date_time("2026-05-01T13:00:00Z")
        key = scim.container.issue_secret()("Conformance", expires=expires).key
        assert _asked(scim, f"Bearer {key}").status == 200
        clock.move_to("2026-05-01T13:00:00Z")
        assert _asked(scim, f"Bearer {key}").status == 401
        assert _asked(scim, f"Bearer {scim.secret}").status == 200


@pytest.mark.requirement("7644-7.5.2-01")
def test_a_filter_on_a_password_is_refused_as_sensitive(scim):
    for filter in ('password eq "t1meMa$heen"', "password pr", 'userName pr and not (PASSWORD sw "t")'):
        answer = scim.get("/Users", filter=filter)
        assert (answer.status, answer.scim_type) == (403, "sensitive")
        answer = scim.search("/Users/.search", filter=filter)
        assert (answer.status, answer.scim_type) == (400, "invalidFilter")


@pytest.mark.requirement("7644-7.7-01")
def test_what_looks_like_an_injection_is_a_value_like_any_other(scim):
    for index, name in enumerate(("'; DROP TABLE resources; --", 'a" or userName pr or "', "%_*\\", "${7*7}<script>")):
        scim.user(name, title=str(index))
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        assert scim.found(f'userName eq "{quoted}"') == {name}
    assert scim.get("/Users").body["totalResults"] == 4
    assert scim.secret.encode() not in repr(scim.container.list_secrets()("Conformance")).encode()
