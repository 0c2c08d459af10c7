"""The keys that our own tokens are signed and verified with, each under an id worked out from the key itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ALGORITHMS = ("HS256", "RS256", "ES256")
_SHORTEST_SECRET = 32  # RFC 7518 §3.2: as long as the output of the hash
_SHORTEST_RSA = 2048  # RFC 7518 §3.3

# The members of a public JWK that its thumbprint is made of (RFC 7638 §3.2).
_THUMBPRINT_MEMBERS = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}


@dataclass(frozen=True)
class KeyRing:
    """One key that signs, and all that verify, by their ids. `public` are JWKs; a shared secret has none."""

    algorithm: str
    signing_key: Any
    signing_kid: str
    verifying: Mapping[str, Any]
    public: tuple[dict[str, Any], ...]


def key_ring() -> KeyRing:
    """The keys that the settings name. Raises `ImproperlyConfigured` when one is of no use."""
    return _key_ring(
        settings.TOKEN_ALGORITHM,
        settings.TOKEN_SIGNING_KEY,
        tuple(settings.TOKEN_VERIFYING_KEYS),
        (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS),
    )


@lru_cache(maxsize=4)
def _key_ring(algorithm: str, signing: str, older: tuple[str, ...], site: tuple[str, ...]) -> KeyRing:
    if algorithm not in ALGORITHMS:
        raise ImproperlyConfigured(f"TOKEN_ALGORITHM is '{algorithm}'; it may be {', '.join(ALGORITHMS)}")
    if algorithm == "HS256":
        return _ring_of_secrets(signing, older, site)
    if not signing:
        raise ImproperlyConfigured(
            f"{algorithm} needs a private key: set TOKEN_SIGNING_KEY to a PEM or its path"
        )
    return _ring_of_pairs(algorithm, signing, older)


def _ring_of_secrets(signing: str, older: tuple[str, ...], site: tuple[str, ...]) -> KeyRing:
    """Without a key of their own, tokens are signed with one derived from SECRET_KEY, and its fallbacks verify."""
    secrets = [_secret(signing)] if signing else [_derived(key) for key in site]
    verifying = {_secret_kid(key): key for key in [*secrets, *map(_secret, older)]}
    return KeyRing("HS256", secrets[0], _secret_kid(secrets[0]), verifying, public=())


def _secret(text: str) -> bytes:
    secret = text.encode()
    if len(secret) < _SHORTEST_SECRET:
        raise ImproperlyConfigured(f"A secret that signs tokens needs {_SHORTEST_SECRET} bytes or more")
    return secret


def _derived(site_key: str) -> bytes:
    """Not SECRET_KEY itself: a key has one purpose."""
    return hmac.digest(site_key.encode(), b"participants.tokens", "sha256")


def _secret_kid(secret: bytes) -> str:
    return _base64url(hmac.digest(secret, b"key id", "sha256")[:16])


def _ring_of_pairs(algorithm: str, signing: str, older: tuple[str, ...]) -> KeyRing:
    private = _private_key(algorithm, signing)
    publics = [private.public_key(), *(_public_key(algorithm, text) for text in older)]
    jwks = [_jwk(algorithm, key) for key in publics]
    verifying = {jwk["kid"]: key for jwk, key in zip(jwks, publics, strict=True)}
    return KeyRing(algorithm, private, jwks[0]["kid"], verifying, public=tuple(jwks))


def _private_key(algorithm: str, text: str) -> Any:
    try:
        key = load_pem_private_key(_pem(text, "TOKEN_SIGNING_KEY"), password=None)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"TOKEN_SIGNING_KEY holds no private key in PEM: {error}") from None
    _require_kind(algorithm, key.public_key(), "TOKEN_SIGNING_KEY")
    return key


def _public_key(algorithm: str, text: str) -> Any:
    """A public key, or that of a private one: the key that signed before may be named as it is."""
    pem = _pem(text, "TOKEN_VERIFYING_KEYS")
    try:
        key = load_pem_private_key(pem, None).public_key() if b"PRIVATE" in pem else load_pem_public_key(pem)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(
            f"TOKEN_VERIFYING_KEYS holds something else than keys in PEM: {error}"
        ) from None
    _require_kind(algorithm, key, "TOKEN_VERIFYING_KEYS")
    return key


def _require_kind(algorithm: str, key: Any, setting: str) -> None:
    if algorithm == "RS256":
        fits = isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SHORTEST_RSA
    else:
        fits = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if not fits:
        wanted = (
            f"an RSA key of {_SHORTEST_RSA} bits or more"
            if algorithm == "RS256"
            else "a key on the curve P-256"
        )
        raise ImproperlyConfigured(f"{setting}: {algorithm} needs {wanted}")


def _pem(text: str, setting: str) -> bytes:
    """The PEM itself (with line ends, or with the two characters that .env files have for them), or that of a file."""
    if "-----BEGIN" in text:
        return text.replace("\\n", "\n").encode()
    try:
        return Path(text).read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(f"{setting}: the file '{text}' cannot be read: {error.strerror}") from None


def _jwk(algorithm: str, key: Any) -> dict[str, Any]:
    """The public key as RFC 7517 writes it, with its thumbprint for an id."""
    jwk = (
        RSAAlgorithm.to_jwk(key, as_dict=True)
        if algorithm == "RS256"
        else ECAlgorithm.to_jwk(key, as_dict=True)
    )
    members = {name: jwk[name] for name in _THUMBPRINT_MEMBERS[jwk["kty"]]}
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    return {**members, "kid": _base64url(hashlib.sha256(canonical).digest()), "use": "sig", "alg": algorithm}


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
