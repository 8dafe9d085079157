"""What operations make of a User by the letter of RFC 7644 §3.5.2; multi-valued attributes have a file of their own."""

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_SCHEMA, ENTERPRISE_USER_URN, USER, USER_URN
from scim_plugin.protocol.errors import InvalidFilter, InvalidPath, InvalidValue, Mutability, NoTarget, ScimError
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.patch import Operation, apply
from scim_plugin.protocol.schema import Extension, ResourceType

ANN = {
    "schemas": [USER_URN, ENTERPRISE_USER_URN],
    "userName": "ann",
    "name": {"givenName": "Ann", "familyName": "Müller"},
    "title": "Head",
    "active": True,
    ENTERPRISE_USER_URN: {"department": "Retail", "manager": {"value": "u2", "$ref": "../Users/u2"}},
}


def patched(verb, path=None, value=..., *, leniency=STRICT, resource_type=USER, document=ANN):
    operation = Operation(verb, path, None if value is ... else value, has_value=value is not ...)
    return apply(document, [operation], resource_type, leniency, "u1")


@pytest.mark.parametrize("verb", ["add", "replace"])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("nickName", "Nan"),
        ("title", "Boss"),
        ("TITLE", "Boss"),
        (f"{USER_URN}:title", "Boss"),
        ("active", False),
        ("userName", "ann2"),
        ("externalId", "x-1"),
    ],
)
def test_add_and_replace_set_a_single_value(verb, path, value):
    name = {"TITLE": "title"}.get(path, path.rpartition(":")[2])
    assert patched(verb, path, value) == {**ANN, name: value}


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_a_sub_attribute_is_set_beside_the_others(verb):
    assert patched(verb, "name.givenName", "Anna")["name"] == {"givenName": "Anna", "familyName": "Müller"}
    assert patched(verb, "name.middleName", "M.")["name"] == {**ANN["name"], "middleName": "M."}


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_sub_attributes_that_are_not_given_stay(verb):
    """RFC 7644 §3.5.2.3: of a complex attribute the given sub-attributes are replaced."""
    assert patched(verb, "name", {"givenName": "Anna"})["name"] == {"givenName": "Anna", "familyName": "Müller"}
    assert patched(verb, "name", {"GIVENNAME": None})["name"] == {"familyName": "Müller"}
    assert patched(verb, "name", {"givenName": None, "formatted": "A. M."})["name"] == {
        "familyName": "Müller",
        "formatted": "A. M.",
    }
    assert "name" not in patched(verb, "name", {"givenName": None, "familyName": None})
    assert patched(verb, "name", {})["name"] == ANN["name"]


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_an_operation_without_a_path_sets_the_attributes_of_its_value(verb):
    result = patched(verb, None, {"Title": "Boss", "name": {"givenName": "Anna"}, "nickName": "Nan"})
    assert result == {**ANN, "title": "Boss", "name": {"givenName": "Anna", "familyName": "Müller"}, "nickName": "Nan"}


@pytest.mark.parametrize("verb", ["add", "replace"])
@pytest.mark.parametrize("path", ["title", None])
def test_null_unassigns(verb, path):
    result = patched(verb, path, None if path else {"title": None})
    assert result == {name: value for name, value in ANN.items() if name != "title"}


@pytest.mark.parametrize("path", ["title", "name.givenName", "name", "active"])
def test_remove_unassigns(path):
    name, _, sub = path.partition(".")
    expected = {**ANN, name: {"familyName": "Müller"}} if sub else {key: ANN[key] for key in ANN if key != name}
    assert patched("remove", path) == expected


@pytest.mark.parametrize(
    "path", ["nickName", "name.middleName", "emails", "emails.type", f"{ENTERPRISE_USER_URN}:costCenter"]
)
def test_removing_what_is_not_there_succeeds(path):
    assert patched("remove", path) == ANN
    bare = {"schemas": [USER_URN], "userName": "ann"}
    assert patched("remove", "name.givenName", document=bare) == bare
    assert patched("remove", f"{ENTERPRISE_USER_URN}:manager.value", document=bare) == bare


def test_the_last_sub_attribute_takes_the_attribute_with_it():
    document = {"schemas": [USER_URN], "userName": "ann", "name": {"givenName": "Ann"}}
    assert patched("remove", "name.givenName", document=document) == {"schemas": [USER_URN], "userName": "ann"}


