"""RFC 7643 §4.1, §4.3 and §9.2: Users, the enterprise extension, and passwords."""

import socket

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN
from tests.conformance.scim import user

PASSWORD = "t1meMa$heen"


@pytest.mark.requirement("7643-4.1.1-01")
@pytest.mark.parametrize("name", [None, "", []])
def test_a_user_name_is_required(scim, name):
    for sent in ({**user(), "userName": name}, {"schemas": user()["schemas"]}):
        answer = scim.post("/Users", sent)
        assert (answer.status, answer.scim_type) == (400, "invalidValue")
    path = f"/Users/{scim.user()['id']}"
    assert scim.put(path, {**user(), "userName": name}).scim_type == "invalidValue"
    assert scim.patch(path, {"op": "replace", "path": "userName", "value": name}).scim_type == "invalidValue"
    assert scim.get(path).body["userName"] == "bjensen"


@pytest.mark.requirement("7643-4.1.1-02", "7643-4.1.1-03")
@pytest.mark.parametrize("name", ["alice", "ALICE"])
def test_a_user_name_is_taken_once_in_any_case(scim, name):
    scim.user("alice")
    path = f"/Users/{scim.user('bob')['id']}"
    for answer in (
        scim.post("/Users", user(name)),
        scim.put(path, user(name)),
        scim.patch(path, {"op": "replace", "path": "userName", "value": name}),
    ):
        assert (answer.status, answer.scim_type) == (409, "uniqueness")
    assert scim.of_tenant("other").user(name)["userName"] == name


@pytest.mark.requirement("7643-4.1.1-04")
def test_a_user_name_is_found_in_any_case(scim):
    scim.user("alice")
    assert scim.found('userName eq "ALICE"') == {"alice"}
    assert scim.found('userName sw "ALI"') == {"alice"}


@pytest.mark.requirement("7643-4.1.1-05", "7643-7-11", "7643-7-13")
def test_a_password_is_never_returned(scim):
    created = scim.user(password=PASSWORD)
    path = f"/Users/{created['id']}"
    asked = {"attributes": "password,userName"}
    for answer in (
        scim.get(path),
        scim.get(path, **asked),
        scim.get("/Users", **asked),
        scim.search("/Users/.search", attributes=["password"]),
        scim.put(path, user(password=PASSWORD), **asked),
        scim.patch(path, {"op": "replace", "path": "password", "value": PASSWORD}, **asked),
        scim.patch(path, {"op": "add", "value": {"password": PASSWORD, "title": "Guide"}}),
        scim.post("/Users", user("jsmith", password=PASSWORD), **asked),
    ):
        assert answer.status in (200, 201)
        assert "password" not in str(answer.body)
        assert PASSWORD not in str(answer.body)
    assert "password" not in created


@pytest.mark.requirement("7643-4.1.1-06", "7643-9.2-01")
def test_a_password_is_kept_nowhere(scim, tmp_path, capsys):
    path = f"/Users/{scim.user(password=PASSWORD)['id']}"
    scim.put(path, user(password=PASSWORD))
    scim.patch(path, {"op": "replace", "path": "password", "value": PASSWORD})
    scim.post("/Users", user(password=PASSWORD))
    written = [file.read_bytes() for file in tmp_path.iterdir()]
    assert PASSWORD.encode() not in b"".join(written)
    assert "bjensen" in repr(scim.store.tables) if not written else any(b"bjensen" in each for each in written)
    assert PASSWORD not in repr(getattr(scim.store, "tables", ""))
    logged = capsys.readouterr()
    assert PASSWORD not in logged.out + logged.err


@pytest.mark.requirement("7643-4.1.1-07")
def test_nobody_is_found_by_a_password(scim):
    scim.user(password=PASSWORD)
    for filter in (f'password eq "{PASSWORD}"', "password pr", f'userName eq "x" or password eq "{PASSWORD}"'):
        for answer, refusal in (
            (scim.get("/Users", filter=filter), (403, "sensitive")),
            (scim.search("/Users/.search", filter=filter), (400, "invalidFilter")),
        ):
            assert (answer.status, answer.scim_type) == refusal
            assert PASSWORD not in answer.body["detail"]


@pytest.mark.requirement("7643-4.1.1-08")
def test_a_user_who_is_not_active_can_still_be_read_and_found(scim):
    path = f"/Users/{scim.user(active=True)['id']}"
    assert scim.patch(path, {"op": "replace", "path": "active", "value": False}).body["active"] is False
    assert scim.get(path).body["active"] is False
    assert scim.found('userName eq "bjensen"') == {"bjensen"}
    assert scim.found("active eq false") == {"bjensen"}
    assert scim.patch(path, {"op": "replace", "path": "active", "value": True}).body["active"] is True


