"""What the VTN adds to every object, and ignores when a client sends it (3.1.0 Definition, "POST and PUT")."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from vtn.wire.schema import CheckedMoment, ObjectID, Schema


class ObjectMetadata(Schema, frozen=True):
    id: ObjectID
    created_date_time: CheckedMoment
    modification_date_time: CheckedMoment
    object_type: str


# `isDeleted` is ours as well: kept from a client, it would show its living object as a tombstone.
METADATA = frozenset({*(field.encode_name for field in msgspec.structs.fields(ObjectMetadata)), "isDeleted"})


def metadata(object_type: str, object_id: str, created_at: datetime, modified_at: datetime) -> dict[str, Any]:
    return {
        "id": object_id,
        "createdDateTime": date_time(created_at),
        "modificationDateTime": date_time(modified_at),
        "objectType": object_type,
    }


def tombstone(object_type: str, object_id: str, created_at: datetime, deleted_at: datetime) -> dict[str, Any]:
    """What is told of an object that is gone: an extension."""
    return {**metadata(object_type, object_id, created_at, deleted_at), "isDeleted": True}


def date_time(moment: datetime) -> str:
    """RFC 3339 in UTC, with a `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def content_members(members: dict[str, Any]) -> dict[str, Any]:
    """What the client wrote, less metadata, and less its targets: those are stored beside the content.

    An empty list of targets stays, so that it comes back.
    """
    return {
        name: value
        for name, value in members.items()
        if name not in METADATA and not (name == "targets" and value)
    }


def moments_of(document: dict[str, Any]) -> tuple[datetime, datetime]:
    """When the object of a document of ours was created, and last changed."""
    created, modified = document["createdDateTime"], document["modificationDateTime"]
    return datetime.fromisoformat(created), datetime.fromisoformat(modified)