def test_the_attributes_of_an_extension_are_set_by_urn():
    result = patched("add", f"{ENTERPRISE_USER_URN.lower()}:Division", "North")
    assert result[ENTERPRISE_USER_URN] == {**ANN[ENTERPRISE_USER_URN], "division": "North"}


def test_schemas_follow_the_data():
    """RFC 7643 §3: ``schemas`` names the schemas of the attributes that are there."""
    bare = {"schemas": [USER_URN], "userName": "ann"}
    with_data = patched("add", f"{ENTERPRISE_USER_URN}:department", "Retail", document=bare)
    assert with_data == {
        **bare,
        "schemas": [USER_URN, ENTERPRISE_USER_URN],
        ENTERPRISE_USER_URN: {"department": "Retail"},
    }
    assert patched("remove", f"{ENTERPRISE_USER_URN}:department", document=with_data) == bare


@pytest.mark.parametrize("verb", ["add", "replace"])
def test_a_whole_extension_sets_what_it_names(verb):
    for path, value in (
        (ENTERPRISE_USER_URN, {"Division": "N"}),
        (None, {ENTERPRISE_USER_URN.lower(): {"division": "N"}}),
    ):
        assert patched(verb, path, value)[ENTERPRISE_USER_URN] == {**ANN[ENTERPRISE_USER_URN], "division": "N"}
    assert patched(verb, ENTERPRISE_USER_URN, {}) == ANN
    assert patched(verb, ENTERPRISE_USER_URN, {"department": None, "manager": None}) == patched(
        "remove", ENTERPRISE_USER_URN
    )


def test_a_whole_extension_may_come_with_its_schemas():
    """Typed clients write it as a resource of its own."""
    value = {"schemas": [ENTERPRISE_USER_URN], "division": "N"}
    assert patched("add", ENTERPRISE_USER_URN, value) == patched("add", ENTERPRISE_USER_URN, {"division": "N"})


def test_a_whole_extension_can_be_removed():
    expected = {name: value for name, value in ANN.items() if name != ENTERPRISE_USER_URN} | {"schemas": [USER_URN]}
    assert patched("remove", ENTERPRISE_USER_URN) == expected
    assert patched("replace", ENTERPRISE_USER_URN, None) == expected
    assert patched("remove", ENTERPRISE_USER_URN, document=expected) == expected


@pytest.mark.parametrize("value", [1, "x", [], [{"department": "x"}]])
def test_a_whole_extension_is_an_object(value):
    with pytest.raises(InvalidValue, match="must be an object"):
        patched("replace", ENTERPRISE_USER_URN, value)


def test_a_reference_that_leads_elsewhere_forgets_its_address():
    manager = f"{ENTERPRISE_USER_URN}:manager"
    assert patched("replace", manager, {"value": "u3"})[ENTERPRISE_USER_URN]["manager"] == {"value": "u3"}
    assert patched("replace", f"{manager}.value", "u3")[ENTERPRISE_USER_URN]["manager"] == {"value": "u3"}
    assert patched("replace", manager, {"value": "u2"}) == ANN
    assert patched("replace", f"{manager}.value", "u2") == ANN
    moved = {"value": "u3", "$ref": "../Users/u3"}
    assert patched("replace", manager, moved)[ENTERPRISE_USER_URN]["manager"] == moved


@pytest.mark.parametrize("verb", ["add", "replace"])
@pytest.mark.parametrize("value", [None, 1, "x", [], [{"title": "x"}]])
def test_without_a_path_the_value_is_an_object(verb, value):
    with pytest.raises(InvalidValue, match="without a path must be an object"):
        patched(verb, None, value)


_READ_ONLY = ["id", "meta", "meta.version", "schemas", "groups", "groups.value", f"{USER_URN}:id"]


@pytest.mark.parametrize("path", [*_READ_ONLY, f"{ENTERPRISE_USER_URN}:manager.displayName", 'groups[value eq "g"]'])
def test_what_a_client_may_not_set_is_refused(path):
    for verb, value in (("add", "x"), ("replace", "x"), ("replace", None), ("remove", ...)):
        with pytest.raises(Mutability):
            patched(verb, path, value)


@pytest.mark.parametrize("value", [{"id": "u2"}, {"id": None}, {"meta": {}}, {"groups": []}])
def test_what_a_client_may_not_set_is_refused_without_a_path_too(value):
    with pytest.raises(Mutability):
        patched("replace", None, value)


