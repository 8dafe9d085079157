"""The contract of search: filters, order and pages of ``ports.ResourceRepository``.

The law behind it is short: a store's answer equals that of the core's evaluator. These are the cases worth a name.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, USER
from scim_plugin.provisioning.integration import Integration
from scim_pytest.setting import MOMENT, Setting, StoreContract, query, user

FILTERS = (
    ('userName eq "ALICE"', "alice"),
    ('userName eq "ａｌｉｃｅ"', "alice"),
    ('userName ne "alice"', "Bob 100%_x Straße"),
    ('userName co "LI"', "alice"),
    ('userName co "%"', "100%_x"),
    ('userName co "_"', "100%_x"),
    ('userName sw "b"', "Bob"),
    ('userName ew "SSE"', "Straße"),
    ('userName eq "strasse"', "Straße"),
    ('userName gt "alice"', "Bob Straße"),
    ('userName ge "ALICE"', "alice Bob Straße"),
    ('userName lt "b"', "alice 100%_x"),
    ('userName le "BOB"', "alice Bob 100%_x"),
    ('externalId eq "A1"', "alice"),
    ('externalId eq "a1"', ""),
    ('externalId sw "A"', "alice"),
    ('externalId ne "A1"', "Bob 100%_x Straße"),
    ("externalId pr", "alice Bob"),
    ("externalId eq null", "100%_x Straße"),
    ("externalId ne null", "alice Bob"),
    ("active eq true", "alice"),
    ("active eq false", "Bob"),
    ("active ne true", "Bob 100%_x Straße"),
    ("not (active eq true)", "Bob 100%_x Straße"),
    ("active pr", "alice Bob"),
    ("displayName pr", "alice"),
    ('displayName eq ""', "Bob"),
    ('displayName ne "x"', "alice Bob 100%_x Straße"),
    ("name pr", "alice Straße"),
    ('name.familyName eq "O\'BRIEN \\"X\\""', "alice"),
    ('name.familyName co "\\\\"', "Straße"),
    ("name.givenName pr", "alice"),
    ('emails eq "alice@home.example"', "alice"),
    ('emails.value eq "ALICE@work.example"', "alice"),
    ('emails.value ne "alice@home.example"', "alice Bob 100%_x Straße"),
    ('not (emails.value eq "alice@home.example")', "Bob 100%_x Straße"),
    ('emails.type eq "work"', "alice Bob"),
    ("emails pr", "alice Bob"),
    ('emails[type eq "work"]', "alice Bob"),
    ('emails[type eq "work" and value co "bob"]', "Bob"),
    ('emails[type eq "home" and value eq "alice@work.example"]', ""),
    ('emails.type eq "home" and emails.value eq "alice@work.example"', "alice"),
    ('emails[not (type eq "work")]', "alice"),
    ('not (emails[type eq "home"])', "Bob 100%_x Straße"),
    ("emails[primary eq true]", "alice"),
    ("emails[primary eq false]", "alice Bob"),
    ('emails[type eq "work" or type eq "home"]', "alice Bob"),
    ("emails[display pr]", ""),
    ("emails.primary eq true", "alice"),
    (f'{ENTERPRISE_USER_URN}:department eq "TOURS"', "Bob"),
    (f'{ENTERPRISE_USER_URN}:department ne "Tours"', "alice 100%_x Straße"),
    (f'{ENTERPRISE_USER_URN}:manager.value eq "boss"', "Bob"),
    (f"{ENTERPRISE_USER_URN}:manager pr", "Bob"),
    (f'schemas eq "{ENTERPRISE_USER_URN}"', "Bob"),
    ('meta.resourceType eq "User"', "alice Bob 100%_x Straße"),
    ('meta.resourceType eq "Group"', ""),
    ('meta.created eq "2023-11-14T22:13:20Z"', "alice 100%_x Straße"),
    ('meta.created gt "2023-11-14T23:13:20+01:00"', "Bob"),
    ('meta.lastModified ge "2023-11-14T22:13:20.001Z"', "Bob"),
    ('meta.lastModified lt "2030-01-01T00:00:00"', "alice Bob 100%_x Straße"),
    ('meta.version eq "W/\\"1\\""', "alice Bob 100%_x Straße"),
    ("meta.created pr", "alice Bob 100%_x Straße"),
    ('groups.display eq "EDITORS"', "alice"),
    ('groups[display eq "editors" and type eq "direct"]', "alice"),
    ("groups pr", "alice"),
    ("not (groups pr)", "Bob 100%_x Straße"),
    ('active eq true or externalId eq "B2"', "alice Bob"),
    ('active eq true and externalId eq "B2"', ""),
    ('externalId pr and (userName eq "bob" or userName eq "straße")', "Bob"),
    ('not (userName eq "alice" or not (externalId pr))', "Bob"),
)
"""Filters, and the names of those whom they find among the four of :func:`scene`, in order of creation."""


class SearchContract(StoreContract):
    """Give the fixture ``store``."""

    @pytest.mark.parametrize(("text", "names"), FILTERS)
    def test_a_filter_finds_what_the_rfc_says(self, setting: Setting, text: str, names: str) -> None:
        integration = scene(setting)
        assert setting.users(integration, text) == names.split()

    def test_the_version_is_searched_without_the_stamp_of_the_groups(self, setting: Setting) -> None:
        integration = scene(setting)
        both = 'meta.version eq "W/\\"1\\"" and groups.display eq "Editors"'
        assert setting.users(integration, both) == ["alice"]

    def test_a_group_is_found_by_its_members(self, setting: Setting) -> None:
        integration = setting.integration()
        alice, bob = setting.user(integration, "alice"), setting.user(integration, "bob")
        editors, authors = setting.group(integration, "Editors"), setting.group(integration, "Authors")
        setting.group(integration, "Nobody", externalId="g3")
        setting.join(integration, editors, alice, bob)
        setting.join(integration, authors, bob, editors)
        names = setting.group_names
        assert names(integration, f'members.value eq "{alice.id}"') == ["Editors"]
        assert names(integration, f'members[value eq "{bob.id}"]') == ["Editors", "Authors"]
        assert names(integration, f'members eq "{bob.id}"') == ["Editors", "Authors"]
        assert names(integration, f'members[value eq "{bob.id}" and type eq "group"]') == []
        assert names(integration, 'members.type eq "Group"') == ["Authors"]
        assert names(integration, f'members.value ne "{alice.id}"') == ["Editors", "Authors", "Nobody"]
        assert names(integration, "not (members pr)") == ["Nobody"]
        assert names(integration, 'displayName eq "AUTHORS"') == ["Authors"]
        assert names(integration, f'id eq "{authors.id}" and members[value eq "{alice.id}"]') == []
        assert setting.users(integration, f'groups.value eq "{editors.id}"') == ["alice", "bob"]
        assert setting.users(integration, f'groups[value eq "{authors.id}" and type eq "direct"]') == ["bob"]

    def test_a_user_is_found_by_id_in_the_exact_spelling(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.add(integration, replace(user("alice"), id="00abcdef" * 4))
        assert setting.users(integration, f'id eq "{alice.id}"') == ["alice"]
        assert setting.users(integration, f'id eq "{alice.id.upper()}"') == []
        assert setting.users(integration, 'id sw "00abc"') == ["alice"]
        assert setting.users(integration, "id pr") == ["alice"]

    def test_a_filter_sees_what_was_changed(self, setting: Setting) -> None:
        integration = setting.integration()
        alice = setting.user(integration, "alice", emails=[{"value": "a@example.org", "type": "work"}])
        document = {**alice.document, "emails": [{"value": "b@example.org", "type": "work"}], "externalId": "new"}
        setting.update(integration, replace(alice, version=2, document=document))
        assert setting.users(integration, 'emails.value eq "a@example.org"') == []
        assert setting.users(integration, 'emails[type eq "work" and value eq "B@example.org"]') == ["alice"]
        assert setting.users(integration, 'externalId eq "new"') == ["alice"]
        assert setting.users(integration, 'meta.version eq "W/\\"2\\""') == ["alice"]

    def test_attributes_that_the_integration_matches_by_are_found_like_others(self, setting: Setting) -> None:
        integration = setting.integration(
            matching=("emails.value", "nickName", f"{ENTERPRISE_USER_URN}:employeeNumber")
        )
        setting.user(integration, "alice", nickName="Al", enterprise={"employeeNumber": "7"})
        setting.user(integration, "bob", emails=[{"value": "b1@example.org"}, {"value": "b2@example.org"}])
        assert setting.users(integration, 'nickName eq "AL"') == ["alice"]
        assert setting.users(integration, f'{ENTERPRISE_USER_URN}:employeeNumber eq "7"') == ["alice"]
        assert setting.users(integration, 'emails.value eq "B2@example.org"') == ["bob"]
        assert setting.users(integration, 'nickName ne "al"') == ["bob"]

    # ----------------------------------------------------------------------------------------------------------- pages

    def test_a_page_is_a_part_of_the_whole_and_the_total_does_not_depend_on_it(self, setting: Setting) -> None:
        integration = setting.integration()
        names = [f"user{number}" for number in range(7)]
        for name in names:
            setting.user(integration, name, active=True)
        for text in (None, "active eq true", 'userName sw "user"'):
            for start in (1, 3, 7, 8, 100):
                for count in (0, 1, 3, 200):
                    page = setting.search(integration, query(USER, text, start_index=start, count=count))
                    assert page.total == 7
                    found = setting.users(integration, text, start_index=start, count=count)
                    assert found == names[start - 1 :][:count]

    def test_without_a_sort_the_order_is_that_of_creation(self, setting: Setting) -> None:
        integration = setting.integration()
        for name in ("zoe", "adam", "mia"):
            setting.user(integration, name)
        assert setting.users(integration) == ["zoe", "adam", "mia"]
        assert setting.users(integration, "userName pr") == ["zoe", "adam", "mia"]

    def test_an_integration_without_resources_has_an_empty_page(self, setting: Setting) -> None:
        page = setting.search(setting.integration(), query(USER))
        assert (page.total, page.resources) == (0, ())

    # ----------------------------------------------------------------------------------------------------------- sorts

    def test_a_sort_ignores_case_where_the_attribute_does(self, setting: Setting) -> None:
        integration = setting.integration()
        for name in ("bob", "Alice", "Ｃarol", "ärger", "Zoe"):
            setting.user(integration, name)
        ascending = ["Alice", "bob", "Ｃarol", "Zoe", "ärger"]
        assert setting.users(integration, sort="userName") == ascending
        assert setting.users(integration, sort="userName", descending=True) == ascending[::-1]

    def test_missing_values_come_last_ascending_and_first_descending(self, setting: Setting) -> None:
        integration = setting.integration()
        for name, title in (("a", None), ("b", "Zebra"), ("c", None), ("d", "ant"), ("e", "ANT")):
            setting.user(integration, name, **({"title": title} if title else {}))
        assert setting.users(integration, sort="title") == ["d", "e", "b", "a", "c"]
        assert setting.users(integration, sort="title", descending=True) == ["a", "c", "b", "d", "e"]

    def test_a_multi_valued_attribute_sorts_by_its_primary_value_or_its_first(self, setting: Setting) -> None:
        integration = setting.integration()
        setting.user(integration, "a", emails=[{"value": "z@x"}, {"value": "b@x", "primary": True}])
        setting.user(integration, "b", emails=[{"value": "A@x"}, {"value": "y@x", "primary": False}])
        setting.user(integration, "c")
        setting.user(integration, "d", emails=[{"type": "work", "primary": True}, {"value": "c@x"}])
        assert setting.users(integration, sort="emails") == ["b", "a", "c", "d"]
        assert setting.users(integration, sort="emails.value", descending=True) == ["c", "d", "a", "b"]
        assert setting.users(integration, sort="emails.type") == ["d", "a", "b", "c"]

    def test_a_value_that_is_not_marked_primary_sorts_as_one_that_is_not(self, setting: Setting) -> None:
        integration = setting.integration()
        setting.user(integration, "a")
        setting.user(integration, "b", emails=[{"value": "b@x", "primary": True}])
        setting.user(integration, "c", emails=[{"value": "c@x"}])
        assert setting.users(integration, sort="emails.primary") == ["c", "b", "a"]
        assert setting.users(integration, sort="emails.primary", descending=True) == ["a", "b", "c"]

    def test_booleans_times_and_exact_strings_can_be_sorted_by(self, setting: Setting) -> None:
        integration = scene(setting)
        assert setting.users(integration, sort="active") == ["Bob", "alice", "100%_x", "Straße"]
        assert setting.users(integration, sort="meta.created", descending=True)[0] == "Bob"
        assert setting.users(integration, sort="externalId", descending=True)[2:] == ["Bob", "alice"]
        assert setting.users(integration, sort=f"{ENTERPRISE_USER_URN}:department")[0] == "Bob"
        assert setting.users(integration, sort="name.familyName") == ["Straße", "alice", "Bob", "100%_x"]

    def test_sorted_pages_join_without_a_gap(self, setting: Setting) -> None:
        integration = setting.integration()
        for number in range(10):
            setting.user(integration, f"user{number}", title="x" if number % 2 else "w")
        whole = setting.users(integration, sort="title")
        parts = [setting.users(integration, sort="title", start_index=start, count=3) for start in (1, 4, 7, 10)]
        assert sum(parts, []) == whole  # noqa: RUF017 - four short lists


def scene(setting: Setting) -> Integration:
    """Return an integration with the four Users that :data:`FILTERS` speaks of, and as many in another."""
    integration, other = setting.integration(), setting.integration()
    alice = setting.user(
        integration,
        "alice",
        externalId="A1",
        active=True,
        displayName="Alice",
        name={"givenName": "Alice", "familyName": 'O\'Brien "X"'},
        emails=[
            {"value": "alice@work.example", "type": "work", "primary": True},
            {"value": "alice@home.example", "type": "home"},
        ],
    )
    bob = user(
        "Bob",
        externalId="B2",
        active=False,
        displayName="",
        emails=[{"value": "bob@work.example", "type": "WORK"}],
        enterprise={"department": "Tours", "manager": {"value": "boss"}},
    )
    setting.add(integration, replace(bob, created=MOMENT + 1_000_000, modified=MOMENT + 2_000_000))
    setting.user(integration, "100%_x")
    setting.user(integration, "Straße", name={"familyName": "back\\slash"})
    setting.join(integration, setting.group(integration, "Editors"), alice)
    for name in ("alice", "bob", "eve"):
        setting.user(other, name, externalId="A1", active=True)
    return integration
