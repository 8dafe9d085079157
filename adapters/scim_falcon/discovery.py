"""``/ServiceProviderConfig``, ``/ResourceTypes``, ``/Schemas`` (RFC 7644 §4), and what this server does not offer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import falcon
import orjson

from scim_falcon.answer import render_list
from scim_falcon.request import ScimRequest
from scim_plugin.dialects.dialect import INTEROP
from scim_plugin.protocol import discovery
from scim_plugin.protocol.catalogue import BUILT_IN, Catalogue
from scim_plugin.protocol.errors import Forbidden, NotFound, NotImplementedByServer
from scim_plugin.protocol.json_types import Document
from scim_plugin.provisioning.integration import PasswordPolicy


class Configuration:
    """``/ServiceProviderConfig``."""

    def __init__(self, takes_passwords: bool) -> None:
        """Take whether the host takes the passwords of integrations that hand them over."""
        self._takes_passwords = takes_passwords

    def on_get(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Answer what this server supports (RFC 7643 §5)."""
        _refuse_filter(req)
        hands_over = req.caller is not None and req.caller.integration.passwords is PasswordPolicy.HAND_OVER
        changes_passwords = self._takes_passwords and hands_over
        is_interop = req.caller is not None and req.caller.integration.type == INTEROP
        resp.data = orjson.dumps(
            discovery.service_provider_config(
                req.addresses.base, changes_passwords=changes_passwords, is_interop=is_interop
            )
        )

    on_head = on_get


class Entries:
    """``/ResourceTypes`` or ``/Schemas``: the whole list, or one entry by its id, which is compared without case."""

    def __init__(self, entries: Callable[[str, Catalogue], list[Document]]) -> None:
        """Answer what *entries* gives for a base URI."""

        @lru_cache(maxsize=64)
        def texts(base: str, catalogue: Catalogue) -> dict[str, bytes]:
            return {entry["id"].lower(): orjson.dumps(entry) for entry in entries(base, catalogue)}

        self._texts = texts

    def on_get(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Answer all entries."""
        _refuse_filter(req)
        texts = self._texts(req.addresses.base, _catalogue(req))
        resp.data = render_list(len(texts), texts.values())

    on_head = on_get

    def on_get_entry(self, req: ScimRequest, resp: falcon.Response, entry_id: str) -> None:
        """Answer one entry."""
        _refuse_filter(req)
        text = self._texts(req.addresses.base, _catalogue(req)).get(entry_id.lower())
        if text is None:
            raise NotFound("There is no such entry.")
        resp.data = text

    on_head_entry = on_get_entry


class NotOffered:
    """An endpoint of the RFC that this server answers with 501."""

    def __init__(self, what: str) -> None:
        """Name *what* is not offered."""
        self._what = what

    def on_get(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Refuse."""
        raise NotImplementedByServer(f"This server does not offer {self._what}.")

    on_head = on_post = on_put = on_patch = on_delete = on_get


def _catalogue(req: ScimRequest) -> Catalogue:
    return BUILT_IN if req.caller is None else req.caller.integration.catalogue


def _refuse_filter(req: ScimRequest) -> None:
    # RFC 7644 §4: a filter on these endpoints is answered with 403, so that nobody believes that it was applied.
    if any(name.lower() == "filter" for name in req.params):
        raise Forbidden("This endpoint cannot be filtered.")
