"""Schema files, and the declaration among the settings."""

import re
from pathlib import Path

import pytest

from scim_marshmallow.mapping_file import load_mapping
from scim_marshmallow.schema_file import load_schemas
from scim_marshmallow.settings import SettingsError, dump_settings, load_settings
from scim_plugin.protocol.catalogue import BUILT_IN
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN
from scim_plugin.provisioning.integration import Integration
from scim_plugin.provisioning.mapping import check_mapping
from scim_plugin.provisioning.member import Field
from tests.conversations.replay import FOLDER

DOCUMENT = Path(__file__).parents[2] / "docs" / "schemas.md"
URN = "urn:example:badge"
FILE = f"""
[[schemas]]
id = "{URN}"

[[schemas.attributes]]
name = "number"
uniqueness = "server"

[[resourceTypes]]
name = "User"
schemaExtensions = [{{schema = "{URN}", required = true}}]
"""


def test_a_schema_file_gives_a_catalogue():
    user = load_schemas(FILE).user
    assert [extension.required for extension in user.extensions] == [False, True]
    assert user.extension(URN).attribute("number").uniqueness == "server"


def test_an_empty_file_declares_nothing():
    assert load_schemas("# nothing\n") is BUILT_IN


def test_devices_are_declared_in_a_file():
    catalogue = load_schemas((FOLDER / "rfc" / "devices.toml").read_text(encoding="utf-8"))
    assert [kind.name for kind in catalogue.resource_types] == ["User", "Group", "Device", "EndpointApp"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[schemas]", "not TOML"),
        ("schemas = 5", "'schemas' must be a list"),
        (FILE.replace("server", "here"), "'uniqueness' must be one of none, server, global"),
        (FILE.replace("required", "requried"), "unknown key 'requried'"),
        ("[[schemas]]\nid = 2026-01-31\nattributes = [{name = 1}]", "needs a 'name'"),
    ],
)
def test_a_wrong_schema_file_is_refused_with_words(text, words):
    with pytest.raises(SettingsError) as caught:
        load_schemas(text)
    assert words in str(caught.value)


def test_a_declaration_is_read_back_as_it_was_written():
    integration = Integration("i1", "default", "Entra", "entra-id", 0, catalogue=load_schemas(FILE))
    written = dump_settings(integration)
    assert written["catalogue"]["resourceTypes"][0]["name"] == "User"
    assert load_settings(written).applied_to(integration) == integration
    assert load_settings({"catalogue": {}}).catalogue is BUILT_IN


def test_every_problem_of_a_declaration_is_told():
    with pytest.raises(SettingsError) as caught:
        load_settings({"catalogue": {"schemas": [{}]}})
    assert caught.value.problems == (
        "'catalogue': A schema needs a 'id'.",
        "'catalogue': The schema '' needs a URN as its id, of 128 characters at most.",
        "'catalogue': The schema '' has no attributes.",
        "'catalogue': No resource type uses the schema ''.",
    )


# -------------------------------------------------------------------------------------------------- the documentation


def _examples():
    blocks = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return {block.split("\n", 1)[0].removeprefix("# ").split(":")[0]: block for block in blocks}


def test_the_examples_of_the_documentation_work():
    found = _examples()
    catalogue = load_schemas(found["badges.toml"])
    fields = {name: Field(name) for name in ("username", "badge")}
    check_mapping(load_mapping(found["mapping.toml"]), catalogue.user, fields)
    devices = load_schemas(found["devices.toml"])
    assert set(devices.by_endpoint) == {"Users", "Groups", "Devices", "EndpointApps"}
    assert [extension.schema.id for extension in devices.user.extensions] == [ENTERPRISE_USER_URN]
