"""RFC 7643 §3: ``schemas``, the common attributes, and extensions."""

import re

import pytest
from freezegun import freeze_time

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP_URN, USER_URN
from tests.conformance.scim import group, user

FOREIGN_URN = "urn:example:params:scim:schemas:extension:foreign:2.0:User"


def _representations(scim, path, sent):
    """Return the resource that *sent* makes, as each operation answers it."""
    created = scim.post(path, sent).body
    own = f"{path}/{created['id']}"
    name = "userName" if "userName" in sent else "displayName"
    return [
        created,
        scim.get(own).body,
        scim.get(path).resources[0],
        scim.search(f"{path}/.search").resources[0],
        scim.search("/.search").resources[0],
        scim.put(own, sent).body,
        scim.patch(own, {"op": "replace", "path": name, "value": "Other"}, attributes=name).body,
    ]


@pytest.mark.requirement("7643-3-01", "7643-3.3-01", "7643-3.1-02")
@pytest.mark.parametrize(
    ("path", "sent", "urn"), [("/Users", user(), USER_URN), ("/Groups", group(), GROUP_URN)], ids=["user", "group"]
)
def test_every_representation_has_an_id_and_names_its_base_schema(scim, path, sent, urn):
    representations = _representations(scim, path, sent)
    assert {tuple(each["schemas"]) for each in representations} == {(urn,)}
    assert {each["id"] for each in representations} == {representations[0]["id"]}
    assert isinstance(representations[0]["id"], str)
    assert representations[0]["id"]


@pytest.mark.requirement("7643-3-02")
def test_a_schema_that_the_resource_type_does_not_have_is_not_answered(scim):
    sent = {**user(), "schemas": [USER_URN, FOREIGN_URN], FOREIGN_URN: {"shoeSize": 46}}
    answer = scim.post("/Users", sent)
    assert answer.status == 201
    assert answer.body["schemas"] == [USER_URN]
    assert FOREIGN_URN not in scim.get(f"/Users/{answer.body['id']}").body
    assert scim.post("/Users", {**user("jsmith"), "schemas": [GROUP_URN]}).status == 400


@pytest.mark.requirement("7643-3-03")
def test_a_schema_is_named_once(scim):
    answer = scim.post("/Users", {**user(), "schemas": [USER_URN, USER_URN, USER_URN.upper()]})
    assert answer.status == 201
    assert answer.body["schemas"] == [USER_URN]


@pytest.mark.requirement("7643-3-04")
def test_the_order_of_the_schemas_means_nothing(scim):
    sent = user(**{ENTERPRISE_USER_URN: {"department": "Sales"}})
    turned = {**sent, "userName": "jsmith", "schemas": [ENTERPRISE_USER_URN, USER_URN]}
    first, second = (scim.post("/Users", document).body for document in (sent, turned))
    assert first["schemas"] == second["schemas"]
    assert first[ENTERPRISE_USER_URN] == second[ENTERPRISE_USER_URN]


@pytest.mark.requirement("7643-3-05")
@pytest.mark.parametrize("schemas", [None, [], "", [None], [""], USER_URN])
def test_a_body_without_schemas_is_refused(scim, schemas):
    for sent in ({**user(), "schemas": schemas}, {"userName": "bjensen"}):
        answer = scim.post("/Users", sent)
        assert (answer.status, answer.scim_type) == (400, "invalidSyntax")
    babs = scim.user()
    assert scim.put(f"/Users/{babs['id']}", {"userName": "jsmith"}).status == 400


@pytest.mark.requirement("7643-3-06")
def test_every_resource_has_the_common_attributes(scim):
    for created in (scim.user(externalId="701984"), scim.group(externalId="701984")):
        assert created["id"]
        assert created["externalId"] == "701984"
        assert created["meta"].keys() == {"resourceType", "created", "lastModified", "location", "version"}


