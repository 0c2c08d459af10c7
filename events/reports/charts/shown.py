"""Draws curves for the pages of the admin: those of a report, those across reports, and those of a VEN."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from events.reports.asks import MOST_INTERVALS, Asks, asks_of, expected_of
from events.reports.charts.curves import Box, Curve, Span, curves_of, drawn
from events.reports.models import Report
from vtn.shown_moments import TO_THE_MINUTE, moment_text

_TEMPLATE = "admin/events/report/charts.html"
MOST_CURVES = 12
_MOST_READINGS, _MOST_MISSING = 5_000, 100


class _Number(NamedTuple):
    """What is drawn of a reading. There are thousands, and a model costs several times as much as one of these."""

    resource_name: str
    payload_type: str
    starts_at: datetime | None
    ends_at: datetime | None
    number: Decimal | None


def charts_of(report: Report) -> SafeString:
    """A chart for each resource and type. Three queries. Expected are the event's intervals that were over when the
    report was last written; nothing is where the event is gone, or is repeated."""
    rows = report.readings.order_by("position").values_list(*_Number._fields)
    readings = [_Number(*row) for row in rows[: _MOST_READINGS + 1]]
    asks = asks_of([report.event_id])
    curves = curves_of(readings[:_MOST_READINGS], expected_of(asks, over_by=report.modified_at))
    return shown(curves, asks, is_more=len(readings) > _MOST_READINGS)


def shown(
    curves: Sequence[Curve], asks: Iterable[Asks], *, most: int = MOST_CURVES, is_more: bool = False
) -> SafeString:
    """So many of them, with their gaps as a table. `is_more`: not all that there is was made into curves."""
    missing = [(curve, span) for curve in curves[:most] for span in curve.missing]
    context: dict[str, Any] = {
        "drawn": [
            (each, _rects("gap", each.gaps), _rects("bar", each.bars), *_ends(each.whole))
            for each in map(drawn, curves[:most])
        ],
        "missing": [(curve, *map(moment_text, span)) for curve, span in missing[:_MOST_MISSING]],
        "left_out": max(len(curves) - most, 0),
        "more_missing": max(len(missing) - _MOST_MISSING, 0),
        "more": is_more,
        "most_intervals": MOST_INTERVALS if any(each.is_cut for each in asks) else None,
    }
    return SafeString(render_to_string(_TEMPLATE, context))


def _rects(kind: str, boxes: Iterable[Box]) -> SafeString:
    """There are thousands of them, each of which would take a template ten times as long."""
    return SafeString(
        "".join(
            f'<rect class="{kind}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"></rect>'
            for box in boxes
        )
    )


def _ends(span: Span) -> tuple[str, ...]:
    return tuple(moment_text(moment, form=TO_THE_MINUTE) for moment in span)
