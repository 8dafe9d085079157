"""``scim-plugin secret``: the keys by which identity providers sign in. A key is printed once, when it is issued."""

from __future__ import annotations

from typing import Any

import click

from scim_cli.integration import SHOWN_ONCE
from scim_cli.output import print_object, print_table
from scim_cli.session import Moment, Session, any_tenant_option, endpoint, json_option, pass_session
from scim_plugin.protocol.text import format_date_time, now
from scim_plugin.provisioning.credential import Credential


@click.group()
def secret() -> None:
    """Secret keys of integrations."""


@secret.command("issue")
@click.argument("integration")
@any_tenant_option
@click.option("--expires", type=Moment(), help="When it expires, such as 180d or 2027-01-31. Default: never.")
@json_option
@pass_session
def issue(session: Session, integration: str, *, tenant: str | None, expires: int | None, as_json: bool) -> None:
    """Issue one more secret of INTEGRATION, an id or a name. Those that it has stay valid until they are revoked."""
    issued = session.application.container.issue_secret()(integration, tenant=tenant, expires=expires)
    shown = {
        **as_object(issued.credential),
        "integration": issued.integration.id,
        "endpoint": endpoint(session.settings, issued.integration),
        "secret": issued.key,
    }
    print_object(shown, as_json=as_json)
    if not as_json:
        click.echo(SHOWN_ONCE)


@secret.command("list")
@click.argument("integration")
@any_tenant_option
@json_option
@pass_session
def list_secrets(session: Session, integration: str, *, tenant: str | None, as_json: bool) -> None:
    """List the secrets of INTEGRATION, an id or a name; never the keys."""
    found = session.application.container.list_secrets()(integration, tenant=tenant)
    columns = ("id", "state", "created", "expires", "last_used")
    print_table([as_object(entry) for entry in found], columns, as_json=as_json, empty="There is no secret.")


@secret.command("revoke")
@click.argument("secret")
@json_option
@pass_session
def revoke(session: Session, secret: str, *, as_json: bool) -> None:
    """Make SECRET, an id or a whole key, unusable at once."""
    print_object(as_object(session.application.container.revoke_secret()(secret)), as_json=as_json)


def as_object(credential: Credential) -> dict[str, Any]:
    """Return what is printed for *credential*."""
    is_expired = credential.expires is not None and credential.expires <= now()
    return {
        "id": credential.id,
        "state": "revoked" if credential.revoked is not None else "expired" if is_expired else "usable",
        "created": format_date_time(credential.created),
        "expires": _moment(credential.expires),
        "last_used": _moment(credential.last_used),
        "revoked": _moment(credential.revoked),
    }


def _moment(moment: int | None) -> str | None:
    return None if moment is None else format_date_time(moment)
