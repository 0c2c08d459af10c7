"""What it costs to create a report of a day of quarter-hours, over HTTP and inside a process."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from events.reports.services import create_report
from events.reports.wire import v310
from participants.queries import caller_of
from tests.benchmarks import scene
from tests.benchmarks.scene import Scene
from tests.benchmarks.writes import WriteCost, cost_of_calls, cost_of_posts
from vtn.wire import body

_INTERVALS = 96


def over_http(url: str, acts: Scene, count: int) -> WriteCost:
    """One connection that stays open, one report after the other. Raises `Refused`."""
    return cost_of_posts(f"{scene.ROOT}/reports", acts.ven, _texts(acts.event_id, count), url)


def in_process(acts: Scene, count: int) -> WriteCost:
    """From the body's bytes to the commit, without HTTP, Django's handler and the check of the token."""
    caller = caller_of("bench-ven")
    assert caller is not None

    def create(text: bytes) -> None:
        create_report(caller=caller, content=v310.parse_report(body.decode(text)), now=timezone.now())

    return cost_of_calls(create, _texts(acts.event_id, count))


def day_of_usage(event_id: str, number: int, intervals: int = _INTERVALS) -> dict[str, Any]:
    """A report on one resource, as a 3.1 client writes it."""
    start = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=number)
    return {
        "eventID": event_id,
        "clientName": f"ven-{number % 1_000}",
        "reportName": f"usage of {start:%Y-%m-%d}",
        "payloadDescriptors": [{"payloadType": "USAGE", "units": "KWH"}],
        "resources": [
            {
                "resourceName": "meter",
                "intervalPeriod": {"start": start.isoformat().replace("+00:00", "Z"), "duration": "PT15M"},
                "intervals": [
                    {"id": place, "payloads": [{"type": "USAGE", "values": [_usage(number, place)]}]}
                    for place in range(intervals)
                ],
            }
        ],
    }


def _usage(number: int, place: int) -> float:
    """Something with three digits that seldom comes twice: equal values would be compressed too well."""
    return (number * 7_919 + place * 104_729) % 4_999 / 1_000


def _texts(event_id: str, count: int) -> list[bytes]:
    return [json.dumps(day_of_usage(event_id, number)).encode() for number in range(count)]
