"""Bulk messages (RFC 7644 §3.7): the operations, and the references between them by ``bulkId``.

Every POST gets the id of its resource before anything is done, and each ``bulkId:…`` is replaced by that id wherever it
stands: in paths, values, references, filters. What remains of references is an order: whatever is referred to goes
first. Operations that refer to each other in a circle stand together in one group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scim_plugin.protocol.errors import InvalidSyntax, InvalidValue, ScimError
from scim_plugin.protocol.json_types import Document, is_array, is_object
from scim_plugin.protocol.resource import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BULK_REQUEST_URN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE_URN = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
MAX_OPERATIONS = 1000
MAX_PAYLOAD = 5 * 1024 * 1024

_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_PATH = re.compile(r"/([^/?#]+)(?:/([^/?#]+))?")
_REFERENCE = re.compile(r"(?P<before>^|[/\"])bulkId:(?P<id>[^/\"\s]+)(?=$|[/\"])")


class TooManyOperations(ScimError):
    """The message has more operations than ``maxOperations``."""

    status = 413

    def __init__(self) -> None:
        """Name the limit."""
        super().__init__(f"A Bulk request may have at most {MAX_OPERATIONS} operations (maxOperations).")


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """One operation as sent; ``resource_id`` is the one in its path, or for a POST the one that it will create.

    ``error`` is set where the operation itself is malformed; nothing of it is done then.
    """

    index: int
    method: str
    endpoint: str
    resource_id: str
    bulk_id: str | None
    version: str | None
    data: Any
    error: ScimError | None = None


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """A Bulk message. ``fail_on_errors`` None: go on whatever happens."""

    operations: tuple[BulkOperation, ...]
    fail_on_errors: int | None


def parse_bulk(body: object) -> BulkRequest:
    """Return the message in *body*. Raises InvalidSyntax, InvalidValue, TooManyOperations.

    What is wrong with a single operation is kept with it, so that the others are still done.
    """
    if not is_object(body):
        detail = "The body must be a JSON object: a BulkRequest message."
        raise InvalidSyntax(detail)
    message = {name.lower(): value for name, value in body.items()}
    urns = message.get("schemas")
    if not is_array(urns) or not any(isinstance(urn, str) and urn.lower() == BULK_REQUEST_URN.lower() for urn in urns):
        detail = f'The body must be a BulkRequest message: "schemas": ["{BULK_REQUEST_URN}"].'
        raise InvalidSyntax(detail)
    operations = message.get("operations")
    if not is_array(operations) or not operations:
        detail = "'Operations' must be an array of at least one operation."
        raise InvalidSyntax(detail)
    if len(operations) > MAX_OPERATIONS:
        raise TooManyOperations
    limit = message.get("failonerrors")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        detail = "'failOnErrors' must be an integer of at least 1."
        raise InvalidValue(detail)
    seen: set[str] = set()
    return BulkRequest(tuple(_operation(index, item, seen) for index, item in enumerate(operations)), limit)


def _operation(index: int, item: object, seen: set[str]) -> BulkOperation:
    message: Document = {name.lower(): value for name, value in item.items()} if is_object(item) else {}
    method = message.get("method")
    verb = method.upper() if isinstance(method, str) else ""
    bulk_id, version, path = message.get("bulkid"), message.get("version"), message.get("path")
    found = _PATH.fullmatch(path) if isinstance(path, str) else None
    operation = BulkOperation(
        index,
        verb if verb in _METHODS else "",
        found[1] if found else "",
        (found[2] or "") if found else "",
        bulk_id if isinstance(bulk_id, str) and bulk_id else None,
        version if isinstance(version, str) else None,
        message.get("data"),
    )
    problem = _problem(operation, is_path=found is not None, data_is_missing="data" not in message)
    if not problem and operation.version is None and version is not None:
        problem = "The 'version' of an operation must be a string: the entity tag of the resource."
    if operation.bulk_id is not None:
        if operation.bulk_id in seen:
            problem = f"The bulkId '{operation.bulk_id[:64]}' is given to another operation already."
        seen.add(operation.bulk_id)
    if problem:
        return replace(operation, error=InvalidSyntax(problem))
    return replace(operation, resource_id=new_id()) if operation.method == "POST" else operation


def _problem(operation: BulkOperation, *, is_path: bool, data_is_missing: bool) -> str | None:
    if not operation.method:
        return "An operation needs a 'method': POST, PUT, PATCH or DELETE."
    if not is_path:
        return "An operation needs a 'path' relative to the base URI: /Users or /Users/{id}."
    if operation.method == "POST":
        if operation.resource_id:
            return "The path of a POST is the endpoint of a resource type: /Users."
        if operation.bulk_id is None:
            return "A POST needs a 'bulkId'."
    elif not operation.resource_id:
        return f"The path of a {operation.method} is that of a resource: /Users/{{id}}."
    if operation.method != "DELETE" and data_is_missing:
        return f"A {operation.method} needs 'data'."
    return None


def makers(operations: Iterable[BulkOperation]) -> dict[str, BulkOperation]:
    """Return the POST that each bulkId names: the first that has it."""
    found: dict[str, BulkOperation] = {}
    for operation in operations:
        if operation.method == "POST" and operation.bulk_id is not None:
            found.setdefault(operation.bulk_id, operation)
    return found


def references(operation: BulkOperation) -> set[str]:
    """Return the bulkIds to which *operation* refers, in its path and in its data."""
    return {
        found["id"] for text in _texts([operation.resource_id, operation.data]) for found in _REFERENCE.finditer(text)
    }


def _texts(value: Any) -> Iterable[str]:
    """Yield every string in *value*. JSON from the wire is of bounded depth."""
    if isinstance(value, str):
        if "bulkId:" in value:
            yield value
    elif is_array(value):
        for item in value:
            yield from _texts(item)
    elif is_object(value):
        for item in value.values():
            yield from _texts(item)


def resolved(operation: BulkOperation, ids: Mapping[str, str]) -> BulkOperation:
    """Return *operation* with each ``bulkId:…`` replaced by the id that *ids* gives it."""

    def swap(value: Any) -> Any:
        if isinstance(value, str):
            return _REFERENCE.sub(lambda m: m["before"] + ids[m["id"]], value) if "bulkId:" in value else value
        if is_array(value):
            return [swap(item) for item in value]
        if is_object(value):
            return {name: swap(item) for name, item in value.items()}
        return value

    return replace(operation, resource_id=swap(operation.resource_id), data=swap(operation.data))


def ordered(operations: Sequence[BulkOperation]) -> list[list[BulkOperation]]:
    """Return *operations* in groups: what is referred to stands before, in the client's order otherwise.

    A group of several is a circle (a strongly connected component, found by Tarjan's algorithm without recursion).
    """
    made = {name: maker.index for name, maker in makers(operations).items()}
    edges = [[made[name] for name in sorted(references(operation)) if name in made] for operation in operations]
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    groups: list[list[BulkOperation]] = []
    for root in range(len(operations)):
        if root in number:
            continue
        work = [(root, iter(edges[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        while work:
            node, successors = work[-1]
            following = next((other for other in successors if other not in number or other in stack), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    position = stack.index(node)
                    groups.append([operations[index] for index in sorted(stack[position:])])
                    del stack[position:]
            elif following in number:
                low[node] = min(low[node], number[following])
            else:
                number[following] = low[following] = len(number)
                stack.append(following)
                work.append((following, iter(edges[following])))
    return groups
