"""The standalone application: the plug-in over its own store of members and groups, configured by the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scim_container.container import Container
from scim_container.logs import configure_logs
from scim_container.settings import InvalidSetting, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from wsgiref.types import WSGIApplication

    from scim_peewee.store import PeeweeStore


class OldSchema(Exception):
    """The database has not the schema of this version. ``str()`` tells which command mends that."""


@dataclass(frozen=True, slots=True)
class Standalone:
    """A store and the plug-in over it."""

    settings: Settings
    store: PeeweeStore
    container: Container

    def migrate(self) -> Sequence[str]:
        """Bring the database to the schema of this version; return the steps that were missing. Raises OldSchema."""
        from scim_peewee.schema import UnknownSchemaError

        try:
            return self.store.migrate()
        except UnknownSchemaError as error:
            raise OldSchema(str(error)) from error

    def check_schema(self) -> None:
        """Refuse a database that has not the schema of this version. Raises OldSchema."""
        problem = _schema_problem(self.store)
        if problem is not None:
            raise OldSchema(problem)

    def close(self) -> None:
        """Close the connection of this thread."""
        self.store.close()


def standalone(settings: Settings) -> Standalone:
    """Return the standalone application for *settings*. A SQLite file that does not exist yet is made and migrated.

    Its folder is made too, for the owner only: it holds personal data. Raises InvalidSetting.
    """
    from scim_falcon.settings import HttpSettings
    from scim_peewee.store import DatabaseUrlError, PeeweeStore

    try:
        store = PeeweeStore(settings.database_url, synchronous=settings.synchronous)
    except DatabaseUrlError as error:
        raise InvalidSetting("SCIM_DATABASE_URL", str(error)) from None
    if settings.sqlite_file is not None and _prepare(settings.sqlite_file):
        store.migrate()
    container = Container(
        open_unit=store.open_unit,
        host_members=store.members,
        host_groups=store.groups,
        http_settings=HttpSettings(
            public_url=settings.public_url,
            trusted_proxies=settings.trusted_proxies,
            max_body=settings.max_body,
            discovery_without_credential=settings.discovery_without_credential,
        ),
        several_enabled=settings.several_enabled,
        schema_problem=partial(_schema_problem, store),
    )
    container.check_dependencies()
    return Standalone(settings, store, container)


def application() -> WSGIApplication:
    """Return the WSGI application for any server: ``gunicorn 'scim_container.standalone:application()'``.

    Settings come from the environment. Raises InvalidSetting, OldSchema.
    """
    return application_for(Settings.from_environment(os.environ))


def application_for(settings: Settings) -> WSGIApplication:
    """Return the WSGI application for *settings*. Raises OldSchema."""
    configure_logs(settings.log_level, settings.log_format)
    made = standalone(settings)
    made.check_schema()
    made.close()
    app: WSGIApplication = made.container.wsgi_app()
    return app


def _schema_problem(store: PeeweeStore) -> str | None:
    from scim_peewee.schema import UnknownSchemaError

    try:
        missing = store.check_schema()
    except UnknownSchemaError as error:
        return str(error)
    return "The database has an older schema than this version needs. Run: scim-plugin migrate" if missing else None


def _prepare(file: Path) -> bool:
    """Make *file*, and its folder, unless it exists; tell whether it has no content yet."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    return file.stat().st_size == 0
