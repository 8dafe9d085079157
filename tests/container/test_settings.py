"""Settings come from the environment; what cannot be used names its variable."""

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from scim_container.settings import InvalidSetting, Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def settings(**environ):
    return Settings.from_environment({f"SCIM_{name}": value for name, value in environ.items()})


def test_an_empty_environment_gives_the_documented_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = Settings.from_environment({"SCIM_PORT": "", "SCIM_PUBLIC_URL": " "})
    assert found == Settings(database_url=f"sqlite:///{tmp_path}/data/scim.db")
    assert found.sqlite_file == tmp_path / "data" / "scim.db"
    assert (found.host, found.port, found.worker_count, found.base_url) == (
        "127.0.0.1",
        8080,
        1,
        "http://127.0.0.1:8080",
    )


def test_every_setting_can_be_set():
    found = settings(
        DATABASE_URL="sqlite:////var/lib/scim%20x.db",
        PUBLIC_URL="https://scim.example.com/base/",
        HOST="::1",
        PORT="9090",
        WORKERS="3",
        THREADS="8",
        SYNCHRONOUS="normal",
        TRUSTED_PROXIES="10.0.0.0/8, 2001:db8::1",
        SEVERAL_ENABLED="yes",
        DISCOVERY_WITHOUT_CREDENTIAL="True",
        MAX_BODY="2048",
        LOG_LEVEL="DEBUG",
        LOG_FORMAT="Console",
    )
    assert found == Settings(
        database_url="sqlite:////var/lib/scim%20x.db",
        public_url="https://scim.example.com/base",
        host="::1",
        port=9090,
        workers=3,
        threads=8,
        synchronous="NORMAL",
        trusted_proxies=(ip_network("10.0.0.0/8"), ip_network("2001:db8::1")),
        several_enabled=True,
        discovery_without_credential=True,
        max_body=2048,
        log_level="debug",
        log_format="console",
    )
    assert found.sqlite_file == Path("/var/lib/scim x.db")
    assert found.base_url == "https://scim.example.com/base"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "scim.db"),
        ("DATABASE_URL", "oracle://host/scim"),
        ("DATABASE_URL", "sqlite://scim.db"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("PUBLIC_URL", "scim.example.com"),
        ("PUBLIC_URL", "https://scim.example.com/?aadOptscim062020"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０"),
        ("WORKERS", "many"),
        ("THREADS", "-1"),
        ("SYNCHRONOUS", "OFF"),
        ("TRUSTED_PROXIES", "proxy.example.com"),
        ("SEVERAL_ENABLED", "perhaps"),
        ("MAX_BODY", "1MB"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_variable_and_is_not_repeated(name, value):
    with pytest.raises(InvalidSetting, match=f"SCIM_{name} cannot be used: expected") as caught:
        settings(**{name: value})
    assert caught.value.variable == f"SCIM_{name}"
    assert f"'{value}'" not in str(caught.value)


@pytest.mark.parametrize(("text", "port"), [("9000", 9000), ("tcp://10.0.0.1:80", 8080), ("0", 8080), ("", 8080)])
def test_a_port_that_a_platform_sets_is_used_when_it_is_one(text, port):
    assert Settings.from_environment({"PORT": text}).port == port
    assert Settings.from_environment({"PORT": text, "SCIM_PORT": "7000"}).port == 7000


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8080"), ("::", "http://[::1]:8080"), ("10.0.0.7", "http://10.0.0.7:8080")],  # noqa: S104 - a setting to read
)
def test_the_printed_url_can_be_opened_on_this_machine(host, url):
    assert settings(HOST=host).base_url == url


def test_other_databases_get_a_worker_for_each_processor():
    found = settings(DATABASE_URL="postgresql://scim@db/scim")
    assert found.worker_count >= 1
    assert (found.is_sqlite, found.sqlite_file) == (False, None)
    assert settings(DATABASE_URL="postgresql://scim@db/scim", WORKERS="5").worker_count == 5


def test_names_that_mean_nothing_are_found():
    environ = {"SCIM_PUBLIC_URI": "x", "SCIM_PORT": "1", "PATH": "/bin"}
    assert Settings.strange_names(environ) == ["SCIM_PUBLIC_URI"]


def test_every_setting_is_documented_and_nothing_else_is():
    rows = [line.split("`")[1] for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(f"SCIM_{field.name.upper()}" for field in fields(Settings))
