"""Everything that the units of work of one store share: no state but compiled statements and decoded rows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from scim_peewee.integrations import PeeweeCredentialRepository, PeeweeIntegrationRepository
from scim_peewee.links import PeeweeMembershipOrigins, PeeweeRetiredLinkRepository
from scim_peewee.records import PeeweeProvisioningLog, PeeweeToleranceCounters
from scim_peewee.unit_of_work import PeeweeUnitOfWork
from scim_sql.indexing import Indexings
from scim_sql.integrations import DecodedIntegrations
from scim_sql.search import Searches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scim_peewee.connection import Connection


class Repositories:
    """The repositories on one connection, but for the resources, which each unit has for itself."""

    def __init__(self, connection: Connection) -> None:
        """Work on *connection*."""
        decoded = DecodedIntegrations()
        self.connection = connection
        self.indexings = Indexings()
        self.searches = Searches(connection.dialect)
        self.retired_links = PeeweeRetiredLinkRepository(connection)
        self.origins = PeeweeMembershipOrigins(connection)
        self.integrations = PeeweeIntegrationRepository(connection, decoded, self.indexings)
        self.credentials = PeeweeCredentialRepository(connection, decoded)
        self.log = PeeweeProvisioningLog(connection)
        self.tolerances = PeeweeToleranceCounters(connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in the transaction that is open, or in one of its own."""
        if self.connection.database.in_transaction():
            yield
            return
        with PeeweeUnitOfWork(self, write=True) as unit:
            yield
            unit.commit()
