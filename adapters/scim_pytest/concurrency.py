"""The contract of many writers at once: nothing is lost, and nothing that must be unique is there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from scim_plugin.ports import LinkTaken, StaleVersion
from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.errors import Uniqueness
from scim_pytest.setting import Setting, StoreContract, link, user

WRITERS = 20


def at_once(action: Callable[[int], str]) -> Counter[str]:
    """Run *action* in twenty threads with their numbers; return how often each outcome came."""
    with ThreadPoolExecutor(WRITERS) as threads:
        return Counter(threads.map(action, range(WRITERS), timeout=120))


class ConcurrencyContract(StoreContract):
    """Give the fixture ``store``, which many threads may use."""

    def test_of_many_creates_of_one_user_name_exactly_one_succeeds(self, setting: Setting) -> None:
        integration = setting.integration()

        def create(number: int) -> str:
            try:
                setting.user(integration, "alice" if number % 2 else "ALICE")
            except Uniqueness:
                return "taken"
            return "created"

        assert at_once(create) == {"created": 1, "taken": WRITERS - 1}
        assert len(setting.users(integration)) == 1

    def test_of_many_links_to_one_target_exactly_one_succeeds(self, setting: Setting) -> None:
        integrations = [setting.integration(), setting.integration()]

        def create(number: int) -> str:
            try:
                setting.add(integrations[number % 2], user(f"user{number}"), link("1"))
            except LinkTaken:
                return "taken"
            return "linked"

        assert at_once(create) == {"linked": 1, "taken": WRITERS - 1}

    def test_of_many_updates_of_one_version_exactly_one_succeeds(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice")

        def update(number: int) -> str:
            later = replace(alice, version=2, document={**alice.document, "title": str(number)})
            try:
                setting.update(integration, later)
            except StaleVersion:
                return "stale"
            return "updated"

        assert at_once(update) == {"updated": 1, "stale": WRITERS - 1}

    def test_what_was_read_in_a_writing_unit_stays_as_it_is(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice", title="")

        def append(_: int) -> str:
            with setting.store.open_unit() as unit:
                found = unit.resources.get(integration, USER, alice.id)
                assert found is not None
                title = found.resource.document["title"] + "x"
                later = replace(
                    found.resource,
                    version=found.resource.version + 1,
                    document={**found.resource.document, "title": title},
                )
                unit.resources.update(integration, later, None)
                unit.commit()
            return "updated"

        assert at_once(append) == {"updated": WRITERS}
        found = setting.get(integration, alice)
        assert found is not None
        assert found.resource.version == WRITERS + 1
        assert found.resource.document["title"] == "x" * WRITERS

    def test_parallel_changes_of_one_group_lose_nothing(self, setting: Setting) -> None:
        integration = setting.integration()
        editors = setting.group(integration, "Editors")
        joining = [setting.user(integration, f"joining{number}") for number in range(WRITERS)]
        leaving = [setting.user(integration, f"leaving{number}") for number in range(WRITERS)]
        setting.join(integration, editors, *leaving)

        def change(number: int) -> str:
            outcome = setting.change(integration, editors, [joining[number].id], [leaving[number].id])
            return f"{len(outcome.joined)} joined, {len(outcome.left)} left"

        assert at_once(change) == {"1 joined, 1 left": WRITERS}
        assert setting.members(integration, editors) == [member.id for member in joining]

    def test_one_member_joins_once_however_many_ask(self, setting: Setting) -> None:
        integration = setting.integration()
        editors, alice = setting.group(integration, "Editors"), setting.user(integration, "alice")

        def join(_: int) -> str:
            return "joined" if setting.join(integration, editors, alice).joined else "was a member"

        assert at_once(join) == {"joined": 1, "was a member": WRITERS - 1}
        assert setting.members(integration, editors) == [alice.id]

    def test_counters_lose_nothing(self, setting: Setting) -> None:
        integration = setting.integration()

        def count(_: int) -> str:
            with setting.store.open_unit() as unit:
                unit.tolerances.add({integration.id: {"string-boolean": 1}})
                unit.commit()
            return "counted"

        at_once(count)
        with setting.store.open_unit(write=False) as unit:
            assert dict(unit.tolerances.of(integration)) == {"string-boolean": WRITERS}
