"""``scim-plugin integration`` and ``scim-plugin secret``."""

import json

import pytest

MAPPING = """
[[rule]]
path = "userName"
field = "username"

[[rule]]
path = 'emails[type eq "work"].value'
field = "email"
on_create_only = true
"""


def test_a_new_integration_is_printed_with_its_endpoint_and_its_secret(run):
    done = run("integration", "add", "--name", "Entra", "--json")
    assert done.out.count("\n") == 1
    shown = done.value
    assert shown["endpoint"] == f"http://127.0.0.1:8080/default/integrations/{shown['id']}/scim/v2"
    assert (shown["tenant"], shown["name"], shown["type"], shown["enabled"]) == ("default", "Entra", "entra-id", False)
    assert shown["secret"].startswith("scimp_")
    assert len(shown["mapping"]) == 6


@pytest.mark.parametrize(
    ("environ", "base"),
    [
        ({"SCIM_PUBLIC_URL": "https://scim.example.com/"}, "https://scim.example.com"),
        ({"SCIM_PORT": "9000", "PORT": "7000"}, "http://127.0.0.1:9000"),
        ({"PORT": "7000"}, "http://127.0.0.1:7000"),
    ],
)
def test_the_endpoint_is_where_the_server_is(run, environ, base):
    shown = run("integration", "add", "--name", "Entra", "--json", **environ).value
    assert shown["endpoint"].startswith(f"{base}/default/integrations/")


def test_every_setting_can_be_given(run, tmp_path):
    (tmp_path / "mapping.toml").write_text(MAPPING)
    run("field", "add", "employee_number")
    done = run(
        *("integration", "add", "--name", "Okta", "--tenant", "north", "--type", "okta", "--description", "Staff"),
        *("--default-group", "Staff", "--external-id-key", "employee_number"),
        *("--mapping", str(tmp_path / "mapping.toml"), "--linking", "external-id, email,create"),
        *("--deprovisioning", "unlink", "--groups", "adopt", "--nested-groups", "ignore", "--enable", "--json"),
        *("--matching", "title", "--matching", 'emails[type eq "work"].value'),
    )
    shown = done.value
    assert done.err == "The group 'Staff' was created.\n"
    assert run("group", "list", "--tenant", "north", "--json").value[0]["name"] == "Staff"
    assert shown["mapping"] == [
        {"path": "userName", "field": "username", "direction": "to-member", "on_create_only": False},
        {"path": 'emails[type eq "work"].value', "field": "email", "direction": "to-member", "on_create_only": True},
    ]
    expected = {
        "tenant": "north",
        "type": "okta",
        "description": "Staff",
        "enabled": True,
        "default_group": "Staff",
        "external_id_key": "employee_number",
        "linking": ["external-id", "email", "create"],
        "deprovisioning": "unlink",
        "groups": "adopt",
        "nested_groups": "ignore",
        "matching": ["title", 'emails[type eq "work"].value'],
    }
    assert expected.items() <= shown.items()


def test_what_is_printed_for_people_says_that_the_secret_is_shown_once(run, add):
    done = run("integration", "add", "--name", "Entra")
    assert "secret          scimp_" in done.out
    assert "shown this once" in done.out
    assert "emails" not in done.out
    assert "userName -> username" in done.out
    assert "scimp_" not in run("integration", "show", "Entra").out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("add",), 2, "Missing option '--name'"),
        (("add", "--name", "X", "--type", "ldap"), 2, "'ldap' is not one of 'entra-id', 'interop', 'okta'"),
        (("add", "--name", "X", "--linking", "email,luck"), 2, "'luck' is none of link, external-id, email, create"),
        (("add", "--name", "X", "--linking", "create,email"), 1, "put it last"),
        (("add", "--name", "X", "--mapping", "/nowhere.toml"), 2, "'/nowhere.toml': No such file"),
        (("add", "--name", "X", "--tenant", "Nord"), 1, "cannot name a tenant"),
        (("add", "--name", "X", "--external-id-key", "shoe"), 1, "cannot be kept in 'shoe'"),
        (("add", "--name", "X", "--expires", "soon"), 2, "'soon' is neither a time such as 90d"),
        (("add", "--name", "X", "--expires", "2001-01-01"), 1, "in the past"),
        (("add", "--name", "X", "--nested-groups", "yes"), 2, "'yes' is not one of 'ignore', 'flatten'"),
        (("show", "X"), 1, "no integration 'X'"),
    ],
)
def test_a_mistake_is_one_clear_line(run, arguments, code, message):
    done = run("integration", *arguments)
    assert (done.code, done.out) == (code, "")
    (line,) = [line for line in done.err.splitlines() if line.startswith("Error: ")]
    assert message in line
    assert done.err.endswith(f"{line}\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[[rule]", "not TOML"),
        (b"[[rule]]\npath = 'userName'\n", "rule[1].field"),
        (b"[[rule]]\npath = 'shoeSize'\nfield = 'email'\n", "'shoeSize' names no attribute"),
        (b"\xff", "is not UTF-8"),
    ],
)
def test_a_mapping_file_that_cannot_be_used_says_where(run, tmp_path, content, message):
    file = tmp_path / "mapping.toml"
    file.write_bytes(content)
    done = run("integration", "add", "--name", "X", "--mapping", str(file))
    assert done.code in (1, 2)
    assert message in done.err


