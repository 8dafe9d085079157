"""What the Entra provisioning service sends, default dialect and aadOptscim062020, and what becomes of it."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, GROUP_URN, USER, USER_URN
from scim_plugin.protocol.errors import InvalidPath, Mutability, ScimError
from scim_plugin.protocol.intake import accept
from scim_plugin.protocol.membership import fold, split
from scim_plugin.protocol.patch import PATCH_URN, apply, parse_patch

ANN = {"schemas": [USER_URN], "userName": "ann", "active": True}


def patched(leniency, *operations, document=ANN):
    message = {"schemas": [PATCH_URN], "Operations": [*operations]}
    return apply(document, parse_patch(message), USER, leniency, "u1")


def test_a_user_as_it_is_posted(entra):
    body = {
        "schemas": [USER_URN, ENTERPRISE_USER_URN],
        "externalId": "0a21",
        "userName": "Test_User",
        "active": "True",
        "addresses": None,
        "displayName": "givenName familyName",
        "emails": [{"primary": True, "type": "work", "value": "x@testuser.com"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName"},
        "roles": [],
        "department": None,
        "manager": None,
    }
    kept = ("externalId", "userName", "displayName", "emails", "name")
    assert accept(body, USER, entra) == {"schemas": [USER_URN], "active": True, **{name: body[name] for name in kept}}


def test_a_custom_extension_that_no_schema_declares_is_dropped(entra):
    body = {**ANN, "urn:ietf:params:scim:schemas:extension:Shoe:2.0:User": {"Size": "44"}}
    assert accept(body, USER, entra) == ANN


def test_a_group_as_it_is_posted(entra):
    body = {
        "schemas": [GROUP_URN, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1",
        "displayName": "Staff",
        "meta": {"resourceType": "Group"},
    }
    assert accept(body, GROUP, entra) == {"schemas": [GROUP_URN], "externalId": "8aa1", "displayName": "Staff"}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "path": "active", "value": False},
        {"op": "Add", "path": "active", "value": "false"},
        {"op": "replace", "value": {"active": "False"}},
        {"op": "Replace", "path": "active", "value": [{"$ref": None, "value": "False"}]},
    ],
)
def test_a_user_is_disabled(entra, operation):
    assert patched(entra, operation) == {**ANN, "active": False}


def test_several_attributes_in_one_operation_have_paths_as_keys(entra, strict):
    value = {
        "displayName": "B",
        "name.givenName": "K",
        "name.familyName": "U",
        'emails[type eq "work"].value': "k@u",
        f"{ENTERPRISE_USER_URN}:employeeNumber": "A",
    }
    assert patched(entra, {"op": "replace", "value": value}) == {
        **ANN,
        "schemas": [USER_URN, ENTERPRISE_USER_URN],
        "displayName": "B",
        "name": {"givenName": "K", "familyName": "U"},
        "emails": [{"type": "work", "value": "k@u"}],
        ENTERPRISE_USER_URN: {"employeeNumber": "A"},
    }
    with pytest.raises(InvalidPath, match="cannot be a key of a value"):
        patched(strict, {"op": "replace", "value": value})


def test_an_extension_in_a_value_may_have_dotted_keys_too(entra):
    value = {ENTERPRISE_USER_URN: {"manager.value": "u2", "Department": "Retail"}}
    assert patched(entra, {"op": "add", "value": value})[ENTERPRISE_USER_URN] == {
        "manager": {"value": "u2"},
        "department": "Retail",
    }


def test_an_address_is_built_by_several_operations(entra):
    parts = {"country": "CH", "Locality": "Bern", "postalCode": "3000", "Formatted": "Bern"}
    operations = [
        {"op": "Add", "path": f'addresses[type eq "work"].{name}', "value": value} for name, value in parts.items()
    ]
    assert patched(entra, *operations)["addresses"] == [
        {"type": "work", "country": "CH", "locality": "Bern", "postalCode": "3000", "formatted": "Bern"}
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{ENTERPRISE_USER_URN}:department", "Retail"),
        (f"{ENTERPRISE_USER_URN}.department", "Retail"),
        ("department", "Retail"),
        (f"{ENTERPRISE_USER_URN}:department", [{"value": "Retail"}]),
    ],
)
def test_an_enterprise_attribute_is_set_on_a_user_that_has_none(entra, path, value):
    expected = {**ANN, "schemas": [USER_URN, ENTERPRISE_USER_URN], ENTERPRISE_USER_URN: {"department": "Retail"}}
    assert patched(entra, {"op": "Add", "path": path, "value": value}) == expected


@pytest.mark.parametrize("path", ["manager", f"{ENTERPRISE_USER_URN}:manager", f"{ENTERPRISE_USER_URN}.manager"])
def test_the_manager_is_set_changed_and_cleared(entra, path):
    managed = {**ANN, ENTERPRISE_USER_URN: {"manager": {"value": "u1", "$ref": "http://host/Users/u1"}}}
    for value in ("u2", {"value": "u2"}, [{"value": "u2"}]):
        result = patched(entra, {"op": "replace", "path": path, "value": value}, document=managed)
        assert result[ENTERPRISE_USER_URN] == {"manager": {"value": "u2"}}
    referred = [{"$ref": "http://host/Users/u2", "value": "u2"}]
    result = patched(entra, {"op": "Add", "path": path, "value": referred}, document=managed)
    assert result[ENTERPRISE_USER_URN] == {"manager": referred[0]}
    for operation in ({"op": "replace", "value": ""}, {"op": "replace", "value": None}, {"op": "remove"}):
        assert patched(entra, {"path": path, **operation}, document=managed) == ANN


@pytest.mark.parametrize("nothing", ["", None])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("displayName", "displayName"),
        ("name.givenName", "name"),
        ('emails[type eq "work"].value', "emails"),
        (f"{ENTERPRISE_USER_URN}:department", ENTERPRISE_USER_URN),
    ],
)
def test_nothing_unassigns(entra, nothing, path, name):
    document = {
        **ANN,
        "displayName": "A",
        "name": {"givenName": "A"},
        "emails": [{"type": "work", "value": "a", "primary": True}],
        ENTERPRISE_USER_URN: {"department": "R"},
    }
    assert name not in patched(entra, {"op": "Replace", "path": path, "value": nothing}, document=document)
    assert name not in patched(entra, {"op": "replace", "value": {path: nothing}}, document=document)


def test_roles_are_added_and_replaced(entra):
    admin = {"value": '{"id":"06b0","value":"Admin","displayName":"Administrator"}'}
    added = patched(
        entra, {"op": "Add", "path": "roles", "value": [admin]}, document={**ANN, "roles": [{"value": "User"}]}
    )
    assert added["roles"] == [{"value": "User"}, {"value": "Admin", "display": "Administrator"}]
    user = {"primary": False, "type": "WindowsAzureActiveDirectoryRole", "display": "User", "value": "User"}
    assert patched(entra, {"op": "replace", "path": "roles", "value": [user]}, document=added)["roles"] == [user]


def test_the_primary_role_is_addressed_with_a_quoted_true(entra, strict):
    operations = [
        {"op": "Add", "path": 'roles[primary eq "True"].display', "value": "Administrator"},
        {"op": "Add", "path": 'roles[primary eq "True"].value', "value": "Admin"},
    ]
    assert patched(entra, *operations)["roles"] == [{"primary": True, "display": "Administrator", "value": "Admin"}]
    with pytest.raises(ScimError):
        patched(strict, *operations)


def test_own_id_and_schemas_may_be_repeated(entra):
    assert (
        patched(entra, {"op": "replace", "value": {"id": "u1", "schemas": [USER_URN], "active": False}})["active"]
        is False
    )
    with pytest.raises(Mutability):
        patched(entra, {"op": "replace", "value": {"id": "u2"}})


@pytest.mark.parametrize(
    ("operation", "joining", "leaving"),
    [
        ({"op": "Add", "path": "members", "value": [{"$ref": None, "value": "m1"}]}, ["m1"], []),
        ({"op": "Add", "path": "members", "value": "m1"}, ["m1"], []),
        ({"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "m1"}]}, [], ["m1"]),
        ({"op": "remove", "path": 'members[value eq "m1"]'}, [], ["m1"]),
    ],
)
def test_members_join_and_leave_one_by_one(entra, operation, joining, leaving):
    message = {"schemas": [PATCH_URN], "Operations": [operation]}
    others, steps = split(parse_patch(message), GROUP, entra, "g1")
    change = fold(steps, GROUP, entra, tuple)
    assert (others, [*change.joining], [*change.leaving]) == ([], joining, leaving)
