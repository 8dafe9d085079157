"""SECURITY W1: whatever arrives on the wire, one request has one answer, and the others are served meanwhile."""

import gzip
import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from tests.server.process import USER_URN

SOON = 10
MEBIBYTE = 1 << 20


class Wire:
    """Raw connections to the server; ``{secret}`` in a request is the secret key of the integration."""

    def __init__(self, server):
        parts = urlsplit(server.endpoint)
        self.address = parts.hostname, parts.port
        self.path = parts.path.encode()
        self.known = f"Authorization: Bearer {server.secret}\r\n".encode()

    def head(self, method, *lines, path=b"/Users", known=True):
        first = b"%b %b%b HTTP/1.1\r\nHost: scim.example.com\r\n" % (method, self.path, path)
        return first + (self.known if known else b"") + b"".join(b"%b\r\n" % line for line in lines) + b"\r\n"

    def __call__(self, *parts, end=False):
        """Send *parts*; return the statuses and the bodies of what comes back until the server closes or is silent."""
        with socket.create_connection(self.address, timeout=SOON) as connection:
            with suppress(OSError):  # a server that refuses a body unread need not wait for it
                for part in parts:
                    connection.sendall(part)
                if end:
                    connection.shutdown(socket.SHUT_WR)
            return answers(received(connection))


def received(connection):
    connection.settimeout(2)
    text = b""
    with suppress(TimeoutError, ConnectionError):
        while part := connection.recv(1 << 16):
            text += part
    return text


def answers(text):
    """Return (status, body) of each answer in *text*."""
    found = []
    while text:
        head, _, rest = text.partition(b"\r\n\r\n")
        status = int(head.split(b" ")[1])
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0].partition(b":")[2]) if lengths else 0
        found.append((status, rest[:length]))
        text = rest[length:]
    return [one for one in found if one[0] != 100]


def statuses(found):
    return [status for status, _ in found]


def user(name):
    return json.dumps({"schemas": [USER_URN], "userName": name}).encode()


def chunk(text):
    return b"%x\r\n%b\r\n" % (len(text), text)


@pytest.fixture
def wire(server):
    made = Wire(server)
    yield made
    assert statuses(made(made.head(b"GET", b"Connection: close", path=b"/Schemas"))) == [200], "the server lives"


def test_a_body_in_chunks_is_read_whole(wire, server):
    text = user(f"chunks-{time.monotonic_ns()}")
    head = wire.head(b"POST", b"Transfer-Encoding: chunked", b"Connection: close")
    ((status, body),) = wire(head, chunk(text[:20]), chunk(text[20:]), b"0\r\n\r\n")
    assert (status, json.loads(body)["userName"]) == (201, json.loads(text)["userName"])


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-1\r\n{}\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\n{}\r\n",
        b"5\r\n{}",
        b"2\r\n{}0\r\n\r\n",
    ],
)
def test_chunks_that_are_malformed_create_nothing(wire, server, chunks):
    assert statuses(wire(wire.head(b"POST", b"Transfer-Encoding: chunked"), chunks, end=True)) in ([400], [])


