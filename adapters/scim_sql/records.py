"""Statements on ``scim_log`` and ``scim_tolerance``: what was done, and how often the RFC was departed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from scim_plugin.provisioning.log import LogEntry
from scim_sql.search_document import dump

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOG = """
moment, request_id, integration_id, credential_id, operation, resource_type, resource_id, target, tier, status, changes,
tolerances, detail
"""
APPEND = f"INSERT INTO scim_log ({_LOG}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
LATEST = f"SELECT {_LOG} FROM scim_log WHERE integration_id = ? ORDER BY serial DESC LIMIT ?"

COUNT = """
INSERT INTO scim_tolerance (integration_id, name, uses) SELECT i.id, ?, ? FROM scim_integration i WHERE i.id = ?
ON CONFLICT (integration_id, name) DO UPDATE SET uses = scim_tolerance.uses + excluded.uses
"""
COUNTS = "SELECT name, uses FROM scim_tolerance WHERE integration_id = ? ORDER BY name"


def log_columns(entry: LogEntry) -> tuple[Any, ...]:
    """Return the parameters of APPEND."""
    return (
        entry.moment,
        entry.request_id,
        entry.integration_id,
        entry.credential_id,
        entry.operation,
        entry.resource_type,
        entry.resource_id,
        entry.target,
        entry.tier,
        entry.status,
        dump(entry.changes).decode(),
        dump(entry.tolerances).decode(),
        entry.detail,
    )


def log_entry_of(row: Sequence[Any]) -> LogEntry:
    """Return what a row of LATEST says."""
    *columns, changes, tolerances, detail = row
    values = (*columns, tuple(orjson.loads(changes)), tuple(orjson.loads(tolerances)), detail)
    return LogEntry(*values)
