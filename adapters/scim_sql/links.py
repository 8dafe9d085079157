"""Statements on ``scim_retired_link`` and ``scim_origin``: what Users leave, and why members are in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scim_plugin.provisioning.link import RetiredLink
from scim_sql.digests import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

RETIRE = """
INSERT INTO scim_retired_link (
    integration_id, target, external_id, name_key, own, retired_at, external_digest, name_digest
) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
FORGET_RETIRED = "DELETE FROM scim_retired_link WHERE integration_id = ? AND target = ?"
_RETIRED = "SELECT integration_id, target, external_id, name_key, own, retired_at, serial FROM scim_retired_link"
_LATEST = "ORDER BY retired_at DESC, serial DESC LIMIT 1"
RETIRED_BY_EXTERNAL_ID = f"{_RETIRED} WHERE integration_id = ? AND external_digest = ? {_LATEST}"
RETIRED_BY_NAME = f"{_RETIRED} WHERE integration_id = ? AND name_digest = ? {_LATEST}"

_OF_MEMBER = "SELECT 1 FROM scim_origin o WHERE o.tenant = ? AND o.group_id = ? AND o.member_id = v.value"
ADD_ORIGINS = f"""
INSERT INTO scim_origin (tenant, group_id, member_id, origin)
SELECT ?, ?, v.value, ? FROM {{list}} v
WHERE (v.value IN (SELECT j.value FROM {{list}} j) OR EXISTS ({_OF_MEMBER}))
AND NOT EXISTS ({_OF_MEMBER} AND o.origin = ?)
"""
_ORIGINS = "FROM scim_origin WHERE tenant = ? AND group_id = ? AND origin = ?"
_OTHERS = """
SELECT 1 FROM scim_origin x
WHERE x.tenant = o.tenant AND x.group_id = o.group_id AND x.member_id = o.member_id AND x.origin <> o.origin
"""
LAST_ORIGINS = f"""
SELECT o.member_id FROM scim_origin o WHERE o.tenant = ? AND o.group_id = ? AND o.origin = ?
AND NOT EXISTS ({_OTHERS})
"""
LAST_ORIGINS_OF = f"{LAST_ORIGINS} AND o.member_id IN (SELECT v.value FROM {{list}} v)"
FORGET_ORIGINS = f"DELETE {_ORIGINS}"
FORGET_ORIGINS_OF = f"{FORGET_ORIGINS} AND member_id IN (SELECT v.value FROM {{list}} v)"
FORGET_ORIGINS_OF_INTEGRATION = """
DELETE FROM scim_origin WHERE tenant = ?
AND (origin = ? OR origin IN (
    SELECT 'scim:' || r.id FROM scim_resource r WHERE r.integration_id = ? AND r.type = 'Group'
))
"""


def retired_columns(retired: RetiredLink) -> tuple[Any, ...]:
    """Return the parameters of RETIRE."""
    return (
        retired.integration_id,
        retired.target,
        retired.external_id,
        retired.name_key,
        retired.own,
        retired.retired_at,
        None if retired.external_id is None else digest(retired.external_id),
        digest(retired.name_key),
    )


def retired_of(row: Sequence[Any]) -> RetiredLink:
    """Return what a row says."""
    integration_id, target, external_id, name_key, own, retired_at, serial = row
    return RetiredLink(integration_id, target, external_id, name_key, bool(own), retired_at, serial)
