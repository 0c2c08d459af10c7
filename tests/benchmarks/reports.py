"""What it costs to create a report of a day of quarter-hours, over HTTP and inside a process."""

from __future__ import annotations

import http.client
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from events.reports.services import create_report
from events.reports.wire import v310
from participants.queries import caller_of
from tests.benchmarks import processes, scene
from tests.benchmarks.processes import Cpu
from tests.benchmarks.scene import Scene
from tests.benchmarks.writes import WriteCost
from tests.benchmarks.wrk import Refused
from vtn.wire import body

_INTERVALS = 96


def over_http(url: str, acts: Scene, count: int) -> WriteCost:
    """One connection that stays open, one report after the other. Raises `Refused`."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    _post(connection, acts, count // 10)
    before, began = processes.spent(), time.perf_counter()
    _post(connection, acts, count)
    return WriteCost.of(processes.spent().since(before), time.perf_counter() - began, count)


def in_process(acts: Scene, count: int) -> WriteCost:
    """From the body's bytes to the commit, without HTTP, Django's handler and the check of the token."""
    caller = caller_of("bench-ven")
    assert caller is not None
    texts = _texts(acts.event_id, count)

    def create(text: bytes) -> None:
        create_report(caller=caller, content=v310.parse_report(body.decode(text)), now=timezone.now())

    for text in texts[: count // 10]:
        create(text)
    before, began, began_cpu = processes.spent(), time.perf_counter(), time.process_time()
    for text in texts:
        create(text)
    own = time.process_time() - began_cpu
    database = processes.spent().since(before).database
    return WriteCost.of(Cpu(own, database), time.perf_counter() - began, count)


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


def _post(connection: http.client.HTTPConnection, acts: Scene, count: int) -> None:
    headers = {"Authorization": f"Bearer {acts.ven}", "Content-Type": "application/json"}
    for text in _texts(acts.event_id, count):
        connection.request("POST", f"{scene.ROOT}/reports", text, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 201:
            raise Refused(f"POST /reports: {response.status} {answer[:200]!r}")


def _texts(event_id: str, count: int) -> list[bytes]:
    return [json.dumps(day_of_usage(event_id, number)).encode() for number in range(count)]
