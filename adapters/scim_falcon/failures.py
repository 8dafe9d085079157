"""Every failure leaves as a SCIM error: a status, perhaps a scimType, and words that were written here.

No text of a library, no value of a request and no stack frame reaches the client. Of an unexpected exception the log
keeps its types and where it arose, but not its message, which may quote personal data.
"""

from __future__ import annotations

import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import falcon
import orjson

from scim_falcon.request import ScimRequest
from scim_falcon.settings import HttpSettings
from scim_plugin.protocol.errors import ERROR_URN, ScimError, Unauthorized, Unavailable

_Params: TypeAlias = dict[str, Any]

_DETAILS = {
    400: "The request is malformed.",
    404: "There is no such endpoint.",
    405: "This endpoint does not support this method.",
    411: "The request must state its Content-Length.",
    413: "The request body is too large.",
    414: "The request URI is too long.",
    415: "Send the body as application/scim+json, in UTF-8 and without Content-Encoding.",
    503: "The service is unavailable. Retry the request later.",
}


class Failures:
    """Falcon's error handlers."""

    def __init__(self, settings: HttpSettings) -> None:
        """Take the logger from *settings*."""
        self._settings = settings

    def install(self, app: falcon.App[ScimRequest, falcon.Response]) -> None:
        """Make *app* answer every failure as RFC 7644 §3.12 wants it."""
        app.add_error_handler(Exception, self._on_unexpected)
        app.add_error_handler(falcon.HTTPError, self._on_http_error)
        app.add_error_handler(ScimError, self._on_refusal)

    def _on_unexpected(self, req: ScimRequest, resp: falcon.Response, error: Exception, params: _Params) -> None:
        with suppress(OSError, ValueError):  # as in the gate
            self._settings.log.error("failed", request_id=req.request_id, **describe(error))
        detail = f"The server failed to process the request. Its log has the reason under '{req.request_id}'."
        _answer(resp, 500, None, detail)

    def _on_refusal(self, req: ScimRequest, resp: falcon.Response, error: ScimError, params: _Params) -> None:
        if isinstance(error, Unauthorized):
            resp.set_header("WWW-Authenticate", _challenge(req))
        elif isinstance(error, Unavailable):
            resp.set_header("Retry-After", str(error.retry_after))
        _answer(resp, error.status, error.scim_type, str(error))

    def _on_http_error(self, req: ScimRequest, resp: falcon.Response, error: falcon.HTTPError, params: _Params) -> None:
        if error.headers:
            resp.set_headers(error.headers)  # Allow, with a 405
        status = error.status_code
        scim_type = "invalidSyntax" if status == 400 else None
        _answer(resp, status, scim_type, _DETAILS.get(status, "The request was refused."))


def _challenge(req: ScimRequest) -> str:
    """Return what a 401 asks for; who brought a token learns that it is not valid, and not why (RFC 6750 §3)."""
    scheme, _, token = req.env.get("HTTP_AUTHORIZATION", "").partition(" ")
    return 'Bearer realm="scim"' + (', error="invalid_token"' if token.strip() and scheme.lower() == "bearer" else "")


def describe(error: BaseException) -> dict[str, Any]:
    """Return what may be logged of *error*: the types of its chain and its frames, innermost last."""
    types: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(types) < 10:
        types.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__, limit=-30)
    return {
        "error": types,
        "traceback": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }


def error_document(status: int, scim_type: str | None, detail: str) -> dict[str, Any]:
    """Return the Error message of RFC 7644 §3.12."""
    body: dict[str, Any] = {"schemas": [ERROR_URN], "status": str(status)}
    if scim_type is not None:
        body["scimType"] = scim_type
    body["detail"] = detail.encode(errors="replace").decode()
    return body


def _answer(resp: falcon.Response, status: int, scim_type: str | None, detail: str) -> None:
    resp.status = status
    resp.text = None
    resp.data = orjson.dumps(error_document(status, scim_type, detail))
