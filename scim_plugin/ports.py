"""The ports: what the core asks of storage and of the host. Each docstring is the promise that an adapter keeps.

``scim_pytest`` holds the promises as contract tests; an adapter that passes them is correct.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from scim_plugin.protocol.query import Page, Query
    from scim_plugin.protocol.representation import GroupReference, Representation
    from scim_plugin.protocol.resource import Resource
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.provisioning.credential import Credential
    from scim_plugin.provisioning.events import Event
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.provisioning.link import Link, RetiredLink
    from scim_plugin.provisioning.log import LogEntry
    from scim_plugin.provisioning.member import Field, FieldValue, HostGroup, Member


class StaleVersion(Exception):
    """The resource is no longer at the version that the caller read."""


class LinkTaken(Exception):
    """Another resource of the tenant holds a live link to this member or group."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A resource together with its live link; a *pending* resource has none."""

    resource: Resource
    link: Link | None


@dataclass(frozen=True, slots=True)
class Identified:
    """A resource id that exists in the integration: its type's name and, when linked, the host's id."""

    id: str
    type: str
    target: str | None


@dataclass(frozen=True, slots=True)
class MembershipOutcome:
    """What a change of members really changed.

    ``nested`` tells whether the group contains a group or is in one, before or after: false where nothing changed.
    """

    joined: tuple[Identified, ...]
    left: tuple[Identified, ...]
    nested: bool = False


class ResourceRepository(Protocol):
    """Resources, their links and their memberships. Nothing crosses the integration that is passed in.

    An id that is unknown, deleted or another integration's is *absent* everywhere.
    """

    def add(self, integration: Integration, resource: Resource, link: Link | None) -> Resource:
        """Store a new resource and return it with its ``key``.

        Raises Uniqueness when the value of the type's key, or of an attribute that is declared unique, is taken, as a
        filter compares it; LinkTaken.
        """
        ...

    def get(self, integration: Integration, resource_type: ResourceType, resource_id: str) -> Linked | None:
        """Return the resource, or None. In a writing unit it stays locked against other writers until the end."""
        ...

    def read(
        self,
        integration: Integration,
        resource_type: ResourceType,
        resource_id: str,
        *,
        with_groups: bool,
        with_members: bool,
    ) -> Representation | None:
        """Return what is needed to answer the resource, or None. Members and groups are read only when asked for.

        Members are the direct ones. The groups of a User are those of :meth:`groups_of`, any other type has none.
        """
        ...

    def search(self, integration: Integration, query: Query) -> Page:
        """Return one page. Its order is total: the sort, then the order of creation. Raises TooMany.

        Members and groups are those of :meth:`read`, in the page and for filter and sort. The number of statements does
        not depend on how many resources the page has, nor on how deep their groups are nested.
        """
        ...

    def update(self, integration: Integration, resource: Resource, link: Link | None) -> None:
        """Store document, times, version and link of a resource that was read at version - 1.

        Raises StaleVersion when it is no longer at that version, Uniqueness, LinkTaken.
        """
        ...

    def relink(self, integration: Integration, resource: Resource, link: Link | None) -> None:
        """Store the link alone; version and times stay. Raises LinkTaken."""
        ...

    def touch(self, integration: Integration, resource: Resource) -> None:
        """Store version and times alone, of a resource that was read at version - 1. Raises StaleVersion."""
        ...

    def renew_groups_of(self, integration: Integration, resource: Resource, modified: int) -> None:
        """Give each group of which the resource is a member, directly, its next version, modified then or later."""
        ...

    def remove(self, integration: Integration, resource: Resource) -> None:
        """Remove the resource with its link and every membership in which it takes part, on either side."""
        ...

    def identify(self, integration: Integration, ids: Collection[str]) -> Mapping[str, Identified]:
        """Return those of *ids* that exist in the integration, of any resource type, in one statement."""
        ...

    def is_linked(self, tenant: str, resource_type: str, target: str) -> bool:
        """Tell whether some resource of the tenant, of any integration, holds a live link to *target*."""
        ...

    def groups_of(self, integration: Integration, resource: Resource) -> Sequence[GroupReference]:
        """Return the groups that contain the resource, by order of creation of the group.

        One of which it is a member is ``direct``; one that only contains such a group, at any depth, is not.
        """
        ...

    def member_ids(self, integration: Integration, group: Resource) -> Iterable[Identified]:
        """Yield the members of *group*, by order of creation of the member, without holding them all in memory."""
        ...

    def group_targets(self, integration: Integration, resource: Resource, *, nested: bool) -> Sequence[tuple[str, str]]:
        """Return (group resource id, host group id) of each linked group that contains the resource.

        That is each group of which it is a member, and, when *nested*, each that contains one of these, at any depth.
        """
        ...

    def users_within(self, integration: Integration, groups: Collection[str]) -> Iterable[Identified]:
        """Yield the Users in one of *groups*, directly or through groups, each once, by order of their creation.

        They are never held in memory all at once.
        """
        ...

    def within(
        self, integration: Integration, groups: Collection[str], members: Collection[str]
    ) -> Collection[tuple[str, str]]:
        """Return the pairs (group, member) of these resource ids where the group contains the member, at any depth."""
        ...

    def outer_groups(self, integration: Integration) -> Sequence[Linked]:
        """Return the groups that have a group as a member, by order of their creation."""
        ...

    def change_members(
        self, integration: Integration, group: Resource, joining: Collection[str], leaving: Collection[str] | None
    ) -> MembershipOutcome:
        """Let *leaving* leave (None: everybody who is not joining), then *joining* join; return what really changed.

        Ids are resource ids that exist; one that already is a member does not join again, one that is none does not
        leave. The cost does not depend on the size of the group unless *leaving* is None.
        """
        ...

    def would_cycle(self, integration: Integration, group: Resource, joining: Collection[str]) -> bool:
        """Tell whether *group* would contain itself, directly or through groups, if *joining* became its members."""
        ...


