from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_marshmallow.mapping_file import dump_mapping, load_mapping
from scim_marshmallow.settings import SettingsError, dump_settings, load_settings
from scim_plugin.provisioning.integration import Deprovisioning, GroupPolicy, Integration, NestedGroups
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import DEFAULT_MAPPING, Direction, Rule, rule
from scim_plugin.use_cases.integration_draft import IntegrationDraft

INTEGRATION = Integration("i1", "default", "Entra", "entra-id", 0)
FILE = """
[[rule]]
path = 'emails[type eq "work"].value'
field = "email"

[[rule]]
path = "title"
field = "job"
direction = "to-scim"
on_create_only = true
"""


def test_settings_that_are_not_named_stay_open():
    assert load_settings({}) == IntegrationDraft()
    assert load_settings({"default_group": None, "external_id_key": None}) == IntegrationDraft(
        default_group="", external_id_key=""
    )


def test_settings_become_values():
    draft = load_settings(
        {
            "name": "Entra",
            "type": "okta",
            "linking": ["email", "create"],
            "deprovisioning": "unlink",
            "groups": "adopt",
            "nested_groups": "ignore",
            "matching": ["externalId"],
            "mapping": [{"path": "userName", "field": "username", "direction": "to-member", "on_create_only": False}],
        }
    )
    assert draft == IntegrationDraft(
        name="Entra",
        type="okta",
        linking=(Tier.EMAIL, Tier.CREATE),
        deprovisioning=Deprovisioning.UNLINK,
        groups=GroupPolicy.ADOPT,
        nested_groups=NestedGroups.IGNORE,
        matching=("externalId",),
        mapping=(rule("userName", "username"),),
    )


def test_settings_are_read_back_as_they_were_written():
    written = dump_settings(INTEGRATION)
    assert written["linking"] == ["link", "external-id", "email", "create"]
    assert written["mapping"][0] == {
        "path": "userName",
        "field": "username",
        "direction": "to-member",
        "on_create_only": False,
    }
    assert load_settings(written).applied_to(INTEGRATION) == INTEGRATION
    assert set(written) == set(asdict(IntegrationDraft()))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"type": "ldap"}, "'type': must be one of entra-id, interop, okta, rfc-strict"),
        ({"type": 5}, "'type'"),
        ({"linking": ["adopt"]}, "'linking[1]': must be one of link, external-id, email, create"),
        ({"linking": "email"}, "'linking'"),
        ({"deprovisioning": "shred"}, "'deprovisioning': must be one of suspend, unlink, erase"),
        ({"groups": 1}, "'groups': must be one of refuse, adopt"),
        ({"nested_groups": "yes"}, "'nested_groups': must be one of ignore, flatten"),
        ({"mapping": [{"path": "x"}]}, "'mapping[1].field'"),
        ({"mapping": [{"path": "x", "field": "y", "on_create_only": "yes"}]}, "'mapping[1].on_create_only'"),
        ({"mapping": ["x"]}, "'mapping[1]'"),
        ({"colour": "red"}, "'colour'"),
        ({"name": "x" * 201}, "'name': has 200 characters at most"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(settings, words):
    with pytest.raises(SettingsError) as caught:
        load_settings(settings)
    assert words in str(caught.value)


def test_all_problems_are_told_at_once():
    with pytest.raises(SettingsError) as caught:
        load_settings({"type": "ldap", "groups": "x", "colour": "red"})
    assert len(caught.value.problems) == 3


def test_a_mapping_file_gives_rules():
    assert load_mapping(FILE) == (
        rule('emails[type eq "work"].value', "email"),
        rule("title", "job", direction="to-scim", on_create_only=True),
    )


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.builds(Rule, TEXTS, TEXTS, st.sampled_from(Direction), st.booleans())))
def test_a_mapping_file_is_read_back_as_it_was_written(rules):
    if rules:
        assert load_mapping(dump_mapping(rules)) == tuple(rules)


def test_the_default_mapping_can_be_written_to_a_file():
    assert load_mapping(dump_mapping(DEFAULT_MAPPING)) == DEFAULT_MAPPING


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[rule]", "not TOML"),
        ("", "no [[rule]]"),
        ("rule = 5", "must be written [[rule]]"),
        ("[[rule]]\npath = 'x'\nfeild = 'y'", "'rule[1].feild'"),
        ("[[rule]]\npath = 'x'\nfield = 'y'\ndirection = 'both'", "must be one of to-member, to-scim"),
        ("[[rules]]\npath = 'x'", "'rules'"),
    ],
)
def test_a_wrong_mapping_file_is_refused_with_words(text, words):
    with pytest.raises(SettingsError) as caught:
        load_mapping(text)
    assert words in str(caught.value)
