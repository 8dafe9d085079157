"""The wiring of the plug-in.

A host fills the open ports by keyword, and that is the only override there is::

    container = Container(open_unit=store.open_unit, host_members=members, host_groups=groups)
    container.check_dependencies()
    application = container.wsgi_app()

Everything that is not a port is built once, on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dependency_injector import containers, providers

from scim_plugin.protocol.catalogue import BUILT_IN
from scim_plugin.use_cases import UseCases, protocol_use_cases
from scim_plugin.use_cases.check import CheckIntegrations
from scim_plugin.use_cases.credentials import IssueSecret, ListSecrets, RevokeSecret
from scim_plugin.use_cases.integrations import (
    AddIntegration,
    DisableIntegration,
    EnableIntegration,
    GetIntegration,
    ListIntegrations,
    RemoveIntegration,
    UpdateIntegration,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication

    from scim_falcon.settings import HttpSettings
    from scim_plugin.ports import EventSink, GroupDirectory, MemberDirectory, OpenUnitOfWork, PasswordDirectory
    from scim_plugin.protocol.catalogue import Catalogue


def _wsgi_app(use_cases: UseCases, http_settings: HttpSettings | None) -> WSGIApplication:
    from scim_falcon.app import create_app

    return create_app(use_cases, http_settings)


class Container(containers.DeclarativeContainer):
    """The plug-in over the ports of a host.

    ``open_unit`` (``ports.OpenUnitOfWork``), ``host_members`` (``ports.MemberDirectory``) and ``host_groups``
    (``ports.GroupDirectory``) must be given; ``event_sink`` (``ports.EventSink``), ``host_passwords``
    (``ports.PasswordDirectory``), ``http_settings`` (``scim_falcon.settings.HttpSettings``), ``several_enabled`` (may a
    tenant have several enabled integrations), ``catalogue`` (what new integrations serve unless they say otherwise:
    ``declare({...})`` of ``scim_plugin.protocol.declaration``) and ``schema_problem`` (a callable that returns a
    sentence when the store's schema is not the present one) may be.
    """

    open_unit: providers.Dependency[OpenUnitOfWork] = providers.Dependency()
    host_members: providers.Dependency[MemberDirectory] = providers.Dependency()
    host_groups: providers.Dependency[GroupDirectory] = providers.Dependency()
    event_sink: providers.Dependency[EventSink | None] = providers.Dependency(default=providers.Object(None))
    host_passwords: providers.Dependency[PasswordDirectory | None] = providers.Dependency(
        default=providers.Object(None)
    )
    http_settings: providers.Dependency[HttpSettings | None] = providers.Dependency(default=providers.Object(None))
    several_enabled: providers.Dependency[bool] = providers.Dependency(default=providers.Object(False))
    catalogue: providers.Dependency[Catalogue] = providers.Dependency(default=providers.Object(BUILT_IN))
    schema_problem: providers.Dependency[Callable[[], str | None] | None] = providers.Dependency(
        default=providers.Object(None)
    )

    use_cases = providers.Singleton(
        protocol_use_cases, open_unit, host_members, host_groups, event_sink, host_passwords
    )
    wsgi_app = providers.Singleton(_wsgi_app, use_cases, http_settings)

    add_integration = providers.Singleton(
        AddIntegration, open_unit, host_members, host_groups, several_enabled=several_enabled, catalogue=catalogue
    )
    update_integration = providers.Singleton(UpdateIntegration, open_unit, host_members, host_groups, event_sink)
    enable_integration = providers.Singleton(EnableIntegration, open_unit, several_enabled=several_enabled)
    disable_integration = providers.Singleton(DisableIntegration, open_unit)
    remove_integration = providers.Singleton(RemoveIntegration, open_unit)
    list_integrations = providers.Singleton(ListIntegrations, open_unit)
    get_integration = providers.Singleton(GetIntegration, open_unit)
    issue_secret = providers.Singleton(IssueSecret, open_unit)
    list_secrets = providers.Singleton(ListSecrets, open_unit)
    revoke_secret = providers.Singleton(RevokeSecret, open_unit)
    check_integrations = providers.Singleton(
        CheckIntegrations,
        open_unit,
        host_members,
        host_groups,
        use_cases.provided.search,
        schema_problem=schema_problem,
        takes_passwords=use_cases.provided.takes_passwords,
    )
