"""The contract of what integrations declare: types of their own, unique attributes, and changes of a declaration."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from scim_plugin.protocol.catalogue import BUILT_IN
from scim_plugin.protocol.core_schemas import USER_URN
from scim_plugin.protocol.declaration import declare
from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.protocol.refit import Misfit
from scim_plugin.protocol.resource import Resource, new_id
from scim_pytest.concurrency import WRITERS, at_once
from scim_pytest.setting import MOMENT, OTHER_TENANT, TENANT, Setting, StoreContract, document_of, query, user

if TYPE_CHECKING:
    from scim_plugin.protocol.catalogue import Catalogue
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.provisioning.integration import Integration

TOOL_URN = "urn:example:params:scim:schemas:2.0:Tool"
BADGE_URN = "urn:example:params:scim:schemas:extension:badge:2.0:User"


def catalogue(*attributes: Document, key: str | None = "name", badge: Document | None = None) -> Catalogue:
    """Return a catalogue with the type Tool, of these attributes beside its name, and Users that have a badge."""
    name: Document = {"name": "name", "required": True}
    number: Document = {"name": "number", "uniqueness": "server"}
    return declare(
        {
            "schemas": [
                {"id": TOOL_URN, "attributes": [name, *attributes]},
                {"id": BADGE_URN, "attributes": [badge or number]},
            ],
            "resourceTypes": [
                {"name": "Tool", "endpoint": "/Tools", "schema": TOOL_URN, **({"key": key} if key else {})},
                {"name": "User", "schemaExtensions": [{"schema": BADGE_URN}]},
            ],
        }
    )


SERIAL: Document = {"name": "serial", "caseExact": True, "uniqueness": "server"}
SLOTS: Document = {"name": "slots", "type": "integer", "multiValued": True, "uniqueness": "global"}
TOOLS = catalogue(SERIAL, SLOTS, {"name": "weight", "type": "decimal"}, {"name": "made", "type": "dateTime"})


def tool(name: str, made_of: Catalogue = TOOLS, /, **attributes: Any) -> Resource:
    """Return a Tool called *name*."""
    document: Document = {"schemas": [TOOL_URN], "name": name, **attributes}
    return Resource(new_id(), made_of.by_name["Tool"], 1, MOMENT, MOMENT, document)


def badged(name: str, number: str, made_of: Catalogue = TOOLS) -> Resource:
    """Return a User with a badge."""
    made = user(name)
    document: Document = {**made.document, "schemas": [USER_URN, BADGE_URN], BADGE_URN: {"number": number}}
    return replace(made, type=made_of.user, document=document)


def names(setting: Setting, integration: Integration, filter: str | None = None, sort: str | None = None) -> list[str]:
    """Return the names of the Tools that a query finds, in order."""
    found = setting.search(integration, query(integration.catalogue.by_name["Tool"], filter, sort))
    return [document_of(resource)["name"] for resource in found.resources]


def later(resource: Resource, **attributes: Any) -> Resource:
    """Return *resource* with other attributes, one version later."""
    return replace(resource, version=resource.version + 1, document={**resource.document, **attributes})


class DeclaredTypesContract(StoreContract):
    """Give the fixture ``store``."""

    def test_a_declaration_is_kept_with_the_integration(self, setting: Setting) -> None:
        made = setting.integration(catalogue=TOOLS)
        plain = setting.integration()
        with setting.store.open_unit(write=False) as unit:
            found = unit.integrations.get(made.id)
            assert found is not None
            assert found.catalogue is TOOLS
            assert found == made
            assert unit.integrations.get(plain.id) == plain

    def test_a_resource_of_a_declared_type_is_stored_and_found(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=TOOLS)
        hammer = setting.add(integration, tool("Hammer", serial="A-1", slots=[3, 1], weight=1.5))
        found = setting.get(integration, hammer)
        assert found is not None
        assert found.resource == hammer
        assert found.resource.type is TOOLS.by_name["Tool"]
        setting.add(integration, tool("saw", weight=1, made="2026-01-31T08:00:00Z"))
        assert names(setting, integration, 'name eq "HAMMER"') == ["Hammer"]
        assert names(setting, integration, 'serial eq "a-1"') == []
        assert names(setting, integration, "slots gt 2 and weight ge 1.5") == ["Hammer"]
        assert names(setting, integration, 'made lt "2026-01-31T09:00:01+01:00"') == ["saw"]
        assert names(setting, integration, f'{TOOL_URN}:weight pr and meta.resourceType eq "Tool"', "weight") == [
            "saw",
            "Hammer",
        ]
        assert setting.users(integration) == []

    def test_two_integrations_may_mean_different_things_by_one_name(self, setting: Setting) -> None:
        exact = catalogue({"name": "serial", "type": "integer"}, badge={"name": "number", "caseExact": True})
        one, other = setting.integration(catalogue=TOOLS), setting.integration(catalogue=exact)
        for integration, serial in ((one, "7"), (other, 7)):
            setting.add(integration, tool("x", integration.catalogue, serial=serial))
            setting.add(integration, badged("ann", "N7", integration.catalogue))
        for _ in range(2):
            assert names(setting, one, 'serial eq "7"') == names(setting, other, "serial ge 6") == ["x"]
            for integration, found in ((one, 1), (other, 0)):
                asked = query(integration.catalogue.user, f'{BADGE_URN}:number eq "n7"')
                assert setting.search(integration, asked).total == found

    # ----------------------------------------------------------------------------------------------------- uniqueness

    @pytest.mark.parametrize(
        ("first", "second", "attribute"),
        [
            ({"serial": "A-1"}, {"serial": "A-1"}, "serial"),
            ({"slots": [1, 2]}, {"slots": [2, 3]}, "slots"),
        ],
    )
    def test_what_is_declared_unique_is_taken_once(
        self, setting: Setting, first: Document, second: Document, attribute: str
    ) -> None:
        integration = setting.integration(catalogue=TOOLS)
        setting.add(integration, tool("one", **first))
        two = setting.add(integration, tool("two"))
        with pytest.raises(Uniqueness) as refused:
            setting.add(integration, tool("three", **second))
        assert refused.value.attribute == attribute
        with pytest.raises(Uniqueness) as refused:
            setting.update(integration, later(two, **second))
        assert refused.value.attribute == attribute
        assert names(setting, integration) == ["one", "two"]
        found = setting.get(integration, two)
        assert found is not None
        assert found.resource == two

    def test_an_attribute_of_an_extension_is_unique_in_every_spelling(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=TOOLS)
        setting.add(integration, badged("ann", "N7"))
        with pytest.raises(Uniqueness) as refused:
            setting.add(integration, badged("bob", "ｎ7"))
        assert refused.value.attribute == f"{BADGE_URN}:number"

    def test_case_matters_where_it_is_declared_so(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=TOOLS)
        setting.add(integration, tool("one", serial="a"))
        setting.add(integration, tool("two", serial="A"))
        exact = catalogue({"name": "label", "caseExact": True, "required": True}, key="label")
        other = setting.integration(catalogue=exact)
        for label in ("a", "A"):
            setting.add(other, tool("same", exact, label=label))
        assert len(names(setting, other, 'label eq "a"')) == 1
        with pytest.raises(Uniqueness):
            setting.add(other, tool("same", exact, label="a"))

    def test_one_resource_may_keep_and_repeat_its_own_values(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=TOOLS)
        one = setting.add(integration, tool("one", serial="A-1", slots=[1]))
        setting.update(integration, later(one, weight=2, slots=[1, 2]))
        with pytest.raises(Uniqueness):
            setting.add(integration, tool("two", slots=[2]))

    def test_a_value_is_free_again_when_it_is_let_go(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=TOOLS)
        one = setting.add(integration, tool("one", serial="A-1"))
        two = setting.add(integration, tool("two", serial="A-2"))
        setting.update(integration, later(one, serial="A-3"))
        setting.remove(integration, two)
        setting.add(integration, tool("three", serial="A-1"))
        setting.add(integration, tool("four", serial="A-2"))

    def test_a_value_is_unique_only_within_one_type_and_one_integration(self, setting: Setting) -> None:
        for tenant in (TENANT, TENANT, OTHER_TENANT):
            integration = setting.integration(tenant, catalogue=TOOLS)
            setting.add(integration, tool("one", serial="A-1"))
        setting.add(integration, badged("ann", "A-1"))

    def test_a_rollback_gives_back_what_was_claimed(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=TOOLS)
        with setting.store.open_unit() as unit:
            unit.resources.add(integration, tool("one", serial="A-1"), None)
        setting.add(integration, tool("two", serial="A-1"))

    def test_of_many_creates_with_one_value_exactly_one_succeeds(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=TOOLS)

        def create(number: int) -> str:
            try:
                setting.add(integration, tool(f"tool{number}", serial="A-1"))
            except Uniqueness as refused:
                return refused.attribute
            return "created"

        assert at_once(create) == {"created": 1, "serial": WRITERS - 1}

    # ---------------------------------------------------------------------------------------- changes of a declaration

    def test_what_is_stored_follows_another_declaration(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=catalogue({"name": "serial"}, key=None))
        for name in ("one", "two"):
            setting.add(integration, tool(name, integration.catalogue, serial="A" if name == "one" else "b"))
        changed = self._declares(setting, integration, catalogue(SERIAL, {"name": "colour"}))
        assert names(setting, changed, 'serial eq "a"') == []
        assert names(setting, changed, 'serial eq "A"') == ["one"]
        for taken in ({"name": "ONE"}, {"serial": "b"}):
            with pytest.raises(Uniqueness):
                setting.add(changed, replace(tool("three", changed.catalogue), document={"name": "three", **taken}))

    def test_a_declaration_can_be_taken_back_where_nothing_uses_it(self, setting: Setting) -> None:
        integration = setting.integration(catalogue=TOOLS)
        made = setting.add(integration, tool("one", serial="A"))
        ann = setting.add(integration, replace(user("ann"), type=TOOLS.user))
        setting.remove(integration, made)
        changed = self._declares(setting, integration, BUILT_IN)
        assert setting.users(changed) == ["ann"]
        found = setting.get(changed, ann)
        assert found is not None
        assert found.resource.document == ann.document

    @pytest.mark.parametrize("after", [BUILT_IN, catalogue(SERIAL), catalogue(SERIAL, {"name": "weight"})])
    def test_no_declaration_takes_anything_away_that_is_stored(self, setting: Setting, after: Catalogue) -> None:
        integration = setting.integration(catalogue=TOOLS)
        one = setting.add(integration, tool("one", serial="A", weight=1))
        with pytest.raises(Misfit) as refused:
            self._declares(setting, integration, after)
        assert (refused.value.resource_type, refused.value.resource_id) == ("Tool", one.id)
        with setting.store.open_unit(write=False) as unit:
            assert unit.integrations.get(integration.id) == integration
        assert names(setting, integration, 'name eq "ONE" and serial eq "A" and weight eq 1') == ["one"]
        with pytest.raises(Uniqueness):
            setting.add(integration, tool("two", serial="A"))

    @pytest.mark.parametrize("after", [catalogue(SERIAL), catalogue({**SERIAL, "required": True}, key="serial")])
    def test_what_is_there_twice_cannot_become_unique(self, setting: Setting, after: Catalogue) -> None:
        before = catalogue({"name": "serial", "caseExact": True})
        integration = setting.integration(catalogue=before)
        for name in ("one", "two"):
            setting.add(integration, tool(name, before, serial="A"))
        with pytest.raises(Uniqueness) as refused:
            self._declares(setting, integration, after)
        assert refused.value.attribute == "serial"
        assert names(setting, integration, 'serial eq "A"') == ["one", "two"]

    def _declares(self, setting: Setting, integration: Integration, after: Catalogue) -> Integration:
        changed = replace(integration, catalogue=after, version=integration.version + 1)
        with setting.store.open_unit() as unit:
            unit.integrations.update(changed)
            unit.commit()
        return changed
