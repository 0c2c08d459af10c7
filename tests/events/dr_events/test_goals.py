"""What goals ask of a VEN."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.dr_events.goals import SIMPLE, UNITS, payload_of
from events.dr_events.priorities import WORDS, number_of, word_of

SHED, IMPORT, EXPORT = "DISPATCH_SETPOINT_RELATIVE", "IMPORT_CAPACITY_LIMIT", "EXPORT_CAPACITY_LIMIT"


@pytest.mark.parametrize(
    ("goal", "payload"),
    [
        ("shed 250 kW", (SHED, "-250")),
        ("Shed by 250kw.", (SHED, "-250")),
        ("reduce 0.5 MW", (SHED, "-500")),
        ("shed 800 W", (SHED, "-0.8")),
        ("shed 0 kW", (SHED, "0")),
        ("limit 40 kW", (IMPORT, "40")),
        ("limit to 40 kW", (IMPORT, "40")),
        ("limit import to 40 kW", (IMPORT, "40")),
        ("  LIMIT EXPORT TO 12.50 KW ", (EXPORT, "12.5")),
        # The decimal sign of many languages.
        ("limit 12,5 kW", (IMPORT, "12.5")),
        ("limit 0,125 MW", (IMPORT, "125")),
        ("limit 0.125 MW", (IMPORT, "125")),
        ("limit 1.2500 MW", (IMPORT, "1250")),
    ],
)
def test_a_goal_that_is_understood(goal, payload):
    kind, value = payload_of(goal)

    assert (kind, str(value)) == payload


@pytest.mark.parametrize(
    "goal",
    [
        "",
        "save energy",
        "do not shed 250 kW",
        "shed 250 kW if you can",
        "shed kW",
        "shed -250 kW",
        "shed 250 kWh",
        "shed 250",
        # One reader's 1.5 is another's 1500.
        "shed 1,500 kW",
        "limit 1.500 kW",
        "shed 1.500,5 kW",
        "shed ٢٥٠ kW",
        "shed 1e3 kW",
    ],
)
def test_any_other_is_a_moderate_shed(goal):
    assert payload_of(goal) == SIMPLE == ("SIMPLE", 1)


@given(
    st.one_of(
        st.text(), st.from_regex(r"(shed|limit( (to|export))?) [0-9.,]{1,12} ?[kKmM]?[wW]\.?", fullmatch=True)
    )
)
def test_any_text_is_some_payload(goal):
    kind, value = payload_of(goal)

    assert kind in UNITS
    assert Decimal(value).is_finite()
    assert "E" not in str(value)
    assert (value <= 0) if kind == SHED else (value >= 0)


@pytest.mark.parametrize(
    ("number", "word"),
    [
        *[(0, "high"), (1, "high"), (3, "high")],
        *[(4, "medium"), (5, "medium"), (7, "medium")],
        *[(8, "low"), (10, "low"), (2**63 - 1, "low"), (None, "low")],
    ],
)
def test_a_number_from_elsewhere_is_the_nearest_word(number, word):
    assert word_of(number) == word


def test_a_word_is_itself_again():
    assert [word_of(number_of(word)) for word in WORDS] == ["high", "medium", "low"]
