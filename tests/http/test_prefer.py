"""``Prefer: return`` (RFC 7240): a write that is not answered, and one that is."""

import pytest

from scim_falcon.prefer import preferred_return
from scim_plugin.protocol.errors import NotFound
from tests.http.canned import Desk, client_of

MINIMAL = {"Prefer": "return=minimal"}


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("return=minimal", "minimal"),
        ('Return = "Minimal"', "minimal"),
        ("respond-async, return=representation; x=1, wait=10", "representation"),
        ("return=representation, return=minimal", "representation"),
        (",return=minimal", "minimal"),
        ("return=nothing, return=minimal", None),
        ("return", None),
        ("handling=lenient", None),
        ("", None),
        (";=,=;", None),
    ],
)
def test_a_preference_is_found_among_others(header, wanted):
    assert preferred_return(header) == wanted


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_is_not_answered_to_whom_prefers_that(method):
    desk = Desk()
    answer = client_of(desk)[0].simulate_request(method, "/scim/v2/Users/a1", json={}, headers=MINIMAL)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["ETag"] == 'W/"3"'
    assert answer.headers["Preference-Applied"] == "return=minimal"
    assert desk.asked[0][2]["with_groups"] is False


def test_a_new_resource_is_not_answered_to_whom_prefers_that():
    answer = client_of(Desk())[0].simulate_post("/scim/v2/Users", json={}, headers=MINIMAL)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["Location"] == "https://scim.example.com/scim/v2/Users/a1"
    assert answer.headers["ETag"] == 'W/"3"'
    assert answer.headers["Preference-Applied"] == "return=minimal"


def test_a_modified_group_is_answered_to_whom_prefers_that():
    desk = Desk()
    headers = {"Prefer": "return=representation"}
    answer = client_of(desk)[0].simulate_patch("/scim/v2/Groups/g1", json={}, headers=headers)
    assert (answer.status_code, answer.json["displayName"]) == (200, "Staff")
    assert answer.headers["Preference-Applied"] == "return=representation"
    assert desk.asked[0][2]["with_members"] is True


def test_whoever_asks_for_attributes_is_shown_them():
    client, _ = client_of(Desk())
    answer = client.simulate_patch(
        "/scim/v2/Users/a1", json={}, params={"attributes": "userName"}, headers={"Prefer": "return=minimal"}
    )
    assert (answer.status_code, answer.json["userName"]) == (200, "babs")
    assert "Preference-Applied" not in answer.headers


def test_a_preference_does_not_hide_a_refusal():
    desk = Desk(failure=NotFound("There is no User with the id 'a1'."))
    answer = client_of(desk)[0].simulate_put("/scim/v2/Users/a1", json={}, headers=MINIMAL)
    assert (answer.status_code, answer.json["status"]) == (404, "404")
    assert "Preference-Applied" not in answer.headers


def test_without_a_known_preference_nothing_changes():
    answer = client_of(Desk())[0].simulate_put("/scim/v2/Users/a1", json={}, headers={"Prefer": "wait=5"})
    assert answer.status_code == 200
    assert "Preference-Applied" not in answer.headers
