"""The errors of RFC 7644 §3.12 (Table 8 and Table 9)."""

import pytest

from scim_plugin.protocol import errors


@pytest.mark.parametrize(
    ("error", "status", "scim_type"),
    [
        (errors.InvalidFilter("x"), 400, "invalidFilter"),
        (errors.TooMany("x"), 400, "tooMany"),
        (errors.Uniqueness("userName"), 409, "uniqueness"),
        (errors.Mutability("id"), 400, "mutability"),
        (errors.InvalidSyntax("x"), 400, "invalidSyntax"),
        (errors.InvalidPath("x"), 400, "invalidPath"),
        (errors.NoTarget("x"), 400, "noTarget"),
        (errors.InvalidValue("x"), 400, "invalidValue"),
        (errors.InvalidVersion("x"), 400, "invalidVers"),
        (errors.InvalidCursor(), 400, "invalidCursor"),
        (errors.ExpiredCursor(), 400, "expiredCursor"),
        (errors.InvalidCount("x"), 400, "invalidCount"),
        (errors.Sensitive("x"), 403, "sensitive"),
        (errors.Unauthorized(), 401, None),
        (errors.Forbidden("x"), 403, None),
        (errors.NotFound("x"), 404, None),
        (errors.Conflict("x"), 409, None),
        (errors.PreconditionFailed(), 412, None),
        (errors.PayloadTooLarge(1), 413, None),
        (errors.Unavailable(), 503, None),
        (errors.NotImplementedByServer("x"), 501, None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_refusal_has_the_status_and_the_keyword_of_the_rfc(error, status, scim_type):
    assert (error.status, error.scim_type) == (status, scim_type)
    assert str(error) == error.detail != ""


def test_errors_carry_their_facts():
    assert errors.Uniqueness("userName").attribute == "userName"
    assert "userName" in str(errors.Uniqueness("userName"))
    assert str(errors.Uniqueness("userName", "Taken.")) == "Taken."
    assert errors.Mutability("id").attribute == "id"
    assert str(errors.Mutability("id", "No.")) == "No."
    assert errors.PayloadTooLarge(1_000_000).limit == 1_000_000
    assert "1000000 bytes" in str(errors.PayloadTooLarge(1_000_000))
    assert errors.Unavailable(30).retry_after == 30
