"""Operations on the values of a multi-valued attribute (RFC 7644 §3.5.2.1-3.5.2.3)."""

import pytest

from scim_plugin.protocol.core_schemas import USER, USER_URN
from scim_plugin.protocol.errors import InvalidPath, InvalidValue, Mutability, NoTarget
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.patch import Operation, apply
from scim_plugin.protocol.schema import Attribute, ResourceType, Schema

WORK = {"value": "ann@work", "type": "work", "primary": True}
HOME = {"value": "ann@home", "type": "home"}


def emails(verb, path="emails", value=..., before=(WORK, HOME), leniency=STRICT):
    """Return the e-mails after one operation on a User that has those *before*."""
    document = {"schemas": [USER_URN], "userName": "ann", "emails": [*before]}
    operation = Operation(verb, path, None if value is ... else value, has_value=value is not ...)
    return apply(document, [operation], USER, leniency).get("emails", [])


def test_add_appends():
    assert emails("add", value=[{"value": "x"}]) == [WORK, HOME, {"value": "x"}]
    assert emails("add", value={"value": "x"}) == [WORK, HOME, {"value": "x"}]
    assert emails("add", value=[{"value": "x"}], before=()) == [{"value": "x"}]


def test_add_does_not_repeat_a_value():
    """RFC 7644 §3.5.2.1: a value that is already there is not added, and nothing changes."""
    assert emails("add", value=[WORK, HOME]) == [WORK, HOME]
    assert emails("add", value=[{"value": "ann@work", "type": "work", "display": "A"}]) == [
        {**WORK, "display": "A"},
        HOME,
    ]
    assert emails("add", value=[]) == [WORK, HOME]


def test_a_new_primary_value_takes_the_mark_from_the_old_one():
    """RFC 7644 §3.5.2: the server sets the others to false."""
    new = {"value": "x", "primary": True}
    assert emails("add", value=[new]) == [{**WORK, "primary": False}, HOME, new]
    assert emails("add", value=[{**HOME, "primary": True}]) == [{**WORK, "primary": False}, {**HOME, "primary": True}]
    assert emails("replace", 'emails[type eq "home"].primary', value=True) == [
        {**WORK, "primary": False},
        {**HOME, "primary": True},
    ]
    assert emails("replace", 'emails[type eq "home"]', {"primary": True})[0]["primary"] is False


def test_the_new_one_stays_primary_though_an_old_one_looks_like_it():
    bare = {"value": "ann@work", "primary": True}
    assert emails("add", value=[bare]) == [{**WORK, "primary": False}, HOME, bare]


def test_one_value_only_may_be_made_primary(strict, entra):
    two = [{"value": "x", "primary": True}, {"value": "y", "primary": True}]
    for verb, path, value in (
        ("add", "emails", two),
        ("replace", "emails", two),
        ("replace", "emails.primary", True),
        ("replace", 'emails[value sw "ann"].primary', True),
    ):
        with pytest.raises(InvalidValue, match="more than one primary"):
            emails(verb, path, value, leniency=strict)
        result = emails(verb, path, value, leniency=entra)
        assert [email for email in result if email.get("primary")] == [two[0] if value is two else WORK]


def test_replace_replaces_all_values():
    assert emails("replace", value=[{"value": "x"}]) == [{"value": "x"}]
    assert emails("replace", value=[]) == []
    assert emails("replace", value=None) == []


@pytest.mark.parametrize("value", [[{"mail": "x"}], {"mail": "x"}, [{"value": "x"}, {"mail": "y"}]])
def test_what_is_not_understood_never_empties_an_attribute(value):
    for verb in ("add", "replace"):
        with pytest.raises(InvalidValue):
            emails(verb, value=value)


def test_a_sub_attribute_without_a_filter_is_set_in_every_value():
    assert emails("replace", "emails.display", "D") == [{**WORK, "display": "D"}, {**HOME, "display": "D"}]
    assert emails("add", "emails.display", "D", before=()) == [{"display": "D"}]
    assert emails("replace", "emails.type", None) == [{"value": "ann@work", "primary": True}, {"value": "ann@home"}]


