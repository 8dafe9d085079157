"""Groups in groups once more, in a table of their own: what is nested is found without a look at what is not."""

from typing import TYPE_CHECKING

from peewee import AutoField, CompositeKey, Database, ForeignKeyField, Model

if TYPE_CHECKING:
    from playhouse.migrate import SchemaMigrator

_NEST = """
INSERT INTO scim_nesting (group_serial, member_serial)
SELECT m.group_serial, m.member_serial FROM scim_membership m JOIN scim_resource r ON r.serial = m.member_serial
WHERE r.type = 'Group'
"""


class ScimResource(Model):
    """A resource, of which only the key matters here."""

    serial = AutoField()

    class Meta:
        table_name = "scim_resource"


class ScimNesting(Model):
    """A membership whose member is a Group."""

    group = ForeignKeyField(ScimResource, column_name="group_serial", on_delete="CASCADE", index=False, backref="+")
    member = ForeignKeyField(ScimResource, column_name="member_serial", on_delete="CASCADE", index=False, backref="+")

    class Meta:
        table_name = "scim_nesting"
        primary_key = CompositeKey("group", "member")
        indexes = ((("member", "group"), True),)
        without_rowid = True


def up(_migrator: "SchemaMigrator", database: Database) -> None:
    """Create the table and fill it with what is nested already."""
    with database.bind_ctx((ScimResource, ScimNesting)):
        database.create_tables((ScimNesting,))
    database.execute_sql(_NEST)