@pytest.mark.requirement("7643-3-07", "7643-3.3-02", "7643-3.3-03")
def test_attributes_of_an_extension_stand_under_its_urn(scim):
    babs = scim.user(employeeNumber="at the root", **{ENTERPRISE_USER_URN: {"employeeNumber": "7"}})
    assert babs["schemas"] == [USER_URN, ENTERPRISE_USER_URN]
    assert babs[ENTERPRISE_USER_URN] == {"employeeNumber": "7"}
    assert "employeeNumber" not in babs
    john = scim.post("/Users", {**user("jsmith"), "employeeNumber": "8"}).body
    assert john["schemas"] == [USER_URN]
    assert "employeeNumber" not in john
    assert scim.found(f"{ENTERPRISE_USER_URN}:employeeNumber pr") == {"bjensen"}


@pytest.mark.requirement("7643-3.1-01")
def test_id_and_meta_are_given_on_creation(scim):
    for created, kind in ((scim.user(), "User"), (scim.group(), "Group")):
        assert created["id"]
        assert created["meta"]["resourceType"] == kind
        assert created["meta"]["created"]
        assert created["meta"]["lastModified"]
        assert created["meta"]["location"].endswith(f"s/{created['id']}")


@pytest.mark.requirement("7643-3.1-03", "7643-3.1-06")
def test_no_two_resources_have_one_id_and_none_contains_the_word_bulk_id(scim):
    other = scim.of_tenant("other")
    created = [each.user(f"user-{number}") for each in (scim, other) for number in range(5)]
    created += [each.group(f"group-{number}") for each in (scim, other) for number in range(5)]
    ids = [each["id"] for each in created]
    assert len(set(ids)) == len(ids)
    assert not [each for each in ids if "bulkid" in each.lower()]


@pytest.mark.requirement("7643-3.1-04")
def test_an_id_stays_and_is_never_given_again(scim):
    first = scim.user()
    path = f"/Users/{first['id']}"
    assert scim.put(path, user("barbara")).body["id"] == first["id"]
    assert scim.patch(path, {"op": "replace", "path": "userName", "value": "bjensen"}).body["id"] == first["id"]
    assert scim.delete(path).status == 204
    assert scim.user()["id"] != first["id"]
    assert scim.get(path).status == 404


@pytest.mark.requirement("7643-3.1-05")
def test_an_id_of_the_client_is_not_used(scim):
    for created in (scim.user(id="mine"), scim.group(id="mine")):
        assert created["id"] != "mine"
    assert scim.get("/Users/mine").status == 404
    assert scim.found('id eq "mine"') == set()


@pytest.mark.requirement("7643-3.1-07")
def test_an_id_is_compared_exactly_and_always_returned(scim):
    babs = scim.user()
    path = f"/Users/{babs['id']}"
    assert scim.get(path, attributes="userName").body["id"] == babs["id"]
    assert scim.get(path, excludedAttributes="id,userName").body["id"] == babs["id"]
    assert scim.found(f'id eq "{babs["id"]}"') == {"bjensen"}
    turned = babs["id"].swapcase()
    assert turned != babs["id"]
    assert scim.found(f'id eq "{turned}"') == set()
    assert scim.get(f"/Users/{turned}").status == 404
    refused = scim.patch(path, {"op": "replace", "path": "id", "value": "mine"})
    assert (refused.status, refused.scim_type) == (400, "mutability")


@pytest.mark.requirement("7643-3.1-08")
def test_an_external_id_is_never_invented(scim):
    for path, sent in (("/Users", user()), ("/Groups", group())):
        assert all("externalId" not in each for each in _representations(scim, path, sent))


@pytest.mark.requirement("7643-3.1-09")
def test_an_external_id_belongs_to_the_provisioning_domain(scim):
    other = scim.of_tenant("other")
    ours = scim.user("ours", externalId="701984")
    scim.group("our group", externalId="701984")
    other.user("theirs", externalId="701984")
    assert scim.found('externalId eq "701984"') == {"ours"}
    assert scim.found('externalId eq "701984"', "/Groups") == {"our group"}
    assert other.found('externalId eq "701984"') == {"theirs"}
    assert other.get(f"/Users/{ours['id']}").status == 404


