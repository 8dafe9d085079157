"""Every write is one unit of work with one log entry; refusals leave evidence; races stay inside."""

import logging

import pytest

from scim_memory.resources import MemoryResourceRepository
from scim_plugin.ports import LinkTaken, StaleVersion
from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.errors import NotFound, PreconditionFailed, Unavailable, Uniqueness
from scim_plugin.protocol.precondition import Precondition
from scim_plugin.protocol.text import now
from scim_plugin.provisioning.log import LogEntry
from scim_plugin.use_cases import protocol_use_cases


class Racing(MemoryResourceRepository):
    """Resources of which the next ``stale`` are read as they were before another write."""

    stale: list

    def get(self, integration, resource_type, resource_id):
        return self.stale.pop(0) if self.stale else super().get(integration, resource_type, resource_id)


@pytest.fixture
def race(store, idp):
    """Let the next reads of a User see it as it was before *meanwhile* was done, so that its update loses a race."""
    store.resources = racing = Racing(store.tables, store.journal)
    racing.stale = []

    def lost(user, meanwhile, times=1):
        with store.open_unit(write=False) as unit:
            former = unit.resources.get(idp.integration, USER, user.id)
        meanwhile()
        racing.stale = [former] * times

    return lost


# -------------------------------------------------------------------------------------------------------------- the log


def test_a_write_leaves_one_entry_without_values(connect, clock):
    idp = connect(type="entra-id")
    user = idp.post_user("kim@example.com", externalId="secret-id", active="True")
    (entry,) = idp.log()
    assert entry == LogEntry(
        moment=now(),
        request_id="request",
        integration_id="integration-1",
        credential_id="credential",
        operation="create",
        resource_type="User",
        resource_id=user.id,
        target=idp.link(user).target,
        tier="create",
        status=201,
        changes=("username", "email"),
        tolerances=("string-boolean",),
    )
    assert not {"kim@example.com", "secret-id"} & set(str(entry).split("'"))


def test_each_verb_leaves_its_own_entry(idp):
    user = idp.post_user()
    idp.patch(user, ("add", "title", "x"))
    idp.put_user(user)
    idp.delete(user)
    idp.delete(idp.post_group(), GROUP)
    entries = [(entry.operation, entry.resource_type, entry.status) for entry in reversed(idp.log())]
    assert entries == [
        ("create", "User", 201),
        ("modify", "User", 200),
        ("replace", "User", 200),
        ("delete", "User", 204),
        ("create", "Group", 201),
        ("delete", "Group", 204),
    ]


def test_a_refusal_leaves_an_entry_and_changes_nothing_else(idp, snapshot):
    user = idp.post_user()
    before = snapshot()
    with pytest.raises(Uniqueness):
        idp.post_user("kim@example.com")
    with pytest.raises(NotFound):
        idp.patch("unknown", ("replace", "title", "x"))
    with pytest.raises(PreconditionFailed):
        idp.delete(user, precondition=Precondition('"9"'))
    assert snapshot() == before
    entries = [(entry.operation, entry.status, entry.detail, entry.resource_id) for entry in idp.log()[:3]]
    assert entries == [
        ("delete", 412, "", user.id),
        ("modify", 404, "", "unknown"),
        ("create", 409, "Another resource of this integration already has this userName.", None),
    ]
    assert {(entry.target, entry.tier, entry.changes) for entry in idp.log()[:3]} == {(None, None, ())}


def test_a_message_that_cannot_be_read_is_a_refusal_too(connect):
    idp = connect(type="entra-id")
    with pytest.raises(Exception, match="schemas"):
        idp.post(USER, {})
    assert [(entry.status, entry.detail) for entry in idp.log()] == [(400, "invalidSyntax")]


def test_a_read_leaves_no_entry(idp):
    user = idp.post_user()
    idp.read(user)
    idp.search()
    assert len(idp.log()) == 1


# ---------------------------------------------------------------------------------------------------------------- races


def test_a_lost_race_is_run_again_and_loses_nothing(idp, race, clock):
    user = idp.post_user()
    race(user, lambda: idp.patch(user, ("add", "title", "Editor")))
    patched = idp.patch(user, ("add", "nickName", "Kim"))
    assert (patched.document["title"], patched.document["nickName"], patched.version) == ("Editor", "Kim", 3)
    assert [entry.status for entry in idp.log()] == [200, 200, 201]


def test_a_lost_race_is_412_when_the_client_demanded_the_version(idp, race):
    user = idp.post_user()
    race(user, lambda: idp.patch(user, ("add", "title", "Editor")))
    with pytest.raises(PreconditionFailed):
        idp.patch(user, ("add", "nickName", "Kim"), precondition=Precondition('W/"1"'))
    assert "nickName" not in idp.read(user).document
    assert idp.log()[0].status == 412


