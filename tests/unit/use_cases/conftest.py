"""A host in memory, and identity providers that talk to it through the protocol's use cases."""

from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from freezegun import freeze_time

from scim_memory import MemoryStore
from scim_plugin.dialects.dialect import Dialect
from scim_plugin.protocol.core_schemas import GROUP, GROUP_URN, USER, USER_URN
from scim_plugin.protocol.patch import PATCH_URN
from scim_plugin.protocol.precondition import NO_PRECONDITION
from scim_plugin.provisioning.integration import Integration, State
from scim_plugin.use_cases import protocol_use_cases
from scim_plugin.use_cases.caller import Caller
from scim_plugin.use_cases.search import SearchRequest


@dataclass
class Sink:
    """An event sink that keeps what it hears."""

    events: list = field(default_factory=list)

    def publish(self, events):
        self.events.extend(events)

    def heard(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


class IdentityProvider:
    """One integration, and what its identity provider asks. Methods that take an id also take what was answered."""

    def __init__(self, store, use_cases, integration):
        self.store = store
        self.use_cases = use_cases
        self.integration = integration
        self.cursor_key = integration.id.encode()
        with store.open_unit() as unit:
            unit.integrations.add_tenant(integration.tenant)
            unit.integrations.add(integration)
            unit.commit()

    def set(self, **settings):
        self.integration = replace(self.integration, **settings)

    def caller(self):
        return Caller(self.integration, "credential", "request", Dialect(self.integration.type), self.cursor_key)

    def post_user(self, user_name="kim@example.com", **attributes):
        return self.post(USER, {"schemas": [USER_URN], "userName": user_name, **attributes})

    def post_group(self, name="Authors", members=(), **attributes):
        body = {"schemas": [GROUP_URN], "displayName": name, **attributes}
        return self.post(GROUP, {**body, "members": [{"value": id_of(member)} for member in members]})

    def post(self, resource_type, body):
        return self.use_cases.create(self.caller(), resource_type, body)

    def read(self, resource, resource_type=USER):
        return self.use_cases.read(self.caller(), resource_type, id_of(resource))

    def patch(self, resource, *operations, resource_type=USER, precondition=NO_PRECONDITION):
        """Send *operations*, each as (op, path, value), or (op, path) without a value."""
        names = ("op", "path", "value")
        body = {"schemas": [PATCH_URN], "Operations": [dict(zip(names, one, strict=False)) for one in operations]}
        return self.use_cases.modify(self.caller(), resource_type, id_of(resource), body, precondition=precondition)

    def patch_group(self, resource, *operations, **options):
        return self.patch(resource, *operations, resource_type=GROUP, **options)

    def join(self, group, *members):
        return self.patch_group(group, ("add", "members", [{"value": id_of(member)} for member in members]))

    def leave(self, group, *members):
        return self.patch_group(group, *(("remove", f'members[value eq "{id_of(member)}"]') for member in members))

    def put_user(self, resource, user_name="kim@example.com", precondition=NO_PRECONDITION, **attributes):
        body = {"schemas": [USER_URN], "userName": user_name, **attributes}
        return self.use_cases.replace(self.caller(), USER, id_of(resource), body, precondition=precondition)

    def put_group(self, resource, name="Authors", **attributes):
        body = {"schemas": [GROUP_URN], "displayName": name, **attributes}
        return self.use_cases.replace(self.caller(), GROUP, id_of(resource), body)

    def delete(self, resource, resource_type=USER, precondition=NO_PRECONDITION):
        self.use_cases.delete(self.caller(), resource_type, id_of(resource), precondition=precondition)

    def search(self, filter=None, resource_type=USER, **options):
        return self.use_cases.search(self.caller(), SearchRequest(resource_type, filter, **options))

    # --------------------------------------------------------------------------------------------- behind the protocol

    def link(self, resource, resource_type=USER):
        with self.store.open_unit(write=False) as unit:
            return unit.resources.get(self.integration, resource_type, id_of(resource)).link

    def member(self, resource):
        """Return the member that the User is linked to."""
        return self.store.members.get(self.integration.tenant, self.link(resource).target)

    def host_group(self, resource):
        return self.store.groups.get(self.integration.tenant, self.link(resource, GROUP).target)

    def host_members(self, resource):
        """Return the ids of the host's members of a Group's group."""
        return list(self.store.groups.members_of(self.integration.tenant, self.link(resource, GROUP).target))

    def log(self, limit=100):
        with self.store.open_unit(write=False) as unit:
            return list(unit.log.latest(self.integration, limit))

    def tolerances(self):
        with self.store.open_unit(write=False) as unit:
            return dict(unit.tolerances.of(self.integration))


class Host:
    """What the host's administrators do by hand, in one tenant."""

    def __init__(self, store, tenant="default"):
        self.store = store
        self.tenant = tenant
        self._numbers = count()

    def member(self, username="kim", *, active=True, protected=False, **fields):
        """Create a member and return its id."""
        key = f"by hand {next(self._numbers)}"
        member = self.store.members.create(self.tenant, {"username": username, **fields}, active=active, key=key)
        if protected:
            self.store.members.set_protected(self.tenant, member.id, protected=True)
        return member.id

    def get(self, member_id):
        return self.store.members.get(self.tenant, member_id)

    def edit(self, member_id, **fields):
        self.store.members.update(self.tenant, member_id, fields)

    def members(self):
        return list(self.store.members.list(self.tenant))

    def group(self, name, *members):
        """Create a group with members and return its id."""
        group = self.store.groups.create(self.tenant, name, key=f"by hand {next(self._numbers)}")
        self.join(group.id, *members)
        return group.id

    def join(self, group_id, *members):
        self.store.groups.change_members(self.tenant, group_id, members, ())

    def leave(self, group_id, *members):
        self.store.groups.change_members(self.tenant, group_id, (), members)

    def members_of(self, group_id):
        return list(self.store.groups.members_of(self.tenant, group_id))

    def groups_of(self, member_id):
        return list(self.store.members.groups_of(self.tenant, member_id))


def id_of(resource):
    return resource if isinstance(resource, str) else resource.id


@pytest.fixture
def clock():
    with freeze_time("2026-11-21 08:00:00") as frozen:
        yield frozen


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def sink():
    return Sink()


@pytest.fixture
def use_cases(store, sink):
    return protocol_use_cases(store.open_unit, store.members, store.groups, sink)


@pytest.fixture
def connect(store, use_cases):
    """Connect an identity provider, with the settings that are given and otherwise the defaults."""
    numbers = count(1)

    def connected(tenant="default", type="rfc-strict", **settings):
        number = next(numbers)
        integration = Integration(
            f"integration-{number}", tenant, f"IdP {number}", type, 0, state=State.ENABLED, **settings
        )
        return IdentityProvider(store, use_cases, integration)

    return connected


@pytest.fixture
def connect_to():
    """Connect an identity provider to a store of its own: a law has many examples, and each begins anew."""

    def connected(store):
        use_cases = protocol_use_cases(store.open_unit, store.members, store.groups)
        return IdentityProvider(store, use_cases, Integration("i", "default", "IdP", "rfc-strict", 0))

    return connected


@pytest.fixture
def idp(connect):
    return connect()


@pytest.fixture
def make_host(store):
    """Give the host's administrators of a tenant."""
    return lambda tenant: Host(store, tenant)


@pytest.fixture
def host(make_host):
    return make_host("default")


@pytest.fixture
def snapshot(store):
    """Return a function that tells all that is stored, except the log."""

    def taken():
        tables = store.tables
        names = [name for name in type(tables).__slots__ if name not in ("numbers", "log")]
        return {name: _without_empty(getattr(tables, name)) for name in names}

    return taken


def _without_empty(table):
    """Return a copy of *table*; that a dictionary is empty or not there is the same."""
    copies = {key: dict(value) if isinstance(value, dict) else value for key, value in table.items()}
    return {key: value for key, value in copies.items() if value != {}}
