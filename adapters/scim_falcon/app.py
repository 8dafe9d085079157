"""The WSGI application: routes, the gate in front of them, and SCIM errors behind everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import falcon

from scim_falcon.bulk import Bulk
from scim_falcon.discovery import Configuration, Entries, NotOffered
from scim_falcon.failures import Failures
from scim_falcon.gate import Gate
from scim_falcon.request import ScimRequest
from scim_falcon.resources import Everything, Resource, Resources, Search
from scim_falcon.settings import HttpSettings
from scim_plugin.protocol import discovery

if TYPE_CHECKING:
    from scim_plugin.use_cases import UseCases

MEDIA_TYPE = "application/scim+json"
"""Of every answer, whatever ``Accept`` says: RFC 7644 §3.8 makes it the default, RFC 9110 §12.5.1 lets a server
disregard the header, and identity providers send what their HTTP library sends, or nothing."""


def create_app(use_cases: UseCases, settings: HttpSettings | None = None) -> falcon.App[ScimRequest, falcon.Response]:
    """Return the SCIM endpoint as a WSGI application.

    Below wherever it is mounted it serves ``/scim/v2/…``, where the credential alone tells the integration, and
    ``/{tenant}/integrations/{integration_id}/scim/v2/…``. Mounted at ``…/scim/v2`` it also serves ``/Users`` directly.
    """
    settings = settings or HttpSettings()
    app = falcon.App(
        media_type=MEDIA_TYPE,
        request_type=ScimRequest,
        middleware=[Gate(use_cases.authenticate, settings)],
    )
    app.req_options.strip_url_path_trailing_slash = True
    Failures(settings).install(app)
    app.add_route("/{endpoint}", Resources(use_cases, settings.max_body))
    app.add_route("/{endpoint}/.search", Search(use_cases, settings.max_body))
    app.add_route("/{endpoint}/{resource_id}", Resource(use_cases, settings.max_body))
    app.add_route("/", Everything(use_cases))
    app.add_route("/.search", Search(use_cases, settings.max_body, is_root=True))
    app.add_route("/Bulk", Bulk(use_cases))
    _add_discovery(app, use_cases)
    _add_refusals(app)
    return app


def _add_discovery(app: falcon.App[ScimRequest, falcon.Response], use_cases: UseCases) -> None:
    app.add_route("/ServiceProviderConfig", Configuration(use_cases.takes_passwords))
    for path, entries in (("/ResourceTypes", discovery.resource_types), ("/Schemas", discovery.schemas)):
        catalogue = Entries(entries)
        app.add_route(path, catalogue)
        app.add_route(f"{path}/{{entry_id}}", catalogue, suffix="entry")


def _add_refusals(app: falcon.App[ScimRequest, falcon.Response]) -> None:
    app.add_route("/Me", NotOffered("the alias /Me"))
