"""Tenants, integrations and credentials in dictionaries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scim_plugin.ports import StaleVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_memory.journal import Journal
    from scim_memory.links import MemoryMembershipOrigins, MemoryRetiredLinkRepository
    from scim_memory.resources import MemoryResourceRepository
    from scim_memory.tables import Tables
    from scim_plugin.provisioning.credential import Credential
    from scim_plugin.provisioning.integration import Integration


class MemoryIntegrationRepository:
    """Keeps the promises of ``ports.IntegrationRepository``; what belongs to an integration goes with it."""

    def __init__(
        self,
        tables: Tables,
        journal: Journal,
        resources: MemoryResourceRepository,
        retired_links: MemoryRetiredLinkRepository,
        origins: MemoryMembershipOrigins,
    ) -> None:
        """Work on *tables* through *journal*."""
        self._tables = tables
        self._journal = journal
        self._resources = resources
        self._retired_links = retired_links
        self._origins = origins

    def add_tenant(self, tenant: str) -> None:
        if tenant not in self._tables.tenants:
            self._journal.put(self._tables.tenants, tenant, None)

    def tenants(self) -> Sequence[str]:
        return sorted(self._tables.tenants)

    def add(self, integration: Integration) -> None:
        self._journal.put(self._tables.integrations, integration.id, (next(self._tables.numbers), integration))

    def get(self, integration_id: str) -> Integration | None:
        found = self._tables.integrations.get(integration_id)
        return found[1] if found else None

    def list(self, tenant: str | None = None) -> Sequence[Integration]:
        in_order = (integration for _, integration in sorted(self._tables.integrations.values(), key=_number))
        return [integration for integration in in_order if tenant in (None, integration.tenant)]

    def update(self, integration: Integration) -> None:
        found = self._tables.integrations.get(integration.id)
        if found is None or found[1].version != integration.version - 1:
            raise StaleVersion
        self._resources.refit(integration, found[1])
        self._journal.put(self._tables.integrations, integration.id, (found[0], integration))

    def remove(self, integration: Integration) -> None:
        groups = self._tables.by_type.get((integration.id, "Group"), {})
        origins = {f"scim:{self._tables.resources[key].resource.id}" for key in groups}
        self._origins.remove_all(frozenset(origins | {f"default:{integration.id}"}))
        self._resources.remove_all(integration)
        self._retired_links.remove_all(integration)
        for key, (_, credential) in tuple(self._tables.credentials.items()):
            if credential.integration_id == integration.id:
                self._journal.drop(self._tables.credentials, key)
        self._journal.drop(self._tables.tolerances, integration.id)
        self._journal.drop(self._tables.integrations, integration.id)


class MemoryCredentialRepository:
    """Keeps the promises of ``ports.CredentialRepository``."""

    def __init__(self, tables: Tables, journal: Journal) -> None:
        """Work on *tables* through *journal*."""
        self._tables = tables
        self._journal = journal

    def add(self, credential: Credential) -> None:
        self._journal.put(self._tables.credentials, credential.id, (next(self._tables.numbers), credential))

    def find(self, credential_id: str) -> tuple[Credential, Integration] | None:
        found = self._tables.credentials.get(credential_id)
        if found is None:
            return None
        return found[1], self._tables.integrations[found[1].integration_id][1]

    def list(self, integration: Integration) -> Sequence[Credential]:
        in_order = (credential for _, credential in sorted(self._tables.credentials.values(), key=_number))
        return [credential for credential in in_order if credential.integration_id == integration.id]

    def revoke(self, credential: Credential, moment: int) -> None:
        found = self._tables.credentials.get(credential.id)
        if found is not None and found[1].revoked is None:
            revoked = replace(found[1], revoked=moment)
            self._journal.put(self._tables.credentials, credential.id, (found[0], revoked))

    def used(self, credential: Credential, moment: int) -> None:
        found = self._tables.credentials.get(credential.id)
        if found is not None:
            used = replace(found[1], last_used=moment)
            self._journal.put(self._tables.credentials, credential.id, (found[0], used))


def _number(row: tuple[int, object]) -> int:
    return row[0]
