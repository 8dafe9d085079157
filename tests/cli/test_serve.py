"""``scim-plugin serve``: what it prints, that it answers, and that it ends as it should."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import pytest

PROGRAM = "from scim_cli.main import main; main()"
NOBODY = quote('userName eq "nobody"')


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(database_url, port, *arguments):
    """Start the server; yield the process and what it printed, by the word before the colon."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_")}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, "serve", "--port", str(port), *arguments],
        env={**environ, "SCIM_DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if "secret" in line:
                break
        yield process, lines
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def printed(lines, word):
    return [line.removeprefix(f"{word}: ") for line in lines if line.startswith(f"{word}: ")]


def get(url, secret):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Authorization": f"Bearer {secret}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, json.loads(body)


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_the_first_start_prints_endpoint_and_secret_and_later_ones_the_endpoint(database_url, run, interrupt):
    port = free_port()
    with serving(database_url, port) as (process, lines):
        (endpoint,), (secret,) = printed(lines, "Endpoint"), printed(lines, "Secret")
        assert lines[0] == f"Listening on http://127.0.0.1:{port}"
        status, answer = get(f"{endpoint}/Users?filter={NOBODY}", secret)
        assert (status, answer["totalResults"]) == (200, 0)
        (integration,) = run("integration", "list", "--json", SCIM_PORT=str(port)).value
        assert (integration["name"], integration["endpoint"]) == ("Microsoft Entra ID", endpoint)
        run("integration", "disable", integration["id"])
        assert get(f"{endpoint}/Users", secret)[0] == 403
        run("integration", "enable", integration["id"])
        process.send_signal(interrupt)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, printed(out.splitlines(), "Secret")) == (0, [])
        assert secret not in err
        assert '"route"' in err
    with serving(database_url, port, "--workers", "2") as (process, lines):
        assert (printed(lines, "Endpoint"), printed(lines, "Secret")) == ([endpoint], [])
        assert "scim-plugin secret issue" in lines[-1]
        assert get(f"{endpoint}/Users", secret)[0] == 200
        process.send_signal(interrupt)
        process.communicate(timeout=20)
        assert process.returncode == 0


def test_an_address_that_is_taken_is_refused(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port))
    assert done.code == 1
    assert done.err == f"Error: Cannot listen on 127.0.0.1:{port}: Address already in use.\n"
    assert done.out == ""
