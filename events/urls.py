"""The paths of events and reports, below each OpenADR root."""

from django.urls import path

from events.api.openadr import Events, EventsBatch, OneEvent
from events.reports.api import OneReport, Reports
from vtn.api import paths as paths  # registers `object_id`
from vtn.dialect import Dialect


def _openadr(dialect: Dialect) -> list:
    return [
        path("events", Events.as_view(dialect=dialect)),
        path("events/batch", EventsBatch.as_view(dialect=dialect)),
        path("events/<object_id:event_id>", OneEvent.as_view(dialect=dialect)),
        path("reports", Reports.as_view(dialect=dialect)),
        path("reports/<object_id:report_id>", OneReport.as_view(dialect=dialect)),
    ]


openadr_301 = _openadr(Dialect.V301)
openadr_310 = _openadr(Dialect.V310)
