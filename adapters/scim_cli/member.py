"""``scim-plugin member``: accounts of the standalone store.

What existed before can be set up with it, and what an identity provider did can be verified.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from scim_cli.group import find_group
from scim_cli.output import print_object, print_table
from scim_cli.session import Session, json_option, pass_session, tenant_option
from scim_plugin.provisioning.member import FieldValue, Member

_Command = TypeVar("_Command", bound=Callable[..., Any])

_BASIC = ("username", "email", "given_name", "family_name", "display_name")


class _Assignment(click.ParamType[tuple[str, str]]):
    """``FIELD=VALUE``."""

    name = "field=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return name and value."""
        name, sign, text = str(value).partition("=")
        if not name or not sign:
            self.fail(f"'{value}' is not FIELD=VALUE.", param, ctx)
        return name, text


def _value_options(command: _Command) -> _Command:
    options = (
        click.option("--email", help="The e-mail address."),
        click.option("--given-name", help="The given name."),
        click.option("--family-name", help="The family name."),
        click.option("--display-name", help="The name to display."),
        click.option("--field", "fields", type=_Assignment(), multiple=True, help="An extension field. Repeatable."),
        click.option("--group", "groups", multiple=True, metavar="GROUP", help="A group to join. May be repeated."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def member() -> None:
    """Members of the standalone store."""


@member.command("add")
@click.option("--username", required=True, help="The name by which the member signs in.")
@tenant_option
@_value_options
@click.option("--inactive", is_flag=True, help="Without access.")
@click.option("--protected", is_flag=True, help="Never linked, changed or suspended by an identity provider.")
@json_option
@pass_session
def add(session: Session, /, *, tenant: str, inactive: bool, protected: bool, as_json: bool, **given: Any) -> None:
    """Add a member."""
    session.know_tenant(tenant)
    store = session.application.store
    with store.open_unit() as unit:
        values = {name: value for name, value in _values(given).items() if value is not None}
        found = store.members.create(tenant, values, active=not inactive, key=secrets.token_hex(16))
        if protected:
            store.members.set_protected(tenant, found.id, protected=True)
        _join(session, tenant, found.id, given["groups"])
        unit.commit()
    print_object(_as_object(session, tenant, _find(session, tenant, found.id)), as_json=as_json)


@member.command("set")
@click.argument("member")
@tenant_option
@click.option("--username", help="The name by which the member signs in.")
@_value_options
@click.option("--active/--inactive", default=None, help="With or without access.")
@click.option("--protected/--unprotected", default=None, help="Shielded from identity providers or not.")
@json_option
@pass_session
def set_member(
    session: Session,
    /,
    member: str,
    *,
    tenant: str,
    active: bool | None,
    protected: bool | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Change MEMBER, an id or a user name. An empty value clears a field."""
    store = session.application.store
    with store.open_unit() as unit:
        found = _find(session, tenant, member)
        values = _values(given)
        if values:
            store.members.update(tenant, found.id, values)
        if active is not None:
            (store.members.reactivate if active else store.members.suspend)(tenant, found.id)
        if protected is not None:
            store.members.set_protected(tenant, found.id, protected=protected)
        _join(session, tenant, found.id, given["groups"])
        unit.commit()
    print_object(_as_object(session, tenant, _find(session, tenant, found.id)), as_json=as_json)


@member.command("list")
@tenant_option
@json_option
@pass_session
def list_members(session: Session, *, tenant: str, as_json: bool) -> None:
    """List the members of a tenant."""
    with session.application.store.open_unit(write=False):
        rows = [_as_object(session, tenant, entry) for entry in session.application.store.members.list(tenant)]
    columns = ("id", "username", "email", "display_name", "active", "protected", "groups")
    print_table(rows, columns, as_json=as_json, empty="There are no members.")


@member.command("show")
@click.argument("member")
@tenant_option
@json_option
@pass_session
def show(session: Session, member: str, *, tenant: str, as_json: bool) -> None:
    """Show MEMBER, an id or a user name."""
    print_object(_as_object(session, tenant, _find(session, tenant, member)), as_json=as_json)


def _find(session: Session, tenant: str, reference: str) -> Member:
    found: Member | None = session.application.store.members.find_one(tenant, reference)
    if found is None:
        raise click.ClickException(f"The tenant '{tenant}' has no member '{reference}'.")
    return found


def _values(given: dict[str, Any]) -> dict[str, FieldValue]:
    named = {name: given[name] for name in _BASIC if given[name] is not None}
    return {name: value or None for name, value in {**named, **dict(given["fields"])}.items()}


def _join(session: Session, tenant: str, member_id: str, groups: Sequence[str]) -> None:
    for name in groups:
        group = find_group(session, tenant, name)
        session.application.store.groups.change_members(tenant, group.id, [member_id], [])


def _as_object(session: Session, tenant: str, found: Member) -> dict[str, Any]:
    members = session.application.store.members
    return {
        "id": found.id,
        **{name: found.fields.get(name) for name in _BASIC},
        "active": found.active,
        "protected": found.protected,
        "fields": {name: found.fields.get(name) for name in members.field_names()},
        "groups": list(members.groups_of(tenant, found.id)),
        "links": [
            {"integration": integration_id, "resource": resource_id, "tier": tier}
            for integration_id, resource_id, tier in members.links_of(tenant, found.id)
        ],
    }
