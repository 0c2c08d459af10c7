"""Encrypts what has to be read again, but not by whoever reads the database: tokens and passwords for other systems.

Sealed texts carry neither their key's name nor their purpose. Each belongs to one context, such as a column of one row,
which is authenticated with it, and opens in no other: copied into another row it is worth nothing.
"""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"openadr3-vtn sealing 2"
_NONCE_BYTES = 12


class CannotUnseal(Exception):
    """A sealed text that no key of ours opens. Nobody's request is at fault, so it is no `VtnError`."""

    def __init__(self, context: str) -> None:
        super().__init__(
            f"No key opens what is sealed for {context}. Either it is not ours, or its key is gone: put the SECRET_KEY "
            "of before into SECRET_KEY_FALLBACKS, or its key back into SEALING_KEYS"
        )


def seal(text: str, *, context: str) -> str:
    """The text, encrypted with the newest key."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(_secrets()[0]).encrypt(nonce, text.encode(), context.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, context: str) -> str:
    """What was sealed in the same context. Raises `CannotUnseal`."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
    except ValueError:
        raise CannotUnseal(context) from None
    nonce, rest = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
    for secret in _secrets():
        try:
            return _cipher(secret).decrypt(nonce, rest, context.encode()).decode()
        except (InvalidTag, ValueError):  # another key's, or too short to be anybody's
            continue
    raise CannotUnseal(context)


def _secrets() -> list[str]:
    """The first one seals, all of them open. SECRET_KEY stays good beside SEALING_KEYS, so that these can be added to a
    system that has sealed without them."""
    return [*settings.SEALING_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


# Ten thousand deliveries open twenty thousand texts.
@lru_cache(maxsize=16)
def _cipher(secret: str) -> AESGCM:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=_PURPOSE, info=b"")
    return AESGCM(derivation.derive(secret.encode()))
