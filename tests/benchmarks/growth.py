"""What requests cost over HTTP, how that grows with the number of users, and how far it is from the floor.

CPU is the time of the server's processes, user and system; it is what to compare, for wall time on a shared machine
drifts by tens of percent. The servers that are compared run at the same time and are asked in turns.

Run ``make bench``, or ``python tests/benchmarks/growth.py --help``.
"""

import argparse
import itertools
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks.worlds import ENTERPRISE_URN, World, person
from tests.server.process import PATCH_URN, Client, Server

_CPU_OF_PROCESS = 2  # Linux: the clock of another process is made of its id and this


@dataclass
class Cost:
    """What one kind of request has cost so far on one server."""

    requests: int = 0
    cpu: float = 0.0
    wall: list[float] = field(default_factory=list)

    @property
    def milliseconds(self):
        return self.cpu / self.requests * 1000

    @property
    def median(self):
        return sorted(self.wall)[len(self.wall) // 2] * 1000


class Target:
    """A running server, its client, and the requests that it can be asked."""

    def __init__(self, pid, client):
        self.pid = pid
        self.client = client
        self.numbers = itertools.count()
        self.costs = {}

    def ask(self, name, requests):
        """Make *requests*, each (method, path, body), and count their cost as *name*."""
        cost = self.costs.setdefault(name, Cost())
        before = cpu_of(self.pid)
        for method, path, body in requests:
            began = time.perf_counter()
            status, _, answer = self.client(method, path, body)
            cost.wall.append(time.perf_counter() - began)
            assert status < 300, answer
        cost.cpu += cpu_of(self.pid) - before
        cost.requests += len(requests)


def cpu_of(pid):
    """Return the seconds of CPU that a process and its children have used."""
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        total += time.clock_gettime((~one << 3) | _CPU_OF_PROCESS)
        waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return total


def patch(*operations):
    return {"schemas": [PATCH_URN], "Operations": list(operations)}


def five(text):
    return patch(
        {"op": "Replace", "path": "displayName", "value": f"Changed {text}"},
        {"op": "Replace", "path": "name.givenName", "value": f"Changed {text}"},
        {"op": "Replace", "path": "title", "value": f"Changed {text}"},
        {"op": "Replace", "path": 'phoneNumbers[type eq "mobile"].value', "value": f"+41 79 {text}"},
        {"op": "Add", "path": f"{ENTERPRISE_URN}:department", "value": f"Changed {text}"},
    )


def measure(target, world, count, run, *, scattered):
    """Ask everything *count* times; what depends on the size of a group, less often. *run* makes names unique."""
    ids, number = world.users, target.numbers
    some = [ids[(7919 * next(number)) % len(ids)] for _ in range(count)]
    names = [f"u{(104729 * next(number)) % len(ids)}@example.com" for _ in range(count)]
    match = [("GET", "/Users?filter=" + quote(f'userName eq "{name}"'), None) for name in names]
    target.ask("match", match)
    by_mail = 'emails[type eq "work"].value eq "{}"'
    target.ask("match by e-mail", [("GET", "/Users?filter=" + quote(by_mail.format(name)), None) for name in names])
    target.ask("GET by id", [("GET", f"/Users/{one}", None) for one in some])
    target.ask("create", [("POST", "/Users", person(f"new{run}{next(number)}")) for _ in range(count)])
    target.ask("PATCH of five", [("PATCH", f"/Users/{one}", five(next(number))) for one in some])
    for value in ("False", "True"):
        disable = patch({"op": "Replace", "path": "active", "value": value})
        target.ask("disable", [("PATCH", f"/Users/{one}", disable) for one in some[: count // 2]])
    path = f"/Groups/{world.all}"
    target.ask("group without members", [("GET", f"{path}?excludedAttributes=members", None)] * count)
    for size in (1, 20, 100):
        free = random.sample(world.free, len(world.free)) if scattered else world.free
        sets = [
            [{"value": one} for one in free[start : start + size]]
            for start in range(0, min(len(free) - size, size * count // 4), size)
        ]
        for op in ("Add", "Remove"):
            bodies = [patch({"op": op, "path": "members", "value": members}) for members in sets]
            target.ask(f"group, {op.lower()} {size}", [("PATCH", path, body) for body in bodies])


def measure_floor(target, count):
    body = person("floor")
    keys = [f"k{next(target.numbers)}" for _ in range(count)]
    target.ask("insert", [("POST", f"/Users?key={key}", body) for key in keys])
    target.ask("look-up", [("GET", f"/Users?key={key}", None) for key in keys])


def serve_floor(stack, folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "FLOOR_DATABASE": str(folder / "floor.db")}
    program = [sys.executable, "-m", "tests.benchmarks.floor", str(port)]
    process = subprocess.Popen(program, env=environ)  # noqa: S603 - our own program
    stack.callback(process.wait)
    stack.callback(process.terminate)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return Target(process.pid, Client(f"http://127.0.0.1:{port}", "none"))


def serve(stack, world, synchronous):
    server = Server(world.folder)
    server.secret = world.secret
    server.start(SCIM_SYNCHRONOUS=synchronous)
    stack.callback(server.stop)
    client = Client(server.endpoint, server.secret)
    stack.callback(client.close)
    return Target(server.process.pid, client)


def report(small, large, floor, sizes):
    """Print the table of CPU and wall time in milliseconds and return it as values."""
    floors = {"look-up": floor.costs["look-up"], "insert": floor.costs["insert"]}
    head = f"{'CPU ms per request (wall: median)':<34}{sizes[0]:>18,}{sizes[1]:>18,}{'growth':>9}{'floor':>9}"
    rows = []
    lines = [head]
    for name, cost in small.costs.items():
        other = large.costs[name]
        below = floors[
            "look-up" if name in ("match", "match by e-mail", "GET by id", "group without members") else "insert"
        ]
        growth, above = other.milliseconds / cost.milliseconds, cost.milliseconds / below.milliseconds
        rows.append({"request": name, "small": cost.milliseconds, "large": other.milliseconds, "growth": growth})
        lines.append(
            f"{name:<34}{cost.milliseconds:>9.3f} ({cost.median:6.2f}){other.milliseconds:>9.3f} ({other.median:6.2f})"
            f"{growth:>8.2f}x{above:>8.2f}x"
        )
    for name, cost in floors.items():
        lines.append(f"{'floor: ' + name:<34}{cost.milliseconds:>9.3f} ({cost.median:6.2f})")
    sys.stdout.write("\n".join(lines) + "\n")
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--small", type=int, default=1_000, help="users of the first database")
    parser.add_argument("--large", type=int, default=100_000, help="users of the second")
    parser.add_argument("--small-group", type=int, default=100)
    parser.add_argument("--large-group", type=int, default=50_000)
    parser.add_argument("--count", type=int, default=200, help="requests of a kind in a turn")
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--synchronous", choices=["FULL", "NORMAL"], default="FULL")
    parser.add_argument(
        "--scattered",
        action="store_true",
        help="the members of a change are users from everywhere, not of one time: each is then on a page of its own",
    )
    parser.add_argument("--folder", type=Path, help="keep the databases here, and use them again the next time")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    asked = parser.parse_args()
    began = time.time()
    with ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        worlds = [
            World(folder / f"{users}-{members}", users=users, members=members)
            for users, members in ((asked.small, asked.small_group), (asked.large, asked.large_group))
        ]
        floor = serve_floor(stack, folder)
        targets = [serve(stack, world, asked.synchronous) for world in worlds]
        for turn in range(asked.turns + 1):
            if turn == 1:  # the first turn warms everything up
                for target in (floor, *targets):
                    target.costs.clear()
            measure_floor(floor, asked.count)
            for target, world in zip(targets, worlds, strict=True):
                measure(target, world, asked.count, f"{int(began)}n", scattered=asked.scattered)
        rows = report(*targets, floor, (asked.small, asked.large))
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
