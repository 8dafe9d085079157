"""RFC 7643 §3.3, §6 and §7 for schemas and resource types that an integration declares: nothing here has code."""

import pytest

from scim_plugin.protocol.core_schemas import USER_URN
from scim_plugin.protocol.declaration import declare
from tests.conformance.scim import user

TOOL = "urn:example:params:scim:schemas:core:2.0:Tool"
BADGE = "urn:example:params:scim:schemas:extension:badge.v1:2.0:Tool"
TAG = "urn:example:params:scim:schemas:extension:tag:2.0:Tool"
CATALOGUE = declare(
    {
        "schemas": [
            {
                "id": TOOL,
                "attributes": [
                    {"name": "name", "required": True, "uniqueness": "global"},
                    {"name": "maker", "mutability": "immutable"},
                    {"name": "seen", "mutability": "readOnly"},
                    {"name": "pin", "mutability": "writeOnly", "returned": "never"},
                    {"name": "shape", "returned": "always"},
                    {"name": "manual", "returned": "request", "type": "reference", "referenceTypes": ["external"]},
                    {"name": "code", "caseExact": True},
                    {
                        "name": "case",
                        "type": "complex",
                        "subAttributes": [{"name": "maker", "mutability": "immutable"}, {"name": "colour"}],
                    },
                ],
            },
            {
                "id": BADGE,
                "attributes": [{"name": "number", "uniqueness": "server"}, {"name": "issued", "type": "dateTime"}],
            },
            {"id": TAG, "attributes": [{"name": "words", "multiValued": True}]},
        ],
        "resourceTypes": [
            {
                "name": "Tool",
                "endpoint": "/Tools",
                "schema": TOOL,
                "schemaExtensions": [{"schema": BADGE, "required": True}, {"schema": TAG}],
            },
            {"name": "User", "schemaExtensions": [{"schema": TAG}]},
        ],
    }
)


@pytest.fixture
def tools(scim):
    return scim.of_tenant("workshop", catalogue=CATALOGUE)


def tool(name="hammer", /, number="N7", **attributes):
    badge = {} if number is None else {BADGE: {"number": number}}
    return {"schemas": [TOOL, *badge], "name": name, **badge, **attributes}


def made(tools, *arguments, **attributes):
    answer = tools.post("/Tools", tool(*arguments, **attributes))
    assert answer.status == 201, answer
    return answer.body


@pytest.mark.requirement("7643-3.3-01", "7643-3.3-02", "7643-3.3-03")
def test_every_extension_stands_under_its_urn_and_is_named_among_the_schemas(tools):
    sent = tool(**{TAG: {"words": ["a", "b"]}})
    found = tools.get(f"/Tools/{made(tools, **{TAG: {'words': ['a', 'b']}})['id']}").body
    assert set(found["schemas"]) == {TOOL, BADGE, TAG}
    assert (found[BADGE], found[TAG]) == (sent[BADGE], sent[TAG])
    ann = tools.post("/Users", {**user("ann"), TAG: {"words": ["c"]}}).body
    assert set(ann["schemas"]) == {USER_URN, TAG}


@pytest.mark.requirement("7643-6-01", "7643-6-02", "7643-6-03", "7643-6-05", "7643-7-01")
def test_what_is_declared_is_discovered(tools):
    kind = tools.get("/ResourceTypes/Tool").body
    assert (kind["name"], kind["endpoint"], kind["schema"]) == ("Tool", "/Tools", TOOL)
    assert kind["schemaExtensions"] == [{"schema": BADGE, "required": True}, {"schema": TAG, "required": False}]
    assert made(tools)["meta"]["resourceType"] == "Tool"
    for urn in (TOOL, BADGE, TAG):
        assert tools.get(f"/Schemas/{urn}").body["id"] == urn


@pytest.mark.requirement("7643-6-04")
def test_a_resource_without_its_required_extension_is_refused(tools):
    assert tools.post("/Tools", tool(number=None)).scim_type == "invalidValue"
    path = f"/Tools/{made(tools)['id']}"
    assert tools.put(path, tool(number=None)).scim_type == "invalidValue"
    assert tools.patch(path, {"op": "remove", "path": BADGE}).scim_type == "invalidValue"
    assert tools.get(path).body[BADGE] == {"number": "N7"}