def test_a_lost_race_is_run_again_when_the_client_demanded_any_version(idp, race):
    user = idp.post_user()
    race(user, lambda: idp.patch(user, ("add", "title", "Editor")))
    assert idp.patch(user, ("add", "nickName", "Kim"), precondition=Precondition("*")).version == 3


def test_a_race_that_is_lost_again_and_again_is_the_stores_trouble(idp, race):
    user = idp.post_user()
    race(user, lambda: idp.patch(user, ("add", "title", "Editor")), times=5)
    with pytest.raises(Unavailable):
        idp.patch(user, ("add", "nickName", "Kim"))
    assert idp.read(user).version == 2
    assert len(idp.log()) == 2


def test_a_tolerance_is_counted_once_however_often_the_work_is_run(store, connect, race):
    idp = connect(type="entra-id")
    user = idp.post_user()
    race_of_entra = store.resources
    with store.open_unit(write=False) as unit:
        former = unit.resources.get(idp.integration, USER, user.id)
    idp.patch(user, ("add", "title", "Editor"))
    race_of_entra.stale = [former, former]
    idp.patch(user, ("Replace", "active", "False"))
    assert idp.tolerances() == {"string-boolean": 1}


def test_a_member_that_was_linked_at_the_same_time_is_a_conflict(store, idp, snapshot):
    class Taken(MemoryResourceRepository):
        def relink(self, integration, resource, link):
            raise LinkTaken

    store.resources = Taken(store.tables, store.journal)
    before = snapshot()
    with pytest.raises(Uniqueness, match="tied to the same member or group at the same time") as refusal:
        idp.post_user()
    assert refusal.value.status == 409
    assert snapshot() == before


def test_an_error_of_the_program_leaves_nothing_behind_not_even_an_entry(store, idp, snapshot):
    class Broken(MemoryResourceRepository):
        def relink(self, integration, resource, link):
            raise ZeroDivisionError

    store.resources = Broken(store.tables, store.journal)
    before = snapshot()
    with pytest.raises(ZeroDivisionError):
        idp.post_user()
    assert snapshot() == before
    assert idp.log() == []


def test_a_stale_version_never_leaves_the_use_case(store, idp):
    class Stale(MemoryResourceRepository):
        def update(self, integration, resource, link):
            raise StaleVersion

    store.resources = Stale(store.tables, store.journal)
    user = idp.post_user()
    for change in (lambda: idp.patch(user, ("add", "title", "x")), lambda: idp.put_user(user, title="x")):
        with pytest.raises(Unavailable):
            change()


# --------------------------------------------------------------------------------------------------------------- events


def test_events_are_told_after_the_commit_only(store, idp):
    heard = []

    class Watching:
        def publish(self, events):
            assert store.depth == 0
            heard.append((list(events), idp.search().total))

    idp.use_cases = protocol_use_cases(store.open_unit, store.members, store.groups, Watching())
    idp.post_user()
    with pytest.raises(Uniqueness):
        idp.post_user()
    ((events, total),) = heard
    assert (len(events), total) == (1, 1)


def test_a_write_of_which_the_host_feels_nothing_tells_nothing(store, idp):
    class Silent:
        def publish(self, events):
            raise AssertionError(events)

    user = idp.post_user()
    idp.use_cases = protocol_use_cases(store.open_unit, store.members, store.groups, Silent())
    idp.patch(user, ("add", "title", "Editor"))
    assert idp.read(user).version == 2


def test_a_listener_that_fails_changes_nothing_and_its_words_are_not_logged(store, idp, caplog):
    class Failing:
        def publish(self, events):
            raise ValueError("kim@example.com")

    idp.use_cases = protocol_use_cases(store.open_unit, store.members, store.groups, Failing())
    with caplog.at_level(logging.WARNING, "scim_plugin"):
        user = idp.post_user()
    assert idp.read(user) == user
    assert caplog.messages == ["event sink failed: ValueError"]
    assert "kim" not in caplog.text


def test_nobody_needs_to_listen(store, idp):
    idp.use_cases = protocol_use_cases(store.open_unit, store.members, store.groups)
    assert idp.post_user().version == 1


# ------------------------------------------------------------------------------------------------- a store that is down


def test_a_store_that_is_down_is_asked_once(store, idp):
    asked = []

    def down(*, write=True):
        asked.append(write)
        raise Unavailable

    idp.use_cases = protocol_use_cases(down, store.members, store.groups)
    with pytest.raises(Unavailable):
        idp.post_user()
    assert asked == [True]


def test_a_refusal_that_cannot_be_logged_is_still_the_refusal(store, idp, caplog):
    units = iter([store.open_unit])

    def once(*, write=True):
        for open_unit in units:
            return open_unit(write=write)
        raise Unavailable

    idp.use_cases = protocol_use_cases(once, store.members, store.groups)
    with caplog.at_level(logging.WARNING, "scim_plugin"), pytest.raises(NotFound):
        idp.delete("unknown")
    assert caplog.messages == ["a refusal could not be logged: the store is unavailable"]
