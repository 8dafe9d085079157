"""Statements of the standalone host's groups: ``scim_group`` and ``scim_group_member``."""

from __future__ import annotations

_OF_TENANT = "EXISTS (SELECT 1 FROM scim_group g WHERE g.tenant = ? AND g.id = ?)"

GET = "SELECT id, name FROM scim_group WHERE tenant = ? AND id = ?"
FIND = "SELECT id, name FROM scim_group WHERE tenant = ? AND name_key = ?"
LIST = "SELECT id, name FROM scim_group WHERE tenant = ? ORDER BY serial"
BY_CREATION_KEY = "SELECT id, name FROM scim_group WHERE tenant = ? AND creation_key = ?"
ADD = "INSERT INTO scim_group (id, tenant, creation_key, name, name_key) VALUES (?, ?, ?, ?, ?)"
RENAME = "UPDATE scim_group SET name = ?, name_key = ? WHERE tenant = ? AND id = ?"
REMOVE = "DELETE FROM scim_group WHERE tenant = ? AND id = ?"
MEMBERS_OF = """
SELECT m.id FROM scim_group g JOIN scim_group_member x ON x.group_id = g.id JOIN scim_member m ON m.id = x.member_id
WHERE g.tenant = ? AND g.id = ? ORDER BY m.serial
"""
JOINING = f"""
SELECT m.id FROM {{list}} v CROSS JOIN scim_member m WHERE m.tenant = ? AND m.id = v.value
AND NOT EXISTS (SELECT 1 FROM scim_group_member x WHERE x.group_id = ? AND x.member_id = m.id) AND {_OF_TENANT}
ORDER BY v.key
"""
JOIN = "INSERT INTO scim_group_member (group_id, member_id) SELECT ?, v.value FROM {list} v"
LEAVE = f"""
DELETE FROM scim_group_member WHERE group_id = ? AND member_id IN (SELECT v.value FROM {{list}} v) AND {_OF_TENANT}
"""
