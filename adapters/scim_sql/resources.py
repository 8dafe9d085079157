"""Statements on ``scim_resource`` and ``scim_match``: one row per resource, and one per value that is looked up.

Each statement carries the integration; ``serial`` is the order of creation.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from scim_plugin.ports import Identified
from scim_plugin.protocol.resource import Resource
from scim_plugin.provisioning.link import Link, Tier
from scim_sql.search_document import dump

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scim_plugin.protocol.schema import ResourceType
    from scim_sql.indexing import Indexing

ADD = """
INSERT INTO scim_resource (
    version, created, modified, name_key, external_key, display, link_target, link_tier, link_since, link_own, document,
    search, id, integration_id, tenant, type
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING serial
"""
GET = """
SELECT serial, version, created, modified, document, link_target, link_tier, link_since, link_own FROM scim_resource
WHERE integration_id = ? AND id = ? AND type = ?{lock}
"""
READ = """
SELECT serial, id, version, created, modified, document FROM scim_resource
WHERE integration_id = ? AND id = ? AND type = ?
"""
SERIAL = "SELECT serial FROM scim_resource WHERE integration_id = ? AND id = ?"
UPDATE = """
UPDATE scim_resource SET version = ?, created = ?, modified = ?, name_key = ?, external_key = ?, display = ?,
    link_target = ?, link_tier = ?, link_since = ?, link_own = ?, document = ?, search = ?
WHERE integration_id = ? AND id = ? AND version = ?
"""
RELINK = """
UPDATE scim_resource SET link_target = ?, link_tier = ?, link_since = ?, link_own = ?
WHERE integration_id = ? AND id = ?
"""
TOUCH = """
UPDATE scim_resource SET version = ?, created = ?, modified = ? WHERE integration_id = ? AND id = ? AND version = ?
"""
RENEW = """
UPDATE scim_resource SET version = version + 1, modified = CASE WHEN modified < ? THEN ? ELSE modified END
WHERE integration_id = ? AND serial IN (SELECT v.value FROM {list} v)
"""
REMOVE = "DELETE FROM scim_resource WHERE integration_id = ? AND id = ?"
IDENTIFY = """
SELECT serial, id, type, link_target FROM scim_resource
WHERE integration_id = ? AND id IN (SELECT v.value FROM {list} v)
"""
IS_LINKED = "SELECT 1 FROM scim_resource WHERE tenant = ? AND type = ? AND link_target = ?"
LINKS_TO = """
SELECT integration_id, id, link_tier FROM scim_resource WHERE tenant = ? AND type = ? AND link_target = ?
ORDER BY serial
"""
BATCH = """
SELECT serial, id, type, document FROM scim_resource WHERE integration_id = ? AND serial > ? ORDER BY serial LIMIT ?
"""
FORGET_MATCHES = "DELETE FROM scim_match WHERE resource_serial = ?"
FORGET_ALL_MATCHES = "DELETE FROM scim_match WHERE integration_id = ?"
FORGET_UNIQUE = "DELETE FROM scim_unique WHERE resource_serial = ?"
FORGET_ALL_UNIQUE = "DELETE FROM scim_unique WHERE integration_id = ?"
ADD_UNIQUE = """
INSERT INTO scim_unique (integration_id, type, attribute, digest, resource_serial) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
FORGET_KEYS = "UPDATE scim_resource SET name_key = NULL WHERE integration_id = ?"
REFIT = "UPDATE scim_resource SET name_key = ?, external_key = ?, search = ? WHERE serial = ?"


@lru_cache(maxsize=64)
def add_matches(count: int) -> str:
    """Return the statement that adds *count* matches, each (integration id, attribute, digest, serial)."""
    rows = ", ".join(["(?, ?, ?, ?)"] * count)
    return f"INSERT INTO scim_match (integration_id, attribute, digest, resource_serial) VALUES {rows}"


def content(resource: Resource, link: Link | None, indexing: Indexing) -> tuple[Any, ...]:
    """Return the parameters with which ADD and UPDATE begin."""
    document = resource.document
    display = document.get("displayName")
    return (
        resource.version,
        resource.created,
        resource.modified,
        indexing.name_key(document),
        indexing.external_key(document),
        display if isinstance(display, str) else "",
        *link_columns(link),
        dump(document),
        indexing.search_text(document),
    )


def link_columns(link: Link | None) -> tuple[str | None, str | None, int | None, bool | None]:
    """Return target, tier, moment and ownership of *link*; nothing of a pending resource."""
    return (None, None, None, None) if link is None else (link.target, str(link.tier), link.since, link.own)


def resource_of(row: Sequence[Any], resource_type: ResourceType, resource_id: str) -> tuple[Resource, Link | None]:
    """Return what a row of GET says."""
    serial, version, created, modified, document, target, tier, since, own = row
    resource = Resource(resource_id, resource_type, version, created, modified, orjson.loads(document), serial)
    return resource, None if target is None else Link(target, Tier(tier), since, bool(own))


def identified(row: Sequence[Any]) -> Identified:
    """Return what a row (serial, id, type, link_target) says to other resources."""
    return Identified(row[1], row[2], row[3])
