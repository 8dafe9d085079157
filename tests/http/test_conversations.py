"""Every recorded conversation, replayed over every store through the real HTTP adapter; and tests of the replaying."""

import json
from types import SimpleNamespace

import pytest

from tests.conversations.replay import FOLDER, Conversation, differences, filled, load, paths, pick, replay, unwritten


@pytest.mark.parametrize("path", paths(), ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
def test_the_answers_are_the_recorded_ones(path, start):
    conversation = load(path)
    replay(conversation, start(conversation.integration, conversation.host))


@pytest.mark.parametrize("path", paths(), ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
def test_a_conversation_can_be_read_and_tells_where_it_comes_from(path):
    conversation = load(path)
    assert conversation.title
    assert conversation.source
    assert not conversation.source.startswith("/")
    assert (
        conversation.integration["type"] == {"entra": "entra-id", "okta": "okta", "rfc": "rfc-strict"}[path.parent.name]
    )
    for exchange in conversation.exchanges:
        assert exchange["request"]["path"].startswith("/")
        assert exchange["request"]["method"] in {"GET", "POST", "PUT", "PATCH", "DELETE"}
        assert isinstance(exchange["response"]["status"], int)


def test_titles_are_not_used_twice():
    titles = [load(path).title for path in paths()]
    assert sorted(set(titles)) == sorted(titles)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": None}, {}),
        ({"a": "..."}, {"a": [0]}),
        ("see ...", "see below"),
        ("... is ... taken", "babs is already taken"),
        ([1, {"a": 2}], [1, {"a": 2, "b": 3}]),
        (["..."], []),
        (["...", 3, 1], [1, 2, 3]),
        (["...", {"type": "work"}], [{"type": "home"}, {"type": "work", "value": "x"}]),
        (False, False),
    ],
)
def test_an_answer_may_say_more_than_was_recorded(expected, actual):
    assert differences(expected, actual) == []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": 1}, {}),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, [1]),
        ({"a": {"b": 1}}, {"a": None}),
        ({"a": None}, {"a": ""}),
        ({"a": "..."}, {}),
        ("see ...", "look below"),
        ("a.c", "abc"),
        ([], [1]),
        ([1, 2], [2, 1]),
        ([1], [1, 2]),
        (["...", 3], [1, 2]),
        (["...", 1, 1], [1, 2]),
        (True, 1),
        (False, "False"),
        (1, "1"),
        (False, None),
    ],
)
def test_an_answer_that_lacks_something_is_told(expected, actual):
    assert differences(expected, actual) != []


def test_a_difference_names_its_place():
    assert differences({"name": {"givenName": "A"}}, {"name": {"givenName": "B"}}) == [
        "body.name.givenName should be 'A', but is 'B'"
    ]


def test_saved_values_are_filled_in_wherever_text_stands():
    request = {"path": "/Users/{id}", "body": {"Operations": [{"path": 'members[value eq "{id}"]'}], "{id}": 1}}
    assert filled(request, {"id": "7"}) == {
        "path": "/Users/7",
        "body": {"Operations": [{"path": 'members[value eq "7"]'}], "7": 1},
    }


def test_json_inside_a_string_is_not_taken_for_a_name():
    text = '{"id":"06b0","value":"Admin"}'
    assert filled(text, {}) == text


def test_a_name_that_was_never_saved_is_an_error():
    with pytest.raises(KeyError):
        filled("/Users/{nobody}", {})


def test_a_value_is_picked_by_names_and_indexes():
    assert pick({"Resources": [{"meta": {"version": 'W/"1"'}}]}, "Resources.0.meta.version") == 'W/"1"'


def _answer(status, document=None, **headers):
    content = b"" if document is None else json.dumps(document).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return SimpleNamespace(
        status_code=status, content=content, headers={"content-type": "application/scim+json", **names}
    )


_ERROR = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "401", "detail": "Who are you?"}


