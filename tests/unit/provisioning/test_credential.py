"""Secret keys: made here, recognised by their checksum, kept as a digest (256 bits, a prefix, an end)."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.provisioning.credential import PREFIX, digest, issue, public_id


def test_a_key_says_what_it_is_and_has_256_random_bits():
    credential, key = issue("i1", 1)
    assert re.fullmatch(r"scimp_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}", key)
    assert key.startswith(PREFIX)
    assert 62**43 > 2**256
    assert public_id(key) == credential.id


def test_no_two_keys_are_the_same():
    keys = {issue("i1", 1)[1] for _ in range(200)}
    assert len(keys) == 200
    assert len({public_id(key) for key in keys}) == 200


def test_the_key_itself_is_not_kept():
    credential, key = issue("i1", 1)
    assert key not in repr(credential)
    assert key.rpartition("_")[2] not in repr(credential)
    assert credential.digest == digest(key)
    assert len(credential.digest) == 32


def test_only_its_own_key_opens():
    first, key = issue("i1", 1)
    second, other = issue("i1", 1)
    assert first.is_valid(key, 2)
    assert not first.is_valid(other, 2)
    assert not second.is_valid(key, 2)
    assert not first.is_valid("", 2)
    assert not first.is_valid("ü" * 9000, 2)


def test_a_key_ends_with_its_time_or_its_revocation():
    credential, key = issue("i1", 1, expires=10)
    assert credential.is_valid(key, 9)
    assert not credential.is_valid(key, 10)
    revoked = type(credential)(credential.id, "i1", credential.digest, 1, revoked=5)
    assert not revoked.is_valid(key, 6)


@given(st.integers(0, 67), st.sampled_from("0Aaz_ü"))
def test_a_misspelt_key_is_told_by_its_checksum_before_anything_is_looked_up(position, character):
    key = issue("i1", 1)[1]
    wrong = key[:position] + character + key[position + 1 :]
    assert (public_id(wrong) is not None) is (wrong == key)


@pytest.mark.parametrize(
    "text", ["", "scimp_", "Bearer x", "scimp_" + "a" * 62, "ü" * 68, "scimp_aaaaaaaaaaaa_" + "٣" * 49, "\ud800"]
)
def test_what_is_no_key_has_no_id(text):
    assert public_id(text) is None


@given(st.text())
def test_any_text_is_taken_for_no_key(text):
    assert public_id(text) is None


def test_cursors_are_sealed_with_a_key_that_says_nothing_of_the_digest():
    one, other = issue("i1", 1)[0], issue("i1", 1)[0]
    assert len(one.cursor_key) == 32
    assert one.cursor_key == replace(one, last_used=5).cursor_key
    assert one.cursor_key not in (one.digest, other.cursor_key)
