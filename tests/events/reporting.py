"""Reports to write in tests."""

from __future__ import annotations

from typing import Any


def report_request(event: dict[str, Any], dialect: str = "3.1.0", **members: Any) -> dict[str, Any]:
    """Three hours of usage of one resource, on an event."""
    program = {} if dialect == "3.1.0" else {"programID": event["programID"]}
    return {
        **program,
        "eventID": event["id"],
        "clientName": "ven-1",
        "reportName": "usage",
        "resources": [
            {
                "resourceName": "meter-1",
                "intervalPeriod": {"start": "2026-06-01T00:00:00Z", "duration": "PT1H"},
                "intervals": [
                    {"id": number, "payloads": [{"type": "USAGE", "values": [0.1 + number]}]}
                    for number in range(3)
                ],
            }
        ],
        **members,
    }


def one_value(event: dict[str, Any], *values: Any, type_: str = "USAGE", **interval: Any) -> dict[str, Any]:
    """A report of one interval with one payload; without times unless `interval` has some."""
    return {
        "eventID": event["id"],
        "clientName": "ven-1",
        "resources": [
            {
                "resourceName": "meter-1",
                "intervals": [{"id": 0, "payloads": [{"type": type_, "values": [*values]}], **interval}],
            }
        ],
    }


def post(door: Any, written: Any) -> dict[str, Any]:
    answer = door.post("/reports", written)
    assert answer.status_code == 201, answer.content
    return answer.json()
