"""What the API documents say about the /auth paths."""

from __future__ import annotations

from http import HTTPStatus

from participants.wire.auth import (
    AuthError,
    AuthServerInfo,
    ClientCredentialRequest,
    ClientCredentialResponse,
    KeySet,
)
from vtn.dialect import Dialect
from vtn.openapi.answers import refused
from vtn.openapi.operations import Answer, Operation, OperationSchema

_TAG = "auth"


def _in_both(method: str, operation: Operation) -> OperationSchema:
    return OperationSchema({dialect: {method: operation} for dialect in Dialect})


TOKEN = _in_both(
    "post",
    Operation(
        "fetchToken",
        _TAG,
        "A token for a client's id and secret",
        {
            HTTPStatus.OK: Answer("The token", ClientCredentialResponse),
            HTTPStatus.BAD_REQUEST: Answer("The form is not right; error says how", AuthError),
            HTTPStatus.UNAUTHORIZED: Answer("There is no such client and secret", AuthError),
        }
        | refused(413, 415)
        | {
            HTTPStatus.TOO_MANY_REQUESTS: Answer(
                "Too many attempts have failed; Retry-After says when to come back", AuthError
            )
        }
        | refused(500, 501),
        request=ClientCredentialRequest,
    ),
)

SERVER = _in_both(
    "get",
    Operation(
        "getAuthServerInfo",
        _TAG,
        "Where tokens are issued",
        {HTTPStatus.OK: Answer("The address", AuthServerInfo)} | refused(500),
    ),
)

KEYS = _in_both(
    "get",
    Operation(
        "getKeySet",
        _TAG,
        "The keys that tokens are signed with",
        {
            HTTPStatus.OK: Answer("The keys", KeySet),
            HTTPStatus.NOT_FOUND: Answer("Tokens are signed with a shared secret"),
        }
        | refused(500),
        description="Extension: for whoever verifies tokens, a message broker say.",
    ),
)
