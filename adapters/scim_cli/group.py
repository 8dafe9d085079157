"""``scim-plugin group``: groups of the standalone store, and memberships that are given and taken by hand."""

from __future__ import annotations

import secrets
from typing import Any

import click

from scim_cli.output import print_object, print_table
from scim_cli.session import Session, json_option, pass_session, tenant_option
from scim_plugin.provisioning.member import HostGroup


@click.group()
def group() -> None:
    """Groups of the standalone store."""


@group.command("add")
@click.argument("name")
@tenant_option
@json_option
@pass_session
def add(session: Session, name: str, *, tenant: str, as_json: bool) -> None:
    """Add the group NAME."""
    session.know_tenant(tenant)
    store = session.application.store
    with store.open_unit() as unit:
        found = store.groups.create(tenant, name, key=secrets.token_hex(16))
        unit.commit()
    print_object(_as_object(session, tenant, found), as_json=as_json)


@group.command("list")
@tenant_option
@json_option
@pass_session
def list_groups(session: Session, *, tenant: str, as_json: bool) -> None:
    """List the groups of a tenant."""
    rows = [_as_object(session, tenant, entry) for entry in session.application.store.groups.list(tenant)]
    print_table(rows, ("id", "name", "members"), as_json=as_json, empty="There are no groups.")


@group.command("show")
@click.argument("group")
@tenant_option
@json_option
@pass_session
def show(session: Session, group: str, *, tenant: str, as_json: bool) -> None:
    """Show GROUP, an id or a name."""
    print_object(_as_object(session, tenant, find_group(session, tenant, group)), as_json=as_json)


@group.command("join")
@click.argument("group")
@click.argument("members", metavar="MEMBER...", nargs=-1, required=True)
@tenant_option
@json_option
@pass_session
def join(session: Session, group: str, members: tuple[str, ...], *, tenant: str, as_json: bool) -> None:
    """Let every MEMBER, an id or a user name, join GROUP, an id or a name."""
    _change(session, tenant, group, joining=members)
    print_object(_as_object(session, tenant, find_group(session, tenant, group)), as_json=as_json)


@group.command("leave")
@click.argument("group")
@click.argument("members", metavar="MEMBER...", nargs=-1, required=True)
@tenant_option
@json_option
@pass_session
def leave(session: Session, group: str, members: tuple[str, ...], *, tenant: str, as_json: bool) -> None:
    """Let every MEMBER, an id or a user name, leave GROUP, an id or a name."""
    _change(session, tenant, group, leaving=members)
    print_object(_as_object(session, tenant, find_group(session, tenant, group)), as_json=as_json)


def find_group(session: Session, tenant: str, reference: str) -> HostGroup:
    """Return the group whose name, or else whose id, is *reference*. Raises ClickException."""
    groups = session.application.store.groups
    found: HostGroup | None = groups.find(tenant, reference) or groups.get(tenant, reference)
    if found is None:
        raise click.ClickException(f"The tenant '{tenant}' has no group '{reference}'. Add it first: group add.")
    return found


def _change(
    session: Session, tenant: str, reference: str, *, joining: tuple[str, ...] = (), leaving: tuple[str, ...] = ()
) -> None:
    store = session.application.store
    with store.open_unit() as unit:
        found = find_group(session, tenant, reference)
        ids = {name: store.members.find_one(tenant, name) for name in (*joining, *leaving)}
        unknown = ", ".join(f"'{name}'" for name, member in ids.items() if member is None)
        if unknown:
            raise click.ClickException(f"The tenant '{tenant}' has no member {unknown}.")
        store.groups.change_members(
            tenant,
            found.id,
            [member.id for name, member in ids.items() if member and name in joining],
            [member.id for name, member in ids.items() if member and name in leaving],
        )
        unit.commit()


def _as_object(session: Session, tenant: str, found: HostGroup) -> dict[str, Any]:
    store = session.application.store
    members = (store.members.get(tenant, member_id) for member_id in store.groups.members_of(tenant, found.id))
    names = [member.fields.get("username") or member.id for member in members if member is not None]
    return {"id": found.id, "name": found.name, "members": names}
