"""Clients and their secrets, which 3.1.0 leaves to us, spelled as it would."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vtn.wire.metadata import date_time


def render_client(
    *,
    client_id: str,
    name: str,
    role: str,
    scopes: Iterable[str],
    is_enabled: bool,
    secrets: Iterable[dict[str, Any]],
) -> dict[str, Any]:
    """A client with its secrets, as `render_secret` makes them."""
    return {
        "clientID": client_id,
        "clientName": name,
        "role": role,
        "scopes": list(scopes),
        "isEnabled": is_enabled,
        "secrets": list(secrets),
    }


def render_secret(*, secret_id: int, label: str, expires_at: datetime | None) -> dict[str, Any]:
    """Its label and dates; never the secret, nor its hash."""
    return {"id": secret_id, "label": label, "expiresDateTime": date_time(expires_at) if expires_at else None}
