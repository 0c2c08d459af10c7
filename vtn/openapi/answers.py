"""The statuses that operations answer with, and when."""

from __future__ import annotations

from http import HTTPStatus

from vtn.openapi.operations import Answer

UNCHANGED = {HTTPStatus.NOT_MODIFIED: Answer("Nothing has changed since the ETag in If-None-Match", None)}

_REFUSALS = {
    HTTPStatus.BAD_REQUEST: "The request says what it may not say; the detail names the member or parameter",
    HTTPStatus.UNAUTHORIZED: "There is no token, or not a good one",
    HTTPStatus.FORBIDDEN: "The caller may not do this",
    HTTPStatus.NOT_FOUND: "There is no such object, or none that the caller may see",
    HTTPStatus.CONFLICT: "The request contradicts what is stored",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is longer than the limit",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not of the content type that is asked for",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many attempts have failed; Retry-After says when to come back",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The server failed; its log says why",
    HTTPStatus.NOT_IMPLEMENTED: "Tokens are issued elsewhere; the detail says where",
}


def refused(*statuses: int) -> dict[HTTPStatus, Answer]:
    """Refusals with a problem as their body, in order of status."""
    return {HTTPStatus(status): Answer(_REFUSALS[HTTPStatus(status)]) for status in statuses}
