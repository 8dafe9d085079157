"""RFC 9110 and RFC 6750, where SCIM builds on them: HEAD, Allow, entity tags, and who may not come in."""

import re

import pytest

from tests.conformance.scim import user


@pytest.mark.requirement("9110-9.3.2-01")
@pytest.mark.parametrize(
    "path", ["/Users/{id}", "/Users", "/", "/ServiceProviderConfig", "/Schemas", "/ResourceTypes/User"]
)
def test_head_answers_the_headers_of_get_and_no_body(scim, path):
    path = path.format(id=scim.user()["id"])
    read, headers = scim.get(path), scim.ask("HEAD", path)
    assert headers.status == read.status == 200
    assert headers.body is None
    for name in ("Content-Type", "Content-Length", "ETag", "Location"):
        assert headers.headers.get(name) == read.headers.get(name)


@pytest.mark.requirement("9110-15.5.6-01")
def test_a_refused_method_comes_with_those_that_are_allowed(scim):
    path = f"/Users/{scim.user()['id']}"
    for method, place, allowed in (
        ("DELETE", "/Users", {"GET", "HEAD", "POST"}),
        ("POST", path, {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("GET", "/Bulk", {"POST"}),
        ("PUT", "/Schemas", {"GET", "HEAD"}),
    ):
        answer = scim.ask(method, place)
        assert answer.status == 405
        assert {each.strip() for each in answer.headers["Allow"].split(",")} - {"OPTIONS"} == allowed


@pytest.mark.requirement("9110-8.8.3-01")
def test_an_entity_tag_is_quoted(scim):
    path = f"/Users/{scim.user()['id']}"
    for answer in (
        scim.get(path),
        scim.put(path, user(title="Guide")),
        scim.patch(path, {"op": "remove", "path": "title"}),
    ):
        assert re.fullmatch(r'(W/)?"[\x21\x23-\x7e]*"', answer.headers["ETag"])


@pytest.mark.requirement("9110-13.1.1-01")
def test_one_tag_that_matches_is_enough(scim):
    path = f"/Users/{scim.user()['id']}"
    tag = scim.get(path).headers["ETag"]
    sent = user(title="Guide")
    assert scim.ask("PUT", path, sent, headers={"If-Match": 'W/"other", "another"'}).status == 412
    assert scim.ask("PUT", path, sent, headers={"If-Match": f'W/"other", {tag}'}).status == 200


@pytest.mark.requirement("6750-2.3-01")
def test_a_token_in_the_query_opens_nothing(scim):
    answer = scim.ask("GET", "/Users", headers={"Authorization": None}, access_token=scim.secret)
    assert answer.status == 401
    assert scim.secret not in str(answer.body)


@pytest.mark.requirement("6750-3-01", "6750-3.1-01")
def test_who_is_refused_learns_how_to_authenticate(scim):
    for authorization, error in ((None, False), ("Bearer nobody", True), (f"Bearer {scim.secret}x", True)):
        answer = scim.ask("GET", "/Users", headers={"Authorization": authorization})
        assert answer.status == 401
        challenge = answer.headers["WWW-Authenticate"]
        assert challenge.startswith("Bearer")
        assert ('error="invalid_token"' in challenge) == error
        assert ("error=" in challenge) == error
