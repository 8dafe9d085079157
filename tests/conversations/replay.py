"""Conversations with an identity provider: loaded from their files, replayed request by request, compared.

README.md beside this file describes the format and what is checked of every answer without being written down.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

FOLDER = Path(__file__).parent
BASE = "/scim/v2"
ANY = "..."
MEDIA_TYPE = "application/scim+json"
ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"
_NAME = re.compile(r"\{([a-z_]+)\}")
_REQUEST_KEYS = {"method", "path", "base", "query", "headers", "body", "text"}
_RESPONSE_KEYS = {"status", "headers", "body"}


@dataclass(frozen=True, slots=True)
class Conversation:
    """One file: what stood before, the exchanges in order, what the host must look like afterwards."""

    title: str
    source: str
    integration: dict[str, Any]
    exchanges: list[dict[str, Any]]
    host: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    afterwards: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self):
        """Refuse a misspelt key: what it says would never be checked."""
        for exchange in self.exchanges:
            _only(exchange, {"request", "response", "save"})
            _only(exchange["request"], _REQUEST_KEYS)
            _only(exchange["response"], _RESPONSE_KEYS)
        _only(self.host, {"members", "groups"})
        _only(self.afterwards, {"members", "groups"})


def _only(found: dict[str, Any], allowed: set[str]) -> None:
    if strange := set(found) - allowed:
        raise ValueError(f"unknown keys: {sorted(strange)}")


def paths() -> list[Path]:
    """Return the files of all conversations, sorted."""
    return sorted(FOLDER.glob("*/*.json"))


def load(path: Path) -> Conversation:
    """Return the conversation in *path*."""
    return Conversation(**json.loads(path.read_text(encoding="utf-8")))


def differences(expected: Any, actual: Any, where: str = "body") -> list[str]:
    """Return one line for each place where *actual* does not have what *expected* asks for."""
    if expected == ANY:
        return [f"{where} is missing"] if actual is None else []
    if expected is None:
        return [] if actual is None else [f"{where} should be absent, but is {actual!r}"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [line for key, item in expected.items() for line in differences(item, actual.get(key), f"{where}.{key}")]
    if isinstance(expected, list) and isinstance(actual, list):
        return _list_differences(expected, actual, where)
    if isinstance(expected, str) and isinstance(actual, str) and ANY in expected:
        pattern = ".*".join(re.escape(part) for part in expected.split(ANY))
        return (
            [] if re.fullmatch(pattern, actual, re.DOTALL) else [f"{where} should be {expected!r}, but is {actual!r}"]
        )
    same = type(expected) is type(actual) and expected == actual  # true is not 1
    return [] if same else [f"{where} should be {expected!r}, but is {actual!r}"]


def _list_differences(expected: list[Any], actual: list[Any], where: str) -> list[str]:
    if expected[:1] == [ANY]:
        rest = list(actual)
        for wanted in expected[1:]:
            found = next((item for item in rest if not differences(wanted, item)), None)
            if found is None:
                return [f"{where} has nothing like {wanted!r}, but {actual!r}"]
            rest.remove(found)
        return []
    if len(expected) != len(actual):
        return [f"{where} should have {len(expected)} values, but has {len(actual)}: {actual!r}"]
    pairs = enumerate(zip(expected, actual, strict=True))
    return [line for index, (wanted, item) in pairs for line in differences(wanted, item, f"{where}.{index}")]


def filled(value: Any, names: dict[str, str]) -> Any:
    """Return *value* with each ``{name}`` replaced by what was saved under it. Raises KeyError for an unknown name."""
    if isinstance(value, str):
        return _NAME.sub(lambda match: names[match[1]], value)
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    if isinstance(value, dict):
        return {filled(key, names): filled(item, names) for key, item in value.items()}
    return value


def pick(document: Any, path: str) -> Any:
    """Return what *path*, names and indexes with dots between them, leads to."""
    for step in path.split("."):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def replay(conversation: Conversation, service: Any) -> None:
    """Send each request to *service* and assert that the answer is the recorded one; then look at the host."""
    names = {"integration": service.integration.id, "tenant": service.integration.tenant}
    for number, exchange in enumerate(conversation.exchanges, 1):
        answer = _send(filled(exchange["request"], names), service)
        document = json.loads(answer.content) if answer.content else None
        for name, path in exchange.get("save", {}).items():
            names[name] = pick(document, path)
        response = filled(exchange["response"], names)
        problems = [
            *differences(response["status"], answer.status_code, "status"),
            *differences(_lower(response.get("headers", {})), _lower(answer.headers), "headers"),
            *differences(response.get("body", ANY if document is not None else None), document),
            *unwritten(answer, document),
        ]
        assert not problems, "\n".join(
            [f"{conversation.title}, exchange {number}:", *problems, answer.content.decode(errors="replace")[:2000]]
        )
    _look_at_host(filled(conversation.afterwards, names), service)


def _send(request: dict[str, Any], service: Any) -> Any:
    headers = {"Authorization": f"Bearer {service.secret}"}
    content = request.get("text")
    if "body" in request:
        content = json.dumps(request["body"])
    if content is not None:
        headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    headers |= request.get("headers", {})
    query = request.get("query", "")
    return service.client.simulate_request(
        request["method"],
        request.get("base", BASE) + request["path"],
        query_string=urlencode(query) if isinstance(query, dict) else query,
        headers={name: value for name, value in headers.items() if value is not None},
        body=content,
    )


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def unwritten(answer: Any, document: Any) -> list[str]:
    """Return what is wrong with *answer* by the rules that hold for every answer."""
    if document is None:
        return [] if answer.status_code in (204, 304) else [f"an answer {answer.status_code} needs a body"]
    headers, status = _lower(answer.headers), answer.status_code
    problems = [] if status not in (204, 304) else [f"an answer {status} has no body"]
    problems += differences(f"{MEDIA_TYPE}...", headers.get("content-type"), "headers.content-type")
    problems += [f"{where} is null" for where in _nulls(document, "body")]
    if status >= 400:
        error = {"schemas": [ERROR_URN], "status": str(status), "detail": "..."}
        problems += differences(error, document)
    if status == 401:
        problems += differences("Bearer...", headers.get("www-authenticate"), "headers.www-authenticate")
    meta = document.get("meta", {})
    if status == 201:
        problems += differences(meta.get("location", ANY), headers.get("location"), "headers.location")
    if "version" in meta:
        problems += differences(meta["version"], headers.get("etag"), "headers.etag")
    return problems


def _nulls(value: Any, where: str) -> list[str]:
    if value is None:
        return [where]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in _nulls(item, f"{where}.{key}")]


def _look_at_host(afterwards: dict[str, Any], service: Any) -> None:
    problems = []
    if "members" in afterwards:
        expected = {member["username"]: member for member in afterwards["members"]}
        actual = {member["username"]: member for member in service.members()}
        problems += [f"the host has no member {name!r}" for name in sorted(set(expected) - set(actual))]
        problems += [f"the host has an unexpected member {name!r}" for name in sorted(set(actual) - set(expected))]
        problems += differences(expected, {**expected, **actual}, "members")
    if "groups" in afterwards:
        problems += differences(sorted(afterwards["groups"]), sorted(service.groups()), "groups")
    assert not problems, "\n".join(["afterwards:", *problems])
