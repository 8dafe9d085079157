"""``scim-plugin field``: the extension fields of members, all of type text."""

from __future__ import annotations

import re

import click

from scim_cli.output import print_object, print_table
from scim_cli.session import Session, json_option, pass_session
from scim_plugin.provisioning.integration import DEFAULT_TENANT

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)


@click.group()
def field() -> None:
    """Extension fields of members, to which mapping rules can write."""


@field.command("add")
@click.argument("name")
@json_option
@pass_session
def add(session: Session, name: str, *, as_json: bool) -> None:
    """Declare the field NAME: lower-case letters, digits and underscores."""
    if _NAME.fullmatch(name) is None:
        raise click.BadParameter("use lower-case letters, digits and underscores, a letter first, 63 at most.")
    try:
        session.application.store.members.add_field(name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    print_object({"name": name, "type": "text"}, as_json=as_json)


@field.command("list")
@json_option
@pass_session
def list_fields(session: Session, *, as_json: bool) -> None:
    """List all fields of members."""
    members = session.application.store.members
    extensions = set(members.field_names())
    rows = [
        {"name": entry.name, "type": entry.type, "required": entry.required, "extension": entry.name in extensions}
        for entry in members.fields(DEFAULT_TENANT).values()
    ]
    print_table(rows, ("name", "type", "required", "extension"), as_json=as_json, empty="There are no fields.")
