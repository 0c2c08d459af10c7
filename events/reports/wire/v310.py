"""Reports in OpenADR 3.1.0."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any

from django.conf import settings

from events.reports.content import ReportContent, Shown
from vtn import errors
from vtn.wire import body
from vtn.wire.metadata import METADATA, metadata
from vtn.wire.schema import Interval, IntervalPeriod, Name, ObjectID, Schema
from vtn.wire.v310 import ReportPayloadDescriptor, with_sentinel

# What the VTN puts in front of a report, in one dialect or the other; a client's own is no part of what is stored.
_IN_FRONT = METADATA | {"clientID", "programID"}


class ReportResource(Schema, frozen=True):
    """What is reported of one resource. Its intervalPeriod is the default of its intervals."""

    resource_name: Name
    intervals: list[Interval]
    interval_period: IntervalPeriod | None = None


class ReportRequest(Schema, frozen=True):
    """A report as a client writes it."""

    event_id: ObjectID
    client_name: Name
    resources: list[ReportResource]
    report_name: str | None = None
    payload_descriptors: list[ReportPayloadDescriptor] | None = None


class Report(ReportRequest, frozen=True, kw_only=True):
    """What stands beside the metadata of a report in an answer."""

    client_id: Name


def parse_report(written: Any) -> ReportContent:
    """Raises `Invalid` that names the member at fault."""
    request = body.conform(written, ReportRequest)
    require_few_values(request.resources)
    return ReportContent(
        event_id=request.event_id,
        program_id=None,
        client_name=request.client_name,
        report_name=request.report_name or "",
        members=report_members(written),
    )


def head(report: Shown) -> dict[str, Any]:
    """What the VTN puts in front of the members that the client wrote."""
    return {
        **metadata("REPORT", report.id, report.created_at, report.modified_at),
        "clientID": report.client_id,
    }


def rendered(members: dict[str, Any]) -> dict[str, Any]:
    """The members as 3.1.0 writes them."""
    return with_periods(members, with_sentinel)


def require_few_values(resources: list[Any]) -> None:
    """Each value is a row; a body that is short enough may hold half a million. Raises `Invalid`."""
    values = sum(
        len(payload.values)
        for resource in resources
        for interval in resource.intervals
        for payload in interval.payloads
    )
    if values > settings.MAX_READINGS:
        raise errors.Invalid(f"resources: there are more than {settings.MAX_READINGS} values")


def report_members(written: dict[str, Any]) -> dict[str, Any]:
    """What the client wrote, less what the VTN puts in front of it.

    Payload descriptors get their `objectType`: in a report there is only one (decisions/openadr.md §5).
    """
    members = {name: value for name, value in written.items() if name not in _IN_FRONT}
    if descriptors := members.get("payloadDescriptors"):
        members["payloadDescriptors"] = [
            {"objectType": "REPORT_PAYLOAD_DESCRIPTOR", **descriptor} for descriptor in descriptors
        ]
    return members


def with_periods(
    members: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """The members with `change` applied to whatever has an intervalPeriod; the same object where nothing changes."""
    resources = [_with_periods(resource, change) for resource in members["resources"]]
    return members if _are_same(resources, members["resources"]) else {**members, "resources": resources}


def _with_periods(
    resource: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    timed = change(resource) if "intervalPeriod" in resource else resource
    intervals = resource["intervals"]
    changed = [change(interval) if "intervalPeriod" in interval else interval for interval in intervals]
    return timed if _are_same(changed, intervals) else {**timed, "intervals": changed}


def _are_same(new: list[Any], old: list[Any]) -> bool:
    """Each is the same object as before."""
    return all(map(is_, new, old))