@pytest.mark.requirement("7643-7-07", "7643-7-08")
def test_case_matters_where_it_is_declared_so(tools):
    made(tools, code="aBc")
    for filter, total in (('code eq "aBc"', 1), ('code eq "abc"', 0), ('name eq "HAMMER"', 1), ('shape eq "x"', 0)):
        assert tools.get("/Tools", filter=filter).body["totalResults"] == total
    assert tools.get("/Tools").resources[0]["code"] == "aBc"


@pytest.mark.requirement("7643-7-09")
def test_what_is_read_only_cannot_be_written(tools):
    path = f"/Tools/{made(tools, seen='today')['id']}"
    assert "seen" not in tools.put(path, tool(seen="today")).body
    assert tools.patch(path, {"op": "add", "path": "seen", "value": "today"}).scim_type == "mutability"


@pytest.mark.requirement("7643-7-10")
def test_what_is_immutable_is_set_once(tools):
    path = f"/Tools/{made(tools)['id']}"
    first = {"maker": "Acme", "case": {"maker": "Boxes", "colour": "red"}}
    assert tools.patch(path, {"op": "add", "value": first}).status == 200
    for change in ({"maker": "Other"}, {"case": {"maker": "Other"}}):
        assert tools.put(path, tool(**{**first, **change})).scim_type == "mutability"
        assert tools.patch(path, {"op": "replace", "value": change}).scim_type == "mutability"
    assert tools.put(path, tool(**first, shape="flat")).status == 200
    assert tools.patch(path, {"op": "replace", "path": "case.colour", "value": "blue"}).status == 200


@pytest.mark.requirement("7643-7-11", "7643-7-13")
def test_what_is_never_returned_is_not_even_found(tools):
    created = tools.post("/Tools", tool(pin="1234"), attributes="pin,name")
    path = f"/Tools/{created.body['id']}"
    for answer in (
        created,
        tools.get(path, attributes="pin"),
        tools.patch(path, {"op": "replace", "path": "pin", "value": "1234"}, attributes="pin"),
        tools.search("/Tools/.search", filter='pin eq "1234"'),
        tools.get("/Tools", sortBy="pin"),
    ):
        assert "1234" not in str(answer.body)
    assert tools.search("/Tools/.search", filter='pin eq "1234"').scim_type == "invalidFilter"


@pytest.mark.requirement("7643-7-12")
def test_what_is_always_returned_is_there_whatever_is_asked(tools):
    path = f"/Tools/{made(tools, shape='round')['id']}"
    for query in ({"attributes": "name"}, {"excludedAttributes": "shape"}, {}):
        assert tools.get(path, **query).body["shape"] == "round"


@pytest.mark.requirement("7643-7-15")
def test_what_is_returned_on_request_comes_when_it_is_named_or_written(tools):
    manual = "https://example.com/m"
    created = tools.post("/Tools", tool(manual=manual)).body
    path = f"/Tools/{created['id']}"
    assert created["manual"] == manual
    assert "manual" not in tools.get(path).body
    assert "manual" not in tools.get("/Tools").resources[0]
    assert tools.get(path, attributes="manual").body["manual"] == manual
    assert "manual" not in tools.patch(path, {"op": "add", "path": "shape", "value": "x"}).body
    assert tools.patch(path, {"op": "add", "path": "manual", "value": manual}).body["manual"] == manual


@pytest.mark.requirement("7643-7-16")
@pytest.mark.parametrize("taken", [tool("HAMMER", "N8"), tool("saw", "n7")])
def test_a_unique_value_is_taken_once_with_every_verb(tools, taken):
    made(tools)
    other = f"/Tools/{made(tools, 'axe', 'N9')['id']}"
    value = {"name": taken["name"], BADGE: taken[BADGE]}
    asked = {"method": "POST", "path": "/Tools", "bulkId": "t", "data": taken}
    (operation,) = tools.bulk(asked).body["Operations"]
    assert operation["response"]["scimType"] == "uniqueness"
    for answer in (
        tools.post("/Tools", taken),
        tools.put(other, taken),
        tools.patch(other, {"op": "replace", "value": value}),
    ):
        assert (answer.status, answer.scim_type) == (409, "uniqueness")
    assert tools.get(other).body["name"] == "axe"
