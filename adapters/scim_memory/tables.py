"""The dictionaries in which everything lies. Rows are values: a change replaces the row.

The order of creation is that of the keys, never that of a dictionary: a rollback may put a row back at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from scim_plugin.protocol.json_types import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scim_plugin.protocol.resource import Resource
    from scim_plugin.provisioning.credential import Credential
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.provisioning.link import Link, RetiredLink
    from scim_plugin.provisioning.log import LogEntry
    from scim_plugin.provisioning.member import HostGroup, Member

KeySet: TypeAlias = dict[int, None]
IdSet: TypeAlias = dict[str, None]


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """A resource of an integration and its live link; the document belongs to the store alone."""

    tenant: str
    integration_id: str
    resource: Resource
    link: Link | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a tenant, and the key of the attempt that created it."""

    tenant: str
    key: str
    member: Member


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of a tenant, and the key of the attempt that created it."""

    tenant: str
    key: str
    group: HostGroup


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows and the indexes that find them. ``numbers`` gives new keys; they are never used twice."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    tenants: dict[str, None] = field(default_factory=dict)
    integrations: dict[str, tuple[int, Integration]] = field(default_factory=dict)
    credentials: dict[str, tuple[int, Credential]] = field(default_factory=dict)
    retired: dict[tuple[str, str], RetiredLink] = field(default_factory=dict)
    origins: dict[tuple[str, str], dict[str, frozenset[str]]] = field(default_factory=dict)
    log: dict[str, dict[int, LogEntry]] = field(default_factory=dict)
    tolerances: dict[str, dict[str, int]] = field(default_factory=dict)

    # Resources, by (integration, …); memberships by the keys of both sides.
    resources: dict[int, ResourceRow] = field(default_factory=dict)
    by_id: dict[tuple[str, str], int] = field(default_factory=dict)
    by_type: dict[tuple[str, str], KeySet] = field(default_factory=dict)
    by_name: dict[tuple[str, str, str], int] = field(default_factory=dict)
    by_unique: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    by_external_id: dict[tuple[str, str, str], KeySet] = field(default_factory=dict)
    by_link: dict[tuple[str, str, str], int] = field(default_factory=dict)
    members_of: dict[int, KeySet] = field(default_factory=dict)
    groups_of: dict[int, KeySet] = field(default_factory=dict)

    # The host's, by (tenant, …); ids are decimal numbers as text.
    host_fields: dict[str, None] = field(default_factory=dict)
    host_members: dict[str, MemberRow] = field(default_factory=dict)
    host_member_keys: dict[tuple[str, str], str] = field(default_factory=dict)
    host_member_values: dict[tuple[str, str, str], IdSet] = field(default_factory=dict)
    host_groups: dict[str, GroupRow] = field(default_factory=dict)
    host_group_keys: dict[tuple[str, str], str] = field(default_factory=dict)
    host_group_names: dict[tuple[str, str], str] = field(default_factory=dict)
    host_members_of: dict[str, IdSet] = field(default_factory=dict)
    host_groups_of: dict[str, IdSet] = field(default_factory=dict)


def copy_json(value: Any) -> Any:
    """Return a copy of *value*, JSON, that shares nothing that can change with it."""
    if is_object(value):
        return {name: copy_json(item) for name, item in value.items()}
    if is_array(value):
        return [copy_json(item) for item in value]
    return value
