"""RFC 7644 §3.5.2: PATCH as a message and as a whole; its three operations are in the file beside."""

import pytest
from freezegun import freeze_time

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER_URN
from tests.conformance.scim import PATCH_OP


@pytest.fixture
def babs(scim):
    """Return a User who has something to change."""
    return scim.user(
        title="Guide",
        name={"givenName": "Barbara", "familyName": "Jensen"},
        emails=[
            {"value": "b@example.com", "type": "work", "primary": True},
            {"value": "b@home.example", "type": "home"},
        ],
    )


@pytest.fixture
def path(babs):
    """Return where that User is."""
    return f"/Users/{babs['id']}"


def _replace(attribute, value):
    return {"op": "replace", "path": attribute, "value": value}


def _is_refused(answer, *scim_types):
    assert answer.status == 400, answer
    assert answer.scim_type in scim_types, answer


# ------------------------------------------------------------------------------------------------------------- message


@pytest.mark.requirement("7644-3.5.2-01", "7644-3.5.2-12")
@pytest.mark.parametrize(
    "schemas", [{}, {"schemas": []}, {"schemas": [USER_URN]}, {"schemas": PATCH_OP}, {"schemas": None}]
)
def test_a_patch_says_that_it_is_one(scim, babs, path, schemas):
    answer = scim.ask("PATCH", path, {**schemas, "Operations": [_replace("title", "Chief")]})
    _is_refused(answer, "invalidSyntax")
    assert answer.body["detail"]
    assert scim.get(path).body == babs


@pytest.mark.requirement("7644-3.5.2-02")
@pytest.mark.parametrize(
    "operations", [{}, {"Operations": []}, {"Operations": {}}, {"Operations": "x"}, {"Operations": [1]}]
)
def test_a_patch_has_operations(scim, babs, path, operations):
    _is_refused(scim.ask("PATCH", path, {"schemas": [PATCH_OP], **operations}), "invalidSyntax", "invalidValue")
    assert scim.get(path).body == babs


@pytest.mark.requirement("7644-3.5.2-03")
@pytest.mark.parametrize("op", [{}, {"op": "move"}, {"op": ""}, {"op": None}, {"op": ["add"]}, {"op": "add,replace"}])
def test_an_operation_is_add_remove_or_replace(scim, babs, path, op):
    _is_refused(scim.patch(path, {**op, "path": "title", "value": "Chief"}), "invalidSyntax", "invalidValue")
    assert scim.get(path).body == babs
    for verb in ("Add", "REPLACE"):
        assert scim.patch(path, {"op": verb, "path": "title", "value": verb}).body["title"] == verb


# --------------------------------------------------------------------------------------------------------------- paths


@pytest.mark.requirement("7644-3.5.2-04", "7644-3.5.2-05", "7644-3.5.2-18")
@pytest.mark.parametrize(
    "wrong",
    [
        "emails[",
        "a..b",
        "",
        " ",
        ".title",
        "title.",
        "name.givenName.first",
        "emails[]",
        "emails]",
        'emails[type eq "work"',
        'emails[type eq "work"]value',
        'emails[type eq "work"]..value',
        'emails[type eq "work"][primary eq true]',
        'emails[type zz "x"]',
        "emails[type eq]",
        "emails[type eq 'work']",
        "emails[0].value",
        "emails[0]",
        "emails.0.value",
        "/emails/0/value",
        'title[value eq "x"]',
        'name[givenName eq "Barbara"].familyName',
        "urn:x:y:title",
        5,
        ["title"],
    ],
)
def test_what_is_no_path_is_refused(scim, babs, path, wrong):
    for op in ("add", "replace", "remove"):
        _is_refused(scim.patch(path, {"op": op, "path": wrong, "value": "x"}), "invalidPath", "invalidFilter")
    assert scim.get(path).body == babs