@pytest.mark.requirement("7643-4.1.1-09")
@pytest.mark.parametrize("locale", ["en_US", "en-US", "de"])
def test_a_locale_may_be_written_with_an_underscore(scim, locale):
    assert scim.user(locale=locale)["locale"] == locale


@pytest.mark.requirement("7643-4.1.2-02")
@pytest.mark.parametrize("country", ["DE", "Germany"])
def test_a_country_is_kept_as_it_was_sent(scim, country):
    addresses = [{"type": "work", "country": country, "formatted": "100 Universal City Plaza\nHollywood"}]
    path = f"/Users/{scim.user(addresses=addresses)['id']}"
    assert scim.get(path).body["addresses"] == addresses


@pytest.mark.requirement("7643-4.1.2-03")
def test_the_groups_of_a_user_are_changed_through_the_group(scim):
    claimed = [{"value": scim.group("Guides")["id"]}]
    babs = scim.user(groups=claimed)
    path = f"/Users/{babs['id']}"
    assert "groups" not in babs
    assert "groups" not in scim.put(path, user(groups=claimed)).body
    for operation in (
        {"op": "add", "path": "groups", "value": claimed},
        {"op": "replace", "path": "groups", "value": claimed},
        {"op": "remove", "path": "groups"},
        {"op": "add", "value": {"groups": claimed}},
    ):
        answer = scim.patch(path, operation)
        assert (answer.status, answer.scim_type) == (400, "mutability")
    assert "groups" not in scim.get(path).body


@pytest.mark.requirement("7643-4.1.2-04")
def test_the_groups_of_a_user_have_id_and_uri_of_the_group(scim):
    babs = scim.user()
    guides = scim.group("Guides", babs)
    (membership,) = scim.get(f"/Users/{babs['id']}").body["groups"]
    assert membership["value"] == guides["id"]
    assert membership["$ref"] == guides["meta"]["location"]
    assert membership["display"] == "Guides"
    assert membership["type"] == "direct"


@pytest.mark.requirement("7643-4.1.2-05")
def test_a_certificate_is_one_base64_value(scim):
    certificate = {"value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVM="}
    path = f"/Users/{scim.user(x509Certificates=[certificate])['id']}"
    assert scim.get(path).body["x509Certificates"] == [certificate]
    for value in ("-----BEGIN CERTIFICATE-----", [certificate["value"]], {"der": ""}):
        answer = scim.post("/Users", user("jsmith", x509Certificates=[{"value": value}]))
        assert (answer.status, answer.scim_type) == (400, "invalidValue")


@pytest.mark.requirement("7643-4.1.2-06")
def test_the_address_of_a_photo_is_kept_and_never_visited(scim):
    with socket.create_server(("127.0.0.1", 0)) as server:
        photo = {"value": f"http://127.0.0.1:{server.getsockname()[1]}/babs.jpg", "type": "photo"}
        path = f"/Users/{scim.user(photos=[photo], profileUrl=photo['value'])['id']}"
        assert scim.get(path).body["photos"] == [photo]
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.requirement("7643-4.3-01")
def test_the_manager_is_the_id_of_a_user(scim):
    boss = scim.user("boss")
    manager = {"value": boss["id"], "$ref": boss["meta"]["location"]}
    path = f"/Users/{scim.user(**{ENTERPRISE_USER_URN: {'manager': manager}})['id']}"
    assert scim.get(path).body[ENTERPRISE_USER_URN]["manager"] == manager
    assert scim.found(f'{ENTERPRISE_USER_URN}:manager.value eq "{boss["id"]}"') == {"bjensen"}


@pytest.mark.requirement("7643-4.3-02")
def test_the_display_name_of_the_manager_is_not_the_clients_to_say(scim):
    boss = scim.user("boss")
    manager = {"value": boss["id"], "displayName": "X"}
    babs = scim.user(**{ENTERPRISE_USER_URN: {"manager": manager}})
    path = f"/Users/{babs['id']}"
    assert babs[ENTERPRISE_USER_URN]["manager"] == {"value": boss["id"]}
    replaced = scim.put(path, user(**{ENTERPRISE_USER_URN: {"manager": manager}})).body
    assert replaced[ENTERPRISE_USER_URN]["manager"] == {"value": boss["id"]}
    answer = scim.patch(path, {"op": "replace", "path": f"{ENTERPRISE_USER_URN}:manager.displayName", "value": "X"})
    assert (answer.status, answer.scim_type) == (400, "mutability")
