"""What all commands share: the settings, the store behind them, and the options that mean the same everywhere."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import click

from scim_container.settings import Settings
from scim_container.standalone import Standalone, standalone
from scim_plugin.protocol.text import now, parse_date_time
from scim_plugin.provisioning.integration import DEFAULT_TENANT, Integration
from scim_plugin.use_cases.integration_draft import check_tenant

_Command = TypeVar("_Command", bound=Callable[..., Any])

_DURATION = re.compile(r"(\d{1,5})([dhm])", re.ASCII)
_UNITS = {"d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000}


class Session:
    """One run of the command. Nothing is read or opened before a command needs it."""

    @cached_property
    def settings(self) -> Settings:
        """Return the settings of the environment. Raises InvalidSetting."""
        return Settings.from_environment(os.environ)

    @cached_property
    def unchecked(self) -> Standalone:
        """Return the application over a database of any schema."""
        return standalone(self.settings)

    @cached_property
    def application(self) -> Standalone:
        """Return the application over a database of the present schema. Raises OldSchema."""
        self.unchecked.check_schema()
        return self.unchecked

    def close(self) -> None:
        """Close what was opened."""
        if "unchecked" in self.__dict__:
            self.unchecked.close()

    def know_tenant(self, tenant: str) -> None:
        """Make *tenant* known. Raises InvalidSettings."""
        check_tenant(tenant)
        with self.application.store.open_unit() as unit:
            unit.integrations.add_tenant(tenant)
            unit.commit()


def endpoint(settings: Settings, integration: Integration) -> str:
    """Return the URI that is entered into the identity provider ("Tenant URL" in Entra)."""
    return f"{settings.base_url}/{integration.tenant}/integrations/{integration.id}/scim/v2"


pass_session = click.make_pass_decorator(Session)


def json_option(command: _Command) -> _Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def tenant_option(command: _Command) -> _Command:
    """Add ``--tenant``, which an unknown tenant becomes known by."""
    return click.option(
        "--tenant", default=DEFAULT_TENANT, show_default=True, help="The tenant; an unknown one is created."
    )(command)


def any_tenant_option(command: _Command) -> _Command:
    """Add ``--tenant``, which narrows a search."""
    return click.option("--tenant", help="Look in this tenant only.")(command)


class Moment(click.ParamType[int]):
    """A moment to come: ``90d``, ``12h``, ``30m`` from now, or a date and time such as ``2027-01-31T08:00:00Z``."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return microseconds since 1970."""
        if isinstance(value, int):
            return value
        duration = _DURATION.fullmatch(value)
        if duration is not None:
            return now() + int(duration[1]) * _UNITS[duration[2]]
        moment = parse_date_time(value if "T" in value.upper() else f"{value}T00:00:00Z")
        if moment is None:
            self.fail(f"'{value}' is neither a time such as 90d or 12h nor a date such as 2027-01-31.", param, ctx)
        return moment
