"""Gives secrets to clients and takes them away. A secret is shown to its maker once and kept as a hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from participants import hashers
from participants.models import Client, ClientSecret
from participants.services.clients import locked_client, record_client, recorded_client
from vtn import errors
from vtn.caller import Caller
from vtn.models import later_than

# Each may have to be tried at a token request.
MOST_SECRETS = 5


class NoSuchSecret(errors.NotFound):
    """It does not exist, or no longer."""


class TooManySecrets(errors.Conflict):
    """A client needs two while they are changed, and some room."""


@dataclass(frozen=True)
class NewSecret:
    """The only moment at which the text of a secret can be read."""

    secret: ClientSecret
    text: str = field(repr=False)


def add_secret(
    *,
    caller: Caller,
    client_id: str,
    text: str | None = None,
    label: str = "",
    expires_at: datetime | None = None,
    now: datetime,
) -> NewSecret:
    """One more secret: the given one, or a random one. Raises `NoSuchClient`, `TooManySecrets`, `Invalid`."""
    caller.require_staff()
    if len(label) > 128 or "\0" in label:
        raise errors.Invalid("label: up to 128 characters")
    if expires_at is not None and expires_at <= now:
        raise errors.Invalid("expires_at: this is in the past")
    # Before the transaction: a slow hash would hold its lock.
    text, digest = _generated() if text is None else _chosen(text)
    with transaction.atomic():
        client = locked_client(client_id)
        if client.secrets.usable(now).count() >= MOST_SECRETS:
            raise TooManySecrets(f"The client has {MOST_SECRETS} secrets already; revoke one first")
        before = recorded_client(client)
        secret = client.secrets.create(hash=digest, label=label, expires_at=expires_at, created_at=now)
        _record(client, before, caller, now)
    return NewSecret(secret, text)


@transaction.atomic
def revoke_secret(*, caller: Caller, secret_id: int, now: datetime) -> None:
    """No token is given for it from now on; those that are out live until they expire, or the client is disabled.

    Raises `NoSuchSecret`.
    """
    caller.require_staff()
    client, secret = _locked_secret(secret_id)
    before = recorded_client(client)
    secret.delete()
    _record(client, before, caller, now)


@transaction.atomic
def set_secret_expiry(*, caller: Caller, secret_id: int, expires_at: datetime | None, now: datetime) -> None:
    """Raises `NoSuchSecret`. A moment in the past ends it now."""
    caller.require_staff()
    client, secret = _locked_secret(secret_id)
    if secret.expires_at == expires_at:
        return
    before = recorded_client(client)
    secret.expires_at = expires_at
    secret.save(update_fields=["expires_at"])
    _record(client, before, caller, now)


@transaction.atomic
def delete_expired_secrets(*, before: datetime) -> int:
    """Housekeeping, not a change: what expired before this moment could not be used any more."""
    deleted, _ = ClientSecret.objects.filter(expires_at__lt=before).delete()
    return deleted


def _locked_secret(secret_id: int) -> tuple[Client, ClientSecret]:
    known = ClientSecret.objects.filter(id=secret_id).values_list("client_id", flat=True).first()
    if known is not None:
        client = locked_client(known)
        secret = client.secrets.filter(id=secret_id).first()
        if secret is not None:
            return client, secret
    raise NoSuchSecret("There is no such secret")


def _record(client: Client, before: dict[str, Any], caller: Caller, now: datetime) -> None:
    client.modified_at = later_than(client.modified_at, now)
    client.save(update_fields=["modified_at"])
    record_client(client, before=before, caller=caller, now=now)


def _generated() -> tuple[str, str]:
    text = hashers.generated_secret()
    return text, hashers.hash_generated(text)


def _chosen(text: str) -> tuple[str, str]:
    if not 1 <= len(text) <= hashers.LONGEST_SECRET:
        raise errors.Invalid(f"client_secret: 1 to {hashers.LONGEST_SECRET} characters")
    if not text.isprintable():
        raise errors.Invalid("client_secret: control characters are not allowed")
    return text, hashers.hash_chosen(text)
