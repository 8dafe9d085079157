"""``scim-plugin serve``: the standalone server on Granian, which holds hostile wires."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import click

from scim_cli.ending import Ending
from scim_cli.integration import SHOWN_ONCE
from scim_cli.session import Session, endpoint, pass_session
from scim_container.logs import configure_logs, server_logging
from scim_container.settings import Settings
from scim_container.standalone import application_for, standalone
from scim_plugin.dialects.dialect import ENTRA_ID
from scim_plugin.provisioning.integration import DEFAULT_TENANT
from scim_plugin.use_cases.integration_draft import IntegrationDraft

_PATIENCE = 20.0
"""Seconds to wait for the first worker to accept connections before the endpoint is printed anyway."""


@click.command()
@click.option("--host", help="The address to listen on.  [default: SCIM_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="The port.  [default: SCIM_PORT or 8080]")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Processes.  [default: SCIM_WORKERS or 1 on SQLite, else one per CPU]",
)
@pass_session
def serve(session: Session, *, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the SCIM endpoint until it is interrupted.

    The database is migrated first. On the very first start an integration for Microsoft Entra ID is made, and its
    secret is printed, once.
    """
    given: dict[str, Any] = {"host": host, "port": port, "workers": workers}
    settings = replace(session.settings, **{name: value for name, value in given.items() if value is not None})
    _check_port(settings)
    configure_logs(settings.log_level, settings.log_format)
    lines = _prepare(settings)
    _serve(settings, partial(_announce, lines))


def _prepare(settings: Settings) -> list[str]:
    """Migrate the database, make the first integration if there is none, and return the lines to print."""
    made = standalone(settings)
    made.migrate()
    lines: list[str] = []
    present = made.container.list_integrations()()
    if present:
        for integration in present:
            if integration.enabled:
                lines += [
                    f"Integration '{integration.name}' of tenant '{integration.tenant}':",
                    f"Endpoint: {endpoint(settings, integration)}",
                ]
        lines.append("A new secret is issued by: scim-plugin secret issue INTEGRATION")
    else:
        draft = IntegrationDraft(name="Microsoft Entra ID", type=ENTRA_ID)
        added = made.container.add_integration()(draft, DEFAULT_TENANT, enabled=True)
        lines += [f"Endpoint: {endpoint(settings, added.integration)}", f"Secret: {added.key}", SHOWN_ONCE]
    # No connection may be open when the workers are forked.
    made.close()
    return [f"Listening on {replace(settings, public_url=None).base_url}", *lines]


def _announce(lines: list[str]) -> None:
    click.echo("\n".join(lines))


def _serve(settings: Settings, announce: Callable[[], None]) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    class AnnouncingServer(Server):  # type: ignore[misc, valid-type]  # Granian chooses its class at run time
        def startup(self, spawn_target: Any, target_loader: Any) -> None:
            try:
                super().startup(spawn_target, target_loader)
                self._wait_until_it_answers()
            finally:
                announce()

        def _wait_until_it_answers(self) -> None:
            end = time.monotonic() + _PATIENCE
            while time.monotonic() < end and not self.main_loop_interrupt.is_set():
                with contextlib.suppress(OSError):
                    socket.create_connection((self.bind_addr, self.bind_port), timeout=1).close()
                    return
                time.sleep(0.02)

    server = AnnouncingServer(
        "scim_container.standalone:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.worker_count,
        # A request whose body comes slowly holds its thread: with a single one, it would hold the server.
        blocking_threads=settings.threads,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000, max_buffer_size=1 << 16),
        websockets=False,
        log_level=LogLevels.info if settings.log_level == "debug" else LogLevels.error,
        log_dictconfig=server_logging(settings.log_level, settings.log_format),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    try:
        server.serve(target_loader=lambda: Ending(application_for(settings)), wrap_loader=False)
    except SystemExit:
        # A worker that heard the interrupt before its parent did counts as failed there; it has not.
        if not server.interrupt_signal:
            raise


def _check_port(settings: Settings) -> None:
    """Refuse an address that is taken: the workers share theirs, and would silently share it with a stranger too."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}."
            ) from error
