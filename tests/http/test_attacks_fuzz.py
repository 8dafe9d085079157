"""SECURITY G9: of two thousand requests that are wrong in some way none fails, and every refusal is a SCIM error.

``mutations`` makes the same requests for the same seed; a longer run is a larger number.
"""

from random import Random

import pytest

from tests.http import mutations
from tests.http.attacker import check, send, site

REQUESTS = 400


@pytest.mark.parametrize(
    ("kind", "type", "seed"),
    [
        ("sqlite", "entra-id", 1),
        ("sqlite", "okta", 2),
        ("sqlite", "rfc-strict", 3),
        ("memory", "entra-id", 4),
        ("memory", "rfc-strict", 5),
    ],
)
def test_no_request_makes_the_server_fail(tmp_path, kind, type, seed):
    made = site(kind, tmp_path, type)
    random, crowd = Random(seed), mutations.Crowd()  # noqa: S311 - a test must be repeatable
    for _ in range(REQUESTS):
        sent = mutations.request(random, crowd)
        answer = send(
            made.app, sent.method, f"/scim/v2{sent.path}", sent.body, token=made.acme.token, headers=sent.headers
        )
        failures = [event for event in made.log.events if event[0] == "failed"]
        assert not failures, (sent, failures)
        check(answer)
        crowd.heard(sent, answer.status, answer.json if answer.status == 201 else None)
    for path in ("/Users", "/Groups", "/"):
        assert made.acme("GET", path, query={"count": "200", "sortBy": "displayName"}).status == 200
    made.store.close() if kind == "sqlite" else None
