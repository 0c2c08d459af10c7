"""Reports in OpenADR 3.0.1, which names the program and not the client, and wants a start in every intervalPeriod."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any, Self

from events.reports.content import ReportContent, Shown
from events.reports.wire import v310
from vtn.wire import body
from vtn.wire.metadata import metadata, moments_of
from vtn.wire.schema import Name, ObjectID, Schema
from vtn.wire.v301 import Interval, IntervalPeriod, with_start, without_start
from vtn.wire.v310 import ReportPayloadDescriptor


class ReportResource(Schema, frozen=True):
    """What is reported of one resource. Its intervalPeriod is the default of its intervals."""

    resource_name: Name
    intervals: list[Interval]
    interval_period: IntervalPeriod | None = None


class ReportRequest(Schema, frozen=True):
    """A report as a client writes it."""

    program_id: ObjectID
    event_id: ObjectID
    client_name: Name
    resources: list[ReportResource]
    report_name: str | None = None
    payload_descriptors: list[ReportPayloadDescriptor] | None = None


@dataclass(frozen=True, kw_only=True)
class ReportContent301(ReportContent):
    """What a 3.0.1 client can say of a report."""

    def replacing(self, stored: str) -> Self:
        """That a start is absent cannot be said in 3.0.1, so it stays: each resource and interval is taken for the one
        that stood in its place."""
        before = body.decode_text(stored)["resources"]
        resources = [
            {**resource, "intervals": _without_starts(resource["intervals"], was.get("intervals", []))}
            for resource, was in zip(
                _without_starts(self.resources, before), _or_nothing(before), strict=False
            )
        ]
        return replace(self, members={**self.members, "resources": resources})


def parse_report(written: Any) -> ReportContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, ReportRequest)
    v310.require_few_values(request.resources)
    return ReportContent301(
        event_id=request.event_id,
        program_id=request.program_id,
        client_name=request.client_name,
        report_name=request.report_name or "",
        members=v310.report_members(written),
    )


def head(report: Shown) -> dict[str, Any]:
    """What the VTN puts in front of the members that the client wrote."""
    return {
        **metadata("REPORT", report.id, report.created_at, report.modified_at),
        "programID": report.program_id,
    }


def rendered(members: dict[str, Any]) -> dict[str, Any]:
    """The members as 3.0.1 writes them."""
    return v310.with_periods(members, with_start)


def recorded_in_301(document: dict[str, Any], *, program_id: str | None, **_: Any) -> dict[str, Any]:
    """A report of the outbox, which is in the 3.1.0 dialect, as this one has it."""
    created_at, modified_at = moments_of(document)
    return {
        **metadata("REPORT", document["id"], created_at, modified_at),
        "programID": program_id,
        **rendered(v310.report_members(document)),
    }


def _without_starts(timed: list[dict[str, Any]], stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(map(without_start, timed, _or_nothing(stored)))


def _or_nothing(stored: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """What stands in each place, for ever."""
    return chain(stored, repeat({}))
