"""What a utility does with a tariff: from a real file of CGRateS to the prices that VENs poll, and a change at noon."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.conftest import Actor
from tests.tariffs.tariff import (
    PRICES,
    make_program,
    make_publication,
    make_tariff,
    publish,
    rate,
    set_rates,
)

pytestmark = pytest.mark.django_db

TUTORIAL = Path(__file__).resolve().parent.parent / "data" / "cgrates" / "01_tutorial2_master.csv"
# In Brussels, on Monday 1 June 2026.
MORNING = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)  # 14:00
# PEAK has no end: from 19:00 on the evening takes over, since it starts later.
RATES = (
    rate("PEAK", "0.31", "0.08"),
    rate("OFFPEAK_MORNING", "0.22", "0.05"),
    rate("OFFPEAK_EVENING", "0.24", "0.06"),
    rate("OFFPEAK_WEEKEND", "0.18", "0.02"),
    rate("NEW_YEAR", "0.10", "0.00", weight=10),
)
WORKDAY = ["0.22"] * 8 + ["0.31"] * 11 + ["0.24"] * 5


def events_of(actor: Actor, program_id: str) -> dict[str, dict[str, Any]]:
    return {event["eventName"]: event for event in actor.get("/events", {"programID": program_id}).json()}


def values(event: dict[str, Any], payload_type: str = "PRICE") -> list[str]:
    return [
        str(Decimal(str(payload["values"][0])))
        for interval in event["intervals"]
        for payload in interval["payloads"]
        if payload["type"] == payload_type
    ]


def test_from_a_real_file_to_the_prices_of_tomorrow_and_a_change_at_noon(stranger):
    call_command("import_timings", str(TUTORIAL), "--tpid", "TUTORIAL", stdout=StringIO())
    tariff = make_tariff(RATES, tpid="TUTORIAL")
    program = make_program(payloadDescriptors=[PRICES, {**PRICES, "payloadType": "EXPORT_PRICE"}])
    make_publication(tariff, program, now=MORNING)
    publish(MORNING)
    first = events_of(stranger, program.id)

    assert list(first) == ["household 2026-06-01"]
    assert values(first["household 2026-06-01"]) == WORKDAY

    # A rate changes at noon, and the hour that begins then stays as VENs know it.
    set_rates(tariff, (rate("PEAK", "0.35", "0.08"), *RATES[1:]), now=NOON)
    publish(NOON)
    [before], [after] = first.values(), events_of(stranger, program.id).values()

    pairs = zip(before["intervals"], after["intervals"], strict=True)
    changed = [hour for hour, (one, other) in enumerate(pairs) if one != other]
    assert changed == [13, 14, 15, 16, 17, 18]
    assert values(after) == WORKDAY[:13] + ["0.35"] * 6 + WORKDAY[19:]
    assert values(after, "EXPORT_PRICE") == ["0.05"] * 8 + ["0.08"] * 11 + ["0.06"] * 5

    # At two, tomorrow is out, in both dialects.
    publish(AFTERNOON)

    for dialect in ("3.1.0", "3.0.1"):
        found = events_of(stranger.at(dialect), program.id)
        assert list(found) == ["household 2026-06-01", "household 2026-06-02"]
        tomorrow = found["household 2026-06-02"]
        assert values(tomorrow) == ["0.22"] * 8 + ["0.35"] * 11 + ["0.24"] * 5
        assert tomorrow["intervalPeriod"]["start"] == "2026-06-01T22:00:00Z"
        assert tomorrow["intervalPeriod"]["duration"] == "PT1H"

    # And nothing moves any more: a poll with what was known answers that it is known.
    known = stranger.get("/events", {"programID": program.id})
    publish(AFTERNOON.replace(hour=14))
    again = stranger.get("/events", {"programID": program.id})
    assert again.content == known.content
