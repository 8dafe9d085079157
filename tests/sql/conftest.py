"""A store on SQLite with one integration."""

import pytest

from scim_peewee import PeeweeStore
from scim_plugin.provisioning.integration import Integration
from tests.sql.rows import EMPLOYEE_NUMBER


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'scim.db'}"


@pytest.fixture
def store(url):
    made = PeeweeStore(url, busy_timeout=0.05)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def integration(store):
    made = Integration("i-1", "default", "Entra", "entra-id", 1, matching=(EMPLOYEE_NUMBER,))
    with store.open_unit() as unit:
        unit.integrations.add(made)
        unit.commit()
    return made


@pytest.fixture
def statements(store):
    """The statements that were executed; ``clear()`` it before what is to be counted."""
    texts = []
    stop = store.on_statement(texts.append)
    yield texts
    stop()
