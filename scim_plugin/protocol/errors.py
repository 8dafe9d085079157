"""What a service provider answers when it refuses: one class per scimType or status.

The tables are in RFC 7644 §3.12 (Table 9) and RFC 9865 §2.1. ``status`` and ``scim_type`` belong to the class, the
facts are fields, and ``str(error)`` is the ``detail`` that an administrator reads in the provisioning log of the IdP.
"""

from __future__ import annotations

from typing import ClassVar

ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"


class ScimError(Exception):
    """A refusal that the client may see. ``str()`` gives its ``detail``; it never names internals."""

    status: ClassVar[int] = 400
    scim_type: ClassVar[str | None] = None

    def __init__(self, detail: str = "") -> None:
        """Keep *detail*: one or two sentences that tell what to change."""
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        """Return the ``detail`` of the answer."""
        return self.detail


class InvalidFilter(ScimError):
    """The filter does not parse, or compares what cannot be compared (RFC 7644 §3.4.2.2)."""

    scim_type = "invalidFilter"


class Confidential(InvalidFilter):
    """The filter compares an attribute that is never returned; in a URI it is also a leak (RFC 7644 §7.5.2)."""


class TooMany(ScimError):
    """The query would have to look at more resources than the server is willing to read."""

    scim_type = "tooMany"


class Uniqueness(ScimError):
    """A value that must be unique is taken (RFC 7644 §3.3). ``attribute`` names it."""

    status = 409
    scim_type = "uniqueness"

    def __init__(self, attribute: str, detail: str = "") -> None:
        """Name the *attribute* whose value is taken; *detail* replaces the usual sentence."""
        super().__init__(detail or f"Another resource of this integration already has this {attribute}.")
        self.attribute = attribute


class Mutability(ScimError):
    """The request would change a readOnly or immutable attribute (RFC 7643 §7)."""

    scim_type = "mutability"

    def __init__(self, attribute: str, detail: str = "") -> None:
        """Name the *attribute* that may not change; *detail* replaces the usual sentence."""
        super().__init__(detail or f"The attribute '{attribute}' cannot be changed by a client.")
        self.attribute = attribute


class InvalidSyntax(ScimError):
    """The body is not JSON, or not the message that this endpoint expects."""

    scim_type = "invalidSyntax"


class InvalidPath(ScimError):
    """The path of a PATCH operation is malformed or names no attribute of the schema."""

    scim_type = "invalidPath"


class NoTarget(ScimError):
    """The path of a PATCH operation is well-formed, but selects nothing to work on."""

    scim_type = "noTarget"


class InvalidValue(ScimError):
    """A value has the wrong type, or a required one is missing."""

    scim_type = "invalidValue"


class InvalidVersion(ScimError):
    """The protocol version of the request is not supported."""

    scim_type = "invalidVers"


class InvalidCursor(ScimError):
    """The cursor is none of ours, or not this caller's, or not this query's (RFC 9865 §2.1). One refusal for all."""

    scim_type = "invalidCursor"

    def __init__(self) -> None:
        """Say nothing that tells an altered cursor from a foreign one."""
        super().__init__(
            "The cursor cannot be used here: it must be sent as it was given out, with the same query and credential. "
            "Start again with an empty cursor."
        )


class ExpiredCursor(ScimError):
    """The cursor was given out too long ago, or cannot be followed any more (RFC 9865 §2.1)."""

    scim_type = "expiredCursor"

    def __init__(self) -> None:
        """Say how to go on."""
        super().__init__("The cursor has expired. Start again with an empty cursor.")


class InvalidCount(ScimError):
    """In cursor paging: the count is no number (RFC 9865 §2.1)."""

    scim_type = "invalidCount"


class Sensitive(ScimError):
    """The request would put sensitive data into a URI (RFC 7644 §7.5.2)."""

    status = 403
    scim_type = "sensitive"


class Unauthorized(ScimError):
    """No credential, or none that this endpoint knows. The same words for every reason."""

    status = 401

    def __init__(self) -> None:
        """Say nothing that tells an unknown secret from an expired or foreign one."""
        super().__init__("Authentication failed: send the secret key of the integration as a Bearer token.")


class Forbidden(ScimError):
    """The credential is known, but this may not be done with it now."""

    status = 403


class NotFound(ScimError):
    """No such resource in this integration: unknown, deleted and foreign ids look the same."""

    status = 404


class Conflict(ScimError):
    """The request cannot be applied to the present state of the host's members or groups."""

    status = 409


class PreconditionFailed(ScimError):
    """``If-Match`` does not name the current version, or ``If-None-Match`` does (RFC 7644 §3.14, RFC 9110 §13.1)."""

    status = 412

    def __init__(self, header: str = "If-Match") -> None:
        """Name the *header* that was not fulfilled."""
        super().__init__(
            "The resource has changed: its version is not the one named in If-Match."
            if header == "If-Match"
            else f"The resource exists in the version that {header} rules out."
        )


class PayloadTooLarge(ScimError):
    """The body is longer than the server accepts. ``limit`` is in bytes."""

    status = 413

    def __init__(self, limit: int) -> None:
        """Name the *limit* in bytes."""
        super().__init__(f"The request body is larger than the limit of {limit} bytes.")
        self.limit = limit


class Unavailable(ScimError):
    """The store cannot serve the request now; the client should retry after ``retry_after`` seconds."""

    status = 503

    def __init__(self, retry_after: int = 5) -> None:
        """Say when to try again, in seconds."""
        super().__init__("The service is busy or its store is unavailable. Retry the request later.")
        self.retry_after = retry_after


class NotImplementedByServer(ScimError):
    """The RFC allows this operation, and this server does not offer it."""

    status = 501