def test_values_that_become_the_same_become_one():
    assert emails("replace", "emails.value", "x", before=({"value": "a"}, {"value": "b"})) == [{"value": "x"}]
    same = ({"value": "a", "type": "work"}, {"value": "a", "type": "home"})
    assert emails("remove", "emails.type", before=same) == [{"value": "a"}]
    assert emails("remove", 'emails[value eq "a"].type', before=same) == [{"value": "a"}]
    assert emails("replace", 'emails[type eq "home"].value', "ann@work", before=(WORK, {**HOME, "type": "home"}))[
        1
    ] == {
        "value": "ann@work",
        "type": "home",
    }


def test_remove_without_a_filter_removes_all():
    assert emails("remove") == []
    assert emails("remove", "emails.value") == []
    assert emails("remove", "emails.primary") == [{"value": "ann@work", "type": "work"}, HOME]


def test_remove_takes_no_value():
    """FIELD: a server that clears the attribute instead has emptied groups."""
    with pytest.raises(InvalidValue, match=r"select with a path such as emails\[value eq"):
        emails("remove", value=[{"value": "ann@home"}])


def test_listed_values_are_removed_where_that_is_permitted(entra, okta):
    for leniency in (entra, okta):
        assert emails("remove", value=[{"value": "ann@home"}], leniency=leniency) == [WORK]
        assert emails("remove", value={"type": "work"}, leniency=leniency) == [HOME]
        assert emails("remove", value=[{"value": "x"}], leniency=leniency) == [WORK, HOME]
        assert emails("remove", value=[], leniency=leniency) == [WORK, HOME]
        assert emails("remove", value=[{"value": "x"}], before=(), leniency=leniency) == []
        with pytest.raises(InvalidValue):
            emails("remove", value=[{"mail": "x"}], leniency=leniency)


def test_a_filter_selects_the_values_to_remove():
    assert emails("remove", 'emails[type eq "WORK"]') == [HOME]
    assert emails("remove", 'emails[type eq "work" or type eq "home"]') == []
    assert emails("remove", 'emails[type eq "work" and value co "home"]') == [WORK, HOME]
    assert emails("remove", 'emails[value sw "%"]') == [WORK, HOME]
    assert emails("remove", 'emails[type eq "work"].primary') == [{"value": "ann@work", "type": "work"}, HOME]
    assert emails("remove", 'emails[type eq "fax"]', before=()) == []


def test_a_value_of_which_only_labels_are_left_is_gone():
    assert emails("remove", 'emails[type eq "work"].value') == [HOME]
    assert emails("replace", 'emails[type eq "work"].value', None) == [HOME]
    labels = {"type": "work", "primary": True}
    assert emails("remove", "emails.type", before=(labels,)) == [{"primary": True}]


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_a_filter_selects_the_values_to_change(verb):
    assert emails(verb, 'emails[type eq "work"].value', "x") == [{**WORK, "value": "x"}, HOME]
    assert emails(verb, 'emails[type eq "work"]', {"display": "D"}) == [{**WORK, "display": "D"}, HOME]
    assert emails(verb, 'emails[type eq "work"]', {"display": "D", "type": None}) == [
        {"value": "ann@work", "primary": True, "display": "D"},
        HOME,
    ]
    assert emails(verb, "emails[value pr].display", "D") == [{**WORK, "display": "D"}, {**HOME, "display": "D"}]
    assert emails(verb, "emails[primary eq false].display", "D") == [WORK, {**HOME, "display": "D"}]


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_null_removes_the_selected_values(verb):
    assert emails(verb, 'emails[type eq "work"]', None) == [HOME]


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_a_filter_that_selects_nothing_is_an_error(verb):
    """RFC 7644 §3.5.2.3: noTarget."""
    for path, value in (
        ('emails[type eq "fax"].value', "x"),
        ('emails[type eq "fax"]', {"value": "x"}),
        ('emails[type eq "fax"].value', None),
        ('emails[type eq "fax"]', None),
    ):
        with pytest.raises(NoTarget, match=r'No value of .emails. matches .type eq "fax"'):
            emails(verb, path, value)


@pytest.mark.parametrize("verb", ["add", "replace"])
@pytest.mark.parametrize(
    ("path", "value", "made"),
    [
        ('emails[type eq "other"].value', "x", {"type": "other", "value": "x"}),
        ('emails[type eq "other"].Value', "x", {"type": "other", "value": "x"}),
        ('emails[type eq "other" and primary eq false].value', "x", {"type": "other", "primary": False, "value": "x"}),
        ('emails[type eq "other"].type', "other", {"type": "other"}),
        ('emails[type eq "other"].primary', False, {"type": "other", "primary": False}),
    ],
)
def test_entra_creates_the_value_that_its_filter_describes(entra, verb, path, value, made):
    assert emails(verb, path, value, leniency=entra) == [WORK, HOME, made]
    assert emails(verb, path, value, before=(), leniency=entra) == [made]