class RetiredLinkRepository(Protocol):
    """What deleted Users left behind, by integration."""

    def add(self, retired: RetiredLink) -> None:
        """Keep *retired*; an older one of the same integration and target is replaced."""
        ...

    def find(self, integration: Integration, external_id: str | None, name_key: str) -> RetiredLink | None:
        """Return the latest one with this externalId (exact), or, when *external_id* is None, with this *name_key*."""
        ...

    def remove(self, retired: RetiredLink) -> None:
        """Forget *retired*: its member is linked again, or gone."""
        ...


class MembershipOrigins(Protocol):
    """Why a member belongs to a group of the host, when that is our doing. Ids are the host's.

    An origin is ``scim:<Group resource id>`` or ``default:<integration id>``. A membership that was given by hand has
    no origin here, and is therefore never ended by us.
    """

    def join(self, tenant: str, group_id: str, members: Collection[str], joined: Collection[str], origin: str) -> None:
        """Record *origin* for those of *members* who really *joined* now or whose membership has an origin already."""
        ...

    def leave(self, tenant: str, group_id: str, members: Collection[str] | None, origin: str) -> Sequence[str]:
        """Forget *origin* for *members* (None: all); return those whose last origin it was."""
        ...


class IntegrationRepository(Protocol):
    """Tenants and their integrations."""

    def add_tenant(self, tenant: str) -> None:
        """Make the tenant known; nothing happens when it is."""
        ...

    def tenants(self) -> Sequence[str]:
        """Return the names of all tenants, sorted."""
        ...

    def add(self, integration: Integration) -> None:
        """Store a new integration."""
        ...

    def get(self, integration_id: str) -> Integration | None:
        """Return the integration, or None."""
        ...

    def list(self, tenant: str | None = None) -> Sequence[Integration]:
        """Return the integrations of the tenant, or of all tenants, by order of creation."""
        ...

    def update(self, integration: Integration) -> None:
        """Store an integration that was read at version - 1.

        What is stored of its resources follows its catalogue and its matching attributes. Raises StaleVersion;
        Misfit and Uniqueness where a resource that is stored would not be valid in the new catalogue.
        """
        ...

    def remove(self, integration: Integration) -> None:
        """Remove the integration with its credentials, resources, links, retired links, origins and counters."""
        ...


class CredentialRepository(Protocol):
    """Credentials of integrations, as digests."""

    def add(self, credential: Credential) -> None:
        """Store a new credential."""
        ...

    def find(self, credential_id: str) -> tuple[Credential, Integration] | None:
        """Return the credential with its integration in one statement, or None."""
        ...

    def list(self, integration: Integration) -> Sequence[Credential]:
        """Return all credentials of the integration, revoked ones too, by order of creation."""
        ...

    def revoke(self, credential: Credential, moment: int) -> None:
        """Make the credential unusable from now on."""
        ...

    def used(self, credential: Credential, moment: int) -> None:
        """Remember the last use."""
        ...


class ProvisioningLog(Protocol):
    """What was done, append-only."""

    def append(self, entry: LogEntry) -> None:
        """Add *entry*; it becomes visible with the commit of the unit of work."""
        ...

    def latest(self, integration: Integration, limit: int) -> Sequence[LogEntry]:
        """Return the latest entries of the integration, newest first."""
        ...


