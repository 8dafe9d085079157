"""The request as the gate completes it: who calls, under which id and below which address."""

from __future__ import annotations

import re
import secrets
from time import perf_counter
from typing import Any

import falcon

from scim_plugin.protocol.catalogue import BUILT_IN
from scim_plugin.protocol.representation import Addresses
from scim_plugin.protocol.schema import ResourceType
from scim_plugin.use_cases.caller import Caller

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class ScimRequest(falcon.Request):
    """A request. The gate sets what it knows: ``caller``, ``addresses`` and ``form``, the template of its prefix."""

    __slots__ = ("_addresses", "_resource_type", "caller", "form", "request_id", "started")

    def __init__(self, env: dict[str, Any], options: falcon.RequestOptions | None = None) -> None:
        """Give the request its id, and one name to all methods that no endpoint has."""
        super().__init__(env, options)
        self.started = perf_counter()
        self.request_id = _request_id(env)
        self.caller: Caller | None = None
        self.form = ""
        self._addresses: Addresses | None = None
        self._resource_type: ResourceType | None = None
        if self.method not in _METHODS:
            self.method = "TRACE"  # Falcon answers 405 to it, behind the gate; words it does not know it meets before

    def admit(self, caller: Caller | None, base: str) -> None:
        """Note who calls, None for a stranger who may see discovery, and the URI below which resources are found."""
        self.caller = caller
        catalogue = BUILT_IN if caller is None else caller.integration.catalogue
        self._addresses = Addresses(base, catalogue.endpoints)

    def serve(self, resource_type: ResourceType) -> None:
        """Note the resource type that the path names."""
        self._resource_type = resource_type

    @property
    def resource_type(self) -> ResourceType:
        """Return the resource type that the path names; only its endpoints ask for it."""
        if self._resource_type is None:
            raise RuntimeError("this request names no resource type")
        return self._resource_type

    @property
    def route(self) -> str | None:
        """Return the template of the path, for the log: it has the name of the endpoint, and no id."""
        template: str | None = self.uri_template
        if template is None:
            return None
        endpoint = self._resource_type.endpoint if self._resource_type else "/{endpoint}"
        return f"{self.form}{template.replace('/{endpoint}', endpoint)}"

    @property
    def addresses(self) -> Addresses:
        """Return where the resources of this request are found."""
        if self._addresses is None:
            raise RuntimeError("this request has not passed the gate")
        return self._addresses

    @property
    def known_caller(self) -> Caller:
        """Return the caller; an endpoint that asks for it never serves a stranger."""
        if self.caller is None:
            raise RuntimeError("this request has not passed the gate with a credential")
        return self.caller


def _request_id(env: dict[str, Any]) -> str:
    for header in ("HTTP_X_REQUEST_ID", "HTTP_CLIENT_REQUEST_ID"):
        given = env.get(header)
        if given is not None and _REQUEST_ID.fullmatch(given):
            return str(given)
    return secrets.token_hex(16)
