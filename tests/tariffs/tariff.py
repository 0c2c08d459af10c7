"""Timings, a tariff and what is published of it, made by the services as staff make them in the admin."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from programs.models import Program
from programs.services import create_program
from programs.wire.v310 import parse_program
from tariffs.models import Publication, Tariff, TariffVersion
from tariffs.publishing import publisher
from tariffs.publishing.services import save_publication
from tariffs.rates.curve import Rate, Value
from tariffs.rates.services import save_tariff, save_version
from tariffs.timings.content import TimingContent
from tariffs.timings.services import set_timing
from tests.conftest import NOON
from vtn.caller import Caller

STAFF = Caller.staff("berta")
PLAN = "TP_HOUSEHOLD"
PRICES = {"payloadType": "PRICE", "units": "KWH", "currency": "EUR"}
# By tag: week days and time.
TIMINGS = {
    "PEAK": ("1;2;3;4;5", "08:00:00;19:00:00"),
    "OFFPEAK": ("1;2;3;4;5", "00:00:00"),
    "WEEKEND": ("6;7", "00:00:00"),
}


def rate(tag: str, imported: str | None, exported: str | None = None, weight: int = 0) -> Rate:
    value = Value(*(None if amount is None else Decimal(amount) for amount in (imported, exported)))
    return Rate(tag, value, Decimal(weight))


RATES = (rate("PEAK", "0.30"), rate("OFFPEAK", "0.20"), rate("WEEKEND", "0.15"))


def write_timing(tag: str, week_days: str, time: str, *, tpid: str = PLAN) -> None:
    content = TimingContent(tpid, tag, "*any", "*any", "*any", week_days, time)
    set_timing(caller=STAFF, content=content, now=NOON)


def make_timings() -> None:
    for tag, (week_days, time) in TIMINGS.items():
        write_timing(tag, week_days, time)


def make_tariff(rates: tuple[Rate, ...] = RATES, **columns: Any) -> Tariff:
    tariff = Tariff(**{"name": "household", "tpid": PLAN, "time_zone": "Europe/Brussels", **columns})
    save_tariff(caller=STAFF, tariff=tariff, now=NOON)
    set_rates(tariff, rates)
    return tariff


def set_rates(
    tariff: Tariff, rates: tuple[Rate, ...], *, since: date = date(2026, 1, 1), now: datetime = NOON
) -> None:
    version = tariff.versions.filter(valid_from=since).first() or TariffVersion(valid_from=since)
    version.tariff = tariff
    save_version(caller=STAFF, version=version, rates=rates, now=now)


def make_program(name: str = "household prices", **members: Any) -> Program:
    content = parse_program({"programName": name, **members})
    return create_program(caller=STAFF, content=content, now=NOON)


def make_publication(
    tariff: Tariff, program: Program, *, now: datetime = NOON, **columns: Any
) -> Publication:
    publication = Publication(tariff=tariff, program=program, **columns)
    return save_publication(caller=STAFF, publication=publication, now=now)


def publish(now: datetime = NOON) -> int:
    return publisher.publish_due(now=now, most=100)
