"""The keys with which notifications are signed, one per subscription, so that a receiver knows who calls it.

After a change of key the one from before signs as well for a while, in which the receiver can take up the new one.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from vtn.sealing import seal, unseal

_KEY_BYTES = 32


def new_key(subscription_id: str) -> str:
    """A key nobody knows yet, sealed."""
    return seal(secrets.token_urlsafe(_KEY_BYTES), context=_context(subscription_id))


def unsealed_keys(
    sealed: Sequence[str], subscription_id: str, *, old_key_until: datetime | None, now: datetime
) -> list[str]:
    """The keys that sign now, the newest first. Raises `CannotUnseal`."""
    is_old_used = old_key_until is not None and now < old_key_until
    in_use = sealed[: 2 if is_old_used else 1]
    return [unseal(key, context=_context(subscription_id)) for key in in_use]


def resealed_keys(sealed: Iterable[str], subscription_id: str) -> list[str]:
    """The same under the newest sealing key. Raises `CannotUnseal`."""
    context = _context(subscription_id)
    return [seal(unseal(key, context=context), context=context) for key in sealed]


def signature(body: bytes, keys: Iterable[str], signed_at: int) -> str:
    """The value of the header: `t=<Unix time>,v1=<hex>`, with a `v1` for each key. What is signed is the time, a dot
    and the body, by HMAC with SHA-256: with the time in it, what was overheard cannot be sent again later on."""
    signed = str(signed_at).encode() + b"." + body
    digests = (hmac.digest(key.encode(), signed, "sha256").hex() for key in keys)
    return ",".join([f"t={signed_at}", *(f"v1={digest}" for digest in digests)])


def _context(subscription_id: str) -> str:
    return f"signing key of subscription {subscription_id}"
