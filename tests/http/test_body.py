import io

import falcon
import pytest

from scim_falcon.body import read_body
from scim_plugin.protocol.errors import InvalidSyntax, PayloadTooLarge
from tests.http.canned import Desk, client_of


def environ(body=b"{}", **headers):
    return {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **headers}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/scim+json",
        "application/json",
        "Application/JSON ; Charset=UTF-8",
        'application/scim+json; charset="utf-8"',
        "application/scim+json;charset=utf8;profile=x",
    ],
)
def test_json_is_read_under_both_of_its_names(content_type):
    assert read_body(environ(CONTENT_TYPE=content_type), 100) == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"CONTENT_TYPE": "text/plain"},
        {"CONTENT_TYPE": "application/x-www-form-urlencoded"},
        {"CONTENT_TYPE": "application/json; charset=utf-16"},
        {"CONTENT_TYPE": "application/json, text/plain"},
        {"HTTP_CONTENT_ENCODING": "gzip"},
        {"HTTP_CONTENT_ENCODING": "identity, br"},
    ],
)
def test_any_other_type_or_encoding_is_415(headers):
    with pytest.raises(falcon.HTTPUnsupportedMediaType):
        read_body(environ(**headers), 100)


class Untouchable:
    def read(self, size=-1):
        raise AssertionError


def test_a_body_that_announces_too_much_is_not_read():
    with pytest.raises(PayloadTooLarge):
        read_body({"wsgi.input": Untouchable(), "CONTENT_LENGTH": "10000000000"}, 100)


@pytest.mark.parametrize("length", ["-1", "1_0", "１", "5 ", "+2", "9" * 5000])
def test_a_content_length_that_is_no_number_is_400(length):
    with pytest.raises(InvalidSyntax):
        read_body({**environ(), "CONTENT_LENGTH": length}, 100)


def test_chunks_are_read_when_the_server_ends_the_stream():
    env = {"wsgi.input": io.BytesIO(b'{"a":1}'), "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    assert read_body(env, 7) == {"a": 1}


def test_chunks_that_nobody_decodes_are_411():
    with pytest.raises(falcon.HTTPLengthRequired):
        read_body({"wsgi.input": Untouchable(), "HTTP_TRANSFER_ENCODING": "chunked"}, 100)


def test_chunks_are_read_up_to_the_limit():
    env = {"wsgi.input": io.BytesIO(b" " * 1000), "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    with pytest.raises(PayloadTooLarge):
        read_body(env, 100)
    assert env["wsgi.input"].tell() == 101


def test_two_ways_of_telling_the_length_are_one_too_many():
    with pytest.raises(InvalidSyntax):
        read_body(environ(HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": True}), 100)


class Dribble(io.BytesIO):
    def read(self, size=-1):
        return super().read(min(size, 2))


def test_a_stream_may_give_less_than_it_is_asked_for():
    assert read_body({**environ(b'{"a":[1,2,3]}'), "wsgi.input": Dribble(b'{"a":[1,2,3]}')}, 100) == {"a": [1, 2, 3]}


class Broken:
    def read(self, size=-1):
        raise LookupError("the parser's own words")


@pytest.mark.parametrize("stream", [Broken(), io.BytesIO(b'{"a"')])
def test_a_body_that_breaks_off_is_400(stream):
    with pytest.raises(InvalidSyntax) as caught:
        read_body({"wsgi.input": stream, "CONTENT_LENGTH": "10"}, 100)
    assert "own words" not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/xml"}, b"{}", 415),
        ({"Content-Encoding": "gzip"}, b"{}", 415),
        ({"Transfer-Encoding": "chunked", "Content-Length": ""}, b"{}", 411),
        ({}, b" " * (1 << 20) + b" ", 413),
        ({}, b"", 400),
        ({}, b"[1,]", 400),
    ],
)
def test_each_refusal_is_a_scim_error(headers, body, status):
    client, _ = client_of(Desk())
    answer = client.simulate_post("/scim/v2/Users", body=body, headers=headers)
    assert (answer.status_code, answer.json["status"]) == (status, str(status))
    assert answer.headers["Content-Type"] == "application/scim+json"
    assert answer.json.get("scimType") == ("invalidSyntax" if status == 400 else None)


def test_any_json_value_reaches_the_use_case():
    desk = Desk()
    client_of(desk)[0].simulate_post("/scim/v2/Users", body=b'["x"]')
    assert desk.asked[0][1][2] == ["x"]
