"""``scim-plugin integration``: connections of identity providers to tenants."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from scim_cli.output import print_object, print_table
from scim_cli.session import Moment, Session, any_tenant_option, endpoint, json_option, pass_session, tenant_option
from scim_marshmallow.mapping_file import load_mapping
from scim_marshmallow.schema_file import load_schemas
from scim_marshmallow.settings import SettingsError, dump_settings
from scim_plugin.dialects.dialect import ENTRA_ID, PERMITTED
from scim_plugin.protocol.text import format_date_time
from scim_plugin.provisioning.integration import (
    Deprovisioning,
    GroupPolicy,
    Integration,
    NestedGroups,
    PasswordPolicy,
)
from scim_plugin.provisioning.link import Tier
from scim_plugin.provisioning.mapping import Direction
from scim_plugin.use_cases.integration_draft import IntegrationDraft

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Content = TypeVar("_Content")

_TIERS = tuple(tier.value for tier in Tier if tier is not Tier.ADOPT)
SHOWN_ONCE = "The secret is shown this once and stored nowhere: paste it into the identity provider now."


class _File(click.ParamType[_Content]):
    """The path of a settings file; its value is what the file says."""

    name = "file"

    def __init__(self, load: Callable[[str], _Content]) -> None:
        """Read the text of a file with *load*, which raises SettingsError."""
        self._load = load

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> _Content:
        """Read the file and return what it says."""
        try:
            return self._load(Path(value).read_text(encoding="utf-8"))
        except OSError as error:
            self.fail(f"'{value}': {error.strerror}.", param, ctx)
        except UnicodeDecodeError:
            self.fail(f"'{value}' is not UTF-8.", param, ctx)
        except SettingsError as error:
            raise click.ClickException(f"'{value}': {error}") from error


class _Linking(click.ParamType[tuple[Tier, ...]]):
    """Tiers separated by commas."""

    name = "tiers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Tier, ...]:
        """Return the tiers, in this order."""
        words = [word.strip() for word in str(value).split(",") if word.strip()]
        for word in words:
            if word not in _TIERS:
                self.fail(f"'{word}' is none of {', '.join(_TIERS)}.", param, ctx)
        return tuple(Tier(word) for word in words)


def _settings_options(command: _Command) -> _Command:
    options = (
        click.option("--description", help="What it is for, in your own words."),
        click.option("--default-group", metavar="GROUP", help="The group, by name, that new members join."),
        click.option("--external-id-key", metavar="FIELD", help="The member field that stores the external ID."),
        click.option(
            "--mapping",
            type=_File(load_mapping),
            help="The mapping rules, in TOML; see docs/mapping.md.",
        ),
        click.option(
            "--schemas",
            "catalogue",
            type=_File(load_schemas),
            help="Schema extensions and resource types, in TOML; see docs/schemas.md.",
        ),
        click.option(
            "--linking", type=_Linking(), metavar="TIERS", help=f"How members are found, in order: {','.join(_TIERS)}."
        ),
        click.option(
            "--deprovisioning",
            type=click.Choice([policy.value for policy in Deprovisioning]),
            help="What DELETE does to the member.",
        ),
        click.option(
            "--groups",
            type=click.Choice([policy.value for policy in GroupPolicy]),
            help="What happens to a group whose name the host has already.",
        ),
        click.option(
            "--nested-groups",
            type=click.Choice([policy.value for policy in NestedGroups]),
            help="Whether users in a group of a group join both groups of the host; see docs/groups.md.",
        ),
        click.option(
            "--passwords",
            type=click.Choice([policy.value for policy in PasswordPolicy]),
            help="Whether the host gets the passwords that the identity provider sends.",
        ),
        click.option(
            "--matching",
            multiple=True,
            metavar="PATH",
            help="A further attribute by which the identity provider looks users up. May be repeated.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _draft(given: dict[str, Any]) -> IntegrationDraft:
    deprovisioning, groups, nested = given.pop("deprovisioning"), given.pop("groups"), given.pop("nested_groups")
    passwords = given.pop("passwords")
    return IntegrationDraft(
        deprovisioning=Deprovisioning(deprovisioning) if deprovisioning else None,
        groups=GroupPolicy(groups) if groups else None,
        nested_groups=NestedGroups(nested) if nested else None,
        passwords=PasswordPolicy(passwords) if passwords else None,
        matching=given.pop("matching") or None,
        **given,
    )


@click.group()
def integration() -> None:
    """Connections of identity providers."""


@integration.command("add")
@click.option("--name", required=True, help="A name for people.")
@tenant_option
@click.option(
    "--type", type=click.Choice(sorted(PERMITTED)), default=ENTRA_ID, show_default=True, help="The identity provider."
)
@_settings_options
@click.option("--enable", is_flag=True, help="Let it answer requests at once.")
@click.option("--expires", type=Moment(), help="When the first secret expires, such as 180d. Default: never.")
@json_option
@pass_session
def add(session: Session, /, *, tenant: str, enable: bool, expires: int | None, as_json: bool, **given: Any) -> None:
    """Add an integration and print its endpoint and its secret."""
    use_case = session.application.container.add_integration()
    added = use_case(_draft(given), tenant, enabled=enable, expires=expires)
    shown = {**as_object(session, added.integration), "secret": added.key}
    if added.created_group is not None:
        click.echo(f"The group '{added.created_group}' was created.", err=True)
    _print(shown, as_json=as_json)
    if not as_json:
        click.echo(SHOWN_ONCE)


@integration.command("list")
@any_tenant_option
@json_option
@pass_session
def list_integrations(session: Session, *, tenant: str | None, as_json: bool) -> None:
    """List integrations."""
    found = session.application.container.list_integrations()(tenant)
    rows = [as_object(session, entry) for entry in found]
    print_table(
        rows, ("id", "tenant", "name", "type", "enabled", "endpoint"), as_json=as_json, empty="There is no integration."
    )


@integration.command("show")
@click.argument("integration")
@any_tenant_option
@json_option
@pass_session
def show(session: Session, integration: str, *, tenant: str | None, as_json: bool) -> None:
    """Show INTEGRATION, an id or a name, with its secrets and the departures from the RFC that it needed."""
    found = session.application.container.get_integration()(integration, tenant=tenant)
    with session.application.store.open_unit(write=False) as unit:
        secrets = [secret.id for secret in unit.credentials.list(found) if secret.revoked is None]
        tolerances = dict(unit.tolerances.of(found))
    shown = {**as_object(session, found), "secrets": secrets, "tolerances": tolerances}
    _print(shown, as_json=as_json)


@integration.command("update")
@click.argument("integration")
@any_tenant_option
@click.option("--name", help="A new name.")
@click.option("--type", type=click.Choice(sorted(PERMITTED)), help="The identity provider.")
@_settings_options
@json_option
@pass_session
def update(session: Session, /, integration: str, *, tenant: str | None, as_json: bool, **given: Any) -> None:
    """Change settings of INTEGRATION, an id or a name. An empty --default-group or --external-id-key takes it away."""
    updated = session.application.container.update_integration()(integration, _draft(given), tenant=tenant)
    if updated.created_group is not None:
        click.echo(f"The group '{updated.created_group}' was created.", err=True)
    _print(as_object(session, updated.integration), as_json=as_json)


@integration.command("enable")
@click.argument("integration")
@any_tenant_option
@json_option
@pass_session
def enable(session: Session, integration: str, *, tenant: str | None, as_json: bool) -> None:
    """Let INTEGRATION, an id or a name, answer requests."""
    enabled = session.application.container.enable_integration()(integration, tenant=tenant)
    _print(as_object(session, enabled), as_json=as_json)


@integration.command("disable")
@click.argument("integration")
@any_tenant_option
@json_option
@pass_session
def disable(session: Session, integration: str, *, tenant: str | None, as_json: bool) -> None:
    """Let INTEGRATION, an id or a name, refuse every request. Members and groups stay as they are."""
    disabled = session.application.container.disable_integration()(integration, tenant=tenant)
    _print(as_object(session, disabled), as_json=as_json)


@integration.command("remove")
@click.argument("integration")
@any_tenant_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_session
def remove(session: Session, integration: str, *, tenant: str | None, yes: bool, as_json: bool) -> None:
    """Remove INTEGRATION, an id or a name, with its secrets and links. Members and groups stay as they are."""
    container = session.application.container
    found = container.get_integration()(integration, tenant=tenant)
    if not yes and not as_json and sys.stdin.isatty():
        click.confirm(f"Remove '{found.name}' of tenant '{found.tenant}'?", abort=True, err=True)
    removed = container.remove_integration()(found.id)
    print_object({"id": removed.id, "name": removed.name, "removed": True}, as_json=as_json)


def _print(shown: dict[str, Any], *, as_json: bool) -> None:
    if not as_json:
        shown = {
            **shown,
            "mapping": [_line(**rule) for rule in shown["mapping"]],
            "schemas": _names(shown["schemas"]),
            "linking": ", ".join(shown["linking"]),
        }
    print_object(shown, as_json=as_json)


def _line(path: str, field: str, direction: str, *, on_create_only: bool) -> str:
    arrow = "->" if direction == Direction.TO_MEMBER else "<-"
    return f"{path} {arrow} {field}{' (on create only)' if on_create_only else ''}"


def _names(declaration: dict[str, Any]) -> list[str]:
    """Return a line for each resource type in *declaration*, with its extensions."""
    return [
        " + ".join([entry["name"], *(extension["schema"] for extension in entry.get("schemaExtensions", ()))])
        for entry in declaration.get("resourceTypes", ())
    ]


def as_object(session: Session, integration: Integration) -> dict[str, Any]:
    """Return what is printed for *integration*; its default group by name."""
    settings = dump_settings(integration)
    if integration.default_group is not None:
        group = session.application.store.groups.get(integration.tenant, integration.default_group)
        settings["default_group"] = group.name if group else None
    return {
        "id": integration.id,
        "tenant": integration.tenant,
        "name": settings.pop("name"),
        "type": settings.pop("type"),
        "enabled": integration.enabled,
        "endpoint": endpoint(session.settings, integration),
        "created": format_date_time(integration.created),
        "schemas": settings.pop("catalogue"),
        **settings,
    }
