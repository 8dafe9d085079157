"""The tables of the standalone host: members, their extension fields, and groups."""

from typing import TYPE_CHECKING, Any

from peewee import (
    SQL,
    AutoField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    Database,
    ForeignKeyField,
    Model,
    NodeList,
    TextField,
)

if TYPE_CHECKING:
    from playhouse.migrate import SchemaMigrator


class SerialField(AutoField):
    """An order of creation whose numbers never come back."""

    def ddl(self, ctx: Any) -> Any:
        """Add SQLite's word for it."""
        return NodeList((super().ddl(ctx), SQL("AUTOINCREMENT")))


class ScimMember(Model):
    """An account; ``fields`` holds the values of extension fields as JSON, the keys are digests of folded values."""

    serial = SerialField()
    id = CharField(32, unique=True)
    tenant = CharField(63)
    creation_key = CharField(255)
    active = BooleanField()
    protected = BooleanField()
    username = TextField()
    username_key = BlobField()
    email = TextField(null=True)
    email_key = BlobField(null=True)
    given_name = TextField(null=True)
    family_name = TextField(null=True)
    display_name = TextField(null=True)
    fields = TextField()

    class Meta:
        table_name = "scim_member"
        indexes = (
            (("tenant", "username_key"), True),
            (("tenant", "creation_key"), True),
            (("tenant", "email_key"), False),
        )


class ScimMemberField(Model):
    """A declared extension field of type text."""

    name = CharField(255, primary_key=True)

    class Meta:
        table_name = "scim_member_field"
        without_rowid = True


class ScimMemberValue(Model):
    """The digest of a member's value of an extension field, by which the member is found."""

    tenant = CharField(63)
    field = CharField(255)
    digest = BlobField()
    member = ForeignKeyField(ScimMember, field="id", column_name="member_id", on_delete="CASCADE")

    class Meta:
        table_name = "scim_member_value"
        primary_key = CompositeKey("tenant", "field", "digest", "member")
        without_rowid = True


class ScimGroup(Model):
    """A group; ``name_key`` is the digest of its folded name."""

    serial = SerialField()
    id = CharField(32, unique=True)
    tenant = CharField(63)
    creation_key = CharField(255)
    name = TextField()
    name_key = BlobField()

    class Meta:
        table_name = "scim_group"
        indexes = ((("tenant", "name_key"), True), (("tenant", "creation_key"), True))


class ScimGroupMember(Model):
    """One member of a group."""

    group = ForeignKeyField(ScimGroup, field="id", column_name="group_id", on_delete="CASCADE", index=False)
    member = ForeignKeyField(ScimMember, field="id", column_name="member_id", on_delete="CASCADE")

    class Meta:
        table_name = "scim_group_member"
        primary_key = CompositeKey("group", "member")
        without_rowid = True


TABLES = (ScimMember, ScimMemberField, ScimMemberValue, ScimGroup, ScimGroupMember)


def up(_migrator: "SchemaMigrator", database: Database) -> None:
    """Create what does not exist yet."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
