"""The plug-in's own tables. The models are frozen: what comes later is another step."""

from typing import TYPE_CHECKING, Any

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    Database,
    ForeignKeyField,
    IntegerField,
    Model,
    NodeList,
    TextField,
)

if TYPE_CHECKING:
    from playhouse.migrate import SchemaMigrator


class SerialField(AutoField):
    """An order of creation whose numbers never come back, also when the last row is removed."""

    def ddl(self, ctx: Any) -> Any:
        """Add SQLite's word for it."""
        return NodeList((super().ddl(ctx), SQL("AUTOINCREMENT")))


class Table(Model):
    """What all of them share."""


class ScimTenant(Table):
    """A site, team or workspace of the host."""

    name = CharField(63, primary_key=True)

    class Meta:
        table_name = "scim_tenant"
        without_rowid = True


class ScimIntegration(Table):
    """One connection of an identity provider; ``settings`` is JSON."""

    serial = SerialField()
    id = CharField(64, unique=True)
    tenant = ForeignKeyField(ScimTenant, column_name="tenant", on_delete="CASCADE")
    name = TextField()
    type = CharField(64)
    created = BigIntegerField()
    state = CharField(16)
    version = IntegerField()
    settings = TextField()

    class Meta:
        table_name = "scim_integration"


def _integration(**options: Any) -> ForeignKeyField:
    return ForeignKeyField(
        ScimIntegration, field="id", column_name="integration_id", on_delete="CASCADE", backref="+", **options
    )


class ScimCredential(Table):
    """A secret key, as its digest."""

    serial = SerialField()
    id = CharField(64, unique=True)
    integration = _integration()
    digest = BlobField()
    created = BigIntegerField()
    expires = BigIntegerField(null=True)
    revoked = BigIntegerField(null=True)
    last_used = BigIntegerField(null=True)

    class Meta:
        table_name = "scim_credential"


class ScimResource(Table):
    """A User or Group as it was last asserted; ``document`` is JSON as answered, ``search`` as compared."""

    serial = SerialField()
    id = CharField(64)
    integration = _integration(index=False)
    tenant = CharField(63)
    type = CharField(64)
    version = IntegerField()
    created = BigIntegerField()
    modified = BigIntegerField()
    name_key = BlobField(null=True)
    external_key = BlobField(null=True)
    link_target = CharField(255, null=True)
    link_tier = CharField(32, null=True)
    link_since = BigIntegerField(null=True)
    link_own = BooleanField(null=True)
    display = TextField()
    document = BlobField()
    search = TextField()

    class Meta:
        table_name = "scim_resource"
        indexes = (
            (("integration", "id"), True),
            (("integration", "type", "name_key"), True),
            (("tenant", "type", "link_target"), True),
            (("integration", "type", "external_key"), False),
            (("integration", "type", "serial"), False),
        )


class ScimMatch(Table):
    """One value of an attribute by which identity providers look resources up."""

    integration = _integration(index=False)
    attribute = CharField(255)
    digest = BlobField()
    resource = ForeignKeyField(ScimResource, column_name="resource_serial", on_delete="CASCADE")

    class Meta:
        table_name = "scim_match"
        primary_key = CompositeKey("integration", "attribute", "digest", "resource")
        without_rowid = True


class ScimMembership(Table):
    """One member of a Group."""

    group = ForeignKeyField(ScimResource, column_name="group_serial", on_delete="CASCADE", index=False, backref="+")
    member = ForeignKeyField(ScimResource, column_name="member_serial", on_delete="CASCADE", index=False, backref="+")

    class Meta:
        table_name = "scim_membership"
        primary_key = CompositeKey("group", "member")
        indexes = ((("member", "group"), True),)
        without_rowid = True


class ScimRetiredLink(Table):
    """What a deleted User left behind."""

    serial = SerialField()
    integration = _integration(index=False)
    target = CharField(255)
    external_id = TextField(null=True)
    external_digest = BlobField(null=True)
    name_key = TextField()
    name_digest = BlobField()
    own = BooleanField()
    retired_at = BigIntegerField()

    class Meta:
        table_name = "scim_retired_link"
        indexes = (
            (("integration", "target"), True),
            (("integration", "external_digest"), False),
            (("integration", "name_digest"), False),
        )


class ScimOrigin(Table):
    """Why a member belongs to a group of the host."""

    tenant = CharField(63)
    group_id = CharField(255)
    member_id = CharField(255)
    origin = CharField(96)

    class Meta:
        table_name = "scim_origin"
        primary_key = CompositeKey("tenant", "group_id", "member_id", "origin")
        without_rowid = True


class ScimLog(Table):
    """The provisioning log; it outlives its integration."""

    serial = SerialField()
    moment = BigIntegerField()
    request_id = TextField()
    integration_id = CharField(64)
    credential_id = TextField()
    operation = TextField()
    resource_type = TextField()
    resource_id = TextField(null=True)
    target = TextField(null=True)
    tier = TextField(null=True)
    status = IntegerField()
    changes = TextField()
    tolerances = TextField()
    detail = TextField()

    class Meta:
        table_name = "scim_log"
        indexes = ((("integration_id", "serial"), False),)


class ScimTolerance(Table):
    """How often an integration needed a departure from the RFC."""

    integration = _integration(index=False)
    name = CharField(64)
    uses = BigIntegerField()

    class Meta:
        table_name = "scim_tolerance"
        primary_key = CompositeKey("integration", "name")
        without_rowid = True


TABLES = (
    ScimTenant,
    ScimIntegration,
    ScimCredential,
    ScimResource,
    ScimMatch,
    ScimMembership,
    ScimRetiredLink,
    ScimOrigin,
    ScimLog,
    ScimTolerance,
)


def up(_migrator: "SchemaMigrator", database: Database) -> None:
    """Create what does not exist yet."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
