"""Identifiers that the VTN gives."""

import uuid_utils


def new_id() -> str:
    """A UUIDv7 as text: fits `objectID` of both files, and sorts by the time it was made."""
    return str(uuid_utils.uuid7())
