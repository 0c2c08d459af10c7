"""Everything that changes reports. One function is one transaction: row, readings and outbox entry together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from events.models import Interval
from events.reports import readings, rows
from events.reports.content import ReportContent
from events.reports.documents import written
from events.reports.models import Report
from events.reports.queries import NoSuchReport
from events.reports.readings import Extent
from events.reports.reported import reported_event
from events.reports.wire import v301, v310
from vtn import errors, publishing
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.ids import id_at
from vtn.models import later_than
from vtn.outbox import NOTHING, Along
from vtn.polling import keys
from vtn.publishing import Kind, Operation, Write
from vtn.wire import body
from vtn.wire.v301 import kept_documents

_REPORT = Kind("REPORT", "reports")


class UnknownEvent(errors.Invalid):
    """A report is on an event that is not there, or that its writer may not see (decisions/openadr.md §4)."""


class EventChanged(errors.Invalid):
    """A report stays with its event (decisions/openadr.md §4)."""


class WrongProgram(errors.Invalid):
    """3.0.1 names the program beside the event, and has to name the event's."""


class _Documents(NamedTuple):
    """A report at one time, in each dialect; in 3.0.1 only where that shows it differently."""

    of_310: str | None
    of_301: str | None

    @classmethod
    def of(cls, report: Report) -> _Documents:
        of_301 = None if report.document_301 is None else written(report, Dialect.V301)
        return cls(written(report, Dialect.V310), of_301)


_NO_DOCUMENTS = _Documents(None, None)


def create_report(*, caller: Caller, content: ReportContent, now: datetime) -> Report:
    """The report belongs to the caller's client. Raises `UnknownEvent`, `WrongProgram`."""
    caller.require(Scope.WRITE_REPORTS)
    report = Report(
        id=id_at(now),
        created_at=now,
        modified_at=now,
        event_id=content.event_id,
        program_id=_program_of(content.event_id, caller),
        client_id=caller.client_id,
    )
    _fill(report, content)
    # A single statement, and so a transaction of its own where there is none around it.
    along = rows.of_new(report, _measured(report, content))
    _record(report, Write(Operation.CREATE, caller, now), after=_Documents.of(report), along=along)
    return report


@transaction.atomic
def update_report(*, caller: Caller, report_id: str, content: ReportContent, now: datetime) -> Report:
    """Replaces the report, whatever has become of its event. Raises `NoSuchReport`, `EventChanged`, `WrongProgram`."""
    caller.require(Scope.WRITE_REPORTS)
    report = _locked(report_id, caller)
    if content.event_id != report.event_id:
        raise EventChanged(f"eventID: the report is on '{report.event_id}' and cannot be moved")
    before = _Documents.of(report)
    report.modified_at = later_than(report.modified_at, now)
    content = content.replacing(report.document)
    _fill(report, content)
    along = rows.of_changed(report, _measured(report, content))
    rows.delete_readings(report.id)
    write = Write(Operation.UPDATE, caller, now)
    _record(report, write, before=before, after=_Documents.of(report), along=along)
    return report


@transaction.atomic
def delete_report(*, caller: Caller, report_id: str, now: datetime) -> Report:
    """Deletes the report and returns it as it was. Raises `NoSuchReport`."""
    caller.require(Scope.WRITE_REPORTS)
    report, write = _locked(report_id, caller), Write(Operation.DELETE, caller, now)
    rows.delete(report.id)
    _record(report, write, before=_Documents.of(report))
    publishing.bury(report, _REPORT, write, client_id=report.client_id, inside=_inside(report))
    return report


def _program_of(event_id: str, caller: Caller) -> str:
    event = reported_event(event_id)
    if event is None or not caller.visibility().admits(event.targets):
        raise UnknownEvent(f"eventID: there is no event '{event_id}'")
    return event.program_id


def _fill(report: Report, content: ReportContent) -> None:
    """Columns and documents. Raises `WrongProgram`."""
    if content.program_id not in (None, report.program_id):
        raise WrongProgram(f"programID: the event '{report.event_id}' belongs to '{report.program_id}'")
    report.client_name, report.report_name = content.client_name, content.report_name
    report.resource_names = sorted({resource["resourceName"] for resource in content.resources})
    members, members_301 = v310.rendered(content.members), v301.rendered(content.members)
    report.document = body.encode_text(members)
    report.document_301 = None if members_301 is members else body.encode_text(members_301)


def _measured(report: Report, content: ReportContent) -> list[readings.Reading]:
    """The readings; the report is told when they are."""
    windows = readings.windows_of(content.resources, {})
    if not readings.is_complete(windows):
        windows = readings.windows_of(content.resources, _extents(report.event_id))
    report.span = rows.span_of(readings.extent_of(windows))
    return readings.readings_of(content.resources, windows)


def _extents(event_id: str) -> dict[int, Extent]:
    """When the intervals of an event are, of several with one id the first."""
    intervals = Interval.objects.filter(event_id=event_id, interval_id__isnull=False).order_by("-position")
    return {
        id_: Extent(starts_at, ends_at)
        for id_, starts_at, ends_at in intervals.values_list("interval_id", "starts_at", "ends_at")
        if id_ is not None
    }


def _record(
    report: Report,
    write: Write,
    *,
    before: _Documents = _NO_DOCUMENTS,
    after: _Documents = _NO_DOCUMENTS,
    along: Along = NOTHING,
) -> None:
    moves = keys.owned_changed(
        _REPORT.collection, report.id, clients=[report.client_id], inside=_inside(report)
    )
    publishing.record(
        _REPORT,
        report.id,
        write,
        before=before.of_310,
        after=after.of_310,
        moves=moves,
        program_id=report.program_id,
        literals=kept_documents(before=before.of_301, after=after.of_301),
        along=along,
    )


def _inside(report: Report) -> Iterable[str]:
    """What a report is part of, as lists are asked for."""
    return [f"event:{report.event_id}", f"program:{report.program_id}"]


def _locked(report_id: str, caller: Caller) -> Report:
    report = Report.objects.select_for_update().owned_by(caller.ownership).filter(id=report_id).first()
    if report is None:
        raise NoSuchReport(report_id)
    return report
