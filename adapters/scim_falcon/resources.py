"""The endpoints of resource types: ``/Users``, one resource of it, ``/Users/.search``, and the same of every type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import falcon

from scim_falcon.answer import cursors, index, render, render_list
from scim_falcon.body import read_body
from scim_falcon.prefer import Wish, wish_of
from scim_falcon.query_string import read_query
from scim_falcon.request import ScimRequest
from scim_marshmallow.search_request import SearchMessage, load_search_request
from scim_plugin.protocol.core_schemas import GROUP
from scim_plugin.protocol.errors import Confidential, NotFound, Sensitive
from scim_plugin.protocol.precondition import NO_PRECONDITION, Precondition, names
from scim_plugin.protocol.projection import Projection, projection
from scim_plugin.protocol.representation import Representation
from scim_plugin.protocol.resource import is_id
from scim_plugin.protocol.schema import ResourceType
from scim_plugin.use_cases.search import SearchRequest

if TYPE_CHECKING:
    from scim_plugin.use_cases import UseCases


class Resources:
    """``/Users``: query and create."""

    def __init__(self, use_cases: UseCases, max_body: int) -> None:
        """Serve the resource type of the path, which the gate has found."""
        self._use_cases = use_cases
        self._max_body = max_body

    def on_get(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Answer a ListResponse (RFC 7644 §3.4.2)."""
        search(self._use_cases, req.resource_type, read_query(req.params), req, resp)

    on_head = on_get

    def on_post(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Create a resource and answer it, with its Location (RFC 7644 §3.3)."""
        body = read_body(req.env, self._max_body)
        wish = wish_of(req, req.resource_type, body)
        created = self._use_cases.create(req.known_caller, req.resource_type, body)
        _tell(resp, created, wish, req, status=201)


class Search:
    """``/Users/.search`` and ``/.search``: a query in a body (RFC 7644 §3.4.3)."""

    def __init__(self, use_cases: UseCases, max_body: int, *, is_root: bool = False) -> None:
        """Search the resource type of the path, or all of them at the root."""
        self._use_cases = use_cases
        self._max_body = max_body
        self._is_root = is_root

    def on_post(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Answer a ListResponse."""
        message = load_search_request(read_body(req.env, self._max_body))
        search(self._use_cases, None if self._is_root else req.resource_type, message, req, resp)


class Everything:
    """The base URI itself: a query on all resource types (RFC 7644 §3.4.2.1)."""

    def __init__(self, use_cases: UseCases) -> None:
        """Search through *use_cases*."""
        self._use_cases = use_cases

    def on_get(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Answer a ListResponse."""
        search(self._use_cases, None, read_query(req.params), req, resp)

    on_head = on_get


class Resource:
    """``/Users/{id}``: read, replace, modify and delete."""

    def __init__(self, use_cases: UseCases, max_body: int) -> None:
        """Serve the resource type of the path, which the gate has found."""
        self._use_cases = use_cases
        self._max_body = max_body

    def on_get(self, req: ScimRequest, resp: falcon.Response, resource_id: str) -> None:
        """Answer the resource, or 304 when the client has this very answer (RFC 7644 §3.4.1, §3.14)."""
        asked = read_query(req.params)
        shown = projection(req.resource_type, asked.attributes, asked.excluded)
        found = self._use_cases.read(
            req.known_caller,
            req.resource_type,
            _known(resource_id),
            with_groups=shown.needs("groups"),
            with_members=shown.needs("members"),
        )
        required, held = req.env.get("HTTP_IF_MATCH"), req.env.get("HTTP_IF_NONE_MATCH")
        if required is not None:
            Precondition(required).check(found.version)
        if held is not None and names(held, found.version, found.stamp):
            resp.status = 304
            resp.set_header("ETag", found.etag)
            return
        _answer(resp, found, shown, req)

    on_head = on_get

    def on_put(self, req: ScimRequest, resp: falcon.Response, resource_id: str) -> None:
        """Replace the resource and answer it (RFC 7644 §3.5.1)."""
        body = read_body(req.env, self._max_body)
        wish = wish_of(req, req.resource_type, body)
        replaced = self._use_cases.replace(
            req.known_caller,
            req.resource_type,
            _known(resource_id),
            body,
            precondition=_precondition(req),
            with_groups=wish.needs("groups"),
            with_members=wish.needs("members"),
        )
        _tell(resp, replaced, wish, req)

    def on_patch(self, req: ScimRequest, resp: falcon.Response, resource_id: str) -> None:
        """Modify the resource (RFC 7644 §3.5.2).

        A User is answered. A Group is not, since it may have a hundred thousand members, unless the client asks for
        attributes or prefers to see it.
        """
        body = read_body(req.env, self._max_body)
        wish = wish_of(req, req.resource_type, body, is_silent=req.resource_type.name == GROUP.name)
        modified = self._use_cases.modify(
            req.known_caller,
            req.resource_type,
            _known(resource_id),
            body,
            precondition=_precondition(req),
            with_groups=wish.needs("groups"),
            with_members=wish.needs("members"),
        )
        _tell(resp, modified, wish, req)

    def on_delete(self, req: ScimRequest, resp: falcon.Response, resource_id: str) -> None:
        """Delete the resource (RFC 7644 §3.6)."""
        self._use_cases.delete(
            req.known_caller, req.resource_type, _known(resource_id), precondition=_precondition(req)
        )
        resp.status = 204


def search(
    use_cases: UseCases,
    resource_type: ResourceType | None,
    message: SearchMessage,
    req: ScimRequest,
    resp: falcon.Response,
) -> None:
    """Answer the page of resources of *resource_type*, or of all (None), that *message* asks for."""
    every = req.known_caller.integration.catalogue.resource_types
    searched = every if resource_type is None else (resource_type,)
    shown = {kind.name: projection(kind, message.attributes, message.excluded) for kind in searched}
    start_index = max(1, message.start_index)
    try:
        page = use_cases.search(
            req.known_caller,
            SearchRequest(
                resource_type,
                message.filter,
                message.sort_by,
                message.descending,
                start_index,
                message.count,
                any(part.needs("groups") for part in shown.values()),
                any(part.needs("members") for part in shown.values()),
                message.cursor,
            ),
        )
    except Confidential as refusal:
        if req.method == "POST":
            raise
        raise Sensitive(str(refusal)) from None
    addresses = req.addresses
    found = [render(resource, shown[resource.type], addresses) for resource in page.resources]
    resp.data = render_list(page.total, found, index(start_index) if message.cursor is None else cursors(page))


def _precondition(req: ScimRequest) -> Precondition:
    required, ruled_out = req.env.get("HTTP_IF_MATCH"), req.env.get("HTTP_IF_NONE_MATCH")
    return NO_PRECONDITION if required is ruled_out is None else Precondition(required, ruled_out)


def _known(resource_id: str) -> str:
    if not is_id(resource_id):
        raise NotFound("There is no resource with this id.")
    return resource_id


def _tell(resp: falcon.Response, made: Representation, wish: Wish, req: ScimRequest, *, status: int = 200) -> None:
    """Answer a write: with what it has made, or as the client prefers without it (RFC 7240 §4.2)."""
    if wish.applied is not None:
        resp.set_header("Preference-Applied", wish.applied)
    if not wish.is_silent:
        _answer(resp, made, wish.projection, req, status=status)
        return
    resp.set_header("ETag", made.etag)
    if status == 201:
        resp.status = 201
        resp.set_header("Location", req.addresses.of(made.type, made.id))
    else:
        resp.status = 204


def _answer(
    resp: falcon.Response, representation: Representation, shown: Projection, req: ScimRequest, *, status: int = 200
) -> None:
    addresses = req.addresses
    resp.status = status
    resp.set_header("ETag", representation.etag)
    resp.set_header("Location", addresses.of(representation.type, representation.id))
    resp.data = render(representation, shown, addresses)
