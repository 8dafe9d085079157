"""What the tests of the HTTP adapter share: the real application over a real store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from falcon.testing import TestClient

from scim_plugin.provisioning.integration import DEFAULT_TENANT, Deprovisioning, GroupPolicy, Integration, NestedGroups
from scim_plugin.use_cases.integration_draft import IntegrationDraft
from tests.conversations.replay import FOLDER

STORES = ("memory", "sqlite")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service with one integration, the secret key for it, and the host's side of the store."""

    client: TestClient
    secret: str
    integration: Integration
    store: Any

    def members(self):
        """Return the members of the host as an administrator sees them."""
        tenant = self.integration.tenant
        return [
            {
                "active": m.active,
                "protected": m.protected,
                **m.fields,
                "groups": self.store.members.groups_of(tenant, m.id),
            }
            for m in self.store.members.list(tenant)
        ]

    def groups(self):
        """Return the names of the groups of the host."""
        return [group.name for group in self.store.groups.list(self.integration.tenant)]


def open_store(kind, tmp_path):
    """Return a new store of this kind, one of STORES."""
    if kind == "memory":
        from scim_memory import MemoryStore

        return MemoryStore()
    from scim_peewee.store import PeeweeStore

    store = PeeweeStore(f"sqlite:///{tmp_path / 'scim.db'}")
    store.migrate()
    return store


def service(kind, tmp_path, settings, host=None):
    """Return a Service over a store of this kind, for an integration with *settings* and a *host* that holds this."""
    from scim_container.container import Container

    store = open_store(kind, tmp_path)
    _furnish(store, host or {})
    container = Container(open_unit=store.open_unit, host_members=store.members, host_groups=store.groups)
    asked = {"name": "Test", **settings}
    enabled = asked.pop("enabled", True)
    added = container.add_integration()(_draft(asked), enabled=enabled)
    return Service(TestClient(container.wsgi_app()), added.key, added.integration, store)


def _draft(settings):
    """Return *settings*, as they stand in a file, as an administrator asks for them."""
    kinds = {
        "deprovisioning": Deprovisioning,
        "groups": GroupPolicy,
        "nested_groups": NestedGroups,
        "catalogue": _catalogue,
    }
    return IntegrationDraft(**{name: kinds.get(name, str)(value) for name, value in settings.items()})


def _catalogue(name):
    """Return what a schema file beside the conversations declares."""
    from scim_marshmallow.schema_file import load_schemas

    return load_schemas((FOLDER / name).read_text(encoding="utf-8"))


def _furnish(store, host):
    """Put the members and groups into the store that the host holds before."""
    ids = {}
    with store.open_unit() as unit:
        for member in host.get("members", ()):
            ids[member["username"]] = _add_member(store, **member)
        for group in host.get("groups", ()):
            added = store.groups.create(DEFAULT_TENANT, group["name"], key=f"test-group-{group['name']}")
            joining = [ids[username] for username in group.get("members", ())]
            store.groups.change_members(DEFAULT_TENANT, added.id, joining, [])
        unit.commit()


def _add_member(store, username, *, email=None, active=True, protected=False, fields=None):
    for name in fields or {}:
        store.members.add_field(name)
    values = {"username": username, "email": email, **(fields or {})}
    member = store.members.create(DEFAULT_TENANT, values, active=active, key=f"test-member-{username}")
    if protected:
        store.members.set_protected(DEFAULT_TENANT, member.id, protected=True)
    return member.id


@pytest.fixture(params=STORES)
def start(request, tmp_path):
    """Return the function that starts a Service over each kind of store in turn; the stores are closed afterwards."""
    started = []

    def started_service(settings, host=None):
        started.append(service(request.param, tmp_path, settings, host))
        return started[-1]

    yield started_service
    for each in started:
        if request.param != "memory":
            each.store.close()


@pytest.fixture(params=STORES)
def here(request, tmp_path):
    """A Site (tests.http.attacker) over each kind of store in turn."""
    from tests.http.attacker import site

    made = site(request.param, tmp_path)
    yield made
    if request.param != "memory":
        made.store.close()


@pytest.fixture
def sqlite(tmp_path):
    """A Site over SQLite, for what does not depend on the store or takes long."""
    from tests.http.attacker import site

    made = site("sqlite", tmp_path)
    yield made
    made.store.close()
