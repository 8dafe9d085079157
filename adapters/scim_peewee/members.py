"""The standalone host's members: five fields, and as many extension fields of type text as are declared.

They live in the database of the plug-in, so that they change in the transaction of the unit of work; outside of one,
each method is a transaction of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from peewee import IntegrityError

from scim_plugin.protocol.resource import new_id
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import ACTIVE_FIELD
from scim_plugin.provisioning.member import Field, Member, MemberRefused
from scim_sql import members as sql
from scim_sql.digests import digest
from scim_sql.resources import LINKS_TO
from scim_sql.search_document import dump

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scim_peewee.connection import Connection
    from scim_peewee.repositories import Repositories
    from scim_plugin.provisioning.member import FieldValue

_USERNAME = "username"
_EMAIL = "email"
_FIELDS = {name: Field(name, required=name == _USERNAME) for name in sql.COLUMNS}


class PeeweeMemberDirectory:
    """Keeps the promises of ``ports.MemberDirectory``, and answers the questions of the command line."""

    username_field: str | None = _USERNAME
    email_field: str | None = _EMAIL

    def __init__(self, repositories: Repositories) -> None:
        """Keep the members where *repositories* keep the resources."""
        self._connection: Connection = repositories.connection
        self._transaction = repositories.transaction

    def fields(self, tenant: str) -> Mapping[str, Field]:
        return _FIELDS | {name: Field(name) for name in self.field_names()}

    def add_field(self, name: str) -> None:
        """Declare an extension field of type text; nothing happens when it is declared. Raises ValueError."""
        if name == ACTIVE_FIELD or name in _FIELDS:
            message = f"Members have a field '{name}' already."
            raise ValueError(message)
        self._connection.change(sql.ADD_FIELD, (name,))

    def field_names(self) -> Sequence[str]:
        """Return the names of the extension fields, sorted."""
        return [row[0] for row in self._connection.rows(sql.FIELD_NAMES)]

    def get(self, tenant: str, member_id: str) -> Member | None:
        return self._member(sql.GET, (tenant, member_id))

    def list(self, tenant: str) -> Sequence[Member]:
        """Return all members of the tenant, by order of creation."""
        return [sql.member_of(row) for row in self._connection.rows(sql.LIST, (tenant,))]

    def find(self, tenant: str, field: str, value: str) -> Sequence[Member]:
        if field in sql.COLUMNS:
            wanted = sql.folded_key(value) if field in sql.FOLDED else value
            rows = self._connection.rows(sql.find_by(field), (tenant, wanted))
        else:
            rows = self._connection.rows(sql.FIND_BY_EXTENSION, (tenant, field, digest(value)))
        return [sql.member_of(row) for row in rows]

    def find_one(self, tenant: str, id_or_username: str) -> Member | None:
        """Return the member with this id, else the one with this user name, compared folded, else None."""
        found = self.get(tenant, id_or_username)
        return found or next(iter(self.find(tenant, _USERNAME, id_or_username)), None)

    def groups_of(self, tenant: str, member_id: str) -> Sequence[str]:
        """Return the names of the groups to which the member belongs, sorted."""
        return [row[0] for row in self._connection.rows(sql.GROUPS_OF, (tenant, member_id))]

    def links_of(self, tenant: str, member_id: str) -> Sequence[tuple[str, str, Tier]]:
        """Return (integration id, resource id, deciding tier) of the live links to the member."""
        rows = self._connection.rows(LINKS_TO, (tenant, "User", member_id))
        return [(row[0], row[1], Tier(row[2])) for row in rows]

    def create(self, tenant: str, values: Mapping[str, FieldValue], *, active: bool, key: str) -> Member:
        accepted = self._accepted(tenant, values)
        columns = [accepted.pop(name, None) for name in sql.COLUMNS]
        if not columns[0]:
            raise MemberRefused(_USERNAME, "A member needs a user name.")
        extension = {name: value for name, value in accepted.items() if value is not None}
        member_id = new_id()
        row = (member_id, tenant, key, active, False, dump(extension).decode(), *columns)
        with self._transaction():
            try:
                self._connection.change(sql.ADD, (*row, *map(sql.folded_key, columns[:2])))
            except IntegrityError as error:
                created = self._member(sql.BY_CREATION_KEY, (tenant, key))
                if created is None:
                    raise _taken() from error
                return created
            for name, value in extension.items():
                self._connection.change(sql.ADD_VALUE, (tenant, name, digest(value), member_id))
        return Member(member_id, active, fields={**dict(zip(sql.COLUMNS, columns, strict=True)), **extension})

    def update(self, tenant: str, member_id: str, values: Mapping[str, FieldValue]) -> None:
        accepted = self._accepted(tenant, values)
        if not accepted.get(_USERNAME, _USERNAME):
            raise MemberRefused(_USERNAME, "A member needs a user name.")
        columns: dict[str, Any] = {name: accepted.pop(name) for name in sql.COLUMNS if name in accepted}
        columns |= {key: sql.folded_key(columns[name]) for name, key in sql.FOLDED.items() if name in columns}
        with self._transaction():
            if accepted:
                row = self._connection.row(sql.FIELDS, (tenant, member_id))
                if row is None:
                    return
                fields = orjson.loads(row[0]) | accepted
                columns["fields"] = dump({name: value for name, value in fields.items() if value is not None}).decode()
                self._write_values(tenant, member_id, accepted)
            if columns:
                try:
                    self._connection.change(sql.update(tuple(columns)), (*columns.values(), tenant, member_id))
                except IntegrityError as error:
                    raise _taken() from error

    def suspend(self, tenant: str, member_id: str) -> None:
        self._connection.change(sql.SET_ACTIVE, (False, tenant, member_id))

    def reactivate(self, tenant: str, member_id: str) -> None:
        self._connection.change(sql.SET_ACTIVE, (True, tenant, member_id))

    def set_protected(self, tenant: str, member_id: str, protected: bool) -> None:
        """Shield the member from every integration, or no longer."""
        self._connection.change(sql.SET_PROTECTED, (protected, tenant, member_id))

    def remove(self, tenant: str, member_id: str) -> None:
        self._connection.change(sql.REMOVE, (tenant, member_id))

    # ------------------------------------------------------------------------------------------------------------ rows

    def _member(self, statement: str, parameters: tuple[Any, ...]) -> Member | None:
        row = self._connection.row(statement, parameters)
        return None if row is None else sql.member_of(row)

    def _accepted(self, tenant: str, values: Mapping[str, FieldValue]) -> dict[str, str | None]:
        unknown = values.keys() - _FIELDS.keys()
        for name in unknown.difference(self.field_names()) if unknown else ():
            raise MemberRefused(name, f"Members have no field '{name}'.")
        return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}

    def _write_values(self, tenant: str, member_id: str, values: Mapping[str, str | None]) -> None:
        for name, value in values.items():
            self._connection.change(sql.FORGET_VALUE, (member_id, name))
            if value is not None:
                self._connection.change(sql.ADD_VALUE, (tenant, name, digest(value), member_id))


def _taken() -> MemberRefused:
    return MemberRefused(_USERNAME, "The user name is taken.")
