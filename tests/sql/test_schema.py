"""The schema comes in steps that can be repeated, and never goes backwards."""

from pathlib import Path

import pytest
from peewee import OperationalError

from scim_peewee import DatabaseUrlError, PeeweeStore
from scim_peewee.schema import UnknownSchemaError


def tables(store):
    return {row[0] for row in store.database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_new_database_gets_every_step_once(url):
    store = PeeweeStore(url)
    steps = store.check_schema()
    assert steps
    assert store.migrate() == steps
    assert (store.check_schema(), store.migrate()) == ([], [])
    store.close()


def test_a_step_that_ends_early_leaves_nothing_and_is_repeated(url):
    store = PeeweeStore(url)
    store.database.execute_sql("CREATE VIEW scim_member AS SELECT 1 AS id")  # somebody else's
    with pytest.raises(OperationalError):
        store.migrate()
    assert tables(store) == set()
    store.database.execute_sql("DROP VIEW scim_member")
    assert store.migrate() == ["0001_resources", "0002_members", "0003_nesting", "0004_unique"]
    store.close()


def test_a_database_of_a_newer_version_is_refused(store):
    store.database.execute_sql("INSERT INTO scim_migration (name, applied) VALUES ('9999_later', '2030-01-01')")
    for ask in (store.check_schema, store.migrate):
        with pytest.raises(UnknownSchemaError, match="9999_later"):
            ask()


def test_what_it_holds_is_for_its_owner_only(tmp_path, store):
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


@pytest.mark.parametrize(("url", "path"), [("sqlite:////srv/a%20b.db", "/srv/a b.db"), ("sqlite:///b.db", "b.db")])
def test_the_path_of_a_database_is_absolute_or_below_the_working_directory(url, path):
    assert PeeweeStore(url).database.database == str(Path.cwd() / path)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://scim@db/scim",
        "mysql://scim@db/scim",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/path.db",
        "sqlite:///path.db?mode=ro",
        "/var/lib/scim.db",
        "",
    ],
)
def test_any_other_url_is_refused_with_words_that_help(url):
    with pytest.raises(DatabaseUrlError, match=r"sqlite:///"):
        PeeweeStore(url)
