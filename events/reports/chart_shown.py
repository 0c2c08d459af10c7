"""Reads what the charts of a report are drawn from, and draws them. Two queries."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from events.models import Interval
from events.reports.charts import Span, curves_of, drawn
from events.reports.models import Report

_TEMPLATE = "admin/events/report/charts.html"
_MOST_READINGS, _MOST_INTERVALS, _MOST_CURVES, _MOST_MISSING = 5_000, 1_000, 12, 100


def charts_of(report: Report) -> SafeString:
    """A chart for each resource and type. Expected are the event's intervals that were over when the report was last
    written; nothing is where the event is gone, or is repeated, for then only its first pass has rows."""
    readings = list(report.readings.order_by("position")[: _MOST_READINGS + 1])
    over = Interval.objects.filter(event_id=report.event_id, ends_at__lte=report.modified_at)
    windows = over.filter(event__repeats_every=None).order_by("position")
    ends = windows.values_list("starts_at", "ends_at")[:_MOST_INTERVALS]
    expected = [Span(starts_at, ends_at) for starts_at, ends_at in ends if ends_at is not None]
    curves = curves_of(readings[:_MOST_READINGS], expected)
    missing = [(curve, span) for curve in curves[:_MOST_CURVES] for span in curve.missing]
    context = {
        "drawn": [drawn(curve) for curve in curves[:_MOST_CURVES]],
        "missing": missing[:_MOST_MISSING],
        "more": len(readings) > _MOST_READINGS or len(curves) > _MOST_CURVES or len(missing) > _MOST_MISSING,
    }
    return SafeString(render_to_string(_TEMPLATE, context))