def test_schemas_and_the_own_id_may_be_repeated_without_a_path():
    assert patched("replace", None, {"schemas": [USER_URN], "ID": "u1", "title": "Boss"}) == {**ANN, "title": "Boss"}


def test_the_user_name_cannot_be_removed():
    with pytest.raises(Mutability, match="required"):
        patched("remove", "userName")
    for value in (None, ""):
        with pytest.raises(InvalidValue, match="'userName' is required"):
            patched("replace", "userName", value)


def test_a_required_extension_cannot_be_removed():
    kind = ResourceType("User", "/Users", "", USER.schema, (Extension(ENTERPRISE_USER_SCHEMA, required=True),))
    with pytest.raises(InvalidValue, match="is required"):
        patched("remove", ENTERPRISE_USER_URN, resource_type=kind)


@pytest.mark.parametrize(
    "path",
    [
        "shoeSize",
        "name.shoeSize",
        "title.value",
        "department",
        "__class__",
        "members",
        "",
        "title[",
        f"{ENTERPRISE_USER_URN}:shoeSize",
        f"{ENTERPRISE_USER_URN}.department",
        "urn:example:x:title",
        'shoes[size eq "1"]',
        'userName[value eq "x"]',
        'name[givenName eq "Ann"]',
        'name.givenName[value eq "x"]',
        'emails.type[value eq "x"]',
        'emails[type eq "work"].shoeSize',
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path):
    for verb, value in (("add", "x"), ("replace", "x"), ("remove", ...)):
        with pytest.raises((InvalidPath, InvalidFilter)):
            patched(verb, path, value)


@pytest.mark.parametrize(
    "value",
    [
        {"shoeSize": 44},
        {"": 1},
        {"a b": 1},
        {"name.givenName": "x"},
        {f"{ENTERPRISE_USER_URN}:department": "x"},
        {'emails[type eq "work"].value': "x"},
        {ENTERPRISE_USER_URN: {"shoeSize": 44}},
        {ENTERPRISE_USER_URN: {"manager.value": "u3"}},
        {ENTERPRISE_USER_URN: {"": 1}},
    ],
)
def test_an_unknown_attribute_and_a_path_as_a_key_are_refused(value):
    with pytest.raises(InvalidPath):
        patched("replace", None, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", 5),
        ("active", "False"),
        ("active", 0),
        ("name", "Ann"),
        ("name.givenName", {}),
        ("emails", "a@b"),
        ("emails", [5]),
        ("externalId", "x" * 1001),
        ("title", "x" * 8193),
        ("title", "\0"),
        (f"{ENTERPRISE_USER_URN}:manager", "u3"),
        (f"{ENTERPRISE_USER_URN}:department", ["x"]),
    ],
)
def test_a_wrong_value_is_refused(path, value):
    for verb in ("add", "replace"):
        with pytest.raises(InvalidValue):
            patched(verb, path, value)


def test_all_operations_are_applied_in_order_or_none():
    set_title, add_nick = (
        Operation("replace", "title", "A", has_value=True),
        Operation("add", "nickName", "B", has_value=True),
    )
    bad = Operation("add", "shoeSize", 44, has_value=True)
    assert apply(ANN, [set_title, add_nick], USER, STRICT) == {**ANN, "title": "A", "nickName": "B"}
    before = repr(ANN)
    with pytest.raises(InvalidPath):
        apply(ANN, [set_title, add_nick, bad], USER, STRICT)
    assert repr(ANN) == before


def test_later_operations_see_what_earlier_ones_did():
    made = Operation("add", "emails", [{"value": "a", "type": "work"}], has_value=True)
    changed = Operation("replace", 'emails[type eq "work"].value', "b", has_value=True)
    assert apply(ANN, [made, changed], USER, STRICT)["emails"] == [{"value": "b", "type": "work"}]
    with pytest.raises(NoTarget):
        apply(ANN, [changed, made], USER, STRICT)


def test_the_password_is_taken_and_not_kept():
    assert patched("replace", "password", "hunter2") == ANN


def test_a_refusal_is_always_one_of_ours():
    for path in ("a[b]", "emails[type]", "emails[x pr]", "emails[type eq 5]"):
        with pytest.raises(ScimError):
            patched("remove", path)
