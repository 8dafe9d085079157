"""The gate: every request passes it before anything else is decided, unknown paths and methods included.

It authenticates, checks that a long path belongs to the credential, and takes the prefix off the path, so that one set
of routes serves both forms. The path is the decoded one, which is all that WSGI hands over, for the gate and for the
routes alike: no spelling of it means one thing to the one and another to the other. On the way out the gate adds the
headers that every answer carries and logs the request.
"""

from __future__ import annotations

import re
from contextlib import suppress
from time import perf_counter

import falcon

from scim_falcon.address import base_of
from scim_falcon.request import ScimRequest
from scim_falcon.settings import HttpSettings
from scim_plugin.use_cases.authenticate import Authenticate

SHORT_FORM = "/scim/v2"
LONG_FORM = "/{tenant}/integrations/{integration_id}/scim/v2"
DISCOVERY = ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas")

_LONG = re.compile(r"(/([^/]+)/integrations/([^/]+)/scim/v2)(/.*)?", re.DOTALL)
# One header, one token68 (RFC 6750 §2.1); servers join repeated headers with a comma, which no token has.
_BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +[A-Za-z0-9._~+/-]{1,4096}=*", re.ASCII)

_HEADERS = {
    # A client may keep its copy for conditional requests, a shared cache may not keep personal data (RFC 6750 §5.3).
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
}


class Gate:
    """Falcon middleware; it must be the first one."""

    def __init__(self, authenticate: Authenticate, settings: HttpSettings) -> None:
        """Take the use case that knows the credentials."""
        self._authenticate = authenticate
        self._settings = settings

    def process_request(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Admit the request or raise Unauthorized, Forbidden, or HTTPRouteNotFound for a path of neither form."""
        path, env = req.path, req.env
        prefix, rest = _split(path)
        tenant: str | None = None
        integration_id: str | None = None
        if prefix is not None:
            req.form = SHORT_FORM
        elif (long := _LONG.fullmatch(path)) is not None:
            prefix, tenant, integration_id, rest = long[1], long[2], long[3], long[4] or "/"
            req.form = LONG_FORM
        elif env.get("SCRIPT_NAME", "").endswith(SHORT_FORM):
            prefix, rest = "", path  # the host has mounted the application at the base URI itself
        authorization = env.get("HTTP_AUTHORIZATION")
        caller = None
        if not (authorization is None and self._is_open(req.method, rest)):
            if authorization is not None and _BEARER.fullmatch(authorization) is None:
                authorization = None
            caller = self._authenticate(
                authorization, tenant=tenant, integration_id=integration_id, request_id=req.request_id
            )
        if prefix is None or "//" in path:  # Falcon's router would strip the first slashes
            raise falcon.HTTPRouteNotFound
        req.admit(caller, base_of(env, prefix, self._settings))
        req.path = rest

    def process_resource(
        self, req: ScimRequest, resp: falcon.Response, resource: object, params: dict[str, str]
    ) -> None:
        """Find the resource type of the path among those that the caller's integration serves."""
        endpoint = params.pop("endpoint", None)
        if endpoint is None:
            return
        # A stranger gets here only below an open discovery endpoint: /ServiceProviderConfig/x.
        resource_type = None if req.caller is None else req.caller.integration.catalogue.by_endpoint.get(endpoint)
        if resource_type is None:
            raise falcon.HTTPRouteNotFound
        req.serve(resource_type)

    def process_response(self, req: ScimRequest, resp: falcon.Response, resource: object, req_succeeded: bool) -> None:
        """Complete the answer and log it: no query, no path, no personal data."""
        resp.set_headers(_HEADERS)
        resp.set_header("X-Request-Id", req.request_id)
        with suppress(OSError, ValueError):  # a full disk below the log, or a closed pipe, does not fail the request
            self._settings.log.info(
                "request",
                method=req.method,
                route=req.route,
                status=resp.status_code,
                duration_ms=round((perf_counter() - req.started) * 1000, 3),
                integration=req.caller.integration.id if req.caller else None,
                request_id=req.request_id,
            )

    def _is_open(self, method: str, rest: str) -> bool:
        return (
            self._settings.discovery_without_credential
            and method in ("GET", "HEAD")
            and rest.startswith("/")
            and rest.split("/", 2)[1] in _OPEN
        )


_OPEN = frozenset(path[1:] for path in DISCOVERY)


def _split(path: str) -> tuple[str | None, str]:
    """Return the prefix of a path in the short form, and what follows it; None and nothing for any other path."""
    if path.startswith(SHORT_FORM):
        rest = path[len(SHORT_FORM) :]
        if not rest or rest[0] == "/":
            return SHORT_FORM, rest or "/"
    return None, ""
