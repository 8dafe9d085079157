"""The standalone server as a process of its own, and clients that ask it many things at the same time."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

PROGRAM = "from scim_cli.main import main; main()"
PATIENCE = 30
PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"


class Server:
    """``scim-plugin serve`` over the database in *folder*. The secret of the first start is kept for later ones."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.file = self.folder / "scim.db"
        self.url = f"sqlite:///{self.file}"
        self.secret = None
        self.endpoint = None
        self.process = None

    def start(self, *, workers=1, **environ):
        """Start it and wait until it answers."""
        cleared = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_")}
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-c", PROGRAM, "serve", "--port", str(_free_port()), "--workers", str(workers)],
                env={**cleared, "SCIM_DATABASE_URL": self.url, **environ},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        for line in self.process.stdout:
            word, _, value = line.rstrip("\n").partition(": ")
            if word == "Endpoint":
                self.endpoint = value
            elif word == "Secret":
                self.secret = value
            elif "secret" in word:
                return self
        raise AssertionError(self.log())

    def log(self):
        return (self.folder / "server.log").read_text()

    def stop(self):
        """End it as a container does; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def stop_all(self):
        """End it as systemd does, which tells all its processes; return its exit code."""
        os.killpg(self.process.pid, signal.SIGTERM)
        return self._ended()

    def interrupt(self):
        """End it as Ctrl-C does, which all its processes hear; return its exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self._ended()

    def _ended(self):
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def kill(self):
        """End all its processes in the middle of whatever they do."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=PATIENCE)
        # The workers are not our children: they are gone when their session is.
        while _has_members(self.process.pid):
            time.sleep(0.005)

    @contextmanager
    def client(self):
        client = Client(self.endpoint, self.secret)
        yield client
        client.close()


class Client:
    """One connection to the server."""

    def __init__(self, endpoint, secret):
        parts = urlsplit(endpoint)
        self._path = parts.path
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/scim+json"}
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)

    def __call__(self, method, path, body=None, **headers):
        """Return status, headers and what the body says."""
        text = None if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, self._path + path, text, {**self._headers, **named})
        answer = self._connection.getresponse()
        content = answer.read()
        return answer.status, answer.headers, json.loads(content) if content else None

    def create(self, path, **attributes):
        """Create a resource; return it."""
        status, _, created = self("POST", path, attributes)
        assert status == 201, created
        return created

    def user(self, name, /, **attributes):
        return self.create("/Users", **user(name, **attributes))

    def group(self, name, /, **attributes):
        return self.create("/Groups", schemas=[GROUP_URN], displayName=name, **attributes)

    def patch(self, path, *operations, **headers):
        body = {"schemas": [PATCH_URN], "Operations": [dict(operation) for operation in operations]}
        return self("PATCH", path, body, **headers)

    def close(self):
        self._connection.close()


def user(name, /, **attributes):
    return {"schemas": [USER_URN], "userName": name, "active": True, **attributes}


def adding(*ids):
    return {"op": "add", "path": "members", "value": [{"value": one} for one in ids]}


def removing(member_id):
    return {"op": "remove", "path": f'members[value eq "{member_id}"]'}


def at_once(server, actions):
    """Call each of *actions* with a client of its own, all at the same moment; return what they returned, in order."""
    barrier = threading.Barrier(len(actions))

    def run(action):
        with server.client() as client:
            client("GET", "/ServiceProviderConfig")
            barrier.wait(PATIENCE)
            return action(client)

    with ThreadPoolExecutor(len(actions)) as threads:
        return [done.result(PATIENCE) for done in [threads.submit(run, action) for action in actions]]


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _has_members(session):
    try:
        os.killpg(session, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
