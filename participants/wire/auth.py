"""The bodies of the /auth paths, as the API documents describe them. Names are those of the official files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from vtn.wire.problem import Problem
from vtn.wire.schema import Uri

_Scopes = Annotated[str, Meta(max_length=4096, description="Scopes, with spaces between them")]
_Text = Annotated[str, Meta(min_length=1, max_length=4096)]


class ClientCredentialRequest(Struct, frozen=True):
    """The client's id and secret may come by HTTP Basic instead."""

    grant_type: Literal["client_credentials"]
    client_id: _Text | UnsetType = UNSET
    client_secret: _Text | UnsetType = UNSET
    scope: _Scopes | UnsetType = UNSET


class ClientCredentialResponse(Struct, frozen=True):
    """A token, good for expires_in seconds and for the scopes named."""

    access_token: _Text
    token_type: Literal["Bearer"]
    expires_in: int
    scope: _Scopes


class AuthError(Problem, frozen=True):
    """A problem that is an error of RFC 6749 §5.2 as well."""

    error: Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]
    error_description: str = field(name="error_description")


class AuthServerInfo(Struct, frozen=True):
    """Where tokens are issued."""

    token_url: Uri = field(name="tokenURL")


class KeySet(Struct, frozen=True):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, Any]]
