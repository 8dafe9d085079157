"""The values of attributes that schemas declare as unique; the key of a resource type has a column of its own."""

from typing import TYPE_CHECKING

from peewee import AutoField, BlobField, CharField, CompositeKey, Database, ForeignKeyField, Model

if TYPE_CHECKING:
    from playhouse.migrate import SchemaMigrator


class ScimIntegration(Model):
    """An integration, of which only the id matters here."""

    serial = AutoField()
    id = CharField(64, unique=True)

    class Meta:
        table_name = "scim_integration"


class ScimResource(Model):
    """A resource, of which only the key matters here."""

    serial = AutoField()

    class Meta:
        table_name = "scim_resource"


class ScimUnique(Model):
    """One value, as a digest, that no other resource of this type may have in this attribute."""

    integration = ForeignKeyField(
        ScimIntegration, field="id", column_name="integration_id", on_delete="CASCADE", index=False, backref="+"
    )
    type = CharField(64)
    attribute = CharField(255)
    digest = BlobField()
    resource = ForeignKeyField(ScimResource, column_name="resource_serial", on_delete="CASCADE", backref="+")

    class Meta:
        table_name = "scim_unique"
        primary_key = CompositeKey("integration", "type", "attribute", "digest")
        without_rowid = True


def up(_migrator: "SchemaMigrator", database: Database) -> None:
    """Create the table; nothing could be declared before."""
    with database.bind_ctx((ScimIntegration, ScimResource, ScimUnique)):
        database.create_tables((ScimUnique,))
