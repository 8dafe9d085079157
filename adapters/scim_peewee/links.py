"""What deleted Users left behind, and why members belong to groups of the host, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scim_sql import links as sql
from scim_sql.digests import digest
from scim_sql.lists import list_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scim_peewee.connection import Connection
    from scim_plugin.provisioning.integration import Integration
    from scim_plugin.provisioning.link import RetiredLink


class PeeweeRetiredLinkRepository:
    """Keeps the promises of ``ports.RetiredLinkRepository``."""

    def __init__(self, connection: Connection) -> None:
        """Work on *connection*."""
        self._connection = connection

    def add(self, retired: RetiredLink) -> None:
        self.remove(retired)
        self._connection.change(sql.RETIRE, sql.retired_columns(retired))

    def find(self, integration: Integration, external_id: str | None, name_key: str) -> RetiredLink | None:
        statement = sql.RETIRED_BY_NAME if external_id is None else sql.RETIRED_BY_EXTERNAL_ID
        key = name_key if external_id is None else external_id
        row = self._connection.row(statement, (integration.id, digest(key)))
        return None if row is None else sql.retired_of(row)

    def remove(self, retired: RetiredLink) -> None:
        self._connection.change(sql.FORGET_RETIRED, (retired.integration_id, retired.target))


class PeeweeMembershipOrigins:
    """Keeps the promises of ``ports.MembershipOrigins``."""

    def __init__(self, connection: Connection) -> None:
        """Work on *connection*."""
        self._connection = connection

    def join(self, tenant: str, group_id: str, members: Collection[str], joined: Collection[str], origin: str) -> None:
        if members:
            wanted, new = list_of(dict.fromkeys(members)), list_of(joined)
            place = (tenant, group_id)
            self._connection.change(sql.ADD_ORIGINS, (*place, origin, wanted, new, *place, *place, origin))

    def leave(self, tenant: str, group_id: str, members: Collection[str] | None, origin: str) -> Sequence[str]:
        place = (tenant, group_id, origin)
        if members is None:
            last = self._connection.rows(sql.LAST_ORIGINS, place)
            self._connection.change(sql.FORGET_ORIGINS, place)
        elif members:
            wanted = list_of(members)
            last = self._connection.rows(sql.LAST_ORIGINS_OF, (*place, wanted))
            self._connection.change(sql.FORGET_ORIGINS_OF, (*place, wanted))
        else:
            last = []
        return [row[0] for row in last]
