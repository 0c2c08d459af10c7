"""OpenADR 3.0.1: the schemas that differ from 3.1.0's, and how targets are shown."""

from __future__ import annotations

from collections.abc import Iterable

from vtn.wire import body, schema, targets
from vtn.wire.schema import Int32, Name, Schema, ValuesMap


class IntervalPeriod(schema.IntervalPeriod, frozen=True, kw_only=True):
    """3.0.1 requires `start`; a sentinel there means "now", or "after the one before"."""

    start: str


class Interval(Schema, frozen=True):
    id: Int32
    payloads: list[ValuesMap]
    interval_period: IntervalPeriod | None = None


class ReportDescriptor(Schema, frozen=True):
    payload_type: Name
    reading_type: str | None = None
    units: str | None = None
    targets: list[ValuesMap] | None = None
    aggregate: bool | None = None
    start_interval: Int32 | None = None
    num_intervals: Int32 | None = None
    historical: bool | None = None
    frequency: Int32 | None = None
    repeat: Int32 | None = None


def targets_member(shown: Iterable[str], literals: targets.Literals | None) -> str:
    """The value of `targets`, as JSON text."""
    return body.encode_text(targets.to_values_maps(shown, literals))
