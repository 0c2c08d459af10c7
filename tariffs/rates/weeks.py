"""What a tariff asks in a week, as texts with the periods in which they apply: for people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from tariffs.rates.book import RateBook, UnknownTiming
from tariffs.rates.curve import Stretch, Value

Spans = dict[str, list[tuple[datetime, datetime]]]


def spans_of_week(book: RateBook, monday: date) -> Spans:
    """A day that has a rate for a timing that is not there is left empty."""
    spans: defaultdict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for number in range(7):
        try:
            stretches = book.on(monday + timedelta(days=number))
        except UnknownTiming:
            continue
        for stretch in stretches:
            spans[_text(stretch)].append((stretch.starts_at, stretch.ends_at))
    return dict(spans)


def _text(stretch: Stretch) -> str:
    if stretch.is_gap:
        return _("gap")
    tags = _(" and ").join(sorted({rate.tag for rate in stretch.rates}))
    if stretch.is_contested:
        return _("contested: %(tags)s") % {"tags": tags}
    return f"{tags} {_shown(stretch.rates[0].value)}"


def _shown(value: Value) -> str:
    """What is asked, and after a stroke what is given for export."""
    imported, exported = (
        "–" if amount is None else f"{amount}" for amount in (value.imported, value.exported)
    )
    return imported if value.exported is None else f"{imported} / {exported}"
