"""Tenants, integrations and credentials in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from peewee import IntegrityError

from scim_plugin.ports import StaleVersion
from scim_plugin.protocol.errors import Uniqueness
from scim_plugin.protocol.refit import refitted
from scim_sql import integrations as sql
from scim_sql import links, resources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_peewee.connection import Connection
    from scim_plugin.protocol.json_types import Document
    from scim_plugin.provisioning.credential import Credential
    from scim_plugin.provisioning.integration import Integration
    from scim_sql.indexing import Indexing, Indexings
    from scim_sql.integrations import DecodedIntegrations

_BATCH = 500


class PeeweeIntegrationRepository:
    """Keeps the promises of ``ports.IntegrationRepository``; what belongs to an integration goes with it."""

    def __init__(
        self,
        connection: Connection,
        decoded: DecodedIntegrations,
        indexings: Indexings,
    ) -> None:
        """Work on *connection*; what is compiled is shared with the resources."""
        self._connection = connection
        self._decoded = decoded
        self._indexings = indexings

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
        if former.matching != integration.matching or former.catalogue is not integration.catalogue:
            self._index_again(integration, former)

    def remove(self, integration: Integration) -> None:
        # Origins belong to the host's groups; everything else goes with the row of the integration.
        origin = f"default:{integration.id}"
        self._connection.change(links.FORGET_ORIGINS_OF_INTEGRATION, (integration.tenant, origin, integration.id))
        self._connection.change(sql.REMOVE, (integration.id,))

    def _index_again(self, integration: Integration, former: Integration) -> None:
        """Write anew whatever is found by. Raises Misfit and Uniqueness as :meth:`update`."""
        for statement in (resources.FORGET_ALL_MATCHES, resources.FORGET_ALL_UNIQUE, resources.FORGET_KEYS):
            self._connection.change(statement, (integration.id,))
        last = 0
        while rows := self._connection.rows(resources.BATCH, (integration.id, last, _BATCH)):
            for serial, resource_id, type_name, text in rows:
                document = orjson.loads(text)
                resource_type = refitted(type_name, resource_id, document, former.catalogue, integration.catalogue)
                indexing = self._indexings.of(resource_type, integration.matching)
                self._index(integration, serial, document, indexing)
            last = rows[-1][0]

    def _index(self, integration: Integration, serial: int, document: Document, indexing: Indexing) -> None:
        change, kind = self._connection.change, indexing.resource_type
        keys = (indexing.name_key(document), indexing.external_key(document), indexing.search_text(document))
        try:
            change(resources.REFIT, (*keys, serial))
        except IntegrityError as error:
            raise Uniqueness(kind.key or "") from error
        matches = indexing.matches(document)
        if matches:
            values = [value for name, digest in matches for value in (integration.id, name, digest, serial)]
            change(resources.add_matches(len(matches)), values)
        for name, digest in indexing.unique(document):
            if not change(resources.ADD_UNIQUE, (integration.id, kind.name, name, digest, serial)):
                raise Uniqueness(name)


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
