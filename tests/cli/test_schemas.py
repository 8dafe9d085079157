"""``scim-plugin integration --schemas`` and ``--passwords``."""

import pytest

BADGE = "urn:example:badge"
FILE = f"""
[[schemas]]
id = "{BADGE}"

[[schemas.attributes]]
name = "number"

[[schemas]]
id = "urn:example:Tool"
attributes = [{{name = "name"}}]

[[resourceTypes]]
name = "User"
schemaExtensions = [{{schema = "{BADGE}"}}]

[[resourceTypes]]
name = "Tool"
endpoint = "/Tools"
schema = "urn:example:Tool"
"""


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a schema file and returns its path."""

    def write(text):
        (tmp_path / "schemas.toml").write_text(text)
        return str(tmp_path / "schemas.toml")

    return write


def test_what_an_integration_declares_is_shown_by_name(run, add, written):
    add("--schemas", written(FILE))
    assert f"schemas         User + {BADGE}\n                Tool\n" in run("integration", "show", "Entra").out
    shown = run("integration", "show", "Entra", "--json").value
    assert [entry["name"] for entry in shown["schemas"]["resourceTypes"]] == ["User", "Tool"]


def test_an_empty_file_takes_the_declaration_away(run, add, written):
    assert add()["schemas"] == {}
    assert run("integration", "update", "Entra", "--schemas", written(FILE), "--json").value["schemas"]
    assert run("integration", "update", "Entra", "--name", "Other", "--json").value["schemas"]
    assert run("integration", "update", "Other", "--schemas", written(""), "--json").value["schemas"] == {}


def test_a_mistake_in_a_schema_file_is_one_clear_line(run, add, written):
    add()
    for text, message in (("[[", "not TOML"), (FILE.replace("/Tools", "/Users"), "'/users' is declared twice")):
        done = run("integration", "update", "Entra", "--schemas", written(text))
        assert done.code == 1
        assert message in done.err
        assert "Traceback" not in done.err


def test_passwords_are_ignored_unless_an_administrator_says_otherwise(run, add):
    assert add()["passwords"] == "ignore"
    assert run("integration", "update", "Entra", "--passwords", "hand-over", "--json").value["passwords"] == "hand-over"
    assert "this host takes none" in run("check").out
