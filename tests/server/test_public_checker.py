"""The public checker scim2-tester against the running server: discovery, every method, every attribute."""

import json
import os
import subprocess
import sys

import pytest
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from tests.server.process import PROGRAM, Server

# Not tried by the checker itself: it says why in each case.
_GOOD = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE, Status.SKIPPED}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("checked")).start()
    yield started
    started.kill()


def _secret_of(server, integration_type):
    command = ["integration", "add", "--name", integration_type, "--tenant", integration_type, "--enable", "--json"]
    made = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, *command, "--type", integration_type],
        env={**os.environ, "SCIM_DATABASE_URL": server.url},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(made.stdout)["secret"]


@pytest.mark.parametrize("integration_type", ["entra-id", "okta", "rfc-strict"])
def test_the_public_checker_finds_nothing(server, integration_type):
    base, _, _ = server.endpoint.partition("/default/")
    headers = {"Authorization": f"Bearer {_secret_of(server, integration_type)}"}
    with Client(base_url=f"{base}/scim/v2", headers=headers, timeout=30, trust_env=False) as http:
        results = check_server(SyncSCIMClient(http))
    assert len([result for result in results if result.status is Status.SUCCESS]) > 100
    wrong = [
        f"{result.title}: {result.status.name}: {result.reason}" for result in results if result.status not in _GOOD
    ]
    assert wrong == []
