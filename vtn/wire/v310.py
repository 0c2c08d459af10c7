"""OpenADR 3.1.0: the schemas that programs, events and reports share, and how targets are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from msgspec import Meta

from vtn.wire import body
from vtn.wire.moments import SENTINEL
from vtn.wire.schema import Int32, Name, PayloadType, Schema, Target
from vtn.wire.targets import Literals


class EventPayloadDescriptor(Schema, frozen=True, tag_field="objectType", tag="EVENT_PAYLOAD_DESCRIPTOR"):
    """The unit and currency of a type of payload."""

    payload_type: PayloadType
    units: Name | None = None
    currency: str | None = None


class ReportPayloadDescriptor(Schema, frozen=True, tag_field="objectType", tag="REPORT_PAYLOAD_DESCRIPTOR"):
    """How a type of payload in reports was measured."""

    payload_type: Name
    reading_type: Name | None = None
    units: Name | None = None
    accuracy: float | None = None
    confidence: Annotated[int, Meta(ge=0, le=100, extra_json_schema={"format": "int32"})] | None = None


class ReportDescriptor(Schema, frozen=True):
    """A report that VENs are asked for."""

    payload_type: Name
    reading_type: Name | None = None
    units: Name | None = None
    targets: list[Target] | None = None
    aggregate: bool | None = None
    start_interval: Int32 | None = None
    num_intervals: Int32 | None = None
    historical: bool | None = None
    frequency: Int32 | None = None
    repeat: Int32 | None = None
    report_intervals: Literal["INTERVALS", "SUB_INTERVALS", "OPEN_INTERVALS"] | None = None


def targets_member(targets: Iterable[str], literals: Literals | None) -> str:
    """The value of `targets`, as JSON text."""
    return body.encode_text(list(targets))


def with_sentinel(timed: dict[str, Any]) -> dict[str, Any]:
    """An object whose intervalPeriod does not start in year 0, 3.0.1's "now" (decisions/openadr.md §3)."""
    period = timed.get("intervalPeriod", {})
    if not period.get("start", "").startswith("0000-"):
        return timed
    return {**timed, "intervalPeriod": {**period, "start": SENTINEL}}
