"""Reports in OpenADR, both dialects."""

from __future__ import annotations

from types import ModuleType

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request

from events.reports import queries, services
from events.reports.documents import written
from events.reports.queries import ReportFilter
from events.reports.wire import v301, v310
from vtn.api.openadr import PolledView, stored
from vtn.caller import Caller, Scope
from vtn.dialect import Dialect
from vtn.mirror import Since
from vtn.openapi.objects import MIRROR, READ_OWN, ObjectKind, collection, single
from vtn.openapi.operations import Parameter
from vtn.paging import Page, parse_object_id, parse_time
from vtn.polling.answers import Answer
from vtn.wire.schema import CheckedMoment, ObjectID

WIRE: dict[Dialect, ModuleType] = {Dialect.V301: v301, Dialect.V310: v310}

REPORT = ObjectKind(
    "report",
    requests={Dialect.V301: v301.ReportRequest, Dialect.V310: v310.ReportRequest},
    answers={Dialect.V301: v301.ReportRequest, Dialect.V310: v310.Report},
    read=READ_OWN,
    write=Scope.WRITE_REPORTS,
)
FILTERS = (
    Parameter("programID", ObjectID, "Only reports on events of this program"),
    Parameter("eventID", ObjectID, "Only reports on this event"),
    Parameter("clientName", str, "Only reports with this clientName"),
    Parameter("x-start", CheckedMoment, "Only reports on times that end after this", is_extension=True),
    Parameter("x-end", CheckedMoment, "Only reports on times that start before this", is_extension=True),
    *MIRROR,
)


class Reports(PolledView):
    schema = collection(REPORT, search="searchAllReports", create="createReport", filters=FILTERS)
    own_scope = Scope.WRITE_REPORTS

    def read(self, caller: Caller, query: QueryDict) -> Answer:
        self.require_read_own(caller)
        return queries.visible_reports(
            caller,
            _filter(query),
            page=Page.parse(query),
            dialect=self.dialect,
        )

    def post(self, request: Request) -> HttpResponse:
        report = services.create_report(
            caller=self.caller,
            content=WIRE[self.dialect].parse_report(request.data),
            now=timezone.now(),
        )
        return stored(written(report, self.dialect), status.HTTP_201_CREATED)


class OneReport(PolledView):
    schema = single(REPORT, search="searchReportsByReportID", update="updateReport", delete="deleteReport")
    own_scope = Scope.WRITE_REPORTS

    def read(self, caller: Caller, query: QueryDict, report_id: str) -> Answer:
        self.require_read_own(caller)
        return queries.visible_report(caller, report_id, self.dialect)

    def put(self, request: Request, report_id: str) -> HttpResponse:
        report = services.update_report(
            caller=self.caller,
            report_id=report_id,
            content=WIRE[self.dialect].parse_report(request.data),
            now=timezone.now(),
        )
        return stored(written(report, self.dialect))

    def delete(self, request: Request, report_id: str) -> HttpResponse:
        report = services.delete_report(caller=self.caller, report_id=report_id, now=timezone.now())
        return stored(written(report, self.dialect))


def _filter(query: QueryDict) -> ReportFilter:
    """`x-start` and `x-end` are an extension that 3.0.1 VTNs have, taken everywhere."""
    return ReportFilter(
        program_id=parse_object_id(query, "programID"),
        event_id=parse_object_id(query, "eventID"),
        client_name=query.get("clientName"),
        from_at=parse_time(query, "x-start"),
        to_at=parse_time(query, "x-end"),
        since=Since.parse(query, now=timezone.now()),
    )
