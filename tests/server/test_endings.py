"""How the server ends: politely with whatever it was doing, and at once without losing what it said."""

import http.client
import json
import random
import signal
import sqlite3
import threading
import time
from contextlib import closing, suppress
from itertools import count
from urllib.parse import urlsplit

import pytest

from tests.server.process import Client, Server, adding, user

SEED = 7
ROUNDS = 5
WRITERS = 8


@pytest.mark.parametrize(
    ("end", "workers"),
    [(Server.interrupt, 1), (Server.interrupt, 3), (Server.stop, 1), (Server.stop_all, 3)],
    ids=["Ctrl-C", "Ctrl-C with three workers", "a container's", "systemd's, with three workers"],
)
def test_a_polite_end_finishes_the_requests_that_run(stopped, end, workers):
    server = stopped.start(workers=workers)
    answered = []

    def write(writer):
        client = Client(server.endpoint, server.secret)
        with suppress(OSError, http.client.HTTPException):
            for number in count():
                status, _, _ = client("POST", "/Users", user(f"w{writer}-{number}@example.com"))
                answered.append(status)
        client.close()

    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(0.3)
    began = time.monotonic()
    code = end(server)
    assert time.monotonic() - began < 8  # after ten seconds it would have been killed
    for writer in writers:
        writer.join()
    assert code == 0
    assert set(answered) == {201}
    with closing(sqlite3.connect(server.file)) as database:
        # What was done was answered, too.
        assert database.execute("SELECT COUNT(*) FROM scim_resource").fetchone()[0] == len(answered)
    assert "Traceback" not in server.log()


def test_a_request_whose_body_is_still_on_its_way_is_answered(stopped):
    server = stopped.start()
    parts = urlsplit(server.endpoint)
    body = json.dumps(user("slow@example.com")).encode()
    with closing(http.client.HTTPConnection(parts.netloc, timeout=20)) as connection:
        connection.putrequest("POST", f"{parts.path}/Users")
        connection.putheader("Authorization", f"Bearer {server.secret}")
        connection.putheader("Content-Type", "application/scim+json")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:20])
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.send(body[20:])
        assert connection.getresponse().status == 201
    assert server.stop() == 0


def test_a_sudden_end_loses_nothing_that_was_acknowledged_and_leaves_nothing_half(stopped):
    rng = random.Random(SEED)  # noqa: S311 - repeatable, nothing else
    done = Acknowledged()
    for round_number in range(ROUNDS):
        began = time.monotonic()
        server = stopped.start(workers=1 + round_number % 3)
        assert time.monotonic() - began < 20
        writers = [
            threading.Thread(target=done.write, args=[server, f"r{round_number}w{number}", rng.random()])
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        time.sleep(rng.uniform(0.2, 0.7))
        server.kill()
        for writer in writers:
            writer.join()
        check_that_nothing_is_half(server.file)
    assert len(done.users) > ROUNDS * WRITERS
    with stopped.start().client() as client:
        done.check(client)


class Acknowledged:
    """What the server has said that it did. ``unsure`` is what was asked for when it died."""

    def __init__(self):
        self.users = {}
        self.members = {}
        self.deleted = set()
        self.unsure = set()

    def write(self, server, name, seed):
        rng = random.Random(seed)  # noqa: S311 - as above
        asked = None
        client = Client(server.endpoint, server.secret)
        try:
            group = client.group(name)["id"]
            self.members[group] = set()
            for number in count():
                created = client.user(f"{name}-{number}@example.com", title="before")["id"]
                self.users[created] = "before"
                asked = created
                assert client.patch(f"/Groups/{group}", adding(created))[0] == 204
                self.members[group].add(created)
                replaced = {"op": "replace", "path": "title", "value": "after"}
                assert client.patch(f"/Users/{created}", replaced)[0] == 200
                self.users[created] = "after"
                if rng.random() < 0.3:
                    assert client("DELETE", f"/Users/{created}")[0] == 204
                    self.deleted.add(created)
                asked = None
        except (OSError, http.client.HTTPException):
            self.unsure.add(asked)
        finally:
            client.close()

    def check(self, client):
        for one, title in self.users.items():
            status, _, found = client("GET", f"/Users/{one}")
            if one in self.deleted:
                assert status == 404
            elif one not in self.unsure:
                assert (status, found["title"]) == (200, title)
            elif status == 200:
                assert found["title"] in {title, "after"}
        for group, members in self.members.items():
            status, _, found = client("GET", f"/Groups/{group}")
            assert status == 200
            present = {member["value"] for member in found.get("members", [])}
            assert present - self.unsure == members - self.deleted - self.unsure


def check_that_nothing_is_half(file):
    questions = {
        "a User without its member": """
            SELECT r.id FROM scim_resource r LEFT JOIN scim_member m ON m.id = r.link_target
            WHERE r.type = 'User' AND m.id IS NULL
        """,
        "a member without User and without retired link": """
            SELECT m.id FROM scim_member m WHERE m.id NOT IN (SELECT link_target FROM scim_resource WHERE type = 'User')
            AND m.id NOT IN (SELECT target FROM scim_retired_link)
        """,
        "a member that is active though its User is deleted": """
            SELECT m.id FROM scim_member m WHERE m.active AND m.id IN (SELECT target FROM scim_retired_link)
        """,
        "a resource without its log entry": """
            SELECT id FROM scim_resource WHERE id NOT IN (
                SELECT resource_id FROM scim_log WHERE operation = 'create' AND status = 201
            )
        """,
        "a log entry of a create without its resource": """
            SELECT resource_id FROM scim_log l WHERE operation = 'create' AND status = 201
            AND resource_id NOT IN (SELECT id FROM scim_resource)
            AND resource_id NOT IN (SELECT resource_id FROM scim_log WHERE operation = 'delete' AND status = 204)
        """,
        "a version that does not count the log entries": """
            SELECT r.id FROM scim_resource r WHERE r.type = 'User' AND r.version <> (
                SELECT COUNT(*) FROM scim_log l WHERE l.resource_id = r.id AND l.status < 300
            )
        """,
        "a membership in the resource that the host does not have": """
            SELECT 1 FROM scim_membership x JOIN scim_resource g ON g.serial = x.group_serial
            JOIN scim_resource u ON u.serial = x.member_serial
            WHERE NOT EXISTS (
                SELECT 1 FROM scim_group_member h WHERE h.group_id = g.link_target AND h.member_id = u.link_target
            )
        """,
        "a membership in the host that the resource does not have": """
            SELECT 1 FROM scim_group_member h WHERE NOT EXISTS (
                SELECT 1 FROM scim_membership x JOIN scim_resource g ON g.serial = x.group_serial
                JOIN scim_resource u ON u.serial = x.member_serial
                WHERE h.group_id = g.link_target AND h.member_id = u.link_target
            )
        """,
        "a reference to nothing": "PRAGMA foreign_key_check",
    }
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for name, question in questions.items():
            assert database.execute(question).fetchall() == [], name
