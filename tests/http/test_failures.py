"""Every failure is a SCIM error, and tells nothing that is not the client's."""

import pytest

from scim_plugin.protocol.errors import NotFound, PreconditionFailed, ScimError, Unavailable, Uniqueness
from tests.http.canned import Desk, client_of

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (NotFound("No."), {"status": "404", "detail": "No."}),
        (Uniqueness("userName", "Taken."), {"status": "409", "scimType": "uniqueness", "detail": "Taken."}),
        (PreconditionFailed(), {"status": "412", "detail": str(PreconditionFailed())}),
        (ScimError("a\ud800b"), {"status": "400", "detail": "a?b"}),
    ],
)
def test_a_refusal_is_answered_in_its_own_words(failure, expected):
    answer = client_of(Desk(failure=failure))[0].simulate_get("/scim/v2/Users/a1")
    assert answer.json == {"schemas": [ERROR], **expected}
    assert answer.status_code == int(expected["status"])


def test_a_store_that_is_busy_says_when_to_come_back():
    answer = client_of(Desk(failure=Unavailable(7)))[0].simulate_get("/scim/v2/Users")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


@pytest.mark.parametrize("failure", [RuntimeError("babs@example.com"), KeyError("babs@example.com"), LookupError()])
def test_an_unknown_failure_is_500_never_404_and_names_the_request_only(failure):
    client, log = client_of(Desk(failure=failure))
    answer = client.simulate_get("/scim/v2/Users/a1", headers={"X-Request-Id": "r1"})
    assert (answer.status_code, answer.json["status"]) == (500, "500")
    assert "'r1'" in answer.json["detail"]
    assert type(failure).__name__ not in answer.text
    event, values = log.events[0]
    assert (event, values["request_id"]) == ("failed", "r1")
    assert values["error"][0].endswith(type(failure).__name__)
    assert any("resources.py" in frame for frame in values["traceback"])
    assert "babs" not in repr(log.events)
    assert log.events[1][1]["status"] == 500


def test_the_causes_of_a_failure_are_logged_by_type():
    failure = RuntimeError()
    failure.__cause__ = OSError("babs")
    _, log = client = client_of(Desk(failure=failure))
    client[0].simulate_get("/scim/v2/Users")
    assert log.events[0][1]["error"] == ["builtins.RuntimeError", "builtins.OSError"]


class FullDisk:
    def info(self, event, **values):
        raise OSError(28, "No space left on device")

    error = info


def test_a_log_that_cannot_be_written_does_not_fail_the_request():
    assert client_of(Desk(), log=FullDisk())[0].simulate_get("/scim/v2/Users").status_code == 200
    failing, _ = client_of(Desk(failure=RuntimeError()), log=FullDisk())
    assert failing.simulate_get("/scim/v2/Users").json["status"] == "500"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/scim/v2/Users", {"GET", "HEAD", "POST"}),
        ("POST", "/scim/v2/Users/a1", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("GET", "/scim/v2/Users/.search", {"POST"}),
        ("POST", "/scim/v2/Schemas", {"GET", "HEAD"}),
        ("PUT", "/scim/v2/ServiceProviderConfig", {"GET", "HEAD"}),
        ("DELETE", "/scim/v2/ResourceTypes/User", {"GET", "HEAD"}),
    ],
)
def test_a_method_that_an_endpoint_has_not_is_405(method, path, allowed):
    answer = client_of(Desk())[0].simulate_request(method, path)
    assert (answer.status_code, answer.json["schemas"]) == (405, [ERROR])
    assert allowed <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_what_is_not_offered_is_501(method):
    answer = client_of(Desk())[0].simulate_request(method, "/scim/v2/Me")
    assert (answer.status_code, answer.json["status"]) == (501, "501")
