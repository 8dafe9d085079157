"""The contracts of the provisioning log and of the counters of departures from the RFC."""

from __future__ import annotations

from scim_pytest.setting import Setting, StoreContract
from scim_pytest.units import entry


class ProvisioningLogContract(StoreContract):
    """Give the fixture ``store``."""

    def test_the_latest_entries_come_first(self, setting: Setting) -> None:
        integration = setting.integration()
        for number in range(5):
            with setting.store.open_unit() as unit:
                unit.log.append(entry(integration, f"r{number}"))
                unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert [line.request_id for line in unit.log.latest(integration, 3)] == ["r4", "r3", "r2"]
            assert len(unit.log.latest(integration, 100)) == 5
            assert list(unit.log.latest(integration, 0)) == []

    def test_an_entry_comes_back_as_it_was_appended(self, setting: Setting) -> None:
        integration = setting.integration()
        appended = entry(
            integration,
            "r1",
            resource_id="0123",
            target="17",
            tier="external-id",
            changes=("userName", "emails[type eq “work”].value"),
            tolerances=("string-boolean",),
            detail="The userName is taken.",
        )
        with setting.store.open_unit() as unit:
            unit.log.append(appended)
            unit.log.append(entry(integration, "r2"))
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert list(unit.log.latest(integration, 2)) == [entry(integration, "r2"), appended]

    def test_an_integration_sees_its_own_entries_only(self, setting: Setting) -> None:
        integration, other = setting.integration(), setting.integration()
        with setting.store.open_unit() as unit:
            unit.log.append(entry(integration, "r1"))
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert list(unit.log.latest(other, 10)) == []

    def test_an_entry_of_a_unit_that_failed_does_not_exist(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            unit.log.append(entry(integration, "r1"))
        with setting.store.open_unit(write=False) as unit:
            assert list(unit.log.latest(integration, 10)) == []


class ToleranceCountersContract(StoreContract):
    """Give the fixture ``store``."""

    def test_counts_add_up_by_integration(self, setting: Setting) -> None:
        first, second = setting.integration(), setting.integration()
        for _ in range(2):
            with setting.store.open_unit() as unit:
                unit.tolerances.add({first.id: {"string-boolean": 2, "bare-reference": 1}, second.id: {}})
                unit.commit()
        with setting.store.open_unit() as unit:
            unit.tolerances.add({second.id: {"string-boolean": 7}, first.id: {"dotted-keys": 1}})
            unit.commit()
        with setting.store.open_unit(write=False) as unit:
            assert dict(unit.tolerances.of(first)) == {"string-boolean": 4, "bare-reference": 2, "dotted-keys": 1}
            assert dict(unit.tolerances.of(second)) == {"string-boolean": 7}

    def test_an_integration_begins_without_counts(self, setting: Setting) -> None:
        integration = setting.integration()
        with setting.store.open_unit() as unit:
            unit.tolerances.add({})
            assert dict(unit.tolerances.of(integration)) == {}
