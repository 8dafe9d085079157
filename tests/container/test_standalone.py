"""The standalone application makes its own database, and refuses one that it does not understand."""

import json
import sqlite3
import stat
from wsgiref.util import setup_testing_defaults

import pytest

from scim_container.settings import InvalidSetting, Settings
from scim_container.standalone import OldSchema, application, standalone
from scim_plugin.use_cases.integration_draft import IntegrationDraft

pytestmark = pytest.mark.usefixtures("quiet_logs")


@pytest.fixture
def settings(tmp_path):
    return Settings(database_url=f"sqlite:///{tmp_path}/data/scim.db")


@pytest.fixture
def made(settings):
    made = standalone(settings)
    yield made
    made.close()


def call(wsgi_app, path, **headers):
    environ = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    setup_testing_defaults(environ)
    answer = {}
    path, _, query = path.partition("?")
    environ |= {"PATH_INFO": path, "QUERY_STRING": query}
    body = b"".join(wsgi_app(environ, lambda status, _headers: answer.update(status=status)))
    return answer["status"][:3], json.loads(body)


def test_a_new_database_is_made_migrated_and_only_its_owners(settings, made):
    made.check_schema()
    assert made.container.list_integrations()() == []
    file = settings.sqlite_file
    assert (stat.S_IMODE(file.parent.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)


def test_an_existing_database_is_not_migrated_without_being_asked(settings):
    settings.sqlite_file.parent.mkdir()
    with sqlite3.connect(settings.sqlite_file) as database:
        database.execute("CREATE TABLE something (id INTEGER)")
    database.close()
    made = standalone(settings)
    with pytest.raises(OldSchema, match="scim-plugin migrate"):
        made.check_schema()
    assert made.container.check_integrations()()[0].level == "error"
    assert made.migrate()
    made.check_schema()
    assert list(made.migrate()) == []
    made.close()


def test_a_database_of_a_newer_version_is_refused(made):
    made.store.database.execute_sql(
        "INSERT INTO scim_migration (name, applied) VALUES ('9999_tomorrow', '2030-01-01 00:00:00')"
    )
    with pytest.raises(OldSchema, match="newer"):
        made.check_schema()
    with pytest.raises(OldSchema, match="newer"):
        made.migrate()


def test_a_database_that_is_not_supported_is_a_wrong_setting():
    with pytest.raises(InvalidSetting, match="SCIM_DATABASE_URL"):
        standalone(Settings(database_url="mysql://scim@db/scim"))


def test_the_application_answers_as_its_settings_say(tmp_path, monkeypatch):
    monkeypatch.setenv("SCIM_DATABASE_URL", f"sqlite:///{tmp_path}/scim.db")
    monkeypatch.setenv("SCIM_PUBLIC_URL", "https://scim.example.com")
    monkeypatch.setenv("SCIM_DISCOVERY_WITHOUT_CREDENTIAL", "true")
    monkeypatch.setenv("SCIM_LOG_LEVEL", "error")
    app = application()
    assert call(app, "/scim/v2/ServiceProviderConfig")[0] == "200"
    assert call(app, "/scim/v2/Users")[0] == "401"
    made = standalone(Settings.from_environment({"SCIM_DATABASE_URL": f"sqlite:///{tmp_path}/scim.db"}))
    added = made.container.add_integration()(IntegrationDraft(name="Entra"), enabled=True)
    path = f"/default/integrations/{added.integration.id}/scim/v2"
    status, answer = call(app, f'{path}/Users?filter=userName eq "x"', authorization=f"Bearer {added.key}")
    assert (status, answer["totalResults"]) == ("200", 0)
    status, answer = call(app, "/scim/v2/ServiceProviderConfig", authorization=f"Bearer {added.key}")
    assert answer["meta"]["location"].startswith("https://scim.example.com/")
    made.close()


def test_the_application_refuses_an_old_database(tmp_path, monkeypatch):
    file = tmp_path / "scim.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE something (id INTEGER)")
    database.close()
    monkeypatch.setenv("SCIM_DATABASE_URL", f"sqlite:///{file}")
    with pytest.raises(OldSchema):
        application()
