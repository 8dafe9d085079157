"""The host's members in dictionaries: five fields, and as many extension fields of type text as are declared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scim_memory.tables import MemberRow
from scim_plugin.protocol.text import fold
from scim_plugin.provisioning.mapping import ACTIVE_FIELD
from scim_plugin.provisioning.member import MAX_MATCHES, Field, Member, MemberRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scim_memory.store import MemoryStore
    from scim_plugin.provisioning.member import FieldValue

_USERNAME = "username"
_EMAIL = "email"
_FIELDS = (
    Field(_USERNAME, required=True),
    Field(_EMAIL),
    Field("given_name"),
    Field("family_name"),
    Field("display_name"),
)
_FOLDED = frozenset({_USERNAME, _EMAIL})


class MemoryMemberDirectory:
    """Keeps the promises of ``ports.MemberDirectory``; changes belong to the unit of work of the thread, if any."""

    username_field: str | None = _USERNAME
    email_field: str | None = _EMAIL

    def __init__(self, store: MemoryStore) -> None:
        """Keep the members in *store*, whose transactions they share."""
        self._store = store
        self._tables = store.tables
        self._journal = store.journal

    def fields(self, tenant: str) -> Mapping[str, Field]:
        return {field.name: field for field in (*_FIELDS, *map(Field, self.field_names()))}

    def add_field(self, name: str) -> None:
        """Declare an extension field of type text; nothing happens when it is declared. Raises ValueError."""
        if name == ACTIVE_FIELD or any(field.name == name for field in _FIELDS):
            message = f"Members have a field '{name}' already."
            raise ValueError(message)
        with self._store.changing():
            self._journal.put(self._tables.host_fields, name, None)

    def field_names(self) -> Sequence[str]:
        """Return the names of the extension fields, sorted."""
        with self._store.held():
            return sorted(self._tables.host_fields)

    def get(self, tenant: str, member_id: str) -> Member | None:
        with self._store.held():
            row = self._row(tenant, member_id)
            return _copy(row.member) if row else None

    def list(self, tenant: str) -> Sequence[Member]:
        """Return all members of the tenant, by order of creation."""
        with self._store.held():
            rows = sorted(self._tables.host_members.items(), key=lambda item: int(item[0]))
            return [_copy(row.member) for _, row in rows if row.tenant == tenant]

    def find(self, tenant: str, field: str, value: str) -> Sequence[Member]:
        with self._store.held():
            ids = sorted(self._tables.host_member_values.get(_value_key(tenant, field, value), ()), key=int)
            return [_copy(self._tables.host_members[member_id].member) for member_id in ids[:MAX_MATCHES]]

    def find_one(self, tenant: str, id_or_username: str) -> Member | None:
        """Return the member with this id, else the one with this user name, compared folded, else None."""
        found = self.get(tenant, id_or_username)
        return found or next(iter(self.find(tenant, _USERNAME, id_or_username)), None)

    def groups_of(self, tenant: str, member_id: str) -> Sequence[str]:
        """Return the names of the groups to which the member belongs, sorted."""
        with self._store.held():
            if self._row(tenant, member_id) is None:
                return ()
            groups = self._tables.host_groups_of.get(member_id, ())
            return sorted(self._tables.host_groups[group_id].group.name for group_id in groups)

    def create(self, tenant: str, values: Mapping[str, FieldValue], *, active: bool, key: str) -> Member:
        with self._store.changing():
            known = self._tables.host_member_keys.get((tenant, key))
            if known is not None:
                return _copy(self._tables.host_members[known].member)
            fields = {**dict.fromkeys(self.fields(tenant)), **self._accepted(tenant, values)}
            self._check_username(tenant, fields[_USERNAME], None)
            member = Member(str(next(self._tables.numbers)), active, fields=fields)
            self._journal.put(self._tables.host_member_keys, (tenant, key), member.id)
            self._store_member(MemberRow(tenant, key, member))
            return _copy(member)

    def update(self, tenant: str, member_id: str, values: Mapping[str, FieldValue]) -> None:
        with self._store.changing():
            row = self._row(tenant, member_id)
            if row is None:
                return
            accepted = self._accepted(tenant, values)
            if _USERNAME in accepted:
                self._check_username(tenant, accepted[_USERNAME], member_id)
            self._unindex(row)
            self._store_member(replace(row, member=replace(row.member, fields={**row.member.fields, **accepted})))

    def suspend(self, tenant: str, member_id: str) -> None:
        self._change(tenant, member_id, lambda member: replace(member, active=False))

    def reactivate(self, tenant: str, member_id: str) -> None:
        self._change(tenant, member_id, lambda member: replace(member, active=True))

    def set_protected(self, tenant: str, member_id: str, protected: bool) -> None:
        """Shield the member from every integration, or no longer."""
        self._change(tenant, member_id, lambda member: replace(member, protected=protected))

    def remove(self, tenant: str, member_id: str) -> None:
        with self._store.changing():
            row = self._row(tenant, member_id)
            if row is None:
                return
            for group_id in tuple(self._tables.host_groups_of.get(member_id, ())):
                self._journal.drop(self._tables.host_members_of[group_id], member_id)
            self._journal.drop(self._tables.host_groups_of, member_id)
            self._unindex(row)
            self._journal.drop(self._tables.host_member_keys, (tenant, row.key))
            self._journal.drop(self._tables.host_members, member_id)

    # ------------------------------------------------------------------------------------------------------------ rows

    def _row(self, tenant: str, member_id: str) -> MemberRow | None:
        row = self._tables.host_members.get(member_id)
        return row if row and row.tenant == tenant else None

    def _change(self, tenant: str, member_id: str, changed: Callable[[Member], Member]) -> None:
        with self._store.changing():
            row = self._row(tenant, member_id)
            if row is not None:
                self._journal.put(self._tables.host_members, member_id, replace(row, member=changed(row.member)))

    def _accepted(self, tenant: str, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
        known = self.fields(tenant)
        for name in values:
            if name not in known:
                raise MemberRefused(name, f"Members have no field '{name}'.")
        return {name: _text(value) for name, value in values.items()}

    def _check_username(self, tenant: str, value: FieldValue, member_id: str | None) -> None:
        if not isinstance(value, str) or not value:
            raise MemberRefused(_USERNAME, "A member needs a user name.")
        holders = self._tables.host_member_values.get(_value_key(tenant, _USERNAME, value), {})
        if any(holder != member_id for holder in holders):
            raise MemberRefused(_USERNAME, "The user name is taken.")

    def _store_member(self, row: MemberRow) -> None:
        self._journal.put(self._tables.host_members, row.member.id, row)
        for key in _value_keys(row):
            self._journal.put(self._tables.host_member_values.setdefault(key, {}), row.member.id, None)

    def _unindex(self, row: MemberRow) -> None:
        for key in _value_keys(row):
            self._journal.drop(self._tables.host_member_values[key], row.member.id)


def _copy(member: Member) -> Member:
    return replace(member, fields=dict(member.fields))


def _text(value: FieldValue) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value


def _value_key(tenant: str, field: str, value: str) -> tuple[str, str, str]:
    return tenant, field, fold(value) if field in _FOLDED else value


def _value_keys(row: MemberRow) -> Iterator[tuple[str, str, str]]:
    for field, value in row.member.fields.items():
        if isinstance(value, str):
            yield _value_key(row.tenant, field, value)