def test_integrations_are_listed_and_shown(run, add):
    first = add()
    second = add("--tenant", "north")
    assert [entry["id"] for entry in run("integration", "list", "--json").value] == [first["id"], second["id"]]
    assert [entry["id"] for entry in run("integration", "list", "--tenant", "north", "--json").value] == [second["id"]]
    assert run("integration", "list", "--tenant", "nowhere", "--json").value == []
    table = run("integration", "list").out.splitlines()
    assert table[0].split() == ["ID", "TENANT", "NAME", "TYPE", "ENABLED", "ENDPOINT"]
    assert second["endpoint"] in table[2]
    shown = run("integration", "show", "Entra", "--tenant", "north", "--json").value
    assert (shown["id"], len(shown["secrets"]), shown["tolerances"]) == (second["id"], 1, {})
    assert "Several integrations are called 'Entra'" in run("integration", "show", "Entra").err


def test_settings_are_changed(run, add):
    added = add("--default-group", "Staff")
    changed = run("integration", "update", "Entra", "--description", "New", "--default-group", "", "--json").value
    assert (changed["description"], changed["default_group"], changed["id"]) == ("New", None, added["id"])
    changed = run("integration", "update", added["id"], "--default-group", "Guests", "--name", "North", "--json")
    assert (changed.value["default_group"], changed.value["name"]) == ("Guests", "North")
    assert "'Guests' was created" in changed.err
    assert "userName -> username" in run("integration", "update", added["id"], "--type", "okta").out
    assert "nested groups" in run("integration", "show", added["id"]).out
    changed = run("integration", "update", added["id"], "--nested-groups", "ignore", "--json").value
    assert changed["nested_groups"] == "ignore"


def test_only_one_is_enabled_unless_the_settings_allow_several(run, add):
    first, second = add("--enable"), add()
    refused = run("integration", "enable", second["id"])
    assert refused.code == 1
    assert "only one may be enabled" in refused.err
    assert run("integration", "enable", second["id"], "--json", SCIM_SEVERAL_ENABLED="true").value["enabled"]
    assert not run("integration", "disable", first["id"], "--json").value["enabled"]
    assert run("integration", "enable", second["id"], "--json").value["enabled"]


def test_a_removed_integration_is_gone(run, add):
    added = add()
    assert run("integration", "remove", "Entra", "--json").value == {
        "id": added["id"],
        "name": "Entra",
        "removed": True,
    }
    assert run("integration", "list", "--json").value == []
    assert run("integration", "list").out == "There is no integration.\n"
    assert run("integration", "remove", "Entra", "--yes").code == 1


def test_secrets_are_issued_listed_and_revoked(run, add):
    added = add()
    issued = run("secret", "issue", "Entra", "--expires", "90d", "--json").value
    assert (issued["integration"], issued["state"]) == (added["id"], "usable")
    assert issued["secret"].startswith(f"scimp_{issued['id']}_")
    assert "shown this once" in run("secret", "issue", added["id"], "--expires", "2999-01-31").out
    revoked = run("secret", "revoke", added["secret"], "--json").value
    assert revoked["state"] == "revoked"
    listed = run("secret", "list", "Entra", "--json")
    assert [entry["state"] for entry in listed.value] == ["revoked", "usable", "usable"]
    assert issued["secret"] not in listed.out
    assert "2999-01-31T00:00:00.000Z" in run("secret", "list", "Entra").out
    assert "no secret with the id 'nobody'" in run("secret", "revoke", "nobody").err


def test_an_enabled_integration_keeps_what_people_wrote_apart_from_the_terminal(run):
    run("integration", "add", "--name", "Entra", "--description", "\x1b[31mred\nline")
    shown = run("integration", "show", "Entra").out
    assert "\x1b" not in shown
    assert "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}line" in shown
    assert json.loads(run("integration", "show", "Entra", "--json").out)["description"] == "\x1b[31mred\nline"
