"""Where the values of an attribute are in the tables: a column, a place in the search document, or rows.

``r`` is the row of the resource that is tested, ``e`` an element of a multi-valued attribute. Nothing else names tables
in a filter, and the predicate of tenant and integration never depends on one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scim_plugin.protocol.schema import Attribute, ResourceType, Target
    from scim_sql.dialect import Kind, SqlDialect

SEARCH = "r.search"
_AROUND = """(
    WITH RECURSIVE around (serial) AS (
        SELECT d.group_serial FROM scim_membership d WHERE d.member_serial = r.serial
        UNION SELECT n.group_serial FROM around JOIN scim_nesting n ON n.member_serial = around.serial
    ) SELECT serial FROM around
) m"""
_COMPUTED_ROWS = {
    "groups": (f"{_AROUND} JOIN scim_resource e ON e.serial = m.serial", "", "m.serial"),
    "members": (
        "scim_membership m JOIN scim_resource e ON e.serial = m.member_serial",
        "m.group_serial = r.serial AND ",
        "m.member_serial",
    ),
}
_IS_MEMBER = "EXISTS (SELECT 1 FROM scim_membership d WHERE d.member_serial = r.serial AND d.group_serial = e.serial)"
HOLDERS_OF_REFERENCE = {
    "groups.value": """
    WITH RECURSIVE inside (serial) AS (
        SELECT e.serial FROM scim_resource e WHERE e.integration_id = ? AND e.id = ?
        UNION SELECT n.member_serial FROM inside JOIN scim_nesting n ON n.group_serial = inside.serial
    ) SELECT m.member_serial FROM inside JOIN scim_membership m ON m.group_serial = inside.serial
    """,
    "members.value": """
    SELECT m.group_serial FROM scim_resource e JOIN scim_membership m ON m.member_serial = e.serial
    WHERE e.integration_id = ? AND e.id = ?
    """,
}
"""The resources that refer to an integration's resource of this id, by the canonical path of the reference."""


@dataclass(frozen=True, slots=True)
class Elements:
    """The values of a multi-valued attribute as rows; ``position`` orders them."""

    source: str
    correlation: str
    position: str

    def exists(self, condition: str) -> str:
        """Return the test whether some element satisfies *condition*."""
        return f"EXISTS (SELECT 1 FROM {self.source} WHERE {self.correlation}{condition})"


class Places:
    """The places of one resource type's attributes in one SQL dialect."""

    def __init__(self, dialect: SqlDialect, resource_type: ResourceType) -> None:
        """Describe *resource_type*."""
        self.dialect = dialect
        self.resource_type = resource_type
        self._columns = {
            "id": "r.id",
            "meta.resourceType": "r.type",
            "meta.created": "r.created",
            "meta.lastModified": "r.modified",
            "meta.version": dialect.concatenate("'W/\"'", "r.version", "'\"'"),
        }

    def value(self, target: Target) -> str:
        """Return the value of *target*, whose attribute is single-valued; NULL when there is none."""
        column = self._columns.get(str(target)) if target.extension is None else None
        if column is not None:
            return column
        path = [target.attribute.name]
        if target.extension is not None:
            path.insert(0, target.extension)
        if target.sub_attribute is not None:
            path.append(target.sub_attribute.name)
        return self.dialect.scalar(SEARCH, path, kind(target.leaf))

    def elements(self, target: Target) -> Elements:
        """Return the values of the attribute of *target*, which is multi-valued."""
        if is_computed(target):
            source, correlation, position = _COMPUTED_ROWS[target.attribute.name]
            return Elements(source, correlation, position)
        path = (target.attribute.name,) if target.extension is None else (target.extension, target.attribute.name)
        return Elements(self.dialect.elements(SEARCH, path, "e"), "", "e.key")

    def element_value(self, target: Target) -> str:
        """Return the value of *target* in the element ``e``; NULL when there is none."""
        if is_computed(target):
            return self._computed_value(target)
        name = target.sub_attribute.name if target.sub_attribute else None
        value = self.dialect.element("e", name, kind(target.leaf))
        return f"COALESCE({value}, FALSE)" if name == "primary" else value

    def _computed_value(self, target: Target) -> str:
        name = target.leaf.name
        if name == "value":
            return "e.id"
        if name == "type":
            directness = f"CASE WHEN {_IS_MEMBER} THEN 'direct' ELSE 'indirect' END"
            return directness if target.attribute.name == "groups" else "LOWER(e.type)"
        if name == "display":
            return f"COALESCE({self.dialect.scalar('e.search', ('displayName',), 'text')}, '')"
        return "NULL"


def is_computed(target: Target) -> bool:
    """Tell whether the values of *target* are memberships: rows of their own."""
    return target.extension is None and target.attribute.name in _COMPUTED_ROWS


def is_meta(target: Target) -> bool:
    """Tell whether *target* is ``meta``, which every resource has, or one of its sub-attributes."""
    return target.extension is None and target.attribute.name == "meta"


def kind(attribute: Attribute) -> Kind:
    """Return what the values of *attribute* are in the search document."""
    if attribute.type == "boolean":
        return "boolean"
    if attribute.type in ("integer", "decimal", "dateTime"):
        return "number"
    return "json" if attribute.type == "complex" else "text"
