"""The host's groups in dictionaries. A name is unique within the tenant, compared folded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scim_memory.tables import GroupRow
from scim_plugin.protocol.text import fold
from scim_plugin.provisioning.member import GroupRefused, HostGroup

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scim_memory.store import MemoryStore


class MemoryGroupDirectory:
    """Keeps the promises of ``ports.GroupDirectory``; changes belong to the unit of work of the thread, if any."""

    def __init__(self, store: MemoryStore) -> None:
        """Keep the groups in *store*, whose transactions they share."""
        self._store = store
        self._tables = store.tables
        self._journal = store.journal

    def get(self, tenant: str, group_id: str) -> HostGroup | None:
        with self._store.held():
            row = self._row(tenant, group_id)
            return row.group if row else None

    def list(self, tenant: str) -> Sequence[HostGroup]:
        """Return all groups of the tenant, by order of creation."""
        with self._store.held():
            rows = sorted(self._tables.host_groups.items(), key=lambda item: int(item[0]))
            return [row.group for _, row in rows if row.tenant == tenant]

    def find(self, tenant: str, name: str) -> HostGroup | None:
        with self._store.held():
            found = self._tables.host_group_names.get((tenant, fold(name)))
            return self._tables.host_groups[found].group if found else None

    def members_of(self, tenant: str, group_id: str) -> Sequence[str]:
        """Return the ids of the members of the group, by order of their creation."""
        with self._store.held():
            members = self._tables.host_members_of.get(group_id, ()) if self._row(tenant, group_id) else ()
            return sorted(members, key=int)

    def create(self, tenant: str, name: str, *, key: str) -> HostGroup:
        with self._store.changing():
            known = self._tables.host_group_keys.get((tenant, key))
            if known is not None:
                return self._tables.host_groups[known].group
            self._check(tenant, name, None)
            group = HostGroup(str(next(self._tables.numbers)), name)
            self._journal.put(self._tables.host_group_keys, (tenant, key), group.id)
            self._journal.put(self._tables.host_group_names, (tenant, fold(name)), group.id)
            self._journal.put(self._tables.host_groups, group.id, GroupRow(tenant, key, group))
            return group

    def rename(self, tenant: str, group_id: str, name: str) -> None:
        with self._store.changing():
            row = self._row(tenant, group_id)
            if row is None:
                return
            self._check(tenant, name, group_id)
            self._journal.drop(self._tables.host_group_names, (tenant, fold(row.group.name)))
            self._journal.put(self._tables.host_group_names, (tenant, fold(name)), group_id)
            self._journal.put(self._tables.host_groups, group_id, replace(row, group=HostGroup(group_id, name)))

    def remove(self, tenant: str, group_id: str) -> None:
        with self._store.changing():
            row = self._row(tenant, group_id)
            if row is None:
                return
            for member_id in tuple(self._tables.host_members_of.get(group_id, ())):
                self._journal.drop(self._tables.host_groups_of[member_id], group_id)
            self._journal.drop(self._tables.host_members_of, group_id)
            self._journal.drop(self._tables.host_group_names, (tenant, fold(row.group.name)))
            self._journal.drop(self._tables.host_group_keys, (tenant, row.key))
            self._journal.drop(self._tables.host_groups, group_id)

    def change_members(
        self, tenant: str, group_id: str, joining: Collection[str], leaving: Collection[str]
    ) -> Collection[str]:
        with self._store.changing():
            if self._row(tenant, group_id) is None:
                return ()
            present = self._tables.host_members_of.setdefault(group_id, {})
            newcomers = [
                member_id
                for member_id in dict.fromkeys(joining)
                if member_id not in present and self._is_member_of_tenant(tenant, member_id)
            ]
            for member_id in set(leaving).difference(joining).intersection(present):
                self._journal.drop(present, member_id)
                self._journal.drop(self._tables.host_groups_of[member_id], group_id)
            for member_id in newcomers:
                self._journal.put(present, member_id, None)
                self._journal.put(self._tables.host_groups_of.setdefault(member_id, {}), group_id, None)
            return newcomers

    def _row(self, tenant: str, group_id: str) -> GroupRow | None:
        row = self._tables.host_groups.get(group_id)
        return row if row and row.tenant == tenant else None

    def _is_member_of_tenant(self, tenant: str, member_id: str) -> bool:
        row = self._tables.host_members.get(member_id)
        return row is not None and row.tenant == tenant

    def _check(self, tenant: str, name: str, group_id: str | None) -> None:
        if not name:
            raise GroupRefused("A group needs a name.")
        if self._tables.host_group_names.get((tenant, fold(name)), group_id) != group_id:
            raise GroupRefused("The name of the group is taken.")
