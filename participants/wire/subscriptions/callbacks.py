"""How the callbacks of a subscription fare: an extension, spelled alike in both dialects."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from vtn.wire.metadata import date_time
from vtn.wire.schema import CheckedMoment, Schema, Uri

Health = Literal["working", "failing", "broken", "gone"]


class Callback(Schema, frozen=True, omit_defaults=True):
    """What has become of what a callback was to be told: `waiting` is still on its way, `dead` was given up."""

    callback_url: Uri
    health: Health
    failures: int
    waiting: int
    dead: int
    failing_since: CheckedMoment | None = None
    last_failure: str | None = None
    last_told: CheckedMoment | None = None


def render_callback(
    *,
    url: str,
    health: Health,
    failures: int,
    waiting: int,
    dead: int,
    failing_since: datetime | None,
    failure: str,
    told_at: datetime | None,
) -> Callback:
    return Callback(
        callback_url=url,
        health=health,
        failures=failures,
        waiting=waiting,
        dead=dead,
        failing_since=_date_time(failing_since),
        last_failure=failure or None,
        last_told=_date_time(told_at),
    )


def _date_time(moment: datetime | None) -> str | None:
    return None if moment is None else date_time(moment)
