"""The keys that sign what a subscription is told, as its owner reads them: an extension, spelled alike in both
dialects. And what the audit says of a change of key, which holds none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vtn.wire.metadata import date_time
from vtn.wire.schema import CheckedMoment, Schema


class SigningKeys(Schema, frozen=True, omit_defaults=True):
    """The newest first. Behind it stands the one from before, as long as that signs as well."""

    keys: list[str]
    old_key_until: CheckedMoment | None = None


def render_signing_keys(keys: Sequence[str], old_key_until: datetime | None) -> SigningKeys:
    has_old_one = len(keys) > 1 and old_key_until is not None
    return SigningKeys(list(keys), date_time(old_key_until) if has_old_one and old_key_until else None)


def recorded_rotation(
    *, subscription_id: str, client_id: str, old_key_until: datetime | None
) -> dict[str, Any]:
    """For the audit, before a change of key and after it."""
    known = {"id": subscription_id, "objectType": "SIGNING_KEY", "clientID": client_id}
    return known if old_key_until is None else {**known, "oldKeyUntil": date_time(old_key_until)}
