"""RFC 7643 §2: names, data types, multi-valued attributes, and what is unassigned."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN
from tests.conformance.scim import group, user

_TYPES = {"string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"}
_KEYWORDS = {
    "type": _TYPES,
    "multiValued": {True, False},
    "required": {True, False},
    "caseExact": {True, False},
    "mutability": {"readOnly", "readWrite", "immutable", "writeOnly"},
    "returned": {"always", "never", "default", "request"},
    "uniqueness": {"none", "server", "global"},
}


def _definitions(scim):
    """Yield every attribute and sub-attribute that /Schemas publishes."""
    for schema in scim.get("/Schemas").resources:
        for attribute in schema["attributes"]:
            yield attribute
            yield from attribute.get("subAttributes", ())


@pytest.mark.requirement("7643-2.1-01")
def test_attribute_names_are_compared_without_regard_to_case(scim):
    answer = scim.post("/Users", {"SCHEMAS": [USER_URN], "USERNAME": "bjensen", "NaMe": {"GIVENname": "Babs"}})
    assert answer.status == 201
    path = f"/Users/{answer.body['id']}"
    read = scim.get(path, attributes="USERNAME,name.GIVENNAME").body
    assert read["userName"] == "bjensen"
    assert read["name"] == {"givenName": "Babs"}
    assert scim.found('NAME.GivenName eq "Babs"') == {"bjensen"}
    scim.patch(path, {"op": "replace", "path": "NAME.GIVENNAME", "value": "Barbara"})
    assert scim.get(path).body["name"] == {"givenName": "Barbara"}


@pytest.mark.requirement("7643-2.1-02")
def test_every_message_names_its_schemas(scim):
    babs = scim.user()
    answers = [
        scim.get(f"/Users/{babs['id']}", attributes="userName"),
        scim.get("/Users"),
        scim.get("/Users/nobody"),
        scim.get("/nothing"),
        scim.get("/Users", filter="("),
        scim.ask("PUT", "/Schemas", {}),
        scim.search("/.search"),
        scim.get("/ServiceProviderConfig"),
        scim.get("/Schemas"),
        scim.get("/ResourceTypes"),
        scim.get("/ResourceTypes/User"),
        scim.bulk({"method": "POST", "path": "/Users", "bulkId": "1", "data": user("jsmith")}),
        scim.ask("GET", "/Users", headers={"Authorization": None}),
    ]
    documents = [answer.body for answer in answers]
    documents += [resource for document in documents for resource in document.get("Resources", ())]
    for document in documents:
        assert document["schemas"]
        assert all(isinstance(urn, str) and urn for urn in document["schemas"])


@pytest.mark.requirement("7643-2.1-03")
def test_published_names_obey_the_grammar_of_names(scim):
    for definition in _definitions(scim):
        assert re.fullmatch(r"[A-Za-z][$\-_0-9A-Za-z]*|\$ref", definition["name"]), definition


@pytest.mark.requirement("7643-2.2-01")
def test_published_characteristics_are_the_keywords_of_the_rfc(scim):
    for definition in _definitions(scim):
        for characteristic, keywords in _KEYWORDS.items():
            assert definition.get(characteristic) in {*keywords, None}, definition
    nick_name = next(each for each in _definitions(scim) if each["name"] == "nickName")
    defaults = {"type": "string", "required": False, "caseExact": False, "mutability": "readWrite"}
    assert nick_name.items() >= {**defaults, "returned": "default", "uniqueness": "none"}.items()


@pytest.mark.requirement("7643-2.3-01")
def test_no_schema_brings_a_data_type_of_its_own(scim):
    assert {definition["type"] for definition in _definitions(scim)} <= _TYPES


@pytest.mark.requirement("7643-2.3.1-01")
def test_canonical_values_are_suggestions_and_others_are_kept(scim):
    babs = scim.user(emails=[{"value": "babs@example.com", "type": "custom"}])
    assert babs["emails"] == [{"value": "babs@example.com", "type": "custom"}]


@pytest.mark.requirement("7643-2.3.2-01")
@pytest.mark.parametrize("value", ["maybe", "true", 1, 0, {}])
def test_a_boolean_is_true_or_false_and_nothing_else(scim, value):
    answer = scim.post("/Users", user(active=value))
    assert (answer.status, answer.scim_type) == (400, "invalidValue")


@pytest.mark.requirement("7643-2.3.2-02")
def test_booleans_are_answered_as_booleans(scim):
    babs = scim.user(active=False, emails=[{"value": "babs@example.com", "primary": True}])
    read = scim.get(f"/Users/{babs['id']}").body
    assert read["active"] is False
    assert read["emails"][0]["primary"] is True


@pytest.mark.requirement("7643-2.3.4-01")
def test_an_integer_has_no_fraction_and_no_exponent(scim):
    assert scim.get("/Users", startIndex="1.5").status == 400
    assert scim.get("/Users", count="1e2").status == 400
    assert scim.search("/Users/.search", count=1.5).status == 400
    operation = {"method": "POST", "path": "/Users", "bulkId": "1", "data": user()}
    assert scim.bulk(operation, failOnErrors=1.5).status == 400
    assert scim.get("/Users").body["totalResults"] == 0


@pytest.mark.requirement("7643-2.3.5-01")
def test_times_are_full_date_times(scim):
    meta = scim.user()["meta"]
    for moment in (meta["created"], meta["lastModified"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moment)
        assert datetime.fromisoformat(moment).tzinfo is not None


@pytest.mark.requirement("7643-2.3.5-02")
@pytest.mark.parametrize("text", ["yesterday", "2026-01-31", "08:00:00Z", "2026-01-31T25:00:00Z", ""])
def test_what_is_no_date_time_is_refused(scim, text):
    answer = scim.get("/Users", filter=f'meta.created gt "{text}"')
    assert (answer.status, answer.scim_type) == (400, "invalidFilter")


@pytest.mark.requirement("7643-2.3.6-01")
def test_a_binary_value_is_base64_with_padding_or_without(scim):
    certificates = [{"value": "MIIDQzCCAqygAwIBAgICEAAwDQ=="}, {"value": "MIIDQzCCAqygAwIBAgICEAAwDR"}]
    babs = scim.user(x509Certificates=certificates)
    assert scim.get(f"/Users/{babs['id']}").body["x509Certificates"] == certificates
    for value in ("%%%", "MIID!", 7):
        answer = scim.post("/Users", user("jsmith", x509Certificates=[{"value": value}]))
        assert (answer.status, answer.scim_type) == (400, "invalidValue")


@pytest.mark.requirement("7643-2.3.7-01", "7643-2.3.7-02", "7643-2.3.7-03")
def test_a_reference_is_the_absolute_uri_of_its_target(scim):
    babs = scim.user()
    guides = scim.group("Guides", babs)
    member = scim.get(f"/Groups/{guides['id']}").body["members"][0]
    membership = scim.get(f"/Users/{babs['id']}").body["groups"][0]
    for reference, target in ((member["$ref"], babs), (membership["$ref"], guides)):
        uri = urlsplit(reference)
        assert uri.scheme in ("http", "https")
        assert uri.netloc
        path = uri.path.partition("/scim/v2")[2]
        assert scim.get(path).body["id"] == target["id"]


@pytest.mark.requirement("7643-2.3.7-04")
def test_a_reference_to_a_resource_that_does_not_exist_is_refused_where_we_keep_the_tie(scim):
    answer = scim.post("/Groups", group("Guides", {"id": "nobody"}))
    assert (answer.status, answer.scim_type) == (400, "invalidValue")
    manager = {"value": "nobody"}
    assert scim.user(**{ENTERPRISE_USER_URN: {"manager": manager}})[ENTERPRISE_USER_URN]["manager"] == manager


@pytest.mark.requirement("7643-2.3.8-01")
def test_the_order_of_attributes_means_nothing(scim):
    sent = user("a", name={"givenName": "A", "familyName": "B"}, title="Guide", active=True)
    turned = {**dict(reversed(sent.items())), "userName": "b", "name": dict(reversed(sent["name"].items()))}
    answers = [scim.post("/Users", document).body for document in (sent, turned)]
    for answer in answers:
        for own in ("id", "meta", "userName"):
            del answer[own]
    assert answers[0] == answers[1]


@pytest.mark.requirement("7643-2.3.8-02")
def test_no_complex_attribute_holds_a_complex_one(scim):
    for definition in _definitions(scim):
        assert all(sub["type"] != "complex" for sub in definition.get("subAttributes", ())), definition


@pytest.mark.requirement("7643-2.4-01")
def test_one_value_is_primary_at_most(scim):
    two = [{"value": "a@example.com", "primary": True}, {"value": "b@example.com", "primary": True}]
    answer = scim.post("/Users", user(emails=two))
    assert (answer.status, answer.scim_type) == (400, "invalidValue")
    babs = scim.user(emails=two[:1])
    changed = scim.patch(f"/Users/{babs['id']}", {"op": "add", "path": "emails", "value": two[1:]}).body
    assert [each["value"] for each in changed["emails"] if each.get("primary")] == ["b@example.com"]


@pytest.mark.requirement("7643-2.4-02")
def test_a_value_that_is_not_said_to_be_primary_is_not(scim):
    scim.user("first", emails=[{"value": "a@example.com", "primary": True}])
    scim.user("second", emails=[{"value": "b@example.com"}])
    assert scim.found("emails[primary eq true]") == {"first"}
    assert scim.found("emails[primary eq false]") == {"second"}
    assert scim.found('emails[value eq "b@example.com" and primary eq true]') == set()


@pytest.mark.requirement("7643-2.4-03")
def test_the_usual_sub_attributes_have_their_usual_meaning(scim):
    meanings = {"type": "string", "primary": "boolean", "display": "string", "$ref": "reference"}
    for definition in _definitions(scim):
        if definition["multiValued"] and definition["type"] == "complex":
            for sub in definition["subAttributes"]:
                assert sub["type"] == meanings.get(sub["name"], sub["type"]), definition["name"]
                assert not sub["multiValued"]


@pytest.mark.requirement("7643-2.4-06")
def test_one_type_and_value_are_answered_once(scim):
    twice = {"value": "babs@example.com", "type": "work"}
    babs = scim.user(emails=[twice, {**twice, "display": "Babs"}, {**twice, "type": "home"}])
    assert [(each["value"], each["type"]) for each in babs["emails"]] == [
        ("babs@example.com", "work"),
        ("babs@example.com", "home"),
    ]


@pytest.mark.requirement("7643-2.5-01", "7643-2.5-03")
def test_null_an_empty_list_and_absence_are_one_state(scim):
    plain = scim.user("plain")
    empty = scim.user("empty", nickName=None, name=None, emails=[], **{ENTERPRISE_USER_URN: None})
    read = scim.get(f"/Users/{empty['id']}").body
    assert read.keys() == plain.keys()
    assert read["schemas"] == plain["schemas"]
    for attribute in ("nickName", "name", "emails", "name.givenName"):
        assert scim.found(f"{attribute} pr") == set()
        assert scim.found(f"not ({attribute} pr)") == {"plain", "empty"}


@pytest.mark.requirement("7643-2.5-02")
@pytest.mark.parametrize("nothing", [None, []])
def test_assigning_nothing_unassigns(scim, nothing):
    given = {"nickName": "Babs", "emails": [{"value": "babs@example.com"}]}
    taken = {"nickName": None, "emails": nothing}
    for change in (
        lambda path: scim.put(path, user(**taken)),
        lambda path: scim.patch(path, *({"op": "replace", "path": k, "value": v} for k, v in taken.items())),
        lambda path: scim.patch(path, {"op": "replace", "value": taken}),
    ):
        babs = scim.user(**given)
        assert babs.keys() >= given.keys()
        path = f"/Users/{babs['id']}"
        assert change(path).status == 200
        assert not scim.get(path).body.keys() & given.keys()
        assert scim.found("nickName pr or emails pr") == set()
        scim.delete(path)
