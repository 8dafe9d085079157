"""The contract of pages that are sought by their neighbour (``Query.seek``): what cursors stand on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from scim_plugin.protocol.core_schemas import USER
from scim_plugin.protocol.query import LAST_SERIAL, Page, Position, Query, Seek
from scim_plugin.provisioning.integration import Integration
from scim_pytest.setting import Setting, StoreContract, document_of, query

SORTS = (None, "title", "emails", "emails.primary", "active", "meta.created", "id", "externalId", "groups.display")


class SeekingContract(StoreContract):
    """Give the fixture ``store``."""

    @pytest.mark.parametrize("sort", SORTS)
    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("text", [None, 'userName ne "d"', 'userName eq "c"', 'userName eq "nobody"'])
    def test_pages_from_either_end_are_the_whole_in_the_order_of_index_paging(
        self, setting: Setting, sort: str | None, descending: bool, text: str | None
    ) -> None:
        integration = _scene(setting)
        whole = setting.users(integration, text, sort, descending=descending)
        for count in (1, 2, 3, 5, 6, 7):
            asked = query(USER, text, sort, descending=descending, count=count)
            there = _walk(setting, integration, asked, backwards=False)
            back = _walk(setting, integration, asked, backwards=True)
            starts = range(0, len(whole), count)
            assert [_names(page) for page in there] == ([whole[at : at + count] for at in starts] or [[]])
            ends = range(len(whole), 0, -count)
            assert [_names(page) for page in back] == ([whole[max(0, end - count) : end] for end in ends] or [[]])
            assert {page.total for page in there + back} == {len(whole)}

    @pytest.mark.parametrize("sort", SORTS)
    def test_a_page_tells_what_lies_beside_it(self, setting: Setting, sort: str | None) -> None:
        integration = _scene(setting)
        asked = query(USER, None, sort, count=2)
        there = _walk(setting, integration, asked, backwards=False)
        assert [(page.has_before, page.has_after) for page in there] == [(False, True), (True, True), (True, False)]
        back = _walk(setting, integration, asked, backwards=True)
        assert [(page.has_before, page.has_after) for page in back] == [(True, False), (True, True), (False, True)]
        second = _sought(setting, integration, asked, there[1].positions[0], backwards=True)
        assert _names(second) == _names(there[0])
        assert (second.has_before, second.has_after) == (False, True)

    def test_a_count_of_zero_asks_for_the_total_only(self, setting: Setting) -> None:
        integration = _scene(setting)
        for seek in (Seek(), Seek(None, backwards=True), Seek(Position(None, 1))):
            page = setting.search(integration, replace(query(USER, count=0), seek=seek))
            assert (page.total, page.resources, page.positions) == (6, (), ())
            assert not page.has_before
            assert not page.has_after

    def test_a_page_by_its_index_has_no_positions(self, setting: Setting) -> None:
        page = setting.search(_scene(setting), query(USER, sort="title", start_index=2, count=2))
        assert (page.positions, page.has_before, page.has_after) == ((), False, False)

    @pytest.mark.parametrize("sort", SORTS)
    def test_a_position_outlives_its_resource_and_a_trip_through_json(self, setting: Setting, sort: str | None) -> None:
        integration = _scene(setting)
        asked = query(USER, None, sort, count=1)
        pages = _walk(setting, integration, asked, backwards=False)
        whole = [_names(page)[0] for page in pages]
        setting.remove(integration, _resource(setting, integration, pages[2]))
        place = pages[2].positions[0]
        place = Position(json.loads(json.dumps(place.value)), place.serial)
        after = _sought(setting, integration, asked, place)
        assert (_names(after), after.has_before, after.has_after, after.total) == (whole[3:4], True, True, 5)
        before = _sought(setting, integration, asked, place, backwards=True)
        assert (_names(before), before.has_before, before.has_after) == (whole[1:2], True, True)
        for page in pages[:2]:
            setting.remove(integration, _resource(setting, integration, page))
        first = _sought(setting, integration, asked, place)
        assert (_names(first), first.has_before, first.has_after) == (whole[3:4], False, True)
        nothing = _sought(setting, integration, asked, place, backwards=True)
        assert (nothing.resources, nothing.has_before, nothing.has_after, nothing.total) == ((), False, True, 3)

    @pytest.mark.parametrize("sort", SORTS)
    def test_what_comes_and_goes_elsewhere_does_not_move_a_page(self, setting: Setting, sort: str | None) -> None:
        integration = _scene(setting)
        asked = query(USER, None, sort, count=1)
        pages = _walk(setting, integration, asked, backwards=False)
        names = [_names(page)[0] for page in pages]
        for name in ("new1", "new2"):
            setting.user(integration, name, title="a", externalId="a", active=True, emails=[{"value": "a@x"}])
        setting.remove(integration, _resource(setting, integration, pages[0]))
        seen, place = [], pages[2].positions[0]
        while True:
            page = _sought(setting, integration, asked, place)
            seen += [name for name in _names(page) if not name.startswith("new")]
            if not page.has_after:
                break
            place = page.positions[-1]
        assert seen == names[3:]

    def test_a_resource_that_moved_away_from_the_position_is_told_from_it(self, setting: Setting) -> None:
        integration = setting.integration()
        first = setting.user(integration, "first", title="a")
        setting.user(integration, "second", title="b")
        asked = query(USER, None, "title", count=5)
        place = _sought(setting, integration, asked, None).positions[0]
        setting.update(integration, replace(first, version=2, document={**first.document, "title": "c"}))
        page = _sought(setting, integration, asked, place)
        assert (_names(page), page.has_before, page.has_after) == (["second", "first"], False, False)

    def test_ties_can_be_passed_or_taken_whole(self, setting: Setting) -> None:
        integration = setting.integration()
        for name, title in (("a", "x"), ("b", "x"), ("c", "y"), ("d", None), ("e", None)):
            setting.user(integration, name, **({"title": title} if title else {}))

        def names(value: str | None, serial: int, *, descending: bool, backwards: bool) -> str:
            asked = query(USER, None, "title", descending=descending)
            return "".join(_names(_sought(setting, integration, asked, Position(value, serial), backwards=backwards)))

        for descending, whole in ((False, "abcde"), (True, "decab")):
            for value, ties in (("x", "ab"), ("y", "c"), (None, "de"), ("xx", "")):
                for serial in (0, LAST_SERIAL):
                    after = names(value, serial, descending=descending, backwards=False)
                    before = names(value, serial, descending=descending, backwards=True)
                    assert before + after == whole
                    assert set(ties) <= set(before if serial else after)

    def test_neighbours_of_other_integrations_and_types_are_not_seen(self, setting: Setting) -> None:
        integration, other = setting.integration(), setting.integration()
        for name in ("a", "b", "c"):
            setting.user(other, name)
            setting.user(integration, name)
            setting.group(integration, name)
        asked = query(USER, count=1)
        pages = _walk(setting, integration, asked, backwards=False)
        assert [_names(page) for page in pages] == [["a"], ["b"], ["c"]]
        theirs = setting.search(other, replace(asked, seek=Seek(pages[0].positions[0])))
        assert (_names(theirs), theirs.total, theirs.has_before) == (["b"], 3, True)


def _scene(setting: Setting) -> Integration:
    """Return an integration with six Users who share values, lack them, and have them folded alike."""
    integration = setting.integration()
    made = [setting.user(integration, name, externalId=key, **attributes) for name, key, attributes in _PEOPLE]
    setting.join(integration, setting.group(integration, "Editors"), made[1], made[4])
    setting.join(integration, setting.group(integration, "Authors"), made[3])
    setting.user(setting.integration(), "stranger", title="b")
    return integration


_PEOPLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("a", "5", {"title": "b", "active": True, "emails": [{"value": "z@x"}, {"value": "b@x", "primary": True}]}),
    ("b", "4", {"title": "B", "emails": [{"value": "b@x"}]}),
    ("c", "3", {"active": False}),
    ("d", "2", {"title": "ü", "active": True, "emails": [{"type": "work", "primary": True}]}),
    ("e", "1", {}),
    ("f", "0", {"title": "a", "active": False, "emails": [{"value": "A@x"}]}),
)


def _sought(
    setting: Setting, integration: Integration, asked: Query, position: Position | None, *, backwards: bool = False
) -> Page:
    return setting.search(integration, replace(asked, seek=Seek(position, backwards)))


def _walk(setting: Setting, integration: Integration, asked: Query, *, backwards: bool) -> list[Page]:
    """Return all pages, in the order in which they are read."""
    pages = [_sought(setting, integration, asked, None, backwards=backwards)]
    while pages[-1].has_before if backwards else pages[-1].has_after:
        place = pages[-1].positions[0 if backwards else -1]
        pages.append(_sought(setting, integration, asked, place, backwards=backwards))
    return pages


def _names(page: Page) -> list[str]:
    assert len(page.positions) == len(page.resources)
    return [document_of(resource)["userName"] for resource in page.resources]


def _resource(setting: Setting, integration: Integration, page: Page) -> Any:
    with setting.store.open_unit(write=False) as unit:
        linked = unit.resources.get(integration, USER, page.resources[0].id)
    assert linked is not None
    return linked.resource
