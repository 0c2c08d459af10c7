"""Which part of a list is wanted (3.1.0 Definition, "Response Filtering": skip and limit on every list)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from vtn import errors
from vtn.wire.moments import NOW, parse_moment

_MAX_INT32 = 2**31 - 1
_OBJECT_ID = re.compile(r"[a-zA-Z0-9_-]{1,128}")


@dataclass(frozen=True, slots=True)
class Page:
    skip: int
    limit: int

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Page:
        """Raises `Invalid`. An absent limit means the most there is."""
        return cls(
            skip=_integer(query, "skip", default=0, most=_MAX_INT32),
            limit=_integer(query, "limit", default=settings.PAGE_LIMIT, most=settings.PAGE_LIMIT),
        )

    @property
    def parameters(self) -> dict[str, int]:
        """For SQL; `most` is how many rows have to be found. Added up here: PostgreSQL would do it in 32 bits."""
        return {"skip": self.skip, "limit": self.limit, "most": self.skip + self.limit}


def parse_flag(query: Mapping[str, str], name: str) -> bool:
    """A boolean parameter; absent means false. Raises `Invalid`."""
    value = query.get(name, "false")
    if value not in ("true", "false"):
        raise errors.Invalid(f"{name}: '{value[:40]}' is neither true nor false")
    return value == "true"


def parse_object_id(query: Mapping[str, str], name: str) -> str | None:
    """An `objectID` parameter; absent means None. Raises `Invalid`."""
    value = query.get(name)
    if value is not None and not _OBJECT_ID.fullmatch(value):
        raise errors.Invalid(f"{name}: '{value[:40]}' is not 1 to 128 letters, digits, '_' or '-'")
    return value


def parse_time(query: Mapping[str, str], name: str) -> datetime | None:
    """A date-time parameter. Raises `Invalid`. A `+` that was not percent-encoded has become a space."""
    value: Any = query.get(name)
    if value is None:
        return None
    try:
        moment = parse_moment(
            value.replace(" ", "+") if value.count(" ") == 1 and "T" in value.upper() else value
        )
    except ValueError as error:
        raise errors.Invalid(f"{name}: {error}") from None
    if moment is NOW:
        raise errors.Invalid(f"{name}: '{value}' is not a moment")
    return moment


def _integer(query: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= most):
        raise errors.Invalid(f"{name}: '{value[:40]}' is not an integer from 0 to {most}")
    return int(value)
