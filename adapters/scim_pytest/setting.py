"""What contracts are played with: a store, and short ways to fill it and to ask it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from scim_plugin.protocol.comparison import bind, bind_path
from scim_plugin.protocol.core_schemas import ENTERPRISE_USER_URN, GROUP, GROUP_URN, USER, USER_URN
from scim_plugin.protocol.filter import parse_filter
from scim_plugin.protocol.leniency import STRICT
from scim_plugin.protocol.path import match_attribute_path
from scim_plugin.protocol.query import DEFAULT_COUNT, Page, Query, Sort
from scim_plugin.protocol.resource import Resource, new_id
from scim_plugin.provisioning.integration import Integration
from scim_plugin.provisioning.link import Link, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scim_plugin.ports import GroupDirectory, Linked, MemberDirectory, MembershipOutcome, UnitOfWork
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.protocol.representation import Representation
    from scim_plugin.protocol.schema import ResourceType

TENANT = "acme"
OTHER_TENANT = "globex"
MOMENT = 1_700_000_000_000_000
"""The time at which everything in a contract was made: 2023-11-14T22:13:20Z, in microseconds since 1970."""


class Store(Protocol):
    """What a contract asks of a store: units of work over a place that is empty in the beginning."""

    def open_unit(self, *, write: bool = True) -> UnitOfWork:
        """Return a new unit of work."""
        ...


class SharedStore(Store, Protocol):
    """A store whose units of work hold the host's changes too."""

    @property
    def members(self) -> MemberDirectory:
        """The host's members."""
        ...

    @property
    def groups(self) -> GroupDirectory:
        """The host's groups."""
        ...


class StoreContract:
    """What all contracts of storage share: ``store`` is the one fixture that a subclass must give."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """Give an empty store."""
        raise NotImplementedError("A subclass of a contract overrides the fixture `store`.")

    @pytest.fixture
    def setting(self, store: Store) -> Setting:
        """Give short ways to use the store."""
        return Setting(store)


def user(name: str, /, **attributes: Any) -> Resource:
    """Return a User called *name*; *attributes* stand in its document, ``enterprise`` under the URN."""
    enterprise = attributes.pop("enterprise", None)
    document: Document = {"schemas": [USER_URN], "userName": name, **attributes}
    if enterprise:
        document |= {"schemas": [USER_URN, ENTERPRISE_USER_URN], ENTERPRISE_USER_URN: enterprise}
    return Resource(new_id(), USER, 1, MOMENT, MOMENT, document)


def group(name: str, /, **attributes: Any) -> Resource:
    """Return a Group called *name*."""
    return Resource(new_id(), GROUP, 1, MOMENT, MOMENT, {"schemas": [GROUP_URN], "displayName": name, **attributes})


def link(target: str, tier: Tier = Tier.CREATE) -> Link:
    """Return a link to the host's *target*."""
    return Link(target, tier, MOMENT, own=tier is Tier.CREATE)


def document_of(representation: Representation) -> Document:
    """Return the stored document, whether it was handed over as a document or as text."""
    if representation.text is not None:
        document: Document = json.loads(representation.text)
        return document
    assert representation.document is not None, "a representation carries its document or its text"
    return representation.document


def query(
    resource_type: ResourceType,
    filter: str | None = None,
    sort: str | None = None,
    *,
    descending: bool = False,
    start_index: int = 1,
    count: int = DEFAULT_COUNT,
    with_groups: bool = False,
    with_members: bool = False,
) -> Query:
    """Return the query whose filter and sort are written like those of a client."""
    order: Sort | None = None
    if sort is not None:
        path = match_attribute_path(sort)
        assert path is not None
        order = Sort(bind_path(path, resource_type, STRICT), descending)
    return Query(
        resource_type,
        bind(parse_filter(filter), resource_type, STRICT) if filter is not None else None,
        order,
        start_index,
        count,
        with_groups,
        with_members,
    )


class Setting:
    """A store and short ways to use it: each is a unit of work of its own, committed."""

    def __init__(self, store: Store) -> None:
        """Work on *store*."""
        self.store = store

    def integration(self, tenant: str = TENANT, **values: Any) -> Integration:
        """Store and return a new integration."""
        made = Integration(new_id(), tenant, "Contoso", "rfc-strict", MOMENT, **values)
        with self.store.open_unit() as unit:
            unit.integrations.add_tenant(tenant)
            unit.integrations.add(made)
            unit.commit()
        return made

    def add(self, integration: Integration, resource: Resource, its_link: Link | None = None) -> Resource:
        """Store *resource* and return it with its key."""
        with self.store.open_unit() as unit:
            added = unit.resources.add(integration, resource, its_link)
            unit.commit()
        return added

    def user(self, integration: Integration, name: str, target: str | None = None, /, **attributes: Any) -> Resource:
        """Store and return a new User, linked to the host's *target* if there is one."""
        return self.add(integration, user(name, **attributes), link(target) if target else None)

    def group(self, integration: Integration, name: str, target: str | None = None, /, **attributes: Any) -> Resource:
        """Store and return a new Group, linked to the host's *target* if there is one."""
        return self.add(integration, group(name, **attributes), link(target) if target else None)

    def update(self, integration: Integration, resource: Resource, its_link: Link | None = None) -> None:
        """Store a change of *resource*."""
        with self.store.open_unit() as unit:
            unit.resources.update(integration, resource, its_link)
            unit.commit()

    def remove(self, integration: Integration, resource: Resource) -> None:
        """Remove *resource*."""
        with self.store.open_unit() as unit:
            unit.resources.remove(integration, resource)
            unit.commit()

    def join(self, integration: Integration, its_group: Resource, *members: Resource) -> MembershipOutcome:
        """Let *members* join."""
        return self.change(integration, its_group, [member.id for member in members], [])

    def change(
        self, integration: Integration, its_group: Resource, joining: list[str], leaving: list[str] | None
    ) -> MembershipOutcome:
        """Change the members of *its_group*."""
        with self.store.open_unit() as unit:
            outcome = unit.resources.change_members(integration, its_group, joining, leaving)
            unit.commit()
        return outcome

    def get(self, integration: Integration, resource: Resource) -> Linked | None:
        """Return *resource* as it is stored now."""
        with self.store.open_unit(write=False) as unit:
            return unit.resources.get(integration, resource.type, resource.id)

    def members(self, integration: Integration, its_group: Resource) -> list[str]:
        """Return the ids of the members of *its_group*, in the order of the store."""
        with self.store.open_unit(write=False) as unit:
            return [member.id for member in unit.resources.member_ids(integration, its_group)]

    def groups(self, integration: Integration, resource: Resource) -> list[str]:
        """Return the names of the groups of *resource*, in the order of the store."""
        with self.store.open_unit(write=False) as unit:
            return [found.display for found in unit.resources.groups_of(integration, resource)]

    def search(self, integration: Integration, asked: Query) -> Page:
        """Return one page."""
        with self.store.open_unit(write=False) as unit:
            return unit.resources.search(integration, asked)

    def users(
        self, integration: Integration, filter: str | None = None, sort: str | None = None, **page: Any
    ) -> list[str]:
        """Return the names of the Users that a query finds, in order."""
        found = self.search(integration, query(USER, filter, sort, **page))
        return [document_of(resource)["userName"] for resource in found.resources]

    def group_names(self, integration: Integration, filter: str | None = None, sort: str | None = None) -> list[str]:
        """Return the names of the Groups that a query finds, in order."""
        found = self.search(integration, query(GROUP, filter, sort))
        return [document_of(resource)["displayName"] for resource in found.resources]
