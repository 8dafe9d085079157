"""What deleted Users left behind, and why members belong to groups of the host, in dictionaries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scim_memory.journal import Journal
    from scim_memory.tables import Tables
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.provisioning.link import RetiredLink


class MemoryRetiredLinkRepository:
    """Keeps the promises of ``ports.RetiredLinkRepository``."""

    def __init__(self, tables: Tables, journal: Journal) -> None:
        """Work on *tables* through *journal*."""
        self._tables = tables
        self._journal = journal

    def add(self, retired: RetiredLink) -> None:
        kept = replace(retired, id=next(self._tables.numbers))
        self._journal.put(self._tables.retired, (retired.integration_id, retired.target), kept)

    def find(self, integration: Integration, external_id: str | None, name_key: str) -> RetiredLink | None:
        found = [
            retired
            for retired in self._tables.retired.values()
            if retired.integration_id == integration.id
            and (retired.name_key == name_key if external_id is None else retired.external_id == external_id)
        ]
        return max(found, key=lambda retired: (retired.retired_at, retired.id), default=None)

    def remove(self, retired: RetiredLink) -> None:
        self._journal.drop(self._tables.retired, (retired.integration_id, retired.target))

    def remove_all(self, integration: Integration) -> None:
        """Forget everything that Users of the integration left behind."""
        for key in [key for key in self._tables.retired if key[0] == integration.id]:
            self._journal.drop(self._tables.retired, key)


class MemoryMembershipOrigins:
    """Keeps the promises of ``ports.MembershipOrigins``."""

    def __init__(self, tables: Tables, journal: Journal) -> None:
        """Work on *tables* through *journal*."""
        self._tables = tables
        self._journal = journal

    def join(self, tenant: str, group_id: str, members: Collection[str], joined: Collection[str], origin: str) -> None:
        origins = self._tables.origins.setdefault((tenant, group_id), {})
        newcomers = frozenset(joined)
        for member in members:
            if member in newcomers or member in origins:
                self._journal.put(origins, member, origins.get(member, frozenset()) | {origin})

    def leave(self, tenant: str, group_id: str, members: Collection[str] | None, origin: str) -> Sequence[str]:
        origins = self._tables.origins.get((tenant, group_id), {})
        leaving = [member for member in (tuple(origins) if members is None else members) if member in origins]
        return [member for member in leaving if self._forget(origins, member, frozenset((origin,)))]

    def remove_all(self, lost: frozenset[str]) -> None:
        """Forget the origins *lost* wherever they are."""
        for origins in self._tables.origins.values():
            for member in tuple(origins):
                self._forget(origins, member, lost)

    def _forget(self, origins: dict[str, frozenset[str]], member: str, lost: frozenset[str]) -> bool:
        former = origins.get(member, frozenset())
        rest = former - lost
        if rest == former:
            return False
        if rest:
            self._journal.put(origins, member, rest)
        else:
            self._journal.drop(origins, member)
        return not rest
