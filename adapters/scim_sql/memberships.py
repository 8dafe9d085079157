"""Statements on ``scim_membership``: one row per member of a Group, found from either side by its primary key.

The number of statements of a change does not depend on how many ids change nor on the size of the Group.
"""

from __future__ import annotations

# CROSS JOIN: SQLite, which knows nothing of the length of a list, then begins with it.
_SERIAL = "(SELECT serial FROM scim_resource WHERE integration_id = ? AND id = ?)"

GROUPS_OF = f"""
SELECT g.id, g.display FROM scim_membership m JOIN scim_resource g ON g.serial = m.group_serial
WHERE m.member_serial = {_SERIAL} ORDER BY m.group_serial
"""
GROUPS_OF_MANY = """
SELECT m.member_serial, g.id, g.display FROM scim_membership m JOIN scim_resource g ON g.serial = m.group_serial
WHERE m.member_serial IN (SELECT v.value FROM {list} v) ORDER BY m.member_serial, m.group_serial
"""
MEMBERS_OF_MANY = """
SELECT m.group_serial, u.id, u.type FROM scim_membership m JOIN scim_resource u ON u.serial = m.member_serial
WHERE m.group_serial IN (SELECT v.value FROM {list} v) ORDER BY m.group_serial, m.member_serial
"""
MEMBER_BATCH = f"""
SELECT u.serial, u.id, u.type, u.link_target FROM scim_membership m JOIN scim_resource u ON u.serial = m.member_serial
WHERE m.group_serial = {_SERIAL} AND m.member_serial > ? ORDER BY m.member_serial LIMIT ?
"""
GROUP_TARGETS = f"""
SELECT g.id, g.link_target FROM scim_membership m JOIN scim_resource g ON g.serial = m.group_serial
WHERE m.member_serial = {_SERIAL} AND g.link_target IS NOT NULL ORDER BY m.group_serial
"""
JOINING = f"""
SELECT r.serial, r.id, r.type, r.link_target FROM {{list}} v CROSS JOIN scim_resource r
WHERE r.integration_id = ? AND r.id = v.value AND NOT EXISTS (
    SELECT 1 FROM scim_membership m WHERE m.group_serial = {_SERIAL} AND m.member_serial = r.serial
) ORDER BY v.key
"""
JOIN = """
INSERT INTO scim_membership (group_serial, member_serial)
SELECT g.serial, v.value FROM scim_resource g, {list} v WHERE g.integration_id = ? AND g.id = ?
"""
LEAVING = f"""
SELECT r.serial, r.id, r.type, r.link_target FROM {{list}} v CROSS JOIN scim_resource r
WHERE r.integration_id = ? AND r.id = v.value AND EXISTS (
    SELECT 1 FROM scim_membership m WHERE m.group_serial = {_SERIAL} AND m.member_serial = r.serial
) ORDER BY v.key
"""
LEAVING_OTHERS = f"""
SELECT u.serial, u.id, u.type, u.link_target FROM scim_membership m JOIN scim_resource u ON u.serial = m.member_serial
WHERE m.group_serial = {_SERIAL} AND u.id NOT IN (SELECT v.value FROM {{list}} v) ORDER BY m.member_serial
"""
LEAVE = f"""
DELETE FROM scim_membership
WHERE group_serial = {_SERIAL} AND member_serial IN (SELECT v.value FROM {{list}} v)
"""
# From the group upwards, because few groups contain a group, while what it contains may be everybody.
CONTAINER = """
WITH RECURSIVE above (serial) AS (
    SELECT serial FROM scim_resource WHERE integration_id = ? AND id = ?
    UNION SELECT m.group_serial FROM scim_membership m JOIN above a ON m.member_serial = a.serial
)
SELECT 1 FROM above a JOIN scim_resource r ON r.serial = a.serial
WHERE r.id IN (SELECT v.value FROM {list} v) LIMIT 1
"""
