"""The type ``interop``: the RFC without what draft-zollner-scim-interop-profile-01 leaves out."""

import pytest

from scim_plugin.dialects.dialect import INTEROP, RFC_STRICT, Dialect
from scim_plugin.protocol.comparison import bind
from scim_plugin.protocol.core_schemas import USER, USER_URN
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath, InvalidValue
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.leniency import STRICT, Restriction
from scim_plugin.protocol.patch import Operation, apply

KIM = {"schemas": [USER_URN], "userName": "kim"}


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "kim"',
        'userName eq "kim" and active eq true',
        'emails[type eq "work" and value eq "kim@example.com"]',
    ],
)
def test_filters_of_eq_and_and_are_known(text):
    bind(parse_filter(text), USER, Dialect(INTEROP))


@pytest.mark.parametrize(
    "text",
    [
        'userName sw "k"',
        "title pr",
        'not (userName eq "kim")',
        'userName eq "kim" or userName eq "lee"',
        'userName eq "kim" and title pr',
        'emails[type ne "work"]',
    ],
)
def test_other_filters_are_refused_by_this_type_only(text):
    bind(parse_filter(text), USER, Dialect(RFC_STRICT))
    with pytest.raises(InvalidFilter, match="'eq' and 'and' only"):
        bind(parse_filter(text), USER, Dialect(INTEROP))


def test_a_patch_needs_a_path():
    pathless = Operation("replace", None, {"title": "Guide"}, has_value=True)
    assert apply(KIM, [pathless], USER, Dialect(RFC_STRICT))["title"] == "Guide"
    with pytest.raises(InvalidPath, match="needs a 'path'"):
        apply(KIM, [pathless], USER, Dialect(INTEROP))


def test_an_attribute_that_no_schema_declares_is_refused_by_its_name():
    assert accept({**KIM, "shoeSize": 42}, USER, Dialect(RFC_STRICT)) == KIM
    with pytest.raises(InvalidValue, match="'shoeSize'"):
        accept({**KIM, "shoeSize": 42}, USER, Dialect(INTEROP))


def test_the_literal_rfc_forbids_nothing_more():
    assert not any(STRICT.forbids(restriction) for restriction in Restriction)
