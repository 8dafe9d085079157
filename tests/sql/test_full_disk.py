"""A full disk: writes wait for better times, reads go on, and nothing has to be started again."""

import pytest

from tests.server.process import user
from tests.sql.app import App
from tests.sql.rows import fill_up, make_room


@pytest.fixture
def app(tmp_path):
    made = App(tmp_path / "scim.db")
    yield made
    made.close()


def counts(app):
    tables = ("scim_resource", "scim_member", "scim_log", "scim_match")
    return [app.store.database.execute_sql(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables]


def test_a_full_disk_refuses_writes_answers_reads_and_recovers(app):
    known = app.user("known@example.com")
    fill_up(app.store)
    written = counts(app)
    refused = None
    for number in range(50):
        answer = app("POST", "/Users", user(f"u{number}@example.com", title="x" * 1000))
        if answer.status_code != 201:
            refused = answer
            break
        written = counts(app)
    assert refused is not None
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert counts(app) == written
    assert app("GET", f"/Users/{known}").status_code == 200
    assert app.find('userName eq "known@example.com"').json["totalResults"] == 1
    # A refusal that cannot be logged is still the refusal that it is.
    unfit = app("POST", "/Users", {"schemas": [], "userName": 7})
    assert unfit.status_code == 400
    make_room(app.store)
    assert app("POST", "/Users", user(f"u{number}@example.com", title="x" * 1000)).status_code == 201
    assert app.store.database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"