@pytest.mark.requirement("7644-3.5.2-17")
def test_names_in_paths_are_taken_in_any_case(scim, path):
    answer = scim.patch(
        path,
        _replace("DISPLAYNAME", "B"),
        _replace("Name.GIVENname", "Babs"),
        _replace('EMAILS[Type eq "home"].VALUE', "h@x"),
    )
    assert (answer.body["displayName"], answer.body["name"]["givenName"]) == ("B", "Babs")
    assert answer.body["emails"][1]["value"] == "h@x"


@pytest.mark.requirement("7644-3.5.2-08")
def test_an_attribute_of_an_extension_brings_its_urn_into_the_schemas(scim, babs, path):
    assert babs["schemas"] == [USER_URN]
    answer = scim.patch(path, {"op": "add", "path": f"{ENTERPRISE_USER_URN}:employeeNumber", "value": "701"})
    assert set(answer.body["schemas"]) == {USER_URN, ENTERPRISE_USER_URN}
    assert answer.body[ENTERPRISE_USER_URN] == {"employeeNumber": "701"}
    answer = scim.patch(path, {"op": "remove", "path": f"{ENTERPRISE_USER_URN}:employeeNumber"})
    assert answer.body["schemas"] == [USER_URN]
    answer = scim.patch(path, {"op": "add", "value": {ENTERPRISE_USER_URN: {"department": "Tours"}}})
    assert set(answer.body["schemas"]) == {USER_URN, ENTERPRISE_USER_URN}


# ------------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.requirement("7644-3.5.2-06")
@pytest.mark.parametrize(
    "attribute", ["id", "meta", "meta.created", "meta.version", "groups", 'groups[value eq "x"]', "groups.value"]
)
def test_what_the_server_owns_cannot_be_patched(scim, babs, path, attribute):
    for op in ("add", "replace", "remove"):
        _is_refused(scim.patch(path, {"op": op, "path": attribute, "value": "x"}), "mutability")
    _is_refused(scim.patch(path, {"op": "replace", "value": {"groups": [{"value": "x"}]}}), "mutability")
    assert scim.get(path).body == babs


@pytest.mark.requirement("7644-3.5.1-04", "7644-3.5.2-06")
def test_what_is_immutable_cannot_be_changed(scim):
    babs, jim = scim.user("babs"), scim.user("jim")
    guides = scim.group("Guides", babs)
    path = f"/Groups/{guides['id']}"
    _is_refused(scim.patch(path, _replace(f'members[value eq "{babs["id"]}"].value', jim["id"])), "mutability")
    _is_refused(scim.patch(path, _replace("members.value", jim["id"])), "mutability")
    assert scim.get(path).body == guides


@pytest.mark.requirement("7644-3.5.2-07")
@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("active", "notbool"),
        ("active", 1),
        ("name", "x"),
        ("name.givenName", 5),
        ("emails", "x"),
        ("emails", [{"value": "a@b", "primary": "x"}]),
        ('emails[type eq "work"].primary', "x"),
        ("title", ["x"]),
        ("userName", ""),
        ("userName", None),
        ("nosuch", "x"),
        ("name.nosuch", "x"),
        (f"{ENTERPRISE_USER_URN}:nosuch", "x"),
        (ENTERPRISE_USER_URN, "x"),
    ],
)
def test_what_is_against_the_schema_is_refused(scim, babs, path, attribute, value):
    _is_refused(scim.patch(path, _replace(attribute, value)), "invalidValue", "invalidPath", "mutability")
    assert scim.get(path).body == babs


@pytest.mark.requirement("7644-3.5.2-15")
def test_a_patch_of_an_unknown_resource_is_404(scim, babs):
    for unknown in ("/Users/nobody", f"/Groups/{babs['id']}"):
        assert scim.patch(unknown, _replace("externalId", "x")).status == 404


@pytest.mark.requirement("7644-3.5.2-16")
def test_a_patch_to_a_name_that_is_taken_is_409_uniqueness(scim, babs, path):
    scim.user("alice")
    answer = scim.patch(path, _replace("title", "x"), _replace("userName", "ALICE"))
    assert (answer.status, answer.scim_type) == (409, "uniqueness")
    assert scim.get(path).body == babs


