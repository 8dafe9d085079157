"""``scim-plugin check``, ``migrate`` and ``log``, and what is wrong before any command begins."""

import sqlite3

from scim_container.settings import Settings
from scim_container.standalone import standalone
from scim_plugin.provisioning.log import LogEntry


def test_a_sound_configuration_is_checked_without_errors(run, add):
    added = add("--enable")
    done = run("check", "--json")
    assert {finding["level"] for finding in done.value} == {"ok", "warning"}
    assert {finding["integration"] for finding in done.value} == {None, added["id"]}
    assert f"OK       {added['id']}: The connection test passed" in run("check", "Entra").out


def test_an_error_gives_exit_code_1(run, add):
    added = add()
    run("secret", "revoke", added["secret"])
    done = run("check", "--tenant", "default")
    assert done.code == 1
    assert f"ERROR    {added['id']}: The integration has no usable secret" in done.out


def test_a_slip_in_the_name_of_a_setting_is_pointed_out(run):
    done = run("check", SCIM_PUBLIC_URI="https://scim.example.com")
    assert "WARNING  The environment variable SCIM_PUBLIC_URI is not known" in done.out


def test_a_setting_that_cannot_be_used_is_one_clear_line(run):
    done = run("integration", "list", SCIM_PORT="many")
    assert (done.code, done.err) == (
        1,
        "Error: The environment variable SCIM_PORT cannot be used: expected a number from 1 to 65535.\n",
    )


def test_a_place_that_cannot_be_written_is_one_clear_line(run, tmp_path):
    (tmp_path / "file").touch()
    done = run("integration", "list", SCIM_DATABASE_URL=f"sqlite:///{tmp_path}/file/scim.db")
    assert done.code == 1
    assert done.err.startswith("Error: ")
    assert str(tmp_path / "file") in done.err


def test_an_old_database_is_refused_until_it_is_migrated(run, tmp_path):
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "scim.db") as database:
        database.execute("CREATE TABLE something (id INTEGER)")
    database.close()
    done = run("member", "list")
    assert (done.code, done.err.endswith("Run: scim-plugin migrate\n")) == (1, True)
    assert run("check").code == 1
    assert run("migrate", "--json").value["steps"]
    assert run("migrate").out == "The database has the schema that this version needs.\n"
    assert run("member", "list").code == 0


def test_the_latest_writes_are_listed(run, add, database_url):
    added = add()
    assert run("log", "list", "Entra").out == "Nothing has happened yet.\n"
    made = standalone(Settings(database_url))
    with made.store.open_unit() as unit:
        for status in (201, 409):
            unit.log.append(
                LogEntry(
                    0, f"r{status}", added["id"], "c", "create", "User", "u", "m", "email", status, ("email",), ("x",)
                )
            )
        unit.commit()
    made.close()
    (entry,) = run("log", "list", "Entra", "--limit", "1", "--json").value
    expected = {"time": "1970-01-01T00:00:00.000Z", "request": "r409", "status": 409, "changes": ["email"]}
    assert expected.items() <= entry.items()
    assert len(run("log", "list", added["id"]).out.splitlines()) == 3


def test_help_is_there_for_every_command(run):
    for command in ((), ("integration", "add"), ("member", "set"), ("serve",), ("check",)):
        done = run(*command, "--help")
        assert done.code == 0
        assert done.out.startswith("Usage: ")
    assert run("--version").out.startswith("scim-plugin, version ")
