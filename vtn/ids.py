"""Identifiers that the VTN gives."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import uuid_utils

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION, _VARIANT = 0x7 << 76, 0b10 << 62


def new_id() -> str:
    """A UUIDv7 as text: fits `objectID` of both files, and sorts by the time it was made."""
    return str(uuid_utils.uuid7())


def id_at(moment: datetime) -> str:
    """A UUIDv7 that was made at this moment, to the microsecond: such ids sort as their moments do.

    After the milliseconds come 12 bits of their fraction (RFC 9562 §6.2, method 3), then chance.
    """
    millis, micros = divmod((moment - _EPOCH) // timedelta(microseconds=1), 1_000)
    fraction = micros * 4096 // 1_000
    number = millis << 80 | _VERSION | fraction << 64 | _VARIANT | secrets.randbits(62)
    return _dashed(f"{number:032x}")


def ids_from(moment: datetime) -> str:
    """A text that sorts, letter by letter, before all ids of this whole millisecond and of later ones, and after all
    that were made before."""
    millis = (moment - _EPOCH) // timedelta(milliseconds=1)
    return f"{millis:012x}"[:8] + "-" + f"{millis:012x}"[8:]


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
