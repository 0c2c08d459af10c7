"""What an event means for a net cluster: pure rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from events.backends.base import EventChange, Refused
from events.backends.powers import kw_of
from events.backends.tygron.settings import TygronSettings
from events.backends.tygron.words import TimeState
from events.timeline import Phase

_SIMPLE = "SIMPLE"


def state_of(change: EventChange, settings: TygronSettings) -> TimeState:
    """Interpretation: 3.1.0 Definition, "Enumerations", has SIMPLE 0 as 'normal operations' in its example. An event
    that asks for nothing else at the moment counts as one that has ended. Between its intervals it is still active."""
    payloads = list(_payloads(change))
    if change.phase is Phase.ACTIVE and payloads and all(_is_normal(each) for each in payloads):
        return settings.states[Phase.ENDED]
    return settings.states[change.phase]


def fraction_of(change: EventChange, settings: TygronSettings, full_load: float | None) -> float:
    """How much of the load stays, from 0 to 1. Raises `Refused` for a payload that says nothing usable.

    Interpretation: of several demands at once the hardest holds. Payloads other than SIMPLE and the capacity limit of
    the settings say nothing about a fraction.
    """
    fractions = [1.0]
    for payload in _payloads(change):
        if payload["type"] == _SIMPLE:
            fractions.append(_of_level(_number(payload), settings))
        elif payload["type"] == settings.limit_type:
            fractions.append(_of_limit(_kw(payload, change), full_load))
    return round(min(fractions), 6)


def _payloads(change: EventChange) -> Iterator[Mapping[str, Any]]:
    for interval in change.intervals:
        yield from interval.payloads


def _is_normal(payload: Mapping[str, Any]) -> bool:
    return payload["type"] == _SIMPLE and list(payload["values"]) == [0]


def _number(payload: Mapping[str, Any]) -> float:
    """Its one value (3.1.0 Definition, "Enumerations": SIMPLE and the limits have one)."""
    values = payload["values"]
    if len(values) == 1 and isinstance(values[0], int | float | Decimal) and not isinstance(values[0], bool):
        return float(values[0])
    raise Refused(f"The payload {payload['type']} has to have one number, and has {list(values)!r}"[:300])


def _kw(limit: Mapping[str, Any], change: EventChange) -> float:
    _number(limit)
    kw = kw_of(change, limit)
    if kw is None:
        raise Refused(f"The payload {limit['type']} has a unit that is none of power: W, KW and MW are")
    return float(kw)


def _of_level(level: float, settings: TygronSettings) -> float:
    if level not in (0, 1, 2, 3):
        raise Refused(f"SIMPLE has levels from 0 to 3, and not {level:g}")
    return settings.levels[int(level)]


def _of_limit(kw: float, full_load: float | None) -> float:
    if full_load is None:
        raise Refused(
            "A capacity limit means nothing here without the full load: it is neither set nor mapped"
        )
    return min(max(kw / full_load, 0.0), 1.0)
