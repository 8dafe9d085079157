"""Statements of the standalone host's members: ``scim_member``, its extension fields and their values."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from scim_plugin.protocol.text import fold
from scim_plugin.provisioning.member import MAX_MATCHES, Member
from scim_sql.digests import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.provisioning.member import FieldValue

COLUMNS = ("username", "email", "given_name", "family_name", "display_name")
"""The fields that every member has; each is a column of its own name."""
FOLDED = {"username": "username_key", "email": "email_key"}
"""The fields that are compared folded, and the columns of their digests."""

_MEMBER = f"id, active, protected, fields, {', '.join(COLUMNS)}"
_FROM = f"SELECT {_MEMBER} FROM scim_member WHERE tenant = ?"

GET = f"{_FROM} AND id = ?"
LIST = f"{_FROM} ORDER BY serial"
BY_CREATION_KEY = f"{_FROM} AND creation_key = ?"
FIND_BY_EXTENSION = f"""
SELECT {", ".join(f"m.{name.strip()}" for name in _MEMBER.split(","))}
FROM scim_member_value x JOIN scim_member m ON m.id = x.member_id
WHERE x.tenant = ? AND x.field = ? AND x.digest = ? ORDER BY m.serial LIMIT {MAX_MATCHES}
"""
ADD = f"""
INSERT INTO scim_member (
    id, tenant, creation_key, active, protected, fields, {", ".join(COLUMNS)}, username_key, email_key
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
FIELDS = "SELECT fields FROM scim_member WHERE tenant = ? AND id = ?{lock}"
SET_ACTIVE = "UPDATE scim_member SET active = ? WHERE tenant = ? AND id = ?"
SET_PROTECTED = "UPDATE scim_member SET protected = ? WHERE tenant = ? AND id = ?"
REMOVE = "DELETE FROM scim_member WHERE tenant = ? AND id = ?"
GROUPS_OF = """
SELECT g.name FROM scim_member m JOIN scim_group_member x ON x.member_id = m.id JOIN scim_group g ON g.id = x.group_id
WHERE m.tenant = ? AND m.id = ? ORDER BY g.name
"""
FORGET_VALUE = "DELETE FROM scim_member_value WHERE member_id = ? AND field = ?"
ADD_VALUE = "INSERT INTO scim_member_value (tenant, field, digest, member_id) VALUES (?, ?, ?, ?)"
ADD_FIELD = "INSERT INTO scim_member_field (name) VALUES (?) ON CONFLICT DO NOTHING"
FIELD_NAMES = "SELECT name FROM scim_member_field ORDER BY name"


@lru_cache(maxsize=16)
def find_by(field: str) -> str:
    """Return the search by *field*, one of COLUMNS; its parameter is a digest where the field is compared folded."""
    return f"{_FROM} AND {FOLDED.get(field, field)} = ? ORDER BY serial LIMIT {MAX_MATCHES}"


@lru_cache(maxsize=128)
def update(fields: tuple[str, ...]) -> str:
    """Return the statement that sets *fields*, columns of ``scim_member``; then tenant and id follow."""
    return f"UPDATE scim_member SET {', '.join(f'{name} = ?' for name in fields)} WHERE tenant = ? AND id = ?"


def folded_key(value: FieldValue) -> bytes | None:
    """Return the digest of the folded *value*."""
    return digest(fold(value)) if isinstance(value, str) else None


def member_of(row: Sequence[Any]) -> Member:
    """Return what a row says."""
    extension = row[3]
    fields = dict(zip(COLUMNS, row[4:], strict=True))
    if extension != "{}":
        fields |= orjson.loads(extension)
    return Member(row[0], bool(row[1]), bool(row[2]), fields)
