"""The standalone host's groups. A name is unique within the tenant, compared folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import IntegrityError

from scim_plugin.protocol.resource import new_id
from scim_plugin.protocol.text import fold
from scim_plugin.provisioning.member import GroupRefused, HostGroup
from scim_sql import groups as sql
from scim_sql.digests import digest
from scim_sql.lists import list_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scim_peewee.repositories import Repositories


class PeeweeGroupDirectory:
    """Keeps the promises of ``ports.GroupDirectory``, and answers the questions of the command line."""

    def __init__(self, repositories: Repositories) -> None:
        """Keep the groups where *repositories* keep the resources."""
        self._connection = repositories.connection
        self._transaction = repositories.transaction

    def get(self, tenant: str, group_id: str) -> HostGroup | None:
        return self._group(sql.GET, (tenant, group_id))

    def list(self, tenant: str) -> Sequence[HostGroup]:
        """Return all groups of the tenant, by order of creation."""
        return [HostGroup(*row) for row in self._connection.rows(sql.LIST, (tenant,))]

    def find(self, tenant: str, name: str) -> HostGroup | None:
        return self._group(sql.FIND, (tenant, digest(fold(name))))

    def members_of(self, tenant: str, group_id: str) -> Sequence[str]:
        """Return the ids of the members of the group, by order of their creation."""
        return [row[0] for row in self._connection.rows(sql.MEMBERS_OF, (tenant, group_id))]

    def create(self, tenant: str, name: str, *, key: str) -> HostGroup:
        group = HostGroup(new_id(), _named(name))
        try:
            self._connection.change(sql.ADD, (group.id, tenant, key, name, digest(fold(name))))
        except IntegrityError as error:
            created = self._group(sql.BY_CREATION_KEY, (tenant, key))
            if created is None:
                raise _taken() from error
            return created
        return group

    def rename(self, tenant: str, group_id: str, name: str) -> None:
        try:
            self._connection.change(sql.RENAME, (_named(name), digest(fold(name)), tenant, group_id))
        except IntegrityError as error:
            raise _taken() from error

    def remove(self, tenant: str, group_id: str) -> None:
        self._connection.change(sql.REMOVE, (tenant, group_id))

    def change_members(
        self, tenant: str, group_id: str, joining: Collection[str], leaving: Collection[str]
    ) -> Collection[str]:
        joined: list[str] = []
        gone = set(leaving).difference(joining)
        with self._transaction():
            if gone:
                self._connection.change(sql.LEAVE, (group_id, list_of(gone), tenant, group_id))
            if joining:
                wanted = list_of(dict.fromkeys(joining))
                rows = self._connection.rows(sql.JOINING, (wanted, tenant, group_id, tenant, group_id))
                joined = [row[0] for row in rows]
            if joined:
                self._connection.change(sql.JOIN, (group_id, list_of(joined)))
        return joined

    def _group(self, statement: str, parameters: tuple[Any, ...]) -> HostGroup | None:
        row = self._connection.row(statement, parameters)
        return None if row is None else HostGroup(*row)


def _named(name: str) -> str:
    if not name:
        raise GroupRefused("A group needs a name.")
    return name


def _taken() -> GroupRefused:
    return GroupRefused("The name of the group is taken.")
