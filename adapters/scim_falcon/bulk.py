"""``/Bulk``: many operations in one request (RFC 7644 §3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import falcon
import orjson

from scim_falcon.body import read_body
from scim_falcon.failures import error_document
from scim_falcon.request import ScimRequest
from scim_plugin.protocol.bulk import BULK_RESPONSE_URN, MAX_PAYLOAD

if TYPE_CHECKING:
    from scim_plugin.protocol.representation import Addresses
    from scim_plugin.use_cases import UseCases
    from scim_plugin.use_cases.bulk import BulkResult


class Bulk:
    """The endpoint for Bulk messages."""

    def __init__(self, use_cases: UseCases) -> None:
        """Run messages through *use_cases*."""
        self._use_cases = use_cases

    def on_post(self, req: ScimRequest, resp: falcon.Response) -> None:
        """Answer a BulkResponse: 200, whatever became of the single operations."""
        results = self._use_cases.bulk(req.known_caller, read_body(req.env, MAX_PAYLOAD))
        addresses = req.addresses
        resp.data = orjson.dumps(
            {"schemas": [BULK_RESPONSE_URN], "Operations": [_operation(result, addresses) for result in results]}
        )


def _operation(result: BulkResult, addresses: Addresses) -> dict[str, Any]:
    """Return what RFC 7644 §3.7.3 tells of one operation: no location only where a POST has failed."""
    answer: dict[str, Any] = {"method": result.operation.method}
    if result.operation.bulk_id is not None:
        answer["bulkId"] = result.operation.bulk_id
    if result.type_name is not None and result.resource_id is not None:
        answer["location"] = addresses.of(result.type_name, result.resource_id)
    if result.resource is not None:
        answer["version"] = result.resource.etag
    answer["status"] = str(result.status)
    if result.error is not None:
        answer["response"] = error_document(result.error.status, result.error.scim_type, str(result.error))
    return answer
