"""Powers are in kW unless their descriptor says otherwise."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from events.backends.made_up import made_up
from events.backends.powers import powers_in
from events.timeline import Phase

LIMIT = "IMPORT_CAPACITY_LIMIT"


def event_with(payload_type, *values, descriptor=None):
    """An active event whose one interval has this payload."""
    made = made_up(Phase.ACTIVE)
    payloads = [{"type": payload_type, "values": list(values)}]
    return replace(
        made,
        intervals=[replace(each, payloads=payloads) for each in made.intervals],
        event={**made.event, "payloadDescriptors": [{"payloadType": payload_type, **(descriptor or {})}]},
    )


@pytest.mark.parametrize(
    ("units", "value", "kw"),
    [
        (None, 40, "40"),
        ("KW", 40.5, "40.5"),
        ("W", 40_000, "40"),
        ("MW", Decimal("0.04"), "40"),
    ],
)
def test_a_power_is_in_kw_unless_its_descriptor_says_otherwise(units, value, kw):
    event = event_with(LIMIT, value, descriptor={"units": units} if units else {})

    assert list(powers_in(event, {LIMIT})) == [(LIMIT, Decimal(kw))]


def test_another_unit_is_none_of_power():
    assert list(powers_in(event_with(LIMIT, 40, descriptor={"units": "KWH"}), {LIMIT})) == []


@pytest.mark.parametrize("values", [["40"], [None], [True], [{"x": 1, "y": 2}], []])
def test_what_is_no_number_is_no_power(values):
    assert list(powers_in(event_with(LIMIT, *values), {LIMIT})) == []


def test_only_the_types_that_are_asked_for_count():
    assert list(powers_in(event_with("PRICE", 40), {LIMIT})) == []
