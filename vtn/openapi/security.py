"""What the API documents say about tokens and scopes."""

from __future__ import annotations

from vtn.caller import Scope
from vtn.dialect import Dialect
from vtn.openapi.components import JsonSchema

_MEANING = {
    Scope.READ_ALL: "Read what is not private",
    Scope.READ_BL: "Read what only business logic may read",
    Scope.READ_TARGETS: "Read programs and events, a VEN those without targets or with a target granted to it",
    Scope.READ_VEN_OBJECTS: "Read VENs, resources, reports and subscriptions, a VEN its own",
    Scope.WRITE_PROGRAMS: "Write programs; for business logic only",
    Scope.WRITE_EVENTS: "Write events; for business logic only",
    Scope.WRITE_REPORTS: "Write reports",
    Scope.WRITE_SUBSCRIPTIONS: "Write subscriptions",
    Scope.WRITE_VENS: "Write VENs and resources",
}
_UNKNOWN_TO_301 = {Scope.READ_BL, Scope.READ_TARGETS, Scope.READ_VEN_OBJECTS}
_OAUTH, _BEARER = "oAuth2ClientCredentials", "bearerAuth"


def required_scope(scope: Scope) -> list[JsonSchema]:
    """A token with this scope, from here or from elsewhere; HTTP bearer has no way to name scopes."""
    return [{_OAUTH: [scope.value]}, {_BEARER: []}]


def security_schemes(dialect: Dialect, token_url: str) -> dict[str, JsonSchema]:
    scopes = {
        scope.value: meaning
        for scope, meaning in _MEANING.items()
        if dialect is not Dialect.V301 or scope not in _UNKNOWN_TO_301
    }
    return {
        _OAUTH: {
            "type": "oauth2",
            "description": "A token for a client id and a secret.",
            "flows": {"clientCredentials": {"tokenUrl": token_url, "scopes": scopes}},
        },
        _BEARER: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token that is already there. It needs the same scopes.",
        },
    }
