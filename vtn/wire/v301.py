"""OpenADR 3.0.1: the schemas that differ from 3.1.0's, and how targets are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vtn.wire import body, schema, targets
from vtn.wire.moments import SENTINEL
from vtn.wire.schema import CheckedMoment, Int32, Name, Schema, ValuesMap

# A start in year 0, which 3.1.0 shows as one in year 1: from there nobody can tell how it was written.
_IN_YEAR_0 = '"start":"0000-'
# No target is empty.
_NO_TARGET = ""


class IntervalPeriod(schema.IntervalPeriod, frozen=True, kw_only=True):
    """When something is. A start of 0001-01-01T00:00:00Z means now, or after the interval before."""

    start: CheckedMoment


class Interval(Schema, frozen=True):
    """A stretch of an event and what holds in it. Its intervalPeriod takes the place of the event's."""

    id: Int32
    payloads: list[ValuesMap]
    interval_period: IntervalPeriod | None = None


class ReportDescriptor(Schema, frozen=True):
    """A report that VENs are asked for."""

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


def with_start(timed: dict[str, Any], start: str = SENTINEL) -> dict[str, Any]:
    """An object whose intervalPeriod, if it has one, has a start."""
    if "start" in timed.get("intervalPeriod", {"start": None}):
        return timed
    return {**timed, "intervalPeriod": {"start": start, **timed["intervalPeriod"]}}


def without_start(timed: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """An object less the start that `with_start` gave to what is stored in its place."""
    period = timed.get("intervalPeriod", {})
    if period.get("start") != SENTINEL or "start" in stored.get("intervalPeriod", {"start": None}):
        return timed
    return {**timed, "intervalPeriod": {name: value for name, value in period.items() if name != "start"}}


def kept_documents(*, before: str | None, after: str | None) -> targets.Literals:
    """Those documents, less their targets, of which 3.1.0 does not tell all that 3.0.1 shows: they stand among the
    literals of a change."""
    documents = {"before": before, "after": after}
    kept = {name: document for name, document in documents.items() if document and _IN_YEAR_0 in document}
    return {_NO_TARGET: kept} if kept else {}


def kept_document(literals: targets.Literals, *, is_gone: bool) -> str | None:
    """What `kept_documents` kept of a change."""
    return literals.get(_NO_TARGET, {}).get("before" if is_gone else "after")


def targets_member(shown: Iterable[str], literals: targets.Literals | None) -> str:
    """The value of `targets`, as JSON text."""
    return body.encode_text(targets.to_values_maps(shown, literals))
