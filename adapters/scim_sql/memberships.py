"""Statements on ``scim_membership``: one row per member of a Group, found from either side by its primary key.

The number of statements of a change does not depend on how many ids change nor on the size of the Group.
``scim_nesting`` repeats the rows whose member is a Group. They are few, if any, so that what is nested is found without
a look at what is not.
"""

from __future__ import annotations

# CROSS JOIN: SQLite, which knows nothing of the length of a list, then begins with it.
_SERIAL = "(SELECT serial FROM scim_resource WHERE integration_id = ? AND id = ?)"

_GROUPS = """
SELECT m.member_serial, m.group_serial, g.id, g.display,
    EXISTS (SELECT 1 FROM scim_nesting n WHERE n.member_serial = m.group_serial)
FROM scim_membership m JOIN scim_resource g ON g.serial = m.group_serial
"""
GROUPS_OF = f"{_GROUPS} WHERE m.member_serial = {_SERIAL} ORDER BY m.group_serial"
HOLDERS = f"SELECT group_serial FROM scim_membership WHERE member_serial = {_SERIAL} ORDER BY group_serial"
GROUPS_OF_MANY = f"""
{_GROUPS} WHERE m.member_serial IN (SELECT v.value FROM {{list}} v) ORDER BY m.member_serial, m.group_serial
"""
GROUPS_AROUND = """
WITH RECURSIVE around (inner_serial, outer_serial) AS (
    SELECT n.member_serial, n.group_serial FROM {list} v CROSS JOIN scim_nesting n WHERE n.member_serial = v.value
    UNION SELECT a.inner_serial, n.group_serial FROM around a JOIN scim_nesting n ON n.member_serial = a.outer_serial
)
SELECT a.inner_serial, g.serial, g.id, g.display FROM around a JOIN scim_resource g ON g.serial = a.outer_serial
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
GROUP_TARGETS_NESTED = f"""
WITH RECURSIVE around (serial) AS (
    SELECT m.group_serial FROM scim_membership m WHERE m.member_serial = {_SERIAL}
    UNION SELECT n.group_serial FROM around a JOIN scim_nesting n ON n.member_serial = a.serial
)
SELECT g.id, g.link_target FROM around a JOIN scim_resource g ON g.serial = a.serial
WHERE g.link_target IS NOT NULL ORDER BY a.serial
"""
MEMBERS_WITHIN = """
WITH RECURSIVE inside (serial) AS (
    SELECT g.serial FROM scim_resource g WHERE g.integration_id = ? AND g.id IN (SELECT v.value FROM {list} v)
    UNION SELECT n.member_serial FROM inside i JOIN scim_nesting n ON n.group_serial = i.serial
)
SELECT DISTINCT m.member_serial FROM inside i CROSS JOIN scim_membership m WHERE m.group_serial = i.serial
ORDER BY m.member_serial
"""
USERS = """
SELECT serial, id, type, link_target FROM scim_resource
WHERE type = 'User' AND serial IN (SELECT v.value FROM {list} v) ORDER BY serial
"""
WITHIN = """
WITH RECURSIVE inside (holder, serial) AS (
    SELECT g.id, g.serial FROM scim_resource g WHERE g.integration_id = ? AND g.id IN (SELECT v.value FROM {list} v)
    UNION SELECT i.holder, n.member_serial FROM inside i JOIN scim_nesting n ON n.group_serial = i.serial
)
SELECT DISTINCT i.holder, r.id FROM {list} v CROSS JOIN scim_resource r CROSS JOIN scim_membership m CROSS JOIN inside i
WHERE r.integration_id = ? AND r.id = v.value AND m.member_serial = r.serial AND i.serial = m.group_serial
"""
OUTER_GROUPS = """
SELECT g.id, g.serial, g.version, g.created, g.modified, g.document,
    g.link_target, g.link_tier, g.link_since, g.link_own
FROM scim_resource g
WHERE g.integration_id = ? AND g.serial IN (SELECT n.group_serial FROM scim_nesting n) ORDER BY g.serial
"""
_IS_NESTED = """(
    SELECT EXISTS (SELECT 1 FROM scim_nesting n WHERE n.group_serial = g.serial)
        OR EXISTS (SELECT 1 FROM scim_nesting n WHERE n.member_serial = g.serial)
    FROM scim_resource g WHERE g.integration_id = ? AND g.id = ?
)"""
JOINING = f"""
SELECT r.serial, r.id, r.type, r.link_target, {_IS_NESTED} FROM {{list}} v CROSS JOIN scim_resource r
WHERE r.integration_id = ? AND r.id = v.value AND NOT EXISTS (
    SELECT 1 FROM scim_membership m WHERE m.group_serial = {_SERIAL} AND m.member_serial = r.serial
) ORDER BY v.key
"""
JOIN = """
INSERT INTO scim_membership (group_serial, member_serial)
SELECT g.serial, v.value FROM scim_resource g, {list} v WHERE g.integration_id = ? AND g.id = ?
"""
NEST = """
INSERT INTO scim_nesting (group_serial, member_serial)
SELECT g.serial, v.value FROM scim_resource g, {list} v WHERE g.integration_id = ? AND g.id = ?
"""
LEAVING = f"""
SELECT r.serial, r.id, r.type, r.link_target, {_IS_NESTED} FROM {{list}} v CROSS JOIN scim_resource r
WHERE r.integration_id = ? AND r.id = v.value AND EXISTS (
    SELECT 1 FROM scim_membership m WHERE m.group_serial = {_SERIAL} AND m.member_serial = r.serial
) ORDER BY v.key
"""
LEAVING_OTHERS = f"""
SELECT u.serial, u.id, u.type, u.link_target, {_IS_NESTED}
FROM scim_membership m JOIN scim_resource u ON u.serial = m.member_serial
WHERE m.group_serial = {_SERIAL} AND u.id NOT IN (SELECT v.value FROM {{list}} v) ORDER BY m.member_serial
"""
LEAVE = f"""
DELETE FROM scim_membership
WHERE group_serial = {_SERIAL} AND member_serial IN (SELECT v.value FROM {{list}} v)
"""
UNNEST = f"""
DELETE FROM scim_nesting
WHERE group_serial = {_SERIAL} AND member_serial IN (SELECT v.value FROM {{list}} v)
"""
CONTAINER = """
WITH RECURSIVE above (serial) AS (
    SELECT serial FROM scim_resource WHERE integration_id = ? AND id = ?
    UNION SELECT n.group_serial FROM above a JOIN scim_nesting n ON n.member_serial = a.serial
)
SELECT 1 FROM above a JOIN scim_resource r ON r.serial = a.serial
WHERE r.id IN (SELECT v.value FROM {list} v) LIMIT 1
"""
