"""The command over a database of its own."""

import json
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from scim_cli.main import main


@dataclass
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def value(self):
        assert self.code == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path}/data/scim.db"


@pytest.fixture
def run(database_url):
    def run(*arguments, **environ):
        cleared = dict.fromkeys(("SCIM_PORT", "SCIM_PUBLIC_URL", "PORT"))
        environ = {**cleared, "SCIM_DATABASE_URL": database_url, **environ}
        result = CliRunner().invoke(main, arguments, env=environ)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def add(run):
    def add(*options):
        return run("integration", "add", "--name", "Entra", "--json", *options).value

    return add
