"""Reads of reports, one query each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from events.period import Period, bounded
from events.reports import pages
from events.reports.documents import whole, written
from events.reports.models import Report
from vtn import errors
from vtn.caller import Caller
from vtn.dialect import Dialect
from vtn.documents import list_of
from vtn.mirror import Since, changed_since
from vtn.models import OwnedQuerySet, Tombstone
from vtn.paging import Page
from vtn.polling import keys
from vtn.polling.answers import Answer
from vtn.polling.state import polling
from vtn.queries import answer_to


class NoSuchReport(errors.NoSuchObject):
    """No report has this id, or none that the caller may see."""

    kind = "report"


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What a list of reports is narrowed to. `from_at` and `to_at` bound a half-open window that the report's span
    overlaps."""

    program_id: str | None = None
    event_id: str | None = None
    client_name: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    since: Since | None = None

    def columns(self, client_id: str | None) -> dict[str, str]:
        """The columns that must have a certain value, for a reader who sees this client's reports only."""
        named = {
            "client_id": client_id,
            "program_id": self.program_id,
            "event_id": self.event_id,
            "client_name": self.client_name,
        }
        return {name: value for name, value in named.items() if value is not None}

    @property
    def window(self) -> Period | None:
        return bounded(self.from_at, self.to_at)

    @property
    def inside(self) -> str:
        """The object that all of the list is part of, if it is asked for so."""
        if self.event_id is not None:
            return f"event:{self.event_id}"
        return f"program:{self.program_id}" if self.program_id is not None else ""


def visible_reports(caller: Caller, wanted: ReportFilter, *, page: Page, dialect: Dialect) -> Answer:
    """A page of the reports that the caller sees, oldest first, as the dialect writes them."""
    owner = caller.ownership
    seen = polling().see(keys.owned_dependencies("reports", owner, inside=wanted.inside))
    if wanted.since is not None:
        body = _changed(wanted, wanted.since, caller, page, dialect)
    else:
        found = pages.read(wanted.columns(owner.client_id), window=wanted.window, page=page, dialect=dialect)
        body = list_of(whole(report, dialect) for report in found).encode()
    return answer_to(caller, body, seen, is_personal=True)


def visible_report(caller: Caller, report_id: str, dialect: Dialect) -> Answer:
    """One report. Raises `NoSuchReport`."""
    seen = polling().see(keys.owned_object_dependency("reports", report_id, caller.ownership))
    report = Report.objects.owned_by(caller.ownership).filter(id=report_id).first()
    if report is None:
        raise NoSuchReport(report_id)
    return answer_to(caller, written(report, dialect).encode(), seen, is_personal=True)


def _changed(wanted: ReportFilter, since: Since, caller: Caller, page: Page, dialect: Dialect) -> bytes:
    """As a mirror wants it. A deleted report is told of whatever its clientName and its times were."""
    reports = Report.objects.filter(**wanted.columns(caller.ownership.client_id))
    if wanted.window is not None:
        reports = wanted.window.narrow(reports)
    deleted = Tombstone.objects.owned_by(caller.ownership)
    for kind, object_id in (("event", wanted.event_id), ("program", wanted.program_id)):
        deleted = deleted if object_id is None else deleted.inside(kind, object_id)
    return changed_since(
        since,
        page,
        object_type="REPORT",
        objects=reports,
        deleted=deleted,
        documents=partial(_by_id, reports, dialect),
    )


def _by_id(reports: OwnedQuerySet[Report], dialect: Dialect, ids: list[str]) -> dict[str, str]:
    return {report.id: written(report, dialect) for report in reports.filter(id__in=ids)}