def test_two_ways_of_telling_the_length_smuggle_nothing(wire, server):
    """CVE-2024-1135, CVE-2019-16785: one answer, and the connection ends."""
    text = user(f"smuggled-{time.monotonic_ns()}")
    inner = wire.head(b"POST", b"Content-Length: %d" % len(text)) + text
    for lines in (
        (b"Content-Length: 5", b"Transfer-Encoding: chunked"),
        (b"Transfer-Encoding: chunked", b"Content-Length: %d" % (len(inner) + 5)),
        (b"Content-Length: 5", b"Content-Length: 6"),
        (b"Content-Length: 5, 5",),
        (b"Content-Length: +5",),
        (b"Content-Length : 5",),
        (b"Transfer-Encoding: xchunked",),
        (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"),
        (b"Transfer-Encoding:\x0bchunked", b"Content-Length: 5"),
        (b"X-A: b\r\n Content-Length: 5",),
    ):
        assert statuses(wire(wire.head(b"POST", *lines) + b"0\r\n\r\n" + inner)) in ([400], [501], [415], []), lines
    with server.client() as client:
        name = json.loads(text)["userName"]
        assert client("GET", f"/Users?filter=userName%20eq%20%22{name}%22")[2]["totalResults"] == 0


@pytest.mark.parametrize("known", [True, False])
def test_eight_megabytes_are_refused_unread_and_never_become_the_next_request(wire, known):
    expected = [413] if known else [401]
    inner = wire.head(b"GET")
    for length in (8 * MEBIBYTE, 10_000_000_000):
        begun = time.monotonic()
        head = wire.head(b"POST", b"Content-Length: %d" % length, known=known)
        assert statuses(wire(head, inner * (8 * MEBIBYTE // len(inner)))) in (expected, [])
        assert time.monotonic() - begun < SOON / 2
    chunked = wire.head(b"POST", b"Transfer-Encoding: chunked", known=known)
    assert statuses(wire(chunked, chunk(b" " * (20 * MEBIBYTE)), b"0\r\n\r\n", inner)) in (expected, [])


def test_the_small_body_of_a_stranger_is_not_the_next_request(wire):
    inner = wire.head(b"GET", b"Connection: close")
    head = wire.head(b"POST", b"Content-Length: %d" % len(inner), known=False)
    assert statuses(wire(head + inner)) == [401]
    assert statuses(wire(head + inner + inner)) in ([401, 200], [401])


def test_compressed_bodies_are_415(wire):
    for encoding, text in ((b"gzip", gzip.compress(user("gzip"))), (b"br", b"x"), (b"deflate", b"x")):
        length = b"Content-Length: %d" % len(text)
        head = wire.head(b"POST", b"Content-Encoding: " + encoding, length, b"Connection: close")
        assert statuses(wire(head + text)) == [415]


def test_requests_in_a_pipeline_are_answered_in_their_order(wire):
    three = [wire.head(b"GET"), wire.head(b"GET", path=b"/nowhere"), wire.head(b"GET", known=False)]
    assert statuses(wire(b"".join(three), wire.head(b"DELETE", b"Connection: close", path=b"/Users"))) == [
        200,
        404,
        401,
        405,
    ]


def test_two_authorizations_are_none(wire):
    other, end = b"Authorization: Bearer x", b"Connection: close"
    for head in (wire.head(b"GET", other, end), wire.head(b"GET", other, wire.known.strip(), end, known=False)):
        assert statuses(wire(head)) == [401]


@pytest.mark.parametrize(
    "text",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /scim/v2/Users\r\n\r\n",
        b"GET  /scim/v2/Users HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /scim/v2/Users HTTP/9.9\r\nHost: x\r\n\r\n",
        b"G\xc3\x89T /scim/v2/Users HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /scim/v2/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
        b"GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nX-A\r\n\r\n",
        b"GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\r\n" * 5000,
        b"",
    ],
)
def test_a_head_that_is_none_is_refused(wire, text):
    assert all(status in (400, 401, 404, 414, 431, 505) for status in statuses(wire(text, end=True)))


@contextmanager
def forty(wire, *parts, drip):
    """Keep forty connections open, which have sent *parts* and go on with *drip*, very slowly."""
    over = threading.Event()

    def hold():
        with suppress(OSError), socket.create_connection(wire.address, timeout=SOON) as connection:
            for part in parts:
                connection.sendall(part)
            while not over.wait(0.2):
                connection.sendall(drip)

    threads = [threading.Thread(target=hold) for _ in range(40)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(SOON)


@pytest.mark.parametrize("kind", ["heads", "bodies", "chunks", "bodies of strangers", "silence"])
def test_forty_slow_clients_hold_nobody_up(wire, server, kind):
    length = b"Content-Length: 100000"
    parts, drip = {
        "heads": ([wire.head(b"GET")[:-2]], b"X-A: b\r\n"),
        "bodies": ([wire.head(b"POST", length), b"{"], b" "),
        "chunks": ([wire.head(b"POST", b"Transfer-Encoding: chunked"), b"1\r\n{\r\n"], b"1\r\n \r\n"),
        "bodies of strangers": ([wire.head(b"POST", length, known=False), b"{"], b" "),
        "silence": ([], b""),
    }[kind]
    with forty(wire, *parts, drip=drip), server.client() as client:
        for number in range(5):
            begun = time.monotonic()
            assert client("GET", "/Users?count=1")[0] == 200
            assert client("POST", "/Users", json.loads(user(f"{kind}-{number}-{time.monotonic_ns()}")))[0] == 201
            assert time.monotonic() - begun < 2


def test_who_hangs_up_in_the_middle_harms_nobody(wire):
    text = user("hung-up")
    for cut in (1, 20, 60, len(text) - 1):
        for _ in range(5):
            with socket.create_connection(wire.address, timeout=SOON) as connection:
                connection.sendall(wire.head(b"POST", b"Content-Length: %d" % len(text)) + text[:cut])
    for _ in range(20):
        with socket.create_connection(wire.address, timeout=SOON) as connection:
            connection.sendall(wire.head(b"GET"))


def test_no_secret_is_in_the_log_of_the_server(wire, server):
    for name in ("x", "%00", "canary@example.com"):
        wire(wire.head(b"GET", b"Connection: close", path=f"/Users/{name}?token={server.secret}".encode()))
    log = server.log()
    assert server.secret not in log
    assert "canary" not in log
