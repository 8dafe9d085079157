"""The PatchOp message (RFC 7644 §3.5.2)."""

import pytest

from scim_plugin.protocol.errors import InvalidPath, InvalidSyntax, InvalidValue, NoTarget, ScimError
from scim_plugin.protocol.patch import MAX_OPERATIONS, PATCH_URN, Operation, parse_patch


def parsed(*operations):
    return parse_patch({"schemas": [PATCH_URN], "Operations": [*operations]})


def test_operations_are_read_in_order():
    assert parsed(
        {"op": "add", "path": "nickName", "value": "A"},
        {"op": "replace", "value": {"a": 1}},
        {"op": "remove", "path": "title"},
    ) == (
        Operation("add", "nickName", "A", has_value=True),
        Operation("replace", None, {"a": 1}, has_value=True),
        Operation("remove", "title"),
    )


def test_verbs_and_names_are_taken_in_any_case():
    body = {
        "SCHEMAS": [PATCH_URN.upper(), "urn:x"],
        "operations": [{"OP": "Replace", "Path": "active", "VALUE": False}],
    }
    assert parse_patch(body) == (Operation("replace", "active", value=False, has_value=True),)


def test_null_is_a_value_that_was_sent():
    assert parsed({"op": "replace", "path": "title", "value": None}) == (
        Operation("replace", "title", None, has_value=True),
    )
    assert parsed({"op": "remove", "path": "title"})[0].has_value is False


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"Operations": [{"op": "remove", "path": "x"}]},
        {"schemas": PATCH_URN, "Operations": [{"op": "remove", "path": "x"}]},
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{"op": "remove", "path": "x"}],
        },
        {"schemas": [1], "Operations": [{"op": "remove", "path": "x"}]},
        {"schemas": [PATCH_URN]},
        {"schemas": [PATCH_URN], "Operations": []},
        {"schemas": [PATCH_URN], "Operations": {}},
        {"schemas": [PATCH_URN], "Operations": None},
        {"schemas": [PATCH_URN], "Operations": ["add"]},
        {"schemas": [PATCH_URN], "Operations": [{"op": "add", "path": "x", "value": 1}], "operations": []},
    ],
)
def test_what_is_no_patch_message_is_refused(body):
    with pytest.raises(InvalidSyntax):
        parse_patch(body)


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ({}, InvalidSyntax),
        ({"path": "x", "value": 1}, InvalidSyntax),
        ({"op": None, "path": "x", "value": 1}, InvalidSyntax),
        ({"op": "move", "path": "x", "value": 1}, InvalidSyntax),
        ({"op": ["add"], "path": "x", "value": 1}, InvalidSyntax),
        ({"op": "add", "OP": "remove", "path": "x"}, InvalidSyntax),
        ({"op": "add", "path": 5, "value": 1}, InvalidPath),
        ({"op": "add", "path": ["x"], "value": 1}, InvalidPath),
        ({"op": "add", "path": "a\0", "value": 1}, InvalidPath),
        ({"op": "add", "path": "\ud800", "value": 1}, InvalidPath),
        ({"op": "remove"}, NoTarget),
        ({"op": "remove", "path": None, "value": 1}, NoTarget),
        ({"op": "add", "path": "x"}, InvalidValue),
        ({"op": "replace"}, InvalidValue),
    ],
)
def test_a_malformed_operation_is_refused(operation, error):
    with pytest.raises(ScimError) as refused:
        parsed(operation)
    assert type(refused.value) is error


def test_the_number_of_operations_is_bounded():
    one = {"op": "remove", "path": "title"}
    assert len(parsed(*[one] * MAX_OPERATIONS)) == 1000
    with pytest.raises(InvalidValue, match="more than 1000"):
        parsed(*[one] * (MAX_OPERATIONS + 1))
