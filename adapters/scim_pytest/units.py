"""The contract of transactions: ``ports.UnitOfWork``, alone and together with a host that shares them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from scim_plugin.protocol.core_schemas import USER
from scim_plugin.provisioning.integration import Integration
from scim_plugin.provisioning.log import LogEntry
from scim_pytest.setting import MOMENT, TENANT, Setting, SharedStore, StoreContract, group, link, user


class Trouble(Exception):
    """What goes wrong in a unit of work."""


def entry(integration: Integration, request_id: str, **values: Any) -> LogEntry:
    """Return a line of the log."""
    return replace(
        LogEntry(MOMENT, request_id, integration.id, "credential", "create", "User", None, None, None, 201), **values
    )


class UnitOfWorkContract(StoreContract):
    """Give the fixture ``store``."""

    def test_a_unit_rolls_back_unless_it_is_committed(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            unit.resources.add(integration, user("alice"), link("1"))
            unit.log.append(entry(integration, "r1"))
        assert setting.users(integration) == []
        with setting.store.open_unit(write=False) as unit:
            assert not unit.resources.is_linked(TENANT, "User", "1")
            assert list(unit.log.latest(integration, 10)) == []

    def test_an_exception_rolls_back_and_goes_on(self, setting: Setting) -> None:
        integration = setting.integration()

        def fail() -> None:
            with setting.store.open_unit() as unit:
                unit.resources.add(integration, user("alice"), None)
                raise Trouble

        with pytest.raises(Trouble):
            fail()
        assert setting.users(integration) == []

    def test_what_was_committed_stays_when_an_exception_follows(self, setting: Setting) -> None:
        integration = setting.integration()

        def fail() -> None:
            with setting.store.open_unit() as unit:
                unit.resources.add(integration, user("alice"), None)
                unit.commit()
                raise Trouble

        with pytest.raises(Trouble):
            fail()
        assert setting.users(integration) == ["alice"]

    def test_a_unit_sees_its_own_changes(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            alice = unit.resources.add(integration, user("alice"), None)
            assert unit.resources.get(integration, USER, alice.id) is not None
            unit.resources.remove(integration, alice)
            assert unit.resources.get(integration, USER, alice.id) is None

    def test_every_kind_of_change_is_taken_back(self, setting: Setting) -> None:
        integration = setting.integration()
        alice, bob = setting.user(integration, "alice", "1", externalId="a"), setting.user(integration, "bob", "2")
        editors = setting.group(integration, "Editors")
        setting.join(integration, editors, bob)
        with setting.store.open_unit() as unit:
            later = replace(alice, version=2, document={**alice.document, "userName": "alicia", "externalId": "b"})
            unit.resources.update(integration, later, link("3"))
            unit.resources.touch(integration, replace(editors, version=2))
            unit.resources.change_members(integration, editors, [alice.id], None)
            unit.resources.relink(integration, later, None)
            unit.resources.remove(integration, bob)
            unit.resources.add(integration, user("bob"), link("2"))
            unit.resources.add(integration, group("Authors"), None)
        found = setting.get(integration, alice)
        assert found is not None
        assert (found.resource, found.link) == (alice, link("1"))
        assert setting.users(integration) == ["alice", "bob"]
        assert setting.users(integration, 'externalId eq "a"') == ["alice"]
        assert setting.users(integration, 'externalId eq "b"') == []
        assert setting.users(integration, 'userName eq "bob"') == ["bob"]
        assert setting.members(integration, editors) == [bob.id]
        assert setting.groups(integration, bob) == ["Editors"]
        assert setting.groups(integration, alice) == []
        assert setting.group_names(integration) == ["Editors"]
        # Names and targets are as taken, and as free, as before.
        setting.user(integration, "alicia", "3")

    def test_an_integration_that_was_removed_comes_back_whole(self, setting: Setting) -> None:
        integration = setting.integration()
        alice, editors = setting.user(integration, "alice", "1"), setting.group(integration, "Editors")
        setting.join(integration, editors, alice)
        with setting.store.open_unit() as unit:
            unit.integrations.remove(integration)
        assert setting.users(integration, 'groups.display eq "Editors"') == ["alice"]
        with setting.store.open_unit(write=False) as unit:
            assert unit.integrations.get(integration.id) == integration
            assert unit.resources.is_linked(TENANT, "User", "1")

    def test_a_unit_inside_a_unit_is_a_savepoint(self, setting: Setting) -> None:
        integration = setting.integration()

        def fail() -> None:
            with setting.store.open_unit() as inner:
                inner.resources.add(integration, user("carol"), None)
                raise Trouble

        with setting.store.open_unit() as outer:
            outer.resources.add(integration, user("alice"), None)
            with setting.store.open_unit() as inner:
                inner.resources.add(integration, user("bob"), None)
            with pytest.raises(Trouble):
                fail()
            with setting.store.open_unit() as inner:
                inner.resources.add(integration, user("dave"), None)
                inner.commit()
            outer.commit()
        assert setting.users(integration) == ["alice", "dave"]

    def test_a_unit_inside_a_unit_is_taken_back_with_it(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit(), setting.store.open_unit() as inner:
            inner.resources.add(integration, user("alice"), None)
            inner.commit()
        assert setting.users(integration) == []

    def test_nobody_sees_what_is_not_committed(self, setting: Setting) -> None:
        integration = setting.integration()
        added, seen = Event(), Event()

        def write() -> None:
            with setting.store.open_unit() as unit:
                unit.resources.add(integration, user("alice"), None)
                added.set()
                # A store may let readers wait until the writer is done.
                seen.wait(0.3)

        def read() -> list[str]:
            added.wait(10)
            found = setting.users(integration)
            seen.set()
            return found

        with ThreadPoolExecutor(2) as threads:
            writing, reading = threads.submit(write), threads.submit(read)
            assert reading.result(30) == []
            writing.result(30)


class SharedTransactionContract(StoreContract):
    """For hosts whose members and groups share the store's transactions: ``store`` has ``members`` and ``groups``."""

    @pytest.fixture
    def store(self) -> Iterator[SharedStore]:
        """Give an empty store with the host's directories."""
        raise NotImplementedError("A subclass of a contract overrides the fixture `store`.")

    def test_changes_of_the_host_are_taken_back_too(self, store: SharedStore, setting: Setting) -> None:
        integration = setting.integration()
        alice = store.members.create(TENANT, values(store, "alice"), active=True, key="k1")
        bob = store.members.create(TENANT, values(store, "bob"), active=True, key="k2")
        editors = store.groups.create(TENANT, "Editors", key="g1")
        store.groups.change_members(TENANT, editors.id, [alice.id], [])
        with store.open_unit() as unit:
            unit.resources.add(integration, user("alice"), link(alice.id))
            carol = store.members.create(TENANT, values(store, "carol"), active=True, key="k3")
            store.members.suspend(TENANT, alice.id)
            store.members.update(TENANT, alice.id, values(store, "alicia"))
            store.members.remove(TENANT, bob.id)
            store.groups.change_members(TENANT, editors.id, [carol.id], [alice.id])
            store.groups.rename(TENANT, editors.id, "Authors")
            made = store.groups.create(TENANT, "Made", key="g2")
        assert store.members.get(TENANT, alice.id) == alice
        assert store.members.get(TENANT, bob.id) == bob
        assert store.members.get(TENANT, carol.id) is None
        assert store.groups.get(TENANT, editors.id) == editors
        assert store.groups.get(TENANT, made.id) is None
        assert store.groups.find(TENANT, "Authors") is None
        assert list(store.groups.change_members(TENANT, editors.id, [alice.id], [])) == []
        assert list(store.groups.change_members(TENANT, editors.id, [bob.id], [])) == [bob.id]
        # A key whose attempt was taken back is unused.
        assert store.members.create(TENANT, values(store, "dave"), active=True, key="k3").fields != carol.fields

    def test_changes_of_the_host_are_committed_with_the_unit(self, store: SharedStore, setting: Setting) -> None:
        integration = setting.integration()
        with store.open_unit() as unit:
            alice = store.members.create(TENANT, values(store, "alice"), active=True, key="k1")
            editors = store.groups.create(TENANT, "Editors", key="g1")
            store.groups.change_members(TENANT, editors.id, [alice.id], [])
            unit.resources.add(integration, user("alice"), link(alice.id))
            unit.commit()
        assert store.members.get(TENANT, alice.id) == alice
        assert list(store.groups.change_members(TENANT, editors.id, [alice.id], [])) == []

    def test_without_a_unit_each_change_of_the_host_stands_alone(self, store: SharedStore) -> None:
        alice = store.members.create(TENANT, values(store, "alice"), active=True, key="k1")
        store.members.suspend(TENANT, alice.id)
        with store.open_unit(write=False):
            found = store.members.get(TENANT, alice.id)
        assert found is not None
        assert not found.active


def values(store: SharedStore, name: str) -> dict[str, str | bool | None]:
    """Return the values of a member called *name*."""
    field = store.members.username_field or store.members.email_field
    assert field is not None, "a host that is shared has a user name or an e-mail address"
    return {field: f"{name}@example.org"}
