"""VENs and resources as 3.1.0 spells them, and clients, which it leaves to us, in the same spelling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vtn.wire.metadata import date_time, metadata


def render_ven(
    *,
    ven_id: str,
    created_at: datetime,
    modified_at: datetime,
    client_id: str | None,
    ven_name: str,
    targets: Iterable[str],
    attributes: Any,
) -> dict[str, Any]:
    return {
        **metadata("VEN", ven_id, created_at, modified_at),
        "clientID": client_id,
        "venName": ven_name,
        "targets": list(targets),
        "attributes": attributes,
    }


def render_resource(
    *,
    resource_id: str,
    created_at: datetime,
    modified_at: datetime,
    client_id: str | None,
    ven_id: str,
    resource_name: str,
    targets: Iterable[str],
    attributes: Any,
) -> dict[str, Any]:
    return {
        **metadata("RESOURCE", resource_id, created_at, modified_at),
        "clientID": client_id,
        "venID": ven_id,
        "resourceName": resource_name,
        "targets": list(targets),
        "attributes": attributes,
    }


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
