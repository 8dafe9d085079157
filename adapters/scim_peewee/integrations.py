"""Tenants, integrations and credentials in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from scim_plugin.ports import StaleVersion
from scim_sql import integrations as sql
from scim_sql import links, resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scim_peewee.connection import Connection
    from scim_plugin.protocol.schema import ResourceType
    from scim_plugin.provisioning.credential import Credential
    from scim_plugin.provisioning.integration import Integration
    from scim_sql.indexing import Indexings
    from scim_sql.integrations import DecodedIntegrations

_BATCH = 500


class PeeweeIntegrationRepository:
    """Keeps the promises of ``ports.IntegrationRepository``; what belongs to an integration goes with it."""

    def __init__(
        self,
        connection: Connection,
        decoded: DecodedIntegrations,
        indexings: Indexings,
        resource_types: Iterable[ResourceType],
    ) -> None:
        """Work on *connection*; *resource_types* are those that an integration may hold."""
        self._connection = connection
        self._decoded = decoded
        self._indexings = indexings
        self._types = {resource_type.name: resource_type for resource_type in resource_types}

    def add_tenant(self, tenant: str) -> None:
        self._connection.change(sql.ADD_TENANT, (tenant,))

    def tenants(self) -> Sequence[str]:
        return [row[0] for row in self._connection.rows(sql.TENANTS)]

    def add(self, integration: Integration) -> None:
        self.add_tenant(integration.tenant)
        self._connection.change(sql.ADD, (*sql.content(integration), integration.id, integration.tenant))

    def get(self, integration_id: str) -> Integration | None:
        row = self._connection.row(sql.GET, (integration_id,))
        return None if row is None else self._decoded.of(row)

    def list(self, tenant: str | None = None) -> Sequence[Integration]:
        if tenant is None:
            return [self._decoded.of(row) for row in self._connection.rows(sql.LIST)]
        return [self._decoded.of(row) for row in self._connection.rows(sql.LIST_OF_TENANT, (tenant,))]

    def update(self, integration: Integration) -> None:
        former = self.get(integration.id)
        parameters = (*sql.content(integration), integration.id, integration.version - 1)
        if former is None or not self._connection.change(sql.UPDATE, parameters):
            raise StaleVersion
        if former.matching != integration.matching:
            self._index_again(integration)

    def remove(self, integration: Integration) -> None:
        # Origins belong to the host's groups; everything else goes with the row of the integration.
        origin = f"default:{integration.id}"
        self._connection.change(links.FORGET_ORIGINS_OF_INTEGRATION, (integration.tenant, origin, integration.id))
        self._connection.change(sql.REMOVE, (integration.id,))

    def _index_again(self, integration: Integration) -> None:
        self._connection.change(resources.FORGET_ALL_MATCHES, (integration.id,))
        last = 0
        while rows := self._connection.rows(resources.BATCH, (integration.id, last, _BATCH)):
            for serial, type_name, document in rows:
                indexing = self._indexings.of(self._types[type_name], integration.matching)
                matches = indexing.matches(orjson.loads(document))
                if matches:
                    values = [value for name, key in matches for value in (integration.id, name, key, serial)]
                    self._connection.change(resources.add_matches(len(matches)), values)
            last = rows[-1][0]


class PeeweeCredentialRepository:
    """Keeps the promises of ``ports.CredentialRepository``."""

    def __init__(self, connection: Connection, decoded: DecodedIntegrations) -> None:
        """Work on *connection*."""
        self._connection = connection
        self._decoded = decoded

    def add(self, credential: Credential) -> None:
        self._connection.change(sql.ADD_CREDENTIAL, sql.credential_columns(credential))

    def find(self, credential_id: str) -> tuple[Credential, Integration] | None:
        row = self._connection.row(sql.FIND_CREDENTIAL, (credential_id,))
        return None if row is None else (sql.credential_of(row), self._decoded.of(row[7:]))

    def list(self, integration: Integration) -> Sequence[Credential]:
        return [sql.credential_of(row) for row in self._connection.rows(sql.LIST_CREDENTIALS, (integration.id,))]

    def revoke(self, credential: Credential, moment: int) -> None:
        self._connection.change(sql.REVOKE_CREDENTIAL, (moment, credential.id))

    def used(self, credential: Credential, moment: int) -> None:
        self._connection.change(sql.USE_CREDENTIAL, (moment, credential.id))