class ToleranceCounters(Protocol):
    """How often each departure from the RFC was used, by integration."""

    def add(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Add *counts*: integration id → name of the tolerance → how often."""
        ...

    def of(self, integration: Integration) -> Mapping[str, int]:
        """Return the counters of the integration."""
        ...


class UnitOfWork(Protocol):
    """One transaction: everything in it happens at :meth:`commit`, or nothing does.

    Leaving the ``with`` block without a commit rolls back. A writing unit excludes other writers of the same rows from
    its first read on. Inside a transaction of the host it is a savepoint. Raises Unavailable when the store is down or
    too busy.
    """

    @property
    def resources(self) -> ResourceRepository:
        """Resources, links, memberships."""
        ...

    @property
    def retired_links(self) -> RetiredLinkRepository:
        """What deleted Users left behind."""
        ...

    @property
    def origins(self) -> MembershipOrigins:
        """Why members belong to groups of the host."""
        ...

    @property
    def integrations(self) -> IntegrationRepository:
        """Tenants and integrations."""
        ...

    @property
    def credentials(self) -> CredentialRepository:
        """Secrets, as digests."""
        ...

    @property
    def log(self) -> ProvisioningLog:
        """The provisioning log."""
        ...

    @property
    def tolerances(self) -> ToleranceCounters:
        """Counters of the departures from the RFC."""
        ...

    def commit(self) -> None:
        """Make all of it durable."""
        ...

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Roll back unless committed."""
        ...


class OpenUnitOfWork(Protocol):
    """The factory that use cases are given."""

    def __call__(self, *, write: bool = True) -> UnitOfWork:
        """Return a new unit of work; one that only reads may not call anything that writes."""
        ...


class MemberDirectory(Protocol):
    """The host's members. Every method takes the tenant; a member of another tenant is *absent*.

    Ids are text: one that does not parse is absent, never an error. Where host and plug-in share a database, changes
    belong to the transaction of the unit of work.
    """

    @property
    def username_field(self) -> str | None:
        """The name of the field that must be unique and identifies a member at sign-in; None when the host has none."""
        ...

    @property
    def email_field(self) -> str | None:
        """The name of the field that holds the e-mail address; None when the host has none."""
        ...

    def fields(self, tenant: str) -> Mapping[str, Field]:
        """Return the fields that mapping rules may name."""
        ...

    def get(self, tenant: str, member_id: str) -> Member | None:
        """Return the member, or None."""
        ...

    def find(self, tenant: str, field: str, value: str) -> Sequence[Member]:
        """Return the members whose *field* equals the whole *value*; MAX_MATCHES of them are enough.

        User name and e-mail are compared folded (case, width, Unicode form); other fields exactly.
        """
        ...

    def create(self, tenant: str, values: Mapping[str, FieldValue], *, active: bool, key: str) -> Member:
        """Create a member. *key* is the same for a repeated attempt: it returns the member of the first.

        Raises MemberRefused.
        """
        ...

    def update(self, tenant: str, member_id: str, values: Mapping[str, FieldValue]) -> None:
        """Write these fields of a member and no other. None clears a field. Raises MemberRefused."""
        ...

    def suspend(self, tenant: str, member_id: str) -> None:
        """Take the member's access away; everything else stays."""
        ...

    def reactivate(self, tenant: str, member_id: str) -> None:
        """Give the member's access back."""
        ...

    def remove(self, tenant: str, member_id: str) -> None:
        """Erase the member for good."""
        ...


class PasswordDirectory(Protocol):
    """Where the host takes passwords; a host without it never sees one. It is called only if an integration says so."""

    def set_password(self, tenant: str, member_id: str, password: str) -> None:
        """Make *password*, clear text, the member's password: store a digest of it, and log nothing.

        It belongs to the unit of work, as a change of the member does, and the same one may come again. Raises
        MemberRefused for one that the host's rules do not allow; its reason never repeats the password.
        """
        ...


class GroupDirectory(Protocol):
    """The host's groups. Every method takes the tenant. Permissions of groups are never touched."""

    def get(self, tenant: str, group_id: str) -> HostGroup | None:
        """Return the group, or None."""
        ...

    def find(self, tenant: str, name: str) -> HostGroup | None:
        """Return the group of this name, compared folded, or None."""
        ...

    def create(self, tenant: str, name: str, *, key: str) -> HostGroup:
        """Create a group. *key* is the same for a repeated attempt. Raises GroupRefused."""
        ...

    def rename(self, tenant: str, group_id: str, name: str) -> None:
        """Give the group another name. Raises GroupRefused."""
        ...

    def remove(self, tenant: str, group_id: str) -> None:
        """Remove the group."""
        ...

    def change_members(
        self, tenant: str, group_id: str, joining: Collection[str], leaving: Collection[str]
    ) -> Collection[str]:
        """Let members leave and join; return those of *joining* who were not members before."""
        ...


class EventSink(Protocol):
    """Where the host hears what happened."""

    def publish(self, events: Sequence[Event]) -> None:
        """Take *events* after the commit. An exception is logged and changes nothing."""
        ...
