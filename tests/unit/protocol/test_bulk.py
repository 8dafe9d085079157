"""Bulk messages (RFC 7644 §3.7): what is refused as a whole, what alone, and in which order operations are done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.bulk import (
    BULK_REQUEST_URN,
    MAX_OPERATIONS,
    TooManyOperations,
    ordered,
    parse_bulk,
    references,
    resolved,
)
from scim_plugin.protocol.errors import InvalidSyntax, InvalidValue, ScimError
from tests.unit.strategies import nonsense


def parsed(*operations, **message):
    return parse_bulk({"schemas": [BULK_REQUEST_URN], "Operations": [*operations], **message})


def post(bulk_id="b", **data):
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data}


def test_operations_are_read_in_order_and_in_any_case():
    body = {
        "SCHEMAS": [BULK_REQUEST_URN.upper()],
        "operations": [
            {"METHOD": "post", "Path": "/Users", "BULKID": "b", "DATA": {"userName": "a"}},
            {"method": "PATCH", "path": "/Groups/g1", "version": 'W/"1"', "data": {}},
            {"method": "DELETE", "path": "/Users/u1"},
        ],
    }
    made, changed, gone = parse_bulk(body).operations
    assert (made.method, made.endpoint, made.bulk_id, made.data) == ("POST", "Users", "b", {"userName": "a"})
    assert (changed.method, changed.endpoint, changed.resource_id, changed.version) == (
        "PATCH",
        "Groups",
        "g1",
        'W/"1"',
    )
    assert (gone.index, gone.method, gone.resource_id, gone.data) == (2, "DELETE", "u1", None)
    assert not any(operation.error for operation in (made, changed, gone))


def test_a_new_resource_has_its_id_before_anything_is_done():
    first, second = parsed(post("a"), post("b")).operations
    assert first.resource_id
    assert second.resource_id not in ("", first.resource_id)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"schemas": [BULK_REQUEST_URN]},
        {"schemas": [BULK_REQUEST_URN], "Operations": []},
        {"schemas": [BULK_REQUEST_URN], "Operations": {}},
        {"schemas": BULK_REQUEST_URN, "Operations": [post()]},
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [post()]},
        {"schemas": [1], "Operations": [post()]},
    ],
)
def test_what_is_no_bulk_message_is_refused_as_a_whole(body):
    with pytest.raises(InvalidSyntax):
        parse_bulk(body)


@pytest.mark.parametrize("limit", [0, -1, "1", 1.5, True, []])
def test_the_number_of_errors_to_bear_is_a_positive_integer(limit):
    with pytest.raises(InvalidValue):
        parsed(post(), failOnErrors=limit)


def test_the_number_of_errors_to_bear_may_be_left_open():
    assert parsed(post(), failOnErrors=3).fail_on_errors == 3
    assert parsed(post()).fail_on_errors is None


def test_the_number_of_operations_is_bounded():
    removal = {"method": "DELETE", "path": "/Users/u1"}
    assert len(parsed(*[removal] * MAX_OPERATIONS).operations) == MAX_OPERATIONS
    with pytest.raises(TooManyOperations) as refused:
        parsed(*[removal] * (MAX_OPERATIONS + 1))
    assert refused.value.status == 413


@pytest.mark.parametrize(
    ("operation", "problem"),
    [
        (None, "needs a 'method'"),
        ({}, "needs a 'method'"),
        ({"method": "GET", "path": "/Users/u1"}, "needs a 'method'"),
        ({"method": 5, "path": "/Users/u1"}, "needs a 'method'"),
        ({"method": "DELETE"}, "needs a 'path'"),
        ({"method": "DELETE", "path": "https://other/Users/u1"}, "needs a 'path'"),
        ({"method": "DELETE", "path": "/Users/u1?x=1"}, "needs a 'path'"),
        ({"method": "DELETE", "path": "/Users/u1/../u2"}, "needs a 'path'"),
        ({"method": "DELETE", "path": "/Users"}, "is that of a resource"),
        ({**post(), "path": "/Users/u1"}, "is the endpoint"),
        ({"method": "POST", "path": "/Users", "data": {}}, "needs a 'bulkId'"),
        ({**post(), "bulkId": 5}, "needs a 'bulkId'"),
        ({"method": "POST", "path": "/Users", "bulkId": "b"}, "needs 'data'"),
        ({"method": "PUT", "path": "/Users/u1"}, "needs 'data'"),
        ({"method": "DELETE", "path": "/Users/u1", "version": 1}, "must be a string"),
    ],
)
def test_what_is_wrong_with_one_operation_is_kept_with_it(operation, problem):
    wrong, right = parsed(operation, post("other")).operations
    assert isinstance(wrong.error, InvalidSyntax)
    assert problem in str(wrong.error)
    assert right.error is None


def test_a_bulk_id_is_given_once():
    first, second = parsed(post("b"), post("b")).operations
    assert first.error is None
    assert "given to another operation" in str(second.error)


def test_references_stand_in_paths_values_and_filters():
    (operation,) = parsed(
        {
            "method": "PATCH",
            "path": "/Groups/bulkId:g",
            "data": {
                "Operations": [
                    {"op": "add", "path": "members", "value": [{"value": "bulkId:a"}, {"$ref": "/Users/bulkId:b"}]},
                    {"op": "remove", "path": 'members[value eq "bulkId:c"]', "value": None},
                    {"op": "replace", "path": "displayName", "value": "mybulkId:d or bulkId: or 5"},
                ]
            },
        }
    ).operations
    assert references(operation) == {"g", "a", "b", "c"}
    done = resolved(operation, {name: name.upper() * 2 for name in "gabc"})
    assert done.resource_id == "GG"
    assert done.data["Operations"][0]["value"] == [{"value": "AA"}, {"$ref": "/Users/BB"}]
    assert done.data["Operations"][1] == {"op": "remove", "path": 'members[value eq "CC"]', "value": None}
    assert done.data["Operations"][2] == operation.data["Operations"][2]


def test_what_is_referred_to_goes_first_and_circles_stand_together():
    operations = parsed(
        post("a", manager="bulkId:b"),
        post("b", manager="bulkId:c"),
        post("c", manager="bulkId:b"),
        post("d", manager="bulkId:d"),
        post("e", manager="bulkId:unknown"),
    ).operations
    assert [[operation.bulk_id for operation in group] for group in ordered(operations)] == [
        ["b", "c"],
        ["a"],
        ["d"],
        ["e"],
    ]


_EDGES = st.lists(st.sets(st.integers(0, 7)), min_size=1, max_size=8)


@given(_EDGES)
def test_the_order_keeps_every_operation_and_every_reference(edges):
    operations = parsed(
        *(post(str(index), links=[f"bulkId:{other}" for other in others]) for index, others in enumerate(edges))
    ).operations
    groups = [[int(operation.bulk_id) for operation in group] for group in ordered(operations)]
    place = {index: position for position, group in enumerate(groups) for index in group}
    assert sorted(place) == [*range(len(edges))]
    assert all(place[other] <= place[index] for index, others in enumerate(edges) for other in others if other in place)

    def reached(start):
        found, left = set(), [start]
        while left:
            for other in edges[left.pop()]:
                if other < len(edges) and other not in found:
                    found.add(other)
                    left.append(other)
        return found

    for group in groups:
        assert all(other in reached(index) for index in group for other in group if len(group) > 1)


@given(st.lists(nonsense, max_size=4))
def test_any_operations_are_taken_or_refused(operations):
    try:
        request = parsed(*operations)
    except ScimError:
        return
    for group in ordered(request.operations):
        for operation in group:
            resolved(operation, dict.fromkeys(references(operation), "x"))
