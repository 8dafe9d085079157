"""The ``path`` of a PATCH operation (RFC 7644 §3.5.2, Figure 7)."""

import pytest
from hypothesis import given

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, USER
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath
from scim_plugin.protocol.filter import And, Comparison
from scim_plugin.protocol.patch_path import ExtensionPath, parse_path
from scim_plugin.protocol.path import AttributePath, ValuePath
from tests.unit.strategies import attribute_paths, value_paths

WORK = Comparison(AttributePath("type"), "eq", "work")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("members", AttributePath("members")),
        ("name.familyName", AttributePath("name", None, "familyName")),
        ('addresses[type eq "work"]', ValuePath(AttributePath("addresses"), WORK)),
        ('emails[type EQ "work"].Value', ValuePath(AttributePath("emails"), WORK, "Value")),
        (
            'emails[type eq "work" and primary eq true].value',
            ValuePath(AttributePath("emails"), And((WORK, Comparison(AttributePath("primary"), "eq", True))), "value"),
        ),
        (f"{ENTERPRISE_USER_URN}:department", AttributePath("department", ENTERPRISE_USER_URN)),
        (ENTERPRISE_USER_URN, ExtensionPath(ENTERPRISE_USER_URN)),
        (ENTERPRISE_USER_URN.upper(), ExtensionPath(ENTERPRISE_USER_URN)),
        (
            'emails[display eq "a]b"]',
            ValuePath(AttributePath("emails"), Comparison(AttributePath("display"), "eq", "a]b")),
        ),
    ],
)
def test_the_forms_of_a_path(text, path):
    assert parse_path(text, USER) == path


@pytest.mark.parametrize(
    "text", ["", " ", ".value", "a.b.c", 'emails[type eq "work"]value', 'emails[type eq "work"].a.b', "[a pr]", "a]"]
)
def test_what_is_no_path_is_refused(text):
    with pytest.raises(InvalidPath, match="is not a path"):
        parse_path(text, USER)


@pytest.mark.parametrize("text", ["emails[]", "emails[", "emails[type]", 'emails[type eq "work"', "emails[a[b pr]]"])
def test_a_wrong_filter_in_a_path_is_refused_as_a_filter(text):
    with pytest.raises(InvalidFilter):
        parse_path(text, USER)


def test_a_urn_names_an_extension_only_where_the_resource_type_has_it():
    assert isinstance(parse_path(ENTERPRISE_USER_URN, USER), ExtensionPath)
    assert isinstance(parse_path(ENTERPRISE_USER_URN, GROUP), AttributePath)


@given(attribute_paths | value_paths)
def test_a_printed_path_parses_to_itself(path):
    assert parse_path(str(path), USER) == path


def test_an_extension_path_prints_its_urn():
    assert str(parse_path(ENTERPRISE_USER_URN, USER)) == ENTERPRISE_USER_URN


def test_a_path_has_a_bounded_length():
    with pytest.raises(InvalidPath, match="longer than 8192"):
        parse_path("a" * 8193, USER)


def test_a_long_path_is_cut_in_the_answer():
    with pytest.raises(InvalidPath) as refused:
        parse_path("!" * 5000, USER)
    assert len(str(refused.value)) < 400