@pytest.mark.requirement("7643-3.1-10")
def test_the_uniqueness_of_external_ids_is_the_duty_of_the_client(scim):
    scim.user("first", externalId="701984")
    scim.user("second", externalId="701984")
    assert scim.found('externalId eq "701984"') == {"first", "second"}


@pytest.mark.requirement("7643-3.1-11")
def test_an_external_id_is_compared_exactly(scim):
    scim.user(externalId="AbC")
    assert scim.found('externalId eq "AbC"') == {"bjensen"}
    assert scim.found('externalId eq "abc"') == set()
    assert scim.found('externalId sw "ab"') == set()


@pytest.mark.requirement("7643-3.1-12")
def test_an_external_id_may_be_written(scim):
    for path, created in (("/Users", scim.user(externalId="1")), ("/Groups", scim.group(externalId="1"))):
        own = f"{path}/{created['id']}"
        scim.patch(own, {"op": "replace", "path": "externalId", "value": "2"})
        assert scim.get(own).body["externalId"] == "2"
        scim.patch(own, {"op": "remove", "path": "externalId"})
        assert "externalId" not in scim.get(own).body


@pytest.mark.requirement("7643-3.1-13")
def test_meta_of_the_client_is_ignored(scim):
    meta = {
        "resourceType": "Group",
        "created": "1990-01-01T00:00:00Z",
        "lastModified": "1990-01-01T00:00:00Z",
        "location": "https://evil.example.com/Users/1",
        "version": 'W/"evil"',
    }
    babs = scim.user(meta=meta)
    replaced = scim.put(f"/Users/{babs['id']}", user(title="Guide", meta=meta)).body
    for answered in (babs, replaced, scim.get(f"/Users/{babs['id']}").body):
        for name, value in meta.items():
            assert answered["meta"][name] != value


@pytest.mark.requirement("7643-3.1-14")
def test_the_resource_type_is_named_in_meta(scim):
    assert scim.user()["meta"]["resourceType"] == "User"
    assert scim.group()["meta"]["resourceType"] == "Group"
    assert {each["meta"]["resourceType"] for each in scim.get("/").resources} == {"User", "Group"}
    assert scim.get("/ResourceTypes/User").body["meta"]["resourceType"] == "ResourceType"


@pytest.mark.requirement("7643-3.1-15", "7643-3.1-16")
def test_created_stays_and_last_modified_follows_each_change(scim):
    with freeze_time("2026-01-31T08:00:00Z") as clock:
        meta = scim.user()["meta"]
        assert meta["created"] == meta["lastModified"]
        assert meta["created"].startswith("2026-01-31T08:00:00")
        path = meta["location"].partition("/scim/v2")[2]
        for change in (
            lambda: scim.put(path, user(title="Guide")),
            lambda: scim.patch(path, {"op": "replace", "path": "title", "value": "Leader"}),
        ):
            clock.tick(60)
            before, meta = meta, change().body["meta"]
            assert meta["created"] == before["created"]
            assert meta["lastModified"] > before["lastModified"]
            assert scim.get(path).body["meta"] == meta


@pytest.mark.requirement("7643-3.1-17")
def test_the_location_is_the_uri_of_the_resource(scim):
    for path, sent in (("/Users", user()), ("/Groups", group())):
        created = scim.post(path, sent)
        location = created.body["meta"]["location"]
        assert created.headers["Location"] == location
        read = scim.get(location.partition("/scim/v2")[2])
        assert read.body["id"] == created.body["id"]
        assert read.headers.get("Content-Location", location) == location


@pytest.mark.requirement("7643-3.1-18", "7643-3.1-19")
def test_the_version_is_the_entity_tag_and_says_that_it_is_weak(scim):
    for path, sent in (("/Users", user()), ("/Groups", group())):
        created = scim.post(path, sent)
        read = scim.get(f"{path}/{created.body['id']}")
        for answer in (created, read):
            assert answer.headers["ETag"] == answer.body["meta"]["version"]
            assert re.fullmatch(r'W/"[^"]+"', answer.headers["ETag"])
