"""Schemas and resource types as data: what is made of a declaration, and every problem that one can have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scim_plugin.protocol.catalogue import BUILT_IN
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, GROUP_URN, USER, USER_URN
from scim_plugin.protocol.declaration import InvalidDeclaration, declare, declared
from tests.unit.strategies import nonsense

BADGE = "urn:example:params:scim:schemas:extension:badge:2.0:User"
DEVICE = "urn:ietf:params:scim:schemas:core:2.0:Device"
EXTENDED = {"name": "User", "schemaExtensions": [{"schema": BADGE}]}


def badge(*attributes, **more):
    """Return a declaration that extends User by a schema of these attributes."""
    return {"schemas": [{"id": BADGE, "attributes": list(attributes), **more}], "resourceTypes": [EXTENDED]}


def device(*attributes, **more):
    """Return a declaration of the type Device with these attributes."""
    kind = {"name": "Device", "endpoint": "/Devices", "schema": DEVICE, **more}
    return {"schemas": [{"id": DEVICE, "attributes": list(attributes)}], "resourceTypes": [kind]}


def number(**characteristics):
    return {"name": "number", **characteristics}


def parts(*names, **characteristics):
    return {"name": "parts", "type": "complex", "subAttributes": [{"name": name} for name in names], **characteristics}


def problems(data):
    with pytest.raises(InvalidDeclaration) as caught:
        declare(data)
    assert str(caught.value) == " ".join(caught.value.problems)
    return caught.value.problems


# ------------------------------------------------------------------------------------------------------- what is made


def test_an_extension_adds_to_the_user_that_everybody_has():
    user = declare(badge(number())).user
    assert (user.name, user.endpoint, user.key, user.schema) == ("User", "/Users", "userName", USER.schema)
    assert [extension.schema.id for extension in user.extensions] == [ENTERPRISE_USER_URN, BADGE]
    assert not user.extensions[1].required
    assert user.extension(BADGE.upper()).attribute("NUMBER").name == "number"


def test_a_type_of_its_own_has_what_was_declared():
    data = device(
        number(required=True, caseExact=True, uniqueness="global", description="Engraved."),
        number(name="made", type="dateTime", mutability="immutable", returned="request"),
        number(name="state", canonicalValues=["on", "off"], closed=True),
        number(name="home", type="reference", referenceTypes=["external"], multiValued=True),
        parts("value", "type", multiValued=True),
        key="NUMBER",
        description="A device.",
    )
    kind = declare(data).by_name["Device"]
    assert (kind.endpoint, kind.description, kind.key, kind.schema.id) == ("/Devices", "A device.", "number", DEVICE)
    engraved, made, state, home, found = kind.schema.attributes
    assert (engraved.required, engraved.case_exact, engraved.uniqueness) == (True, True, "global")
    assert engraved.description == "Engraved."
    assert (made.type, made.mutability, made.returned) == ("dateTime", "immutable", "request")
    assert (state.canonical_values, state.closed) == (("on", "off"), True)
    assert (home.type, home.reference_types, home.multi_valued) == ("reference", ("external",), True)
    assert [sub.name for sub in found.sub_attributes] == ["value", "type"]
    assert GROUP in declare(data).resource_types


def test_what_is_not_said_has_the_default_of_the_rfc():
    attribute = declare(device(number())).by_name["Device"].schema.attributes[0]
    assert (attribute.type, attribute.mutability, attribute.returned) == ("string", "readWrite", "default")
    assert (attribute.uniqueness, attribute.required, attribute.case_exact) == ("none", False, False)
    assert declare(device(number())).by_name["Device"].description == "Device"


def test_a_built_in_extension_can_be_made_required():
    data = {
        "resourceTypes": [{"name": "User", "schemaExtensions": [{"schema": ENTERPRISE_USER_URN, "required": True}]}]
    }
    (extension,) = declare(data).user.extensions
    assert (extension.schema.id, extension.required) == (ENTERPRISE_USER_URN, True)


def test_a_schema_can_extend_several_types():
    data = badge(number())
    data["resourceTypes"].append({"name": "Group", "endpoint": "/Groups", "schema": GROUP_URN, **_extended_by(BADGE)})
    assert [len(kind.extensions) for kind in declare(data).resource_types] == [2, 1]


def _extended_by(urn):
    return {"schemaExtensions": [{"schema": urn}]}


def test_groups_may_be_declared_like_those_of_a_user():
    groups = parts("value", "$ref", "display", name="groups", mutability="readOnly", multiValued=True)
    assert declare(device(groups)).by_name["Device"].attribute("groups").multi_valued


def test_an_external_id_may_be_declared_as_it_is():
    data = device(number(name="externalId", caseExact=True))
    assert declare(data).by_name["Device"].attribute("externalid").case_exact


@pytest.mark.parametrize("data", [{}, {"schemas": []}, {"resourceTypes": []}])
def test_who_declares_nothing_has_what_everybody_has(data):
    assert declare(data) is BUILT_IN
    assert declared("") is BUILT_IN


def test_a_declaration_comes_back_from_its_text():
    made = declare(badge(number()))
    assert declared(made.declaration) is made
    assert declare(badge(number())) is made
    assert declare(badge(number(description="Ünïcode"))) is not made


# ----------------------------------------------------------------------------------------------------- what is refused

_AT = f"The schema '{BADGE}', attribute 'number'"
_DEVICE = "The resource type 'Device'"
_ENDPOINT = f"{_DEVICE} needs an endpoint such as '/Devices', and none of the protocol's own."
_TYPES = f"{_AT}: 'type' must be one of string, boolean, decimal, integer, dateTime, binary, reference, complex."
_USABLE = f"{_DEVICE}: 'key' must be an attribute that clients write and read."
_KEY = f"{_DEVICE}: 'key' must name a required, single-valued string of its schema."
_GROUPS = f"{_DEVICE}: 'groups' must be declared as it is for a User: readOnly and multi-valued."
_NAMES = "a name begins with a letter and has letters, digits, '$', '-' and '_': 60 at most."


@pytest.mark.parametrize(
    ("attribute", "problem"),
    [
        ("number", f"The schema '{BADGE}': an attribute must be a table."),
        ({"name": ""}, f"The schema '{BADGE}': an attribute needs a 'name'."),
        (number(colour="red"), f"The schema '{BADGE}': an attribute has an unknown key 'colour'."),
        (number(name="1st"), f"The schema '{BADGE}', attribute '1st': {_NAMES}"),
        (number(name="n" * 61), f"The schema '{BADGE}', attribute '{'n' * 61}': {_NAMES}"),
        (
            number(name="ID"),
            f"The schema '{BADGE}', attribute 'ID': every resource has an attribute of this name already.",
        ),
        (
            number(type="text"),
            _TYPES,
        ),
        (
            number(type=[]),
            _TYPES,
        ),
        (number(mutability="const"), f"{_AT}: 'mutability' must be one of readOnly, readWrite, immutable, writeOnly."),
        (number(returned="maybe"), f"{_AT}: 'returned' must be one of always, never, default, request."),
        (number(uniqueness="local"), f"{_AT}: 'uniqueness' must be one of none, server, global."),
        (number(required="yes"), f"{_AT}: 'required' must be true or false."),
        (number(canonicalValues="a"), f"{_AT}: 'canonicalValues' must be a list."),
        (number(canonicalValues=[1]), f"{_AT}: 'canonicalValues' must be a list of strings."),
        (number(closed=True), f"{_AT}: 'closed' needs canonicalValues, of a string or reference."),
        (
            number(type="integer", closed=True, canonicalValues=["1"]),
            f"{_AT}: 'closed' needs canonicalValues, of a string or reference.",
        ),
        (number(type="reference"), f"{_AT}: a reference has referenceTypes, and nothing else has."),
        (number(referenceTypes=["uri"]), f"{_AT}: a reference has referenceTypes, and nothing else has."),
        (number(type="complex"), f"{_AT}: a complex attribute has sub-attributes, and no other has."),
        (
            parts("value", name="number", type="string"),
            f"{_AT}: a complex attribute has sub-attributes, and no other has.",
        ),
        (parts("value", "VALUE", name="number"), f"{_AT} has the attribute 'value' twice."),
        (
            parts(name="number", subAttributes=[number(type="complex")]),
            f"{_AT}, attribute 'number': a sub-attribute has one value, which is not complex.",
        ),
        (
            parts(name="number", subAttributes=[number(multiValued=True)]),
            f"{_AT}, attribute 'number': a sub-attribute has one value, which is not complex.",
        ),
        (
            parts(name="number", subAttributes=[number(subAttributes=[])]),
            f"{_AT}: an attribute has an unknown key 'subAttributes'.",
        ),
        (
            parts("primary", name="number", multiValued=True),
            f"{_AT}, attribute 'primary': 'primary' is a boolean.",
        ),
        (
            parts(name="number", multiValued=True, subAttributes=[{"name": "Primary", "type": "boolean"}]),
            f"{_AT}, attribute 'Primary': 'primary' is a boolean.",
        ),
        (
            parts(name="number", subAttributes=[{"name": "primary", "type": "boolean"}]),
            f"{_AT}: 'primary' is a sub-attribute of multi-valued attributes only.",
        ),
        (
            number(name="externalId"),
            f"The schema '{BADGE}', attribute 'externalId': 'externalId' is a single string whose case matters.",
        ),
    ],
)
def test_an_attribute_that_cannot_be_is_refused(attribute, problem):
    assert problem in problems(badge(attribute))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "The declaration must be a table."),
        ({"schema": []}, "The declaration has an unknown key 'schema'."),
        ({"schemas": {}}, "The declaration: 'schemas' must be a list."),
        ({"schemas": ["x"]}, "A schema must be a table."),
        ({"schemas": [{}]}, "A schema needs a 'id'."),
        (badge(), f"The schema '{BADGE}' has no attributes."),
        (badge(number(), number(name="Number")), f"The schema '{BADGE}' has the attribute 'number' twice."),
        (badge(number(), colour="red"), "A schema has an unknown key 'colour'."),
        ({"schemas": [badge(number())["schemas"][0]] * 2}, f"The schema '{BADGE}' is declared twice, or built in."),
        (badge(number(), id=USER_URN.upper()), f"The schema '{USER_URN.upper()}' is declared twice, or built in."),
        ({"schemas": badge(number())["schemas"]}, f"No resource type uses the schema '{BADGE}'."),
        ({"resourceTypes": [{}]}, "A resource type needs a 'name'."),
        ({"resourceTypes": [EXTENDED]}, f"The resource type 'User' is extended by '{BADGE}', which is not declared."),
        (
            {"resourceTypes": [{"name": "User", "schemaExtensions": [1]}]},
            "The resource type 'User': a schema extension must be a table.",
        ),
        (
            {"resourceTypes": [{"name": "User", "schemaExtensions": [{"schema": ENTERPRISE_USER_URN, "required": 1}]}]},
            "The resource type 'User': 'required' must be true or false.",
        ),
        (
            {"resourceTypes": [{"name": "User", **_extended_by(USER_URN)}]},
            "The resource type 'User' cannot be extended by its own schema.",
        ),
        ({"resourceTypes": [{"name": "User"}, {"name": "User"}]}, "The resource type 'User' is declared twice."),
        (
            {"resourceTypes": [{"name": "User", "endpoint": "/People"}]},
            "The resource type 'User' is built in: its 'endpoint' is '/Users'.",
        ),
        (
            {"resourceTypes": [{"name": "User", "key": "id"}]},
            "The resource type 'User' is built in: its 'key' is 'userName'.",
        ),
        (
            device(number(), name="Dev ice"),
            "The resource type 'Dev ice' needs a name of letters, digits, dashes and underscores: 60 at most.",
        ),
        (device(number(), name="user"), "The resource type 'user' is declared twice."),
        (device(number(), endpoint="Devices"), _ENDPOINT),
        (device(number(), endpoint="/bulk"), _ENDPOINT),
        (device(number(), endpoint="/a/b"), _ENDPOINT),
        (device(number(), endpoint="/users"), "The endpoint '/users' is declared twice."),
        (device(number(), schema="urn:x"), f"{_DEVICE} names a schema that is not declared."),
        (device(number(), schema=5), f"{_DEVICE} needs a 'schema'."),
        (device(number(), key="other"), _KEY),
        (device(number(), key=5), _KEY),
        (device(number(), key="number"), _KEY),
        (device(number(required=True, multiValued=True), key="number"), _KEY),
        (device(number(required=True, type="integer"), key="number"), _KEY),
        (device(number(required=True, mutability="readOnly"), key="number"), _USABLE),
        (device(number(required=True, returned="never"), key="number"), _USABLE),
        (device(number(name="members")), f"{_DEVICE} cannot have 'members': only a Group has."),
        (device(number(name="groups")), _GROUPS),
        (device(parts("value", "colour", name="groups", mutability="readOnly", multiValued=True)), _GROUPS),
        (device(parts("value", name="Groups", mutability="readOnly", multiValued=True)), _GROUPS),
        (device(parts("value", name="groups", multiValued=True)), _GROUPS),
    ],
)
def test_a_declaration_that_cannot_be_served_is_refused(data, problem):
    assert problem in problems(data)


@pytest.mark.parametrize(
    "urn",
    ["Badge", "urn:x", "urn:x:", "urn:x:a b", "urn:x:a,b", "urn:x:a?b", "urn:x:(a)", "urn:x:é", f"urn:x:{'a' * 123}"],
)
def test_an_id_that_no_path_could_name_is_refused(urn):
    assert f"The schema '{urn}' needs a URN as its id, of 128 characters at most." in problems(badge(number(), id=urn))


@pytest.mark.parametrize("urn", ["urn:example:2.0:x", "URN:EXAMPLE:a.b-c_d:1", f"urn:x:{'a' * 122}"])
def test_an_id_may_have_dots_and_digits(urn):
    data = {
        "schemas": [{"id": urn, "attributes": [number()]}],
        "resourceTypes": [{"name": "User", **_extended_by(urn)}],
    }
    assert declare(data).user.extension(urn).id == urn


def test_all_problems_are_told_at_once_and_each_once():
    assert len(problems(badge(number(type="x", returned="y"), number(type="x")))) == 3


@pytest.mark.parametrize("data", [{1: 2, "a": 3}, {(1, 2): 3}, float("nan"), "\ud800", None])
def test_what_is_no_json_is_refused(data):
    assert problems(data)


def test_what_contains_itself_is_refused():
    data = {}
    data["schemas"] = [data]
    assert problems(data) == ("The declaration cannot be written as JSON.",)
    for _ in range(5000):
        data = [data]
    assert problems(data) == ("The declaration cannot be written as JSON.",)


_KEYS = st.sampled_from(
    [
        *("schemas", "resourceTypes", "id", "name", "description", "endpoint", "schema", "schemaExtensions", "key"),
        *("attributes", "type", "multiValued", "required", "caseExact", "closed", "canonicalValues", "referenceTypes"),
        *("subAttributes", "mutability", "returned", "uniqueness"),
    ]
)
_VALUES = st.sampled_from(
    [
        *(True, False, "User", "Group", "Device", "/Devices", "/Users", USER_URN, ENTERPRISE_USER_URN, DEVICE, BADGE),
        *("string", "complex", "reference", "integer", "readOnly", "never", "server", "groups", "members", "primary"),
    ]
)
_almost = st.recursive(
    _VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=8), max_leaves=40
)
_schemas = st.fixed_dictionaries(
    {"id": st.sampled_from([DEVICE, BADGE]), "attributes": st.lists(st.dictionaries(_KEYS, _almost), max_size=3)}
)
_types = st.fixed_dictionaries(
    {"name": st.sampled_from(["Device", "User"]), "endpoint": st.just("/Devices"), "schema": st.just(DEVICE)},
    optional={
        "schemaExtensions": st.lists(st.fixed_dictionaries({"schema": st.just(BADGE)}), max_size=2),
        "key": _almost,
    },
)
_near = st.fixed_dictionaries(
    {"schemas": st.lists(_schemas, max_size=2), "resourceTypes": st.lists(_types, max_size=2)}
)


@given(nonsense | _almost | _near)
def test_whatever_is_declared_is_served_or_refused(data):
    try:
        catalogue = declare(data)
    except InvalidDeclaration:
        return
    assert declared(catalogue.declaration) is catalogue
    assert {kind.name for kind in catalogue.resource_types} >= {"User", "Group"}
