"""Everything that turns prices into programmes and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from events.content import EventContent
from events.models import Event
from events.services import create_event, update_event
from events.wire import v310 as event_wire
from programs.models import Program
from programs.services import create_program
from programs.wire import v310 as program_wire
from tariffs.price_events import (
    PRICE,
    describes_prices,
    event_name,
    prices_in,
    program_body,
    timed_prices,
)
from tariffs.prices import Price, PriceSeries, by_day, overlaid
from vtn import errors
from vtn.caller import Caller, Scope


class ProgramHasOtherPrices(errors.Conflict):
    """VENs would read the prices of this programme in another unit or currency, or guess it."""


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Imported:
    """With how many days came to which outcome."""

    program: Program
    days: Counter[Outcome]


@transaction.atomic
def import_day_ahead_prices(
    *,
    caller: Caller,
    program_name: str,
    series: PriceSeries,
    zone: ZoneInfo,
    attributes: Mapping[str, str],
    now: datetime,
) -> Imported:
    """Makes one event per local day of the series, in the program of that name, which is created with these
    attributes when it is missing. Prices that are stored for other times stay, and so does whatever else an
    event says; a day whose prices are the same is not touched.

    Raises `ProgramHasOtherPrices`, `Invalid`.
    """
    caller.require_business(Scope.WRITE_EVENTS)
    series = series.per_kwh()
    program = _program(caller, program_name, series.currency, attributes, now)
    prices_by_name = {event_name(day): prices for day, prices in by_day(series.prices, zone).items()}
    stored = _events_by_name(program, prices_by_name)
    outcomes = Counter(
        _publish(caller, program, name, stored.get(name), prices, now)
        for name, prices in prices_by_name.items()
    )
    return Imported(program, outcomes)


def _program(
    caller: Caller, program_name: str, currency: str, attributes: Mapping[str, str], now: datetime
) -> Program:
    """Locked, because two imports at once would both create the event of a day."""
    program = Program.objects.select_for_update().filter(program_name=program_name).first()
    if program is None:
        content = program_wire.parse_program(program_body(program_name, currency, attributes))
        return create_program(caller=caller, content=content, now=now)
    if not describes_prices(program.content.get("payloadDescriptors", ()), currency):
        raise ProgramHasOtherPrices(
            f"The program '{program_name}' does not say in its payloadDescriptors that {PRICE} is in {currency} per KWH"
        )
    return program


def _events_by_name(program: Program, names: Iterable[str]) -> dict[str, Event]:
    """Locked, so that what somebody else writes in the meantime is not lost."""
    events = Event.objects.select_for_update().filter(program=program, event_name__in=list(names))
    # The oldest comes last, and so is the one that is kept.
    oldest_last = events.order_by("-created_at", "-id").prefetch_related("intervals")
    return {event.event_name: event for event in oldest_last}


def _publish(
    caller: Caller, program: Program, name: str, event: Event | None, prices: tuple[Price, ...], now: datetime
) -> Outcome:
    if event is None:
        members = {"programID": program.id, "eventName": name, **timed_prices(prices)}
        create_event(caller=caller, content=_content(members, program), now=now)
        return Outcome.CREATED
    known = prices_in(event.intervals.all())
    prices = overlaid(known, prices)
    if prices == tuple(known):
        return Outcome.UNCHANGED
    members = {**_without_timing(event.content), **timed_prices(prices)}
    update_event(caller=caller, event_id=event.id, content=_content(members, event), now=now)
    return Outcome.UPDATED


def _content(members: dict[str, Any], meant_for: Program | Event) -> EventContent:
    """An event for the same targets. A new event gets those of its program: whoever does not see the program has
    no use for its prices."""
    targets = {"targets": meant_for.targets} if meant_for.targets else {}
    return replace(event_wire.parse_event({**members, **targets}), literals=meant_for.literals or {})


def _without_timing(members: dict[str, Any]) -> dict[str, Any]:
    timing = ("intervalPeriod", "intervals", "duration")
    return {name: value for name, value in members.items() if name not in timing}
