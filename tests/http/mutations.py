"""Requests that Entra, Okta and the RFC would send, and what becomes of them in bad hands; the same for each seed."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from tests.http.attacker import BULK, ENTERPRISE, GROUP, PATCH, SEARCH, USER
from tests.http.vocabulary import (
    ATTRIBUTES,
    CONDITIONS,
    KEYS,
    LITERALS,
    NAMES,
    OPERATORS,
    SENSIBLE,
    SOMEBODY,
    TEXTS,
    VALUES,
)


@dataclass(slots=True)
class Crowd:
    """The ids that requests may name, by endpoint."""

    ids: dict[str, list[str]] = field(default_factory=lambda: {"/Users": [], "/Groups": []})

    def any(self, random: Random, endpoint: str | None = None) -> str:
        """Return one of them, or something that is none."""
        known = self.ids[endpoint or random.choice(["/Users", "/Groups"])]
        return random.choice(known) if known and random.random() < 0.9 else random.choice(TEXTS)

    def heard(self, sent: Sent, status: int, answer: Any) -> None:
        """Note whom the answer to *sent* has created or removed."""
        endpoint, _, resource_id = sent.path.partition("?")[0][1:].partition("/")
        known = self.ids.get(f"/{endpoint}")
        if known is not None and status == 201:
            known.append(answer["id"])
        elif known is not None and sent.method == "DELETE" and status == 204 and resource_id in known:
            known.remove(resource_id)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request, as tests.http.attacker.send takes it."""

    method: str
    path: str
    body: bytes | None
    headers: dict[str, str]


