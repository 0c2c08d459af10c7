"""Everything that turns day-ahead prices into programmes and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from events.models import Event
from programs.models import Program
from programs.services import create_program
from programs.wire import v310 as program_wire
from tariffs.prices import Price, PriceSeries, Unit
from tariffs.publishing.days import Outcome, create_day, says, update_day
from tariffs.publishing.descriptors import descriptor, require_described
from tariffs.publishing.rivals import day_ahead_name, require_no_tariff
from tariffs.publishing.slots import Slot, slots_in
from tariffs.stretches import by_day, overlaid
from vtn.caller import Caller, Scope

PRICE = "PRICE"


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
    is_dry_run: bool = False,
) -> Imported:
    """Makes one event per local day of the series, in the program of that name, which is created with these
    attributes when it is missing. Prices that are stored for other times stay, and so does whatever else an
    event says; a day whose prices are the same is not touched. A dry run does all of it and takes it back.

    Raises `ProgramHasOtherPrices`, `CurvePublishedTwice`, `Invalid`.
    """
    caller.require_business(Scope.WRITE_EVENTS)
    series = series.per_kwh()
    program = _program(caller, program_name, series.currency, attributes, now)
    slots = [_slot(price) for price in series.prices]
    slots_by_name = {day_ahead_name(day): each for day, each in by_day(slots, zone).items()}
    stored = _events_by_name(program, slots_by_name)
    outcomes = Counter(
        _publish(caller, program, name, stored.get(name), each, now) for name, each in slots_by_name.items()
    )
    if is_dry_run:
        transaction.set_rollback(True)
    return Imported(program, outcomes)


def _slot(price: Price) -> Slot:
    return Slot(price.starts_at, price.ends_at, ((PRICE, price.amount),))


def _program(
    caller: Caller, program_name: str, currency: str, attributes: Mapping[str, str], now: datetime
) -> Program:
    """Locked, because two imports at once would both create the event of a day."""
    program = Program.objects.select_for_update().filter(program_name=program_name).first()
    if program is None:
        content = program_wire.parse_program(_program_body(program_name, currency, attributes))
        return create_program(caller=caller, content=content, now=now)
    require_described(program, PRICE, Unit.KWH, currency)
    require_no_tariff(program)
    return program


def _program_body(program_name: str, currency: str, attributes: Mapping[str, str]) -> dict[str, object]:
    described = [descriptor(PRICE, Unit.KWH, currency)]
    body: dict[str, object] = {"programName": program_name, "payloadDescriptors": described}
    if attributes:
        body["attributes"] = [{"type": name, "values": [value]} for name, value in attributes.items()]
    return body


def _events_by_name(program: Program, names: Iterable[str]) -> dict[str, Event]:
    """Locked, so that what somebody else writes in the meantime is not lost."""
    events = Event.objects.select_for_update().filter(program=program, event_name__in=list(names))
    # The oldest comes last, and so is the one that is kept.
    oldest_last = events.order_by("-created_at", "-id").prefetch_related("intervals")
    return {event.event_name: event for event in oldest_last}


def _publish(
    caller: Caller, program: Program, name: str, event: Event | None, slots: Sequence[Slot], now: datetime
) -> Outcome:
    members = {"eventName": name}
    if event is None:
        create_day(caller=caller, program=program, members=members, slots=slots, now=now)
        return Outcome.CREATED
    slots = overlaid(slots_in(event.intervals.all(), {PRICE}), slots)
    if says(event, members, slots, {PRICE}):
        return Outcome.UNCHANGED
    update_day(caller=caller, event=event, members=members, slots=slots, now=now)
    return Outcome.UPDATED
