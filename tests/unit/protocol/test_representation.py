"""The answered document: what was asserted, and what the server computes (RFC 7643 §3.1)."""

import pytest

from scim_plugin.protocol.core_schemas import GROUP, USER
from scim_plugin.protocol.path import AttributePath
from scim_plugin.protocol.query import DEFAULT_COUNT, MAX_COUNT, Page, Query, Sort
from scim_plugin.protocol.representation import (
    Addresses,
    GroupReference,
    MemberReference,
    Representation,
    computed_attributes,
    meta,
)
from scim_plugin.protocol.resource import Resource, is_id, new_id

HERE = Addresses("https://host/scim/v2")
CREATED = 1_769_846_400_000_000
USER_ROW = Representation("u1", "User", "/Users", 3, CREATED, CREATED + 2_000_000, {"userName": "ann"})


def test_meta_is_computed_from_the_row():
    assert meta(USER_ROW, HERE) == {
        "resourceType": "User",
        "created": "2026-01-31T08:00:00.000Z",
        "lastModified": "2026-01-31T08:00:02.000Z",
        "location": "https://host/scim/v2/Users/u1",
        "version": USER_ROW.etag,
    }


def test_the_entity_tag_is_weak_and_changes_with_the_version():
    assert USER_ROW.etag.startswith('W/"3')
    assert USER_ROW.etag.endswith('"')


def test_a_resource_without_groups_or_members_has_id_and_meta_only():
    assert list(computed_attributes(USER_ROW, HERE)) == ["id", "meta"]


def test_groups_of_a_user_are_direct_or_indirect_and_have_an_address():
    row = Representation(
        "u1",
        "User",
        "/Users",
        1,
        0,
        0,
        groups=(GroupReference("g1", "Staff"), GroupReference("g2", "All", direct=False)),
    )
    assert computed_attributes(row, HERE)["groups"] == [
        {"value": "g1", "$ref": "https://host/scim/v2/Groups/g1", "display": "Staff", "type": "direct"},
        {"value": "g2", "$ref": "https://host/scim/v2/Groups/g2", "display": "All", "type": "indirect"},
    ]


def test_members_of_a_group_have_their_type_and_an_address():
    row = Representation(
        "g1", "Group", "/Groups", 1, 0, 0, members=(MemberReference("u1", "User"), MemberReference("g2", "Group"))
    )
    assert computed_attributes(row, HERE)["members"] == [
        {"value": "u1", "$ref": "https://host/scim/v2/Users/u1", "type": "User"},
        {"value": "g2", "$ref": "https://host/scim/v2/Groups/g2", "type": "Group"},
    ]


def test_an_address_is_base_endpoint_and_id():
    assert HERE.of("Group", "g1") == "https://host/scim/v2/Groups/g1"


def test_a_query_asks_for_a_page_from_the_first_resource_on():
    query = Query(USER, sort=Sort(USER.locate(AttributePath("userName"))))
    assert (query.start_index, query.count) == (1, DEFAULT_COUNT)
    assert query.count <= MAX_COUNT
    assert not query.sort.descending
    assert Page(1, (USER_ROW,)).resources[0].id == "u1"


def test_ids_are_opaque_unique_and_roughly_in_order(clock):
    first = new_id()
    clock.tick(0.002)
    second = new_id()
    assert first < second
    assert len({new_id() for _ in range(1000)}) == 1000
    assert all(character in "0123456789abcdef" for character in first)
    assert len(first) == 32


def test_a_resource_is_a_versioned_document():
    resource = Resource("g1", GROUP, 1, CREATED, CREATED, {"displayName": "Staff"})
    with pytest.raises(AttributeError):
        resource.version = 2


@pytest.mark.parametrize("text", ["", "a/b", "a b", "ü", "x" * 5000, "'; --", "a\n", "../u1"])
def test_what_cannot_be_an_id_is_looked_up_nowhere(text):
    assert is_id(new_id())
    assert not is_id(text)