# ----------------------------------------------------------------------------------------------------------- the whole


@pytest.mark.requirement("7644-3.5.2-09")
def test_operations_apply_one_after_the_other(scim, path):
    answer = scim.patch(
        path,
        {"op": "add", "path": "nickName", "value": "A"},
        _replace("nickName", "B"),
        {"op": "remove", "path": "title"},
        {"op": "add", "path": "title", "value": "Chief"},
        {"op": "add", "path": "emails", "value": [{"value": "o@x", "type": "other"}]},
        _replace('emails[type eq "other"].value', "o@y"),
        {"op": "remove", "path": 'emails[value ew "example"]'},
    )
    assert (answer.body["nickName"], answer.body["title"]) == ("B", "Chief")
    assert [email["value"] for email in answer.body["emails"]] == ["b@example.com", "o@y"]


@pytest.mark.requirement("7644-3.5.2-10")
def test_a_new_primary_value_demotes_the_former(scim, path):
    new = {"value": "new@example.com", "type": "other", "primary": True}

    def primaries(answer):
        return [email["value"] for email in answer.body["emails"] if email.get("primary")]

    assert primaries(scim.patch(path, {"op": "add", "path": "emails", "value": [new]})) == ["new@example.com"]
    assert primaries(scim.patch(path, _replace('emails[type eq "home"].primary', value=True))) == ["b@home.example"]
    assert primaries(scim.patch(path, _replace('emails[type eq "work"]', {"primary": True}))) == ["b@example.com"]


@pytest.mark.requirement("7644-3.5.2-11")
@pytest.mark.parametrize(
    "wrong",
    [
        _replace("nosuch", "x"),
        _replace("id", "x"),
        _replace('emails[type eq "zzz"].value', "x"),
        _replace("active", "x"),
        {"op": "remove", "path": "userName"},
        {"op": "remove"},
        {"op": "move", "path": "title"},
    ],
)
def test_a_patch_is_done_as_a_whole_or_not_at_all(scim, babs, path, wrong):
    answer = scim.patch(path, _replace("title", "Chief"), {"op": "remove", "path": "emails"}, wrong)
    assert 400 <= answer.status < 500
    assert scim.get(path).body == babs


@pytest.mark.requirement("7644-3.5.2-13", "7644-3.5.2-14")
def test_a_patch_answers_the_whole_resource_or_nothing_or_what_is_asked_for(scim, path):
    answer = scim.patch(path, _replace("title", "Chief"))
    assert (answer.status, answer.body) == (200, scim.get(path).body)
    answer = scim.patch(path, _replace("title", "Guide"), attributes="title")
    assert (answer.status, set(answer.body)) == (200, {"schemas", "id", "title"})
    guides = scim.group()
    answer = scim.patch(f"/Groups/{guides['id']}", _replace("displayName", "Team"))
    assert (answer.status, answer.body) == (204, None)
    answer = scim.patch(f"/Groups/{guides['id']}", _replace("displayName", "Team"), attributes="displayName")
    assert (answer.status, answer.body["displayName"]) == (200, "Team")


@pytest.mark.requirement("7644-3.5.2.1-07")
def test_a_patch_that_changes_nothing_leaves_version_and_time(scim):
    with freeze_time("2026-05-01T12:00:00Z") as clock:
        babs = scim.user(title="Guide", emails=[{"value": "b@example.com"}])
        guides = scim.group("Guides", babs)
        clock.move_to("2026-05-01T12:00:01Z")
        scim.patch(
            f"/Users/{babs['id']}",
            {"op": "add", "path": "title", "value": "Guide"},
            {"op": "add", "path": "emails", "value": [{"value": "b@example.com"}]},
            {"op": "remove", "path": "nickName"},
        )
        scim.patch(f"/Groups/{guides['id']}", {"op": "add", "path": "members", "value": [{"value": babs["id"]}]})
    assert scim.get(f"/Users/{babs['id']}").body["meta"]["lastModified"] == babs["meta"]["lastModified"]
    assert scim.get(f"/Groups/{guides['id']}").body == guides
