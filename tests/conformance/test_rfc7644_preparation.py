"""RFC 7644 §5, §7.8: strings are prepared before they are compared (RFC 8265)."""

import pytest

from tests.conformance.scim import user


@pytest.mark.requirement("7644-5-01")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("j\u00e9r\u00f4me", "je\u0301ro\u0302me"),
        ("alice", "\uff21\uff2c\uff29\uff23\uff25"),
        ("\u212bngstr\u00f6m", "\u00e5ngstr\u00f6m"),
        ("STRASSE", "stra\u00dfe"),
    ],
)
def test_spellings_of_one_user_name_are_one(scim, first, second):
    scim.user(first)
    answer = scim.post("/Users", user(second))
    assert (answer.status, answer.scim_type) == (409, "uniqueness")


@pytest.mark.requirement("7644-7.8-01")
def test_strings_are_prepared_before_they_are_compared(scim):
    scim.user("j\u00e9r\u00f4me", displayName="Caf\u00e9")
    scim.user("noel", displayName="No\u00ebl")
    assert scim.found('userName eq "je\u0301ro\u0302me"') == {"j\u00e9r\u00f4me"}
    assert scim.found('displayName eq "CAFE\u0301"') == {"j\u00e9r\u00f4me"}
    assert scim.found('displayName sw "noe\u0308"') == {"noel"}
    assert scim.found('displayName co "\uff46\u00e9"') == {"j\u00e9r\u00f4me"}
