"""What the record of changes says about clients, VENs and resources; VENs and resources as 3.1.0 spells them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from participants.models import Client, ClientSecret, Resource, Ven


def client_record(client: Client, secrets: Iterable[ClientSecret]) -> dict[str, Any]:
    """A client with its secrets' labels and dates; never a secret, nor its hash."""
    return {
        "clientID": client.client_id,
        "clientName": client.name,
        "role": client.role,
        "scopes": list(client.scopes),
        "isEnabled": client.is_enabled,
        "secrets": [
            {"id": secret.pk, "label": secret.label, "expiresDateTime": _text(secret.expires_at)}
            for secret in secrets
        ],
    }


def ven_record(ven: Ven) -> dict[str, Any]:
    return {
        **_metadata(ven, "VEN"),
        "clientID": ven.client_id,
        "venName": ven.ven_name,
        "targets": list(ven.targets),
        "attributes": ven.attributes,
    }


def resource_record(resource: Resource, client_id: str | None) -> dict[str, Any]:
    return {
        **_metadata(resource, "RESOURCE"),
        "clientID": client_id,
        "venID": resource.ven_id,
        "resourceName": resource.resource_name,
        "targets": list(resource.targets),
        "attributes": resource.attributes,
    }


def _metadata(stored: Ven | Resource, object_type: str) -> dict[str, Any]:
    return {
        "id": stored.id,
        "createdDateTime": _text(stored.created_at),
        "modificationDateTime": _text(stored.modified_at),
        "objectType": object_type,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
