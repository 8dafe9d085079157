"""``scim-plugin check``, ``migrate`` and ``log``: looking after a standalone server."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click

from scim_cli.output import print_json, print_table
from scim_cli.session import Session, any_tenant_option, json_option, pass_session
from scim_container.settings import Settings
from scim_plugin.protocol.text import format_date_time
from scim_plugin.provisioning.log import LogEntry
from scim_plugin.use_cases.check import Finding, Level


@click.command()
@click.argument("integration", required=False)
@any_tenant_option
@json_option
@pass_session
def check(session: Session, integration: str | None, *, tenant: str | None, as_json: bool) -> None:
    """Check settings, database and integrations, and test the connection as Microsoft Entra ID does.

    With INTEGRATION, an id or a name, only that one is looked at. The exit code is 1 when there is an error.
    """
    found: Sequence[Finding] = session.unchecked.container.check_integrations()(integration, tenant=tenant)
    slips = [
        Finding(Level.WARNING, f"The environment variable {name} is not known and has no effect.")
        for name in Settings.strange_names(os.environ)
    ]
    findings = [*slips, *found]
    if as_json:
        print_json([{"level": one.level, "text": one.text, "integration": one.integration_id} for one in findings])
    else:
        for one in findings:
            place = f"{one.integration_id}: " if one.integration_id else ""
            click.echo(f"{one.level.upper():7}  {place}{one.text}")
    if any(one.level is Level.ERROR for one in findings):
        raise click.exceptions.Exit(1)


@click.command()
@json_option
@pass_session
def migrate(session: Session, *, as_json: bool) -> None:
    """Bring the database to the schema of this version."""
    steps = session.unchecked.migrate()
    if as_json:
        print_json({"steps": steps})
    else:
        for step in steps:
            click.echo(f"done: {step}")
        click.echo("The database has the schema that this version needs.")


@click.group()
def log() -> None:
    """What identity providers did."""


@log.command("list")
@click.argument("integration")
@any_tenant_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many entries.")
@json_option
@pass_session
def list_log(session: Session, integration: str, *, tenant: str | None, limit: int, as_json: bool) -> None:
    """List the latest writes and refusals of INTEGRATION, an id or a name, newest first."""
    found = session.application.container.get_integration()(integration, tenant=tenant)
    with session.application.store.open_unit(write=False) as unit:
        rows = [_as_object(entry) for entry in unit.log.latest(found, limit)]
    columns = ("time", "operation", "resource_type", "resource", "status", "tier", "changes", "detail")
    print_table(rows, columns, as_json=as_json, empty="Nothing has happened yet.")


def _as_object(entry: LogEntry) -> dict[str, Any]:
    return {
        "time": format_date_time(entry.moment),
        "request": entry.request_id,
        "secret": entry.credential_id,
        "operation": entry.operation,
        "resource_type": entry.resource_type,
        "resource": entry.resource_id,
        "target": entry.target,
        "tier": entry.tier,
        "status": entry.status,
        "changes": list(entry.changes),
        "tolerances": list(entry.tolerances),
        "detail": entry.detail,
    }
