"""Charts of a report: what was measured against the intervals that the event has, with the gaps told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from events.reports.charts.curves import Box, Span, curves_of, drawn, nothing_of
from tests.events.reporting import one_value, post, report_request

MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Measured:
    resource_name: str
    payload_type: str
    starts_at: datetime | None
    ends_at: datetime | None
    number: Decimal | None


def measured(hour, number, resource="meter", type_="USAGE"):
    starts_at = MIDNIGHT + hour * HOUR
    return Measured(resource, type_, starts_at, starts_at + HOUR, Decimal(number))


def nothing(payload_type):
    return []


def hours(*numbers):
    return [Span(MIDNIGHT + hour * HOUR, MIDNIGHT + (hour + 1) * HOUR) for hour in numbers]


def page(staff, report):
    return staff.get(reverse("admin:events_report_change", args=[report["id"]])).text


def test_each_resource_and_type_is_a_curve_of_its_own():
    readings = [measured(0, 1, "b"), measured(0, 2, "a", "DEMAND"), measured(1, 3, "b"), measured(0, 4, "a")]

    curves = curves_of(readings, nothing)

    assert [(each.resource_name, each.payload_type, len(each.values)) for each in curves] == [
        ("a", "DEMAND", 1),
        ("a", "USAGE", 1),
        ("b", "USAGE", 2),
    ]


def test_an_interval_that_no_reading_is_in_is_missing():
    long = Measured("meter", "USAGE", MIDNIGHT + 4 * HOUR, MIDNIGHT + 9 * HOUR, Decimal(1))
    readings = [measured(0, 1), measured(2, 1), long]

    (curve,) = curves_of(readings, lambda type_: hours(0, 1, 2, 3, 4, 7, 9))

    assert curve.missing == tuple(hours(1, 3, 9))
    assert curve.received == 4


def test_a_long_reading_before_others_still_covers_what_is_under_it():
    long = Measured("meter", "USAGE", MIDNIGHT, MIDNIGHT + 5 * HOUR, Decimal(1))

    (curve,) = curves_of([measured(1, 1), long], lambda type_: hours(0, 1, 2, 3, 4, 5))

    assert curve.missing == tuple(hours(5))


def test_what_is_no_number_or_of_no_known_time_is_not_drawn():
    timeless = Measured("meter", "USAGE", None, None, Decimal(1))
    text = Measured("meter", "STATE", MIDNIGHT, MIDNIGHT + HOUR, None)
    open_ended = Measured("meter", "USAGE", MIDNIGHT, None, Decimal(1))

    assert curves_of([timeless, text, open_ended], lambda type_: hours(0)) == []


def test_bars_stand_on_zero_and_hang_from_it():
    (curve,) = curves_of([measured(0, 3), measured(1, -1)], lambda type_: hours(0, 1, 2, 3, 5))

    picture = drawn(curve)

    assert picture.whole == Span(MIDNIGHT, MIDNIGHT + 6 * HOUR)
    assert picture.zero == 102.0
    assert picture.bars == (Box(0.0, 160.0, 6.0, 96.0), Box(160.0, 160.0, 102.0, 32.0))
    assert picture.gaps == (Box(320.0, 320.0), Box(800.0, 160.0))


def test_what_has_not_come_at_all_is_a_picture_of_a_gap():
    picture = drawn(nothing_of("", "USAGE", hours(0, 1)))

    assert (picture.bars, picture.gaps) == ((), (Box(0.0, 960.0),))
    assert str(picture.curve) == "USAGE"
    assert picture.curve.received == 0


@pytest.mark.parametrize("number", ["0", "1e308", "-1e308", "1e-300"])
def test_any_number_can_be_drawn(number):
    (curve,) = curves_of([measured(0, number), measured(1, "-1e308")], nothing)

    assert all(0 <= bar.y <= 140 and bar.height >= 1 for bar in drawn(curve).bars)


def test_the_page_of_a_report_draws_it_and_tells_its_gaps(staff, ven, event):
    intervals = [{"id": 1, "payloads": [{"type": "USAGE", "values": [2.5]}]}]
    report = post(ven, report_request(event, resources=[{"resourceName": "<b>", "intervals": intervals}]))

    text = page(staff, report)

    assert "1 of the event's 3 intervals" in text
    assert "<td>2026-06-01 02:00:00 UTC</td><td>2026-06-01 03:00:00 UTC</td>" in text
    assert text.count('<rect class="bar"') == 1
    assert text.count('<rect class="gap"') == 2
    assert "<span>2026-06-01 00:00 UTC</span><span>2026-06-01 03:00 UTC</span>" in text
    assert "&lt;b&gt;, USAGE" in text


def test_a_report_of_words_and_one_on_an_event_that_is_gone_have_pages_too(staff, retailer, ven, event):
    words = post(ven, one_value(event, "fine", type_="STATE"))
    numbers = post(ven, report_request(event))
    assert retailer.delete(f"/events/{event['id']}").status_code == 200

    assert "It has no numbers of a known time." in page(staff, words)
    text = page(staff, numbers)
    assert text.count('<rect class="bar"') == 3
    assert "without a reading" not in text


def test_a_repeated_event_expects_nothing(staff, retailer, ven, event):
    daily = {"start": "2026-06-01T00:00:00Z", "duration": "PT1H"}
    written = {**event, "intervalPeriod": daily, "duration": "P3D"}
    assert retailer.put(f"/events/{event['id']}", written).status_code == 200

    assert "intervals</figcaption>" not in page(staff, post(ven, report_request(event)))


def test_that_not_all_intervals_were_looked_at_is_told(staff, ven, event, monkeypatch):
    report = post(ven, report_request(event))
    assert "The events have more than" not in page(staff, report)

    monkeypatch.setattr("events.reports.asks.MOST_INTERVALS", 2)

    assert "The events have more than" in page(staff, report)
