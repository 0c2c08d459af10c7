"""Encrypts what has to be read again, but not by whoever reads the database: tokens and passwords for other systems.

Sealed texts carry neither their key's name nor their purpose. Each belongs to one context, such as a column of one row,
and opens in no other: copied into another row it is worth nothing.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"openadr3-vtn sealing 1"


class CannotUnseal(Exception):
    """A sealed text that no key of ours opens. Nobody's request is at fault, so it is no `VtnError`."""

    def __init__(self, context: str) -> None:
        super().__init__(
            f"No key opens what is sealed for {context}. Either it is not ours, or its key is gone: put the SECRET_KEY "
            "of before into SECRET_KEY_FALLBACKS, or its key back into SEALING_KEYS"
        )


def seal(text: str, *, context: str) -> str:
    """The text, encrypted with the newest key."""
    return _keys(context).encrypt(text.encode()).decode()


def unseal(sealed: str, *, context: str) -> str:
    """What was sealed in the same context. Raises `CannotUnseal`."""
    try:
        return _keys(context).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotUnseal(context) from None


def _keys(context: str) -> MultiFernet:
    """The first one seals, all of them open. SECRET_KEY stays good beside SEALING_KEYS, so that these can be added to a
    system that has sealed without them."""
    secrets = [*settings.SEALING_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret, context)) for secret in secrets])


def _key(secret: str, context: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=_PURPOSE, info=context.encode())
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
