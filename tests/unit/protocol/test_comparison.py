"""What a filter finds (RFC 7644 §3.4.2.2), and which filters are refused before anything is looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.comparison import (
    bind,
    bind_path,
    bind_value_filter,
    comparable,
    evaluator,
    value_evaluator,
    values_of,
)
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, USER, USER_URN
from scim_plugin.protocol.errors import InvalidFilter
from scim_plugin.protocol.filter import Not, Presence, ValueFilter, parse_filter
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.path import AttributePath
from scim_plugin.protocol.schema import Attribute, ResourceType, Schema
from tests.unit.strategies import users

ANN = {
    "schemas": [USER_URN, ENTERPRISE_USER_URN],
    "id": "A1",
    "externalId": "X-1",
    "userName": "Ann",
    "name": {"familyName": "Müller", "givenName": "Ann"},
    "title": "",
    "active": True,
    "emails": [
        {"value": "ann@Work.example", "type": "work", "primary": True},
        {"value": "ann@home.example", "type": "home"},
    ],
    ENTERPRISE_USER_URN: {"department": "Retail", "manager": {"value": "B2"}},
    "groups": [{"value": "G1", "display": "Staff"}],
    "meta": {"created": "2026-01-31T08:00:00.000Z", "lastModified": "2026-01-31T09:00:00.000Z"},
}


def holds(text, document=ANN, leniency=STRICT, resource_type=USER):
    return evaluator(bind(parse_filter(text), resource_type, leniency))(document)


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "ann"',
        'USERNAME eq "ANN"',
        f'{USER_URN}:userName eq "ann"',
        'userName ne "bob"',
        'userName co "NN"',
        'userName sw "A"',
        'userName ew "n"',
        'userName gt "amn"',
        'userName ge "ann"',
        'userName lt "b"',
        'userName le "ann"',
        'id eq "A1"',
        'externalId eq "X-1"',
        'name.familyName eq "MÜLLER"',
        'name.familyName eq "Mu\\u0308ller"',
        "active eq true",
        "active ne false",
        "not (active eq false)",
        'emails co "work"',
        'emails.value eq "ann@work.example"',
        'emails.type ne "work"',
        'emails[type eq "work" and value co "@work"]',
        "emails[primary eq true]",
        'emails[type eq "home" and primary eq false]',
        "emails.primary eq false",
        'not (emails[type eq "other"])',
        'name[givenName eq "ann" and familyName pr]',
        f'{ENTERPRISE_USER_URN}:department eq "retail"',
        f'{ENTERPRISE_USER_URN}:manager eq "B2"',
        f"{ENTERPRISE_USER_URN}:manager pr",
        'groups eq "G1"',
        'groups.display eq "staff"',
        'schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"',
        'meta.created eq "2026-01-31T09:00:00+01:00"',
        'meta.lastModified gt "2026-01-31T08:59:59.999Z"',
        'meta.created le "2026-01-31T08:00:00Z"',
        "userName pr",
        "name pr",
        'userName eq "ann" and (active eq false or emails pr)',
    ],
)
def test_it_is_found_by(text):
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "an"',
        'id eq "a1"',
        'externalId eq "x-1"',
        'userName co "%"',
        'userName sw "_"',
        'userName eq "*"',
        'emails[type eq "work" and value co "@home"]',
        'emails[type eq "home" and primary eq true]',
        "title pr",
        "nickName pr",
        "phoneNumbers pr",
        "phoneNumbers[type pr]",
        "phoneNumbers.primary eq false",
        'nickName eq ""',
        'nickName gt "a"',
        "active eq false",
        f'{ENTERPRISE_USER_URN}:costCenter eq "1"',
        'meta.created gt "2026-01-31T08:00:00Z"',
        'userName eq "ann" and active eq false',
        'userName eq "bob" or active eq false',
    ],
)
def test_it_is_not_found_by(text):
    assert not holds(text)


@pytest.mark.parametrize("absent", ["nickName", "phoneNumbers.value", f"{ENTERPRISE_USER_URN}:costCenter"])
def test_what_is_absent_is_unequal_to_everything_and_equal_to_null(absent):
    assert holds(f'{absent} ne "x"')
    assert holds(f"{absent} eq null")
    assert not holds(f"{absent} ne null")


def test_null_is_never_what_is_present():
    assert not holds("userName eq null")
    assert holds("userName ne null")
    assert not holds(f"{ENTERPRISE_USER_URN}:manager eq null")


def test_an_empty_string_is_not_present():
    """RFC 7644 §3.4.2.2: pr holds for a non-empty value."""
    assert holds("title eq null")
    assert holds('title eq ""')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('shoeSize eq "1"', "has no attribute 'shoeSize'"),
        ('__class__ eq "1"', "attribute"),
        ('name.shoeSize eq "1"', "has no attribute 'name.shoeSize'"),
        ('emails[shoeSize eq "1"]', "has no sub-attribute 'shoeSize'"),
        ('emails[value.x eq "1"]', "has no sub-attribute"),
        ("emails[urn:x:value pr]", "has no sub-attribute"),
        ('userName[value eq "1"]', "is not complex"),
        ('name.givenName[value eq "1"]', "is not complex"),
        ('name eq "1"', "is complex"),
        ('addresses co "x"', "is complex"),
        ('password eq "x"', "cannot be used in a filter"),
        ("password pr", "cannot be used in a filter"),
        ('meta.location eq "x"', "cannot be used in a filter"),
        ('groups.$ref eq "x"', "cannot be used in a filter"),
        ("groups[$ref pr]", "cannot be used in a filter"),
        ("active gt true", "cannot be used with 'active'"),
        ("active co true", "cannot be used with 'active'"),
        ("emails.primary sw true", "cannot be used with 'emails.primary'"),
        ('x509Certificates co "AB"', "cannot be used with"),
        ('meta.created sw "2026"', "cannot be used with"),
        ("userName gt null", "with null"),
        ("userName eq 1", "of type string"),
        ("userName eq true", "of type string"),
        ('active eq "yes"', "of type boolean"),
        ('active eq "true"', "of type boolean"),
        ("active eq 1", "of type boolean"),
        ('meta.created eq "yesterday"', "of type dateTime"),
        ("meta.created gt 5", "of type dateTime"),
    ],
)
def test_a_filter_that_cannot_be_answered_is_refused(text, reason):
    with pytest.raises(InvalidFilter, match=reason):
        holds(text)


def test_value_filters_do_not_nest_even_when_made_by_hand():
    inner = Presence(AttributePath("type"))
    nested = ValueFilter(AttributePath("emails"), inner)
    emails = USER.locate(AttributePath("emails"))
    with pytest.raises(InvalidFilter, match="do not nest"):
        bind_value_filter(nested, emails, STRICT)


def test_a_value_filter_knows_every_connective():
    tree = parse_filter('not (type eq "work" or type eq "home") and value pr')
    test = value_evaluator(bind_value_filter(tree, USER.locate(AttributePath("emails")), STRICT))
    assert test({"type": "other", "value": "x"})
    assert not test({"type": "home", "value": "x"})
    assert not test({"type": "other"})


def test_a_quoted_boolean_is_the_entra_dialect(strict, entra):
    assert holds('emails[primary eq "True"]', leniency=entra)
    assert not holds('active eq "FALSE"', leniency=entra)
    assert entra.used == {"quoted-boolean-in-filter": 2}
    with pytest.raises(InvalidFilter):
        holds('emails[primary eq "True"]', leniency=strict)
    with pytest.raises(InvalidFilter):
        holds('active eq "yes"', leniency=entra)


def test_a_path_after_the_bracket_is_a_dialect_and_tests_the_selected_values(strict, entra, okta):
    text = 'emails[type eq "work" or type eq "other"].value eq "ann@home.example"'
    for leniency in (entra, okta):
        assert not holds(text, leniency=leniency)
        assert holds(text.replace("other", "home"), leniency=leniency)
    with pytest.raises(InvalidFilter, match=r'write emails\[\(type eq "work" or type eq "other"\) and value eq'):
        holds(text, leniency=strict)


def test_an_instead_that_is_offered_means_the_same(strict, entra):
    text = 'emails[type eq "work" or type eq "home"].value ew "home.example"'
    with pytest.raises(InvalidFilter) as refused:
        holds(text, leniency=strict)
    offered = str(refused.value).partition("write ")[2].removesuffix(" instead.")
    assert holds(offered, leniency=strict) is holds(text, leniency=entra) is True


def test_group_members_are_found_by_their_id():
    group = {"displayName": "Staff", "members": [{"value": "A1", "type": "User"}]}
    assert holds('displayName eq "STAFF" and members eq "A1"', group, resource_type=GROUP)
    assert not holds('members[value eq "A1" and type eq "Group"]', group, resource_type=GROUP)
    with pytest.raises(InvalidFilter):
        holds("members.$ref pr", group, resource_type=GROUP)


def test_numbers_are_compared_as_numbers():
    sizes = Schema("urn:x:Shoe", "Shoe", "", (Attribute("size", "integer"), Attribute("weight", "decimal")))
    shoe = ResourceType("Shoe", "/Shoes", "", sizes)
    assert holds("size gt 9 and weight le 0.5", {"size": 10, "weight": 0.5}, resource_type=shoe)
    assert not holds("size eq 10.5", {"size": 10}, resource_type=shoe)
    for text in ('size eq "10"', "size eq true", "size sw 1"):
        with pytest.raises(InvalidFilter):
            holds(text, {}, resource_type=shoe)


_FILTERS = (
    'userName eq "ann"',
    'userName lt "b"',
    "nickName pr",
    'nickName ne "a"',
    'emails.type eq "work"',
    "emails.primary eq true",
    'emails[value eq "a" and type ne "home"]',
    'addresses[locality co "a"] and not (active eq true)',
    'name.givenName ge "a" or active eq false',
    f'{ENTERPRISE_USER_URN}:department sw "W"',
    f"{ENTERPRISE_USER_URN}:manager eq null",
)


@given(users, st.sampled_from(_FILTERS), st.sampled_from(_FILTERS))
def test_a_filter_and_its_negation_share_out_everybody(user, text, other):
    assert holds(f"not ({text})", user) is not holds(text, user)
    assert holds(f"not (({text}) and ({other}))", user) is holds(f"not ({text}) or not ({other})", user)


@given(users, st.sampled_from(_FILTERS), st.sampled_from(_FILTERS))
def test_a_filter_can_only_narrow(user, text, other):
    assert holds(f"({text}) and ({other})", user) is (holds(text, user) and holds(other, user))


def test_binding_keeps_the_tree():
    tree = Not(Presence(AttributePath("nickName")))
    assert evaluator(bind(tree, USER, STRICT))({})


@pytest.mark.parametrize(
    ("path", "canonical"), [("username", "userName"), ("emails", "emails.value"), ("meta.created", "meta.created")]
)
def test_one_sorts_by_a_simple_attribute_or_by_the_value_of_a_complex_one(path, canonical):
    assert str(bind_path(AttributePath(*path.split(".")[:1], None, *path.split(".")[1:]), USER, STRICT)) == canonical


@pytest.mark.parametrize("path", ["name", "shoeSize", "password"])
def test_one_does_not_sort_by_what_cannot_be_compared(path):
    with pytest.raises(InvalidFilter):
        bind_path(AttributePath(path), USER, STRICT)


def test_values_that_are_not_where_the_schema_says_are_no_values():
    manager = USER.locate(AttributePath("manager", ENTERPRISE_USER_URN, "value"))
    assert values_of({}, manager) == []
    assert values_of({ENTERPRISE_USER_URN: {}}, manager) == []
    assert values_of({ENTERPRISE_USER_URN: {"manager": "bare"}}, manager) == []
    assert values_of(ANN, manager) == ["B2"]


def test_values_are_brought_to_the_form_in_which_they_are_compared():
    assert comparable(USER.attribute("userName"))("ÅNN") == "ånn"
    assert comparable(USER.attribute("id"))("A1") == "A1"
    assert comparable(USER.attribute("active"))(True) is True
    assert comparable(USER.locate(AttributePath("meta", None, "created")).leaf)("1970-01-01T00:00:00.001Z") == 1000
