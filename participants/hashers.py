"""How secrets of clients are kept: as hashes, by the kind of hash that each secret needs.

A secret that we made has 256 random bits, so nothing is won by making its hash slow, and every token request
would pay for it. A secret that somebody chose may be a word, so it gets Django's scrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher, identify_hasher, make_password

# Of `client_secret` in both files. More is not hashed, so that nobody makes us work for a long text.
LONGEST_SECRET = 4096
_CHOSEN = "scrypt"


class GeneratedSecretHasher(BasePasswordHasher):
    """A salted SHA-256, for random secrets only; never the default of anything."""

    algorithm = "sha256_generated"
    library = "hashlib"

    def encode(self, password: str, salt: str) -> str:
        return f"{self.algorithm}${salt}${hashlib.sha256((salt + password).encode()).hexdigest()}"

    def decode(self, encoded: str) -> dict[str, str]:
        algorithm, salt, digest = encoded.split("$")
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        return hmac.compare_digest(encoded, self.encode(password, self.decode(encoded)["salt"]))

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """There is one amount of work."""

    def must_update(self, encoded: str) -> bool:
        return False


def generated_secret() -> str:
    """Begins with a letter or a digit: spreadsheets take a `-` for the beginning of a formula."""
    while not (text := secrets.token_urlsafe(32))[0].isalnum():
        pass
    return text


def hash_generated(secret: str) -> str:
    return make_password(secret, hasher=GeneratedSecretHasher.algorithm)


def hash_chosen(secret: str) -> str:
    return make_password(secret, hasher=_CHOSEN)


def matches(secret: str, hashes: Iterable[str]) -> bool:
    """Whether one of the hashes is of this secret.

    A refusal always costs one slow hash, also when there was nothing to compare with: how long it took must not
    tell whether the client exists, nor what kind of secret it has.
    """
    quick_first = sorted(hashes, key=_is_slow)
    for encoded in quick_first:
        if identify_hasher(encoded).verify(secret, encoded):
            return True
    if not any(map(_is_slow, quick_first)):
        hash_chosen(secret)
    return False


def _is_slow(encoded: str) -> bool:
    return encoded.startswith(f"{_CHOSEN}$")
