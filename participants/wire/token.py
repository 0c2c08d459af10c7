"""A token request and its answers, spelled as RFC 6749 §4.4 and both official files spell them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from vtn import errors

GRANT_TYPE = "client_credentials"

# `clientCredentialRequest` in both files.
_LONGEST_FIELD = 4096
_MOST_PARAMETERS = 50
# RFC 6749 appendix A has no control characters in anything, and PostgreSQL no NUL.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class TokenRefused(errors.Invalid):
    """A refusal with one of the error codes of RFC 6749 §5.2."""

    error = "invalid_request"


class UnsupportedGrantType(TokenRefused):
    error = "unsupported_grant_type"


class InvalidScope(TokenRefused):
    error = "invalid_scope"


class InvalidClient(TokenRefused):
    """Nobody has this id and this secret, or not any more; which of these is not said."""

    error = "invalid_client"


@dataclass(frozen=True)
class TokenRequest:
    """`scopes` are in the order asked for, each once; None when none were asked for."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...] | None


def parse_form(body: bytes) -> dict[str, str]:
    """The parameters of a form body. Raises `TokenRefused`.

    "Parameters sent without a value MUST be treated as if they were omitted […]. Request and response parameters
    MUST NOT be included more than once." (RFC 6749 §3.2)
    """
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        raise TokenRefused("The body is not a form in UTF-8, or has too many parameters") from None
    form: dict[str, str] = {}
    for name, value in pairs:
        if name in form:
            raise TokenRefused(f"The parameter {_shown(name)} is given more than once")
        form[name] = value
    return {name: value for name, value in form.items() if value}


def parse_token_request(form: Mapping[str, str], authorization: str) -> TokenRequest:
    """Raises `TokenRefused` or one of its kinds."""
    grant_type = _required(form, "grant_type")
    if grant_type != GRANT_TYPE:
        raise UnsupportedGrantType(f"The grant_type must be {GRANT_TYPE}")
    client_id, client_secret = _credentials(form, authorization)
    scopes = _checked("scope", form.get("scope", "")).split(" ")
    named = tuple(dict.fromkeys(scope for scope in scopes if scope))
    return TokenRequest(client_id, client_secret, named or None)


def render_token(*, access_token: str, expires_in: int, scopes: Iterable[str]) -> dict[str, str | int]:
    return {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": expires_in,
        "scope": " ".join(scopes),
    }


def _credentials(form: Mapping[str, str], authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return _required(form, "client_id"), _required(form, "client_secret")
    client_id, client_secret = _basic(encoded.strip())
    # "The client MUST NOT use more than one authentication method in each request." (RFC 6749 §2.3)
    if "client_secret" in form or form.get("client_id", client_id) != client_id:
        raise TokenRefused("The credentials are given twice, in the header and in the body")
    return client_id, client_secret


def _basic(encoded: str) -> tuple[str, str]:
    """Both halves are form-encoded before they are joined by a colon (RFC 6749 §2.3.1)."""
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
        client_id, colon, client_secret = text.partition(":")
        halves = [unquote_plus(half, errors="strict") for half in (client_id, client_secret)]
    except (binascii.Error, ValueError):
        colon, halves = "", []
    if not colon or not all(halves):
        raise TokenRefused("The Authorization header does not hold a client id and a secret")
    return _checked("client_id", halves[0]), _checked("client_secret", halves[1])


def _required(form: Mapping[str, str], name: str) -> str:
    if name not in form:
        raise TokenRefused(f"The parameter {name} is missing")
    return _checked(name, form[name])


def _checked(name: str, value: str) -> str:
    if len(value) > _LONGEST_FIELD:
        raise TokenRefused(f"The parameter {name} is longer than {_LONGEST_FIELD} characters")
    if _CONTROL.search(value):
        raise TokenRefused(f"The parameter {name} holds a control character")
    return value


def _shown(name: str) -> str:
    """Only names that we know are repeated to the client; others may hold anything."""
    return name if name in ("grant_type", "client_id", "client_secret", "scope") else "of an unknown name"
