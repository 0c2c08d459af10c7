"""What came of the reports that a VEN was asked for, for its page in the admin, whose app knows nothing of events."""

from __future__ import annotations

from datetime import datetime

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from events.reports import across
from events.reports.across import Question
from events.reports.asks import Asks, asking, asks_of, expected_of, silent_of
from events.reports.charts.curves import curves_of
from events.reports.charts.shown import shown
from participants.models import Ven
from participants.queries.vens import granted_to

_TEMPLATE = "admin/events/report/of_ven.html"
_MOST_EVENTS, _MOST_CURVES = 3, 4


def reports_of(ven: Ven) -> SafeString | str:
    """Readings against the intervals of the newest events that ask this VEN for reports. Four queries, and two for each
    of the three events at most."""
    if ven.client_id is None:
        return "–"
    now = timezone.now()
    asks = asks_of(asking(granted_to(ven), now=now, most=_MOST_EVENTS))
    page = reverse("admin:events_report_charts")
    context = {
        "events": [
            {
                "asks": each,
                "charts": _charts(ven.client_id, each, now),
                "all": f"{page}?{urlencode({'ven': ven.pk, 'event': each.event_id})}",
            }
            for each in asks
        ],
        "all": f"{page}?{urlencode({'ven': ven.pk})}",
    }
    return SafeString(render_to_string(_TEMPLATE, context))


def _charts(client_id: str, asks: Asks, now: datetime) -> SafeString | str:
    answer = across.read(Question(client_id=client_id, event_id=asks.event_id))
    known = () if answer.is_cut else (asks,)
    expected = expected_of(known, over_by=now)
    come = {told.payload_type for told in answer.readings}
    curves = [*curves_of(answer.readings, expected), *silent_of(known, come, "", expected)]
    return shown(curves, [asks], most=_MOST_CURVES) if curves else ""
