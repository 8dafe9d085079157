"""Attribute paths: ``[URN ":"] name ["." subAttribute]`` (RFC 7644 §3.10)."""

import pytest
from hypothesis import given

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN
from scim_plugin.protocol.path import AttributePath, match_attribute_path
from tests.unit.strategies import attribute_paths


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("userName", AttributePath("userName")),
        ("name.familyName", AttributePath("name", None, "familyName")),
        ("members.$ref", AttributePath("members", None, "$ref")),
        ("x-y_z9", AttributePath("x-y_z9")),
        (f"{USER_URN}:userName", AttributePath("userName", USER_URN)),
        (f"{ENTERPRISE_USER_URN}:manager.value", AttributePath("manager", ENTERPRISE_USER_URN, "value")),
        ("URN:example:2.0:x.y:a.b", AttributePath("a", "URN:example:2.0:x.y", "b")),
    ],
)
def test_a_path_has_a_name_and_perhaps_a_urn_and_a_sub_attribute(text, path):
    assert match_attribute_path(text) == path


@pytest.mark.parametrize(
    "text",
    ["", " ", "9lives", "a.b.c", "a.", ".a", "a b", "a[", "urn:", "urn:x", "x:y", "a\n", "naïve", "_meta", "a:b:c"],
)
def test_what_is_no_path_is_none(text):
    assert match_attribute_path(text) is None


@given(attribute_paths)
def test_a_printed_path_parses_to_itself(path):
    assert match_attribute_path(str(path)) == path


def test_long_nonsense_is_refused_without_backtracking():
    assert match_attribute_path("urn" + ":a" * 200_000 + "!") is None
    assert match_attribute_path("urn:x:" + "a" * 200_000 + "!") is None