def request(random: Random, crowd: Crowd) -> Sent:
    """Return one request; about every third is left as a well-behaved client would send it."""
    method, path, query, body = random.choice(_KINDS)(random, crowd)
    headers: dict[str, str] = {}
    hurt = random.random()
    if body is not None and hurt < 0.4:
        for _ in range(random.choice((1, 1, 2, 5))):
            body = _mutated(random, body, crowd)
    text = None if body is None else json.dumps(body, ensure_ascii=random.random() < 0.5).encode(errors="surrogatepass")
    if text is not None and random.random() < 0.08:
        text = _damaged(random, text)
    if random.random() < 0.08:
        path = _bent(random, path)
    if random.random() < 0.1:
        headers = _odd_headers(random)
    if random.random() < 0.02:
        method = random.choice(("PUT", "PATCH", "POST", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY"))
    encoded = "&".join(f"{quote(name)}={quote(str(value), errors='surrogatepass')}" for name, value in query)
    return Sent(method, f"{path}?{encoded}" if encoded else path, text, headers)


def user(random: Random, crowd: Crowd) -> dict[str, Any]:
    """Return a User as Entra would create it."""
    name = random.choice(NAMES)
    return {
        "schemas": [USER, ENTERPRISE],
        "externalId": f"external-{name}",
        "userName": name,
        "active": random.choice((True, True, True, "True", "False", False)),
        "displayName": "Babs",
        "emails": [{"primary": True, "type": "work", "value": name}, {"type": "home", "value": f"home-{name}"}],
        "name": {"formatted": "Babs", "familyName": "Jensen", "givenName": "Barbara"},
        "phoneNumbers": [{"type": "mobile", "value": "+1 555"}],
        "roles": [{"type": "WindowsAzureActiveDirectoryRole", "value": '{"id":"1","value":"a"}'}],
        "x509Certificates": [{"value": "MIIDQzCC"}],
        ENTERPRISE: {"department": "Sales", "manager": {"value": crowd.any(random, "/Users")}},
        "meta": {"resourceType": "User"},
    }


def group(random: Random, crowd: Crowd) -> dict[str, Any]:
    """Return a Group as Okta would create it."""
    return {
        "schemas": [GROUP],
        "externalId": "g",
        "displayName": random.choice(("Staff", "Übersetzer", *NAMES[:30])),
        "members": [{"value": crowd.any(random), "display": "x"} for _ in range(random.choice((0, 0, 1, 3)))],
    }


def operation(random: Random, crowd: Crowd, endpoint: str) -> dict[str, Any]:
    """Return an operation of a PATCH; about every second one makes sense."""
    if random.random() < 0.55:
        sensible = copy.deepcopy(random.choice(SENSIBLE[endpoint]))
        if "member" in json.dumps(sensible) and isinstance(sensible.get("value"), list):
            sensible["value"] = [{"value": crowd.any(random)} for _ in range(random.randrange(3))]
        return sensible
    op = random.choice(("add", "replace", "remove", "Add", "Replace", "Remove"))
    found: dict[str, Any] = {"op": op}
    if random.random() < 0.85:
        found["path"] = path_of(random)
    if op.lower() != "remove" or random.random() < 0.3:
        found["value"] = random.choice(
            (
                random.choice(NAMES),
                "True",
                False,
                {"value": random.choice(NAMES)},
                [{"value": crowd.any(random)}],
                {random.choice(ATTRIBUTES): random.choice(NAMES)},
                random.choice(TEXTS),
                copy.deepcopy(random.choice(VALUES)),
            )
        )
    return found


def path_of(random: Random) -> str:
    """Return the path of an operation: mostly one that means something."""
    name = random.choice(ATTRIBUTES)
    if random.random() < 0.5:
        return name
    inner = condition(random, 1) if random.random() < 0.3 else 'type eq "work"'
    return f"{name.partition('.')[0]}[{inner}]{random.choice(('', '.value', '.primary', '.type', '.nothing'))}"


def condition(random: Random, depth: int = 0) -> str:
    """Return a filter, most of which parse."""
    if depth < 4 and random.random() < 0.35:
        joint = random.choice((" and ", " or ", " AND "))
        parts = [condition(random, depth + 1) for _ in range(random.randint(1, 3))]
        return f"{random.choice(('', 'not ', 'not'))}({joint.join(parts)})"
    if random.random() < 0.5:
        return random.choice(CONDITIONS)
    name = random.choice(ATTRIBUTES)
    if random.random() < 0.2 and depth < 2:
        name = f"{name}[{condition(random, 3)}]{random.choice(('', '.value'))}"
        if random.random() < 0.5:
            return name
    literal = random.choice(LITERALS) if random.random() < 0.7 else json.dumps(random.choice(TEXTS))
    return f"{name} {random.choice(OPERATORS)} {literal}"


def _create_user(random: Random, crowd: Crowd) -> Any:
    return "POST", "/Users", [], user(random, crowd)


def _create_group(random: Random, crowd: Crowd) -> Any:
    return "POST", "/Groups", [], group(random, crowd)


def _patch(random: Random, crowd: Crowd) -> Any:
    endpoint = random.choice(("/Users", "/Groups"))
    operations = [operation(random, crowd, endpoint) for _ in range(random.choice((1, 1, 1, 2, 5)))]
    body = {"schemas": [PATCH], "Operations": operations}
    return "PATCH", f"{endpoint}/{quote(crowd.any(random, endpoint))}", _projection(random), body


def _put(random: Random, crowd: Crowd) -> Any:
    endpoint = random.choice(("/Users", "/Groups"))
    body = user(random, crowd) if endpoint == "/Users" else group(random, crowd)
    return "PUT", f"{endpoint}/{quote(crowd.any(random, endpoint))}", _projection(random), body


def _read(random: Random, crowd: Crowd) -> Any:
    endpoint = random.choice(("/Users", "/Groups"))
    path = f"{endpoint}/{quote(crowd.any(random, endpoint))}"
    return random.choice(("GET", "GET", "HEAD")), path, _projection(random), None


def _delete(random: Random, crowd: Crowd) -> Any:
    endpoint = random.choice(("/Users", "/Groups"))
    return "DELETE", f"{endpoint}/{quote(crowd.any(random, endpoint))}", [], None


def _query(random: Random, crowd: Crowd) -> Any:
    query = _projection(random)
    if random.random() < 0.8:
        query.append(("filter", condition(random)))
    if random.random() < 0.4:
        query += [("sortBy", path_of(random)), ("sortOrder", random.choice(("ascending", "descending", "up", "")))]
    if random.random() < 0.4:
        numbers = ("0", "1", "5", "-1", "x", "1e3", "9" * 40, "1_0", "１")
        query += [("startIndex", random.choice(numbers)), ("count", random.choice(numbers))]
    return "GET", random.choice(("/Users", "/Groups", "/Users", "/Groups", "")), query, None


def _search(random: Random, crowd: Crowd) -> Any:
    body: dict[str, Any] = {"schemas": [SEARCH], "filter": condition(random), "count": random.randrange(5)}
    if random.random() < 0.5:
        body |= {"sortBy": random.choice(ATTRIBUTES), "startIndex": random.choice((0, 1, 999, 10**9))}
    if random.random() < 0.5:
        body["attributes"] = random.sample(ATTRIBUTES, 3)
    return "POST", random.choice(("/Users/.search", "/Groups/.search", "/.search")), [], body


def _discover(random: Random, crowd: Crowd) -> Any:
    tail = random.choice(("", f"/{USER}", "/User", "/x", f"/{quote(random.choice(TEXTS))}"))
    return (
        "GET",
        random.choice(("/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/Me", "/Bulk")) + tail,
        [],
        None,
    )


def _bulk(random: Random, crowd: Crowd) -> Any:
    operations = []
    for number in range(random.choice((1, 2, 4))):
        method, path, _, body = random.choice((_create_user, _create_group, _patch, _put, _delete))(random, crowd)
        text = json.dumps(body).replace(SOMEBODY, f"bulkId:b{random.randrange(5)}")
        operations.append({"method": method, "path": path, "bulkId": f"b{number}", "data": json.loads(text)})
    return "POST", "/Bulk", [], {"schemas": [BULK], "failOnErrors": random.choice((0, 1, 9)), "Operations": operations}


_KINDS = (
    [_create_user] * 4
    + [_create_group] * 2
    + [_patch] * 8
    + [_put] * 2
    + [_read] * 2
    + [_query] * 5
    + [_search] * 2
    + [_delete, _discover, _bulk]
)


def _projection(random: Random) -> list[tuple[str, str]]:
    if random.random() < 0.7:
        return []
    name = random.choice(("attributes", "excludedAttributes", "Attributes"))
    return [(name, ",".join(random.choices([*ATTRIBUTES, *TEXTS[:12]], k=random.choice((1, 2, 20)))))]


def _mutated(random: Random, body: Any, crowd: Crowd) -> Any:
    """Return *body* with one place of it changed."""
    body = copy.deepcopy(body)
    holders = list(_holders(body))
    if not holders:
        return copy.deepcopy(random.choice(VALUES))
    holder = random.choice(holders)
    key = random.choice(list(holder)) if isinstance(holder, dict) else random.randrange(len(holder))
    match random.randrange(8):
        case 0:
            holder[key] = copy.deepcopy(random.choice(VALUES))
        case 1:
            holder[key] = random.choice(TEXTS)
        case 2:
            del holder[key]
        case 3:
            holder[key] = [copy.deepcopy(holder[key])]
        case 4:
            holder[key] = {random.choice(KEYS): copy.deepcopy(holder[key])}
        case 5 if isinstance(holder, dict):
            holder[random.choice((*KEYS, *ATTRIBUTES))] = copy.deepcopy(random.choice((*VALUES, *TEXTS)))
        case 6 if isinstance(holder, dict):
            holder[random.choice((str(key).upper(), str(key).lower(), f" {key}"))] = holder[key]
        case _:
            holder[key] = crowd.any(random)
    return body


def _holders(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        if value:
            yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _holders(item)


def _damaged(random: Random, text: bytes) -> bytes:
    place = random.randrange(len(text) + 1)
    match random.randrange(6):
        case 0:
            return text[:place]
        case 1:
            return text[:place] + bytes([random.randrange(256)]) + text[place:]
        case 2:
            return b"\xef\xbb\xbf" + text
        case 3:
            return text.decode(errors="replace").encode("utf-16")
        case 4:
            return text[:place] + random.choice((b"\\u0000", b"\\ud800", b"NaN", b"1e999", b"[" * 200, b'"x":1,'))
        case _:
            return text.replace(b'"', random.choice((b"'", b'"a":1,"a":2,"', b'"\\ud800')), 1)


def _bent(random: Random, path: str) -> str:
    tricks = (
        "/",
        "//",
        "/.",
        "/..",
        ";x=1",
        "%2F",
        "%00",
        "%0d%0aX:%20y",
        "%ff",
        ".json",
        "/.search",
        "/x" * 50,
        "a" * 300,
    )
    return random.choice((path.upper(), path.lower(), f"/{path}", path + random.choice(tricks), random.choice(tricks)))


def _odd_headers(random: Random) -> dict[str, str]:
    name = random.choice(
        (
            "If-Match",
            "If-None-Match",
            "X-Request-Id",
            "Client-Request-Id",
            "Accept",
            "Content-Encoding",
            "Transfer-Encoding",
            "Host",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-HTTP-Method-Override",
            "Origin",
            "Range",
            "Expect",
            "Prefer",
            "Cookie",
        )
    )
    values = ("", "*", 'W/"1"', '"1", W/"2"', "W/", '"', "," * 500, "gzip", "chunked", "\xff", "x" * 4000, "1_0", "0")
    return {name: random.choice(values)}