@pytest.mark.parametrize(
    ("status", "document", "headers"),
    [
        (200, None, {}),
        (204, {"id": "1"}, {}),
        (200, {"id": "1"}, {"content_type": "application/json"}),
        (200, {"title": None}, {}),
        (200, {"emails": [{"value": None}]}, {}),
        (401, _ERROR, {}),
        (401, {**_ERROR, "status": 401}, {"www_authenticate": "Bearer"}),
        (400, _ERROR, {}),
        (401, {**_ERROR, "schemas": []}, {"www_authenticate": "Bearer"}),
        (201, {"meta": {"location": "http://a/1"}}, {"location": "http://a/2"}),
        (201, {"meta": {"location": "http://a/1"}}, {}),
        (200, {"meta": {"version": 'W/"1"'}}, {"etag": 'W/"2"'}),
    ],
)
def test_what_holds_for_every_answer_is_checked_without_being_written(status, document, headers):
    assert unwritten(_answer(status, document, **headers), document) != []


def test_an_answer_that_keeps_the_unwritten_rules_passes():
    document = {"id": "1", "meta": {"location": "http://a/1", "version": 'W/"1"'}}
    assert unwritten(_answer(201, document, location="http://a/1", etag='W/"1"'), document) == []
    assert unwritten(_answer(401, _ERROR, www_authenticate="Bearer"), _ERROR) == []
    assert unwritten(_answer(204), None) == []


class _Echo:
    """A service that answers 200 with the body that it was sent, and whose host has one member."""

    def __init__(self):
        self.client = self
        self.secret = "s3cret"
        self.integration = SimpleNamespace(id="i1", tenant="t1")
        self.seen = []

    def simulate_request(self, method, path, *, query_string, headers, body):
        self.seen.append((method, path, query_string, headers))
        return _answer(200, json.loads(body) if body else {"found": True})

    def members(self):
        return [{"username": "babs", "active": True, "groups": ["Staff"]}]

    def groups(self):
        return ["Staff"]


def _conversation(*exchanges, **more):
    return Conversation(title="t", source="s", integration={"type": "entra-id"}, exchanges=list(exchanges), **more)


def _exchange(request, response, save=None):
    return {"request": request, "response": {"status": 200, **response}, "save": save or {}}


def test_a_request_is_sent_as_it_was_recorded():
    echo = _Echo()
    first = _exchange({"method": "POST", "path": "/Users", "body": {"id": "7"}}, {"body": {"id": "7"}}, {"id": "id"})
    second = _exchange(
        {
            "method": "GET",
            "base": "/{tenant}/integrations/{integration}/scim/v2",
            "path": "/Users/{id}",
            "query": {"filter": 'id eq "{id}"'},
            "headers": {"Authorization": None, "Accept": "*/*"},
        },
        {"body": {"found": True}},
    )
    replay(_conversation(first, second), echo)
    assert echo.seen == [
        (
            "POST",
            "/scim/v2/Users",
            "",
            {"Authorization": "Bearer s3cret", "Content-Type": "application/scim+json; charset=utf-8"},
        ),
        ("GET", "/t1/integrations/i1/scim/v2/Users/7", "filter=id+eq+%227%22", {"Accept": "*/*"}),
    ]


@pytest.mark.parametrize(
    "response",
    [{"status": 201}, {"body": {"found": False}}, {"headers": {"ETag": "..."}}],
)
def test_a_replay_fails_when_the_answer_is_another_one(response):
    with pytest.raises(AssertionError, match="exchange 1"):
        replay(_conversation(_exchange({"method": "GET", "path": "/Users"}, response)), _Echo())


@pytest.mark.parametrize(
    "afterwards",
    [
        {"members": []},
        {"members": [{"username": "babs", "active": False}]},
        {"members": [{"username": "babs", "groups": []}]},
        {"members": [{"username": "babs"}, {"username": "carl"}]},
        {"groups": []},
    ],
)
def test_a_replay_fails_when_the_host_looks_otherwise_afterwards(afterwards):
    with pytest.raises(AssertionError, match="afterwards"):
        replay(_conversation(afterwards=afterwards), _Echo())


def test_a_misspelt_key_is_refused():
    with pytest.raises(ValueError, match="staus"):
        _conversation({"request": {"method": "GET", "path": "/Users"}, "response": {"staus": 200}})
