"""An event drives a backend through its life: by what is written, and by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from events.bindings.models import Binding
from events.bindings.services import save_binding
from events.life import clock
from tests.conftest import event_request
from vtn import tasks
from vtn.caller import Caller
from vtn.deliveries.models import Delivery

STAFF = Caller.staff("anna")


@pytest.fixture
def binding(db: None) -> Binding:
    now = datetime.now(UTC)
    return save_binding(
        caller=STAFF,
        binding=Binding(name="log", backend="console"),
        settings={"prefix_text": "log:"},
        now=now,
    )


def pushed() -> list[str]:
    tasks.sweep()
    while Delivery.objects.filter(state="waiting").exists():
        tasks.sweep()
    return list(Delivery.objects.filter(state="delivered").order_by("id").values_list("answer", flat=True))


def test_the_clock_drives_it(retailer, program, binding):
    start = datetime.now(UTC) + timedelta(hours=1)
    period = {"start": start.isoformat(), "duration": "PT1H"}
    retailer.post("/events", event_request(program, intervalPeriod=period))
    tasks.sweep()

    for hours in (0.5, 1.5, 2.5, 3.5, 4.5):
        clock.turn(now=start - timedelta(hours=1) + timedelta(hours=hours))

    assert pushed() == [
        "log: prices is announced",
        "log: prices is active: PRICE 0.1",
        "log: prices is active: PRICE 1.1",
        "log: prices is active: PRICE 2.1",
        "log: prices is ended",
    ]
