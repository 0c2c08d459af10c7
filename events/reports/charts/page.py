"""The page of charts across reports, and the same readings as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from events.reports import across
from events.reports.across import Answer, Question, Told
from events.reports.asks import Asks, Expected, asks_of, expected_of, silent_of
from events.reports.charts.curves import Curve, curves_of
from events.reports.charts.form import ChartForm
from events.reports.charts.shown import shown
from events.reports.download import download
from events.reports.export import csv_of
from events.reports.readings_shown import cells_of
from participants.models import Ven
from vtn import errors
from vtn.admin.addresses import list_address
from vtn.wire.payloads import REPORT_PAYLOADS

_PAGE = "admin/events/report/across.html"
_NEEDS = ("events.view_report", "events.view_event", "participants.view_ven")
_NAMED = ("client_id", "ven_name")
_MOST_EVENTS = 20


class ChartPage:
    """A part of the pages of reports."""

    admin_site: Any
    opts: Any

    def across(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Asks whose readings of what and when, and draws them; with `format=csv`, the readings that are drawn."""
        if not request.user.has_perms(_NEEDS):
            raise PermissionDenied
        is_asked = any(name in request.GET for name in ChartForm.base_fields)
        form = ChartForm(request.GET if is_asked else None)
        context: dict[str, Any] = {}
        if form.is_valid():
            answer = across.read(form.question)
            if request.GET.get("format") == "csv":
                try:
                    return download("csv", csv_of([answer.readings]))
                except errors.Busy as refusal:
                    form.add_error(None, refusal.detail)
            context = self._drawn(request, form.question, answer)
        page = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Charts of readings")}
        choices = [
            (str(form[field].label), [(name, _address(request, **{field: key})) for name, key in found])
            for field, found in form.choices.items()
        ]
        shared = {"form": form, "choices": choices, "payload_types": sorted(REPORT_PAYLOADS)}
        return TemplateResponse(request, _PAGE, {**page, **shared, **context})

    def _drawn(self, request: HttpRequest, question: Question, answer: Answer) -> dict[str, Any]:
        reported = dict.fromkeys(event_id for _client, event_id in answer.reported)
        events = list(reported)[:_MOST_EVENTS] if question.event_id is None else [question.event_id]
        names = _names({told.client_id for told in answer.readings})
        asks = asks_of(events)
        curves = _curves(question, answer, asks, names)
        return {
            "answer": answer,
            "charts": shown(curves, asks) if curves else "",
            "rows": _rows(answer.readings, names),
            "csv": _address(request, upto=answer.newest or "", format="csv"),
            "most_reports": across.MOST_REPORTS,
            "most_readings": across.MOST_READINGS,
        }


def _curves(
    question: Question, answer: Answer, asks: Sequence[Asks], names: Mapping[str, str]
) -> list[Curve]:
    """Of each client against the events that it reported on. What is missing in what was cut off nobody knows."""
    known = () if answer.is_cut else asks
    now = timezone.now()

    def expected(of_events: Iterable[Asks]) -> Expected:
        return expected_of(of_events, over_by=now, window=question.window)

    by_client = groupby(sorted(answer.readings, key=_client_of), _client_of)
    curves = [
        curve
        for client_id, readings in by_client
        for curve in curves_of(
            readings,
            expected(each for each in known if (client_id, each.event_id) in answer.reported),
            source=names[client_id] if len(names) > 1 else "",
        )
    ]
    come = {told.payload_type for told in answer.readings}
    silent = silent_of(known, come, question.resource_name or "", expected(known))
    return [*curves, *(each for each in silent if question.payload_type in (None, each.payload_type))]


def _client_of(told: Told) -> str:
    return told.client_id


def _names(client_ids: set[str]) -> dict[str, str]:
    """What the VENs of these clients are called; a client without one by its id."""
    vens = {ven.client_id: ven.ven_name for ven in Ven.objects.filter(client_id__in=client_ids).only(*_NAMED)}
    return {client_id: vens.get(client_id, client_id) for client_id in client_ids}


def _rows(readings: Sequence[Told], names: Mapping[str, str]) -> SafeString:
    """All of them, those that are no numbers as well."""
    page = list_address("events_report")
    row = f'{"<td>{}</td>" * 7}<td><a href="{{}}{{}}/change/">{{}}</a></td>'
    return format_html_join(
        "",
        f"<tr>{row}</tr>",
        (
            (names[told.client_id], *cells_of(told), page, told.report_id, told.report_name or told.report_id)
            for told in readings
        ),
    )


def _address(request: HttpRequest, **values: str) -> str:
    asked = request.GET.copy()
    for name, value in values.items():
        asked[name] = value
    return f"?{asked.urlencode()}"
