"""Events that live while a backend follows them: written at the door of OpenADR, and moved on by the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from events.bindings.models import Binding
from events.bindings.services import save_binding
from events.life import clock
from tests.conftest import Actor, event_request
from vtn import tasks
from vtn.caller import Caller
from vtn.deliveries.models import Delivery

STAFF = Caller.staff("anna")
HOUR = timedelta(hours=1)


def saved(binding: Binding, settings: dict[str, Any]) -> Binding:
    return save_binding(caller=STAFF, binding=binding, settings=settings, now=datetime.now(UTC))


def carry_out() -> None:
    """What the workers do until nothing is due; what has failed or is held stays behind."""
    for _ in range(4):
        tasks.sweep()


def hour_by_hour(
    program: dict[str, Any], start: datetime, kind: str, values: Iterable[float], **members: Any
) -> dict[str, Any]:
    """An event with an hour at each value of this payload type."""
    intervals = [
        {"id": number, "payloads": [{"type": kind, "values": [value]}]} for number, value in enumerate(values)
    ]
    period = {"start": start.isoformat(), "duration": "PT1H"}
    return event_request(program, intervalPeriod=period, intervals=intervals, **members)


def create(retailer: Actor, request: dict[str, Any]) -> str:
    """The path of the event, which everybody has heard of."""
    response = retailer.post("/events", request)
    assert response.status_code == 201, response.content
    carry_out()
    return f"/events/{response.json()['id']}"


def turn(now: datetime) -> None:
    clock.turn(now=now)
    carry_out()


def ends() -> list[tuple[str, int | None, str]]:
    return list(Delivery.objects.order_by("id").values_list("state", "status", "reason"))
