"""Staff, and an event that asks for reports."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Actor, event_request


@pytest.fixture
def asking(retailer: Actor, program: dict[str, Any]) -> dict[str, Any]:
    """Four hours from midnight of 1 June 2026, of whose first three usage is asked for."""
    answer = retailer.post("/events", asking_request(program))
    assert answer.status_code == 201, answer.content
    return answer.json()


def asking_request(program: dict[str, Any], **members: Any) -> dict[str, Any]:
    return event_request(
        program,
        intervals=[{"id": number, "payloads": [{"type": "PRICE", "values": [1]}]} for number in range(4)],
        reportDescriptors=[{"payloadType": "USAGE", "startInterval": 0, "numIntervals": 3}],
        **members,
    )
