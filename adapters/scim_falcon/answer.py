"""Answers as bytes: a stored document is answered as it is stored, and what is computed is written behind it.

A document is decoded only when the client asked for a part of it. Ids, versions, cursors and URIs are of our own making
and need no escaping; everything that a client or a host has named goes through orjson.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from scim_plugin.protocol.json_types import Document
from scim_plugin.protocol.projection import Projection
from scim_plugin.protocol.query import Found
from scim_plugin.protocol.representation import Addresses, GroupReference, Representation, computed_attributes
from scim_plugin.protocol.text import format_date_time

_LIST_HEAD = (
    b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],'
    b'"totalResults":%d,%b"itemsPerPage":%d,"Resources":['
)


def render(representation: Representation, projection: Projection, addresses: Addresses) -> bytes:
    """Return the JSON text of *representation* with the attributes that *projection* keeps."""
    if projection.everything:
        text = representation.text
        if text is None:
            text = orjson.dumps(representation.document)
        return b"%b,%b}" % (text[:-1], _computed(representation, addresses).encode())
    document: Document | None = representation.document
    if document is None:
        document = orjson.loads(representation.text or b"{}")
    return orjson.dumps(projection.apply({**document, **computed_attributes(representation, addresses)}))


def render_list(total: int, resources: Iterable[bytes], paging: bytes = b'"startIndex":1,') -> bytes:
    """Return a ListResponse (RFC 7644 §3.4.2) of resources that are JSON texts already.

    *paging* are the members that tell where the page lies: see :func:`index` and :func:`cursors`.
    """
    page = list(resources)
    return b"%b%b]}" % (_LIST_HEAD % (total, paging, len(page)), b",".join(page))


def index(start_index: int) -> bytes:
    """Return the member of a page that was asked for by its index."""
    return b'"startIndex":%d,' % start_index


def cursors(found: Found) -> bytes:
    """Return the members of a page that was asked for by a cursor: those of its neighbours (RFC 9865 §2)."""
    named = (("nextCursor", found.next_cursor), ("previousCursor", found.previous_cursor))
    return "".join(f'"{name}":"{cursor}",' for name, cursor in named if cursor is not None).encode()


def _computed(representation: Representation, addresses: Addresses) -> str:
    """Return the members of :func:`computed_attributes` as JSON text, which a test compares with it."""
    resource_id, base = representation.id, addresses.base
    created = format_date_time(representation.created)
    modified = (
        created if representation.modified == representation.created else format_date_time(representation.modified)
    )
    version = representation.etag.replace('"', '\\"')
    computed = f'"id":"{resource_id}"'
    if representation.groups:
        computed += f',"groups":[{",".join(_group(group, addresses) for group in representation.groups)}]'
    if representation.members:
        prefixes = {name: f"{base}{endpoint}/" for name, endpoint in addresses.endpoints.items()}
        members = ",".join(
            f'{{"value":"{member.id}","$ref":"{prefixes[member.type]}{member.id}","type":"{member.type}"}}'
            for member in representation.members
        )
        computed += f',"members":[{members}]'
    return (
        f'{computed},"meta":{{"resourceType":"{representation.type}","created":"{created}","lastModified":"{modified}",'
        f'"location":"{addresses.of(representation.type, resource_id)}","version":"{version}"}}'
    )


def _group(group: GroupReference, addresses: Addresses) -> str:
    display = orjson.dumps(group.display).decode()
    return (
        f'{{"value":"{group.id}","$ref":"{addresses.of("Group", group.id)}","display":{display},'
        f'"type":"{"direct" if group.direct else "indirect"}"}}'
    )
