"""Reports in OpenADR 3.0.1, which names the program and not the client, and wants a start in every intervalPeriod."""

from __future__ import annotations

from typing import Any

from events.reports.content import ReportContent, Shown
from events.reports.wire import v310
from vtn.wire import body
from vtn.wire.metadata import metadata, moments_of
from vtn.wire.schema import Name, ObjectID, Schema
from vtn.wire.v301 import Interval, IntervalPeriod, with_start
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


def parse_report(written: Any) -> ReportContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, ReportRequest)
    v310.require_few_values(request.resources)
    return ReportContent(
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