def test_a_created_value_may_be_the_primary_one(entra):
    made = {"primary": True, "value": "x"}
    assert emails("add", 'emails[primary eq "True"].value', "x", before=(HOME,), leniency=entra) == [HOME, made]
    assert emails("add", 'emails[type eq "other"].primary', "True", leniency=entra) == [
        {**WORK, "primary": False},
        HOME,
        {"type": "other", "primary": True},
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ('emails[type eq "other"]', {"value": "x"}),
        ('emails[type ne "work" and type ne "home"].value', "x"),
        ('emails[type eq "other" or type eq "fax"].value', "x"),
        ("emails[not (type pr)].value", "x"),
        ("emails[display pr].value", "x"),
        ("emails[display eq null and type eq null].value", "x"),
        ('emails[type eq "other"].type', "fax"),
        ('emails[type eq "other" and type eq "fax"].value', "x"),
    ],
)
def test_entra_creates_only_what_its_filter_describes_and_selects(entra, path, value):
    with pytest.raises(NoTarget):
        emails("replace", path, value, leniency=entra)


def test_okta_creates_nothing(okta):
    with pytest.raises(NoTarget):
        emails("add", 'emails[type eq "other"].value', "x", leniency=okta)


def test_a_created_value_is_a_valid_one(entra):
    document = {"schemas": [USER_URN], "userName": "ann"}
    for path, value in (
        ('x509Certificates[value eq "not base64!"].display', "x"),
        ('emails[type eq "other"].value', 5),
        ('emails[type eq "other"].value', "\0"),
    ):
        with pytest.raises(InvalidValue):
            apply(document, [Operation("add", path, value, has_value=True)], USER, entra)


def test_an_empty_value_unassigns_where_that_is_permitted(strict, entra):
    work = 'emails[type eq "work"]'
    assert emails("replace", f"{work}.value", "", leniency=strict) == [{**WORK, "value": ""}, HOME]
    assert emails("replace", f"{work}.value", "", leniency=entra) == [HOME]
    assert emails("replace", work, "", leniency=entra) == [HOME]
    assert emails("replace", "emails", "", leniency=entra) == []
    assert emails("replace", 'emails[type eq "fax"].value', "", leniency=entra) == [WORK, HOME]
    with pytest.raises(InvalidValue):
        emails("replace", work, "", leniency=strict)


def test_the_number_of_values_stays_bounded(entra):
    full = [{"value": str(number)} for number in range(100)]
    assert len(emails("add", value=[{"value": "5", "display": "D"}], before=full)) == 100
    with pytest.raises(InvalidValue, match="more than 100"):
        emails("add", value=[{"value": "x"}], before=full)
    with pytest.raises(InvalidValue, match="more than 100"):
        emails("add", 'emails[type eq "work"].value', "x", before=full, leniency=entra)


def test_sub_attributes_that_a_client_may_not_set_are_refused():
    schema = Schema(
        "urn:x:T",
        "T",
        "",
        (
            Attribute(
                "parts",
                "complex",
                multi_valued=True,
                sub_attributes=(
                    Attribute("value"),
                    Attribute("made", mutability="readOnly"),
                    Attribute("no", mutability="immutable"),
                ),
            ),
        ),
    )
    kind = ResourceType("T", "/T", "", schema)
    document = {"schemas": ["urn:x:T"], "parts": [{"value": "a", "no": "1"}]}
    for verb in ("replace", "remove"):
        for sub in ("made", "no"):
            with pytest.raises(Mutability, match=f"parts.{sub}"):
                apply(document, [Operation(verb, f'parts[value eq "a"].{sub}', "x", has_value=True)], kind, STRICT)
    with pytest.raises(Mutability, match=r"parts\.no"):
        apply(document, [Operation("replace", "parts.no", "2", has_value=True)], kind, STRICT)


def test_only_multi_valued_complex_attributes_have_values_to_select(entra):
    for path in ('displayName[value eq "x"]', 'name[givenName eq "x"].familyName', 'emails.type[value eq "x"]'):
        with pytest.raises(InvalidPath, match="cannot be filtered by a bracket"):
            emails("replace", path, "x", leniency=entra)
