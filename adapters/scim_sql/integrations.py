"""Statements on ``scim_tenant``, ``scim_integration`` and ``scim_credential``, and settings as JSON.

A decoded integration is kept as long as its row stays the same, because every request begins with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from scim_plugin.protocol.declaration import declared
from scim_plugin.provisioning.credential import Credential
from scim_plugin.provisioning.integration import (
    Deprovisioning,
    GroupPolicy,
    Integration,
    NestedGroups,
    PasswordPolicy,
    State,
)
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import Direction, Rule
from scim_sql.search_document import dump

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_KEPT = 1024
_COLUMNS = "i.id, i.tenant, i.name, i.type, i.created, i.state, i.version, i.settings"
_CREDENTIAL = "c.id, c.integration_id, c.digest, c.created, c.expires, c.revoked, c.last_used"

ADD_TENANT = "INSERT INTO scim_tenant (name) VALUES (?) ON CONFLICT DO NOTHING"
TENANTS = "SELECT name FROM scim_tenant ORDER BY name"
ADD = """
INSERT INTO scim_integration (name, type, created, state, version, settings, id, tenant) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
GET = f"SELECT {_COLUMNS} FROM scim_integration i WHERE i.id = ?"
LIST = f"SELECT {_COLUMNS} FROM scim_integration i ORDER BY i.serial"
LIST_OF_TENANT = f"SELECT {_COLUMNS} FROM scim_integration i WHERE i.tenant = ? ORDER BY i.serial"
UPDATE = """
UPDATE scim_integration SET name = ?, type = ?, created = ?, state = ?, version = ?, settings = ?
WHERE id = ? AND version = ?
"""
REMOVE = "DELETE FROM scim_integration WHERE id = ?"

ADD_CREDENTIAL = """
INSERT INTO scim_credential (id, integration_id, digest, created, expires, revoked, last_used)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
FIND_CREDENTIAL = f"""
SELECT {_CREDENTIAL}, {_COLUMNS} FROM scim_credential c JOIN scim_integration i ON i.id = c.integration_id
WHERE c.id = ?
"""
LIST_CREDENTIALS = f"SELECT {_CREDENTIAL} FROM scim_credential c WHERE c.integration_id = ? ORDER BY c.serial"
REVOKE_CREDENTIAL = "UPDATE scim_credential SET revoked = ? WHERE id = ? AND revoked IS NULL"
USE_CREDENTIAL = "UPDATE scim_credential SET last_used = ? WHERE id = ?"


def content(integration: Integration) -> tuple[Any, ...]:
    """Return the parameters with which ADD and UPDATE begin."""
    settings = {
        "description": integration.description,
        "default_group": integration.default_group,
        "external_id_key": integration.external_id_key,
        "mapping": [[line.path, line.field, line.direction, line.on_create_only] for line in integration.mapping],
        "linking": integration.linking,
        "deprovisioning": integration.deprovisioning,
        "groups": integration.groups,
        "nested_groups": integration.nested_groups,
        "passwords": integration.passwords,
        "matching": integration.matching,
    }
    if integration.catalogue.declaration:
        settings["catalogue"] = integration.catalogue.declaration
    text = dump(settings).decode()
    state = str(integration.state)
    return integration.name, integration.type, integration.created, state, integration.version, text


def credential_columns(credential: Credential) -> tuple[Any, ...]:
    """Return the parameters of ADD_CREDENTIAL."""
    return (
        credential.id,
        credential.integration_id,
        credential.digest,
        credential.created,
        credential.expires,
        credential.revoked,
        credential.last_used,
    )


def credential_of(row: Sequence[Any]) -> Credential:
    """Return what the first seven columns of *row* say."""
    return Credential(row[0], row[1], bytes(row[2]), *row[3:7])


class DecodedIntegrations:
    """Integrations made of rows of GET, LIST or FIND_CREDENTIAL; equal rows give the same value."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: dict[str, tuple[tuple[Any, ...], Integration]] = {}

    def of(self, row: tuple[Any, ...]) -> Integration:
        """Return the integration of *row*."""
        # The whole row is compared: a version may come again after a rollback, with other settings.
        kept = self._kept.get(row[0])
        if kept is not None and kept[0] == row:
            return kept[1]
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        integration = _decoded(row)
        self._kept[integration.id] = (row, integration)
        return integration


def _decoded(row: tuple[Any, ...]) -> Integration:
    integration_id, tenant, name, kind, created, state, version, text = row
    settings = orjson.loads(text)
    return Integration(
        integration_id,
        tenant,
        name,
        kind,
        created,
        description=settings["description"],
        state=State(state),
        default_group=settings["default_group"],
        external_id_key=settings["external_id_key"],
        mapping=tuple(Rule(path, field, Direction(way), once) for path, field, way, once in settings["mapping"]),
        linking=tuple(map(Tier, settings["linking"])),
        deprovisioning=Deprovisioning(settings["deprovisioning"]),
        groups=GroupPolicy(settings["groups"]),
        nested_groups=NestedGroups(settings.get("nested_groups", NestedGroups.FLATTEN)),
        passwords=PasswordPolicy(settings.get("passwords", PasswordPolicy.IGNORE)),
        matching=tuple(settings["matching"]),
        catalogue=declared(settings.get("catalogue", "")),
        version=version,
    )
