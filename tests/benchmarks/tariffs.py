"""How long it takes the workers to publish a day of many tariffs, and where that time goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import Decimal
from typing import Any

from celery import current_app
from django.db import connection, transaction

from programs.services import create_program
from programs.wire.v310 import parse_program
from tariffs.models import Publication, StoredTiming, Tariff, TariffRate, TariffVersion
from tests.benchmarks import processes
from tests.benchmarks.stage import PATIENCE, WORKERS, Stage
from tests.benchmarks.wrk import Refused
from vtn.caller import Caller
from vtn.launcher import services
from vtn.launcher.options import Options
from vtn.launcher.process import GuardedProcess
from vtn.launcher.web_address import WebAddress, free_port

_STAFF = Caller.staff("benchmark")
# By tag: week days and time. Each tariff has a plan of its own.
_TIMINGS = {
    "PEAK": ("1;2;3;4;5", "07:00:00;21:00:00"),
    "EVENING": ("1;2;3;4;5", "17:00:00;20:00:00"),
    "NIGHT": ("*any", "00:00:00;06:00:00"),
    "WEEKEND": ("6;7", "09:00:00;18:00:00"),
    "NEW_YEAR": ("*any", "00:00:00"),
}
_WARM_UP = 20  # tariffs, until all workers have what they need in their memory
_LONGEST = 1_800.0


@dataclass(frozen=True)
class Published:
    """In seconds: until all were published, and of one core in that time."""

    tariffs: int
    elapsed: float
    python: float
    database: float

    @property
    def core_ms(self) -> float:
        """Of each tariff."""
        return (self.python + self.database) * 1_000 / self.tariffs


def measure(stage: Stage, count: int) -> Published:
    """Raises `Refused`."""
    address = WebAddress("127.0.0.1", free_port())
    worker = GuardedProcess(
        services.celery_worker(Options(home=stage.home, address=address, workers=WORKERS))
    )
    _fill(0, _WARM_UP)
    worker.start()
    try:
        _publish(_WARM_UP, PATIENCE)
        _fill(_WARM_UP, count)
        before, began = processes.spent(), time.perf_counter()
        _publish(_WARM_UP + count, _LONGEST)
        elapsed, spent = time.perf_counter() - began, processes.spent().since(before)
    finally:
        worker.stop()
    return Published(count, elapsed, python=spent.web, database=spent.database)


def _publish(published: int, within: float) -> None:
    """As beat does it, until so many are published in all."""
    current_app.send_task("tariffs.tasks.publish_due", ignore_result=True)
    give_up_at = time.monotonic() + within
    while (left := published - Publication.objects.filter(published_at__isnull=False).count()) > 0:
        if time.monotonic() > give_up_at:
            raise Refused(f"{left} of {published} tariffs were not published in time")
        time.sleep(0.2)
    if trouble := Publication.objects.exclude(trouble="").first():
        raise Refused(f"{trouble}: {trouble.trouble}")


def _fill(first: int, count: int) -> None:
    """Due now, and for today alone: tomorrow is due at the end of the day."""
    now = datetime.now(UTC)
    numbers = range(first, first + count)
    times: dict[str, Any] = {"created_at": now, "modified_at": now}
    with transaction.atomic():
        described = [{"payloadType": "PRICE", "units": "KWH", "currency": "EUR"}]
        programs = [
            create_program(
                caller=_STAFF,
                content=parse_program({"programName": f"tariff {n}", "payloadDescriptors": described}),
                now=now,
            )
            for n in numbers
        ]
    tariffs = Tariff.objects.bulk_create(
        (Tariff(name=f"tariff {n}", tpid=_plan(n), **times) for n in numbers), batch_size=2_000
    )
    versions = TariffVersion.objects.bulk_create(
        (TariffVersion(tariff=tariff, valid_from=date(2026, 1, 1)) for tariff in tariffs), batch_size=2_000
    )
    TariffRate.objects.bulk_create((_rate(*each) for each in _each_rate(versions)), batch_size=2_000)
    StoredTiming.objects.bulk_create(
        (_timing(n, tag, times) for n in numbers for tag in _TIMINGS), batch_size=2_000
    )
    Publication.objects.bulk_create(
        (
            Publication(
                program=program,
                tariff=tariff,
                kind=tariff.kind,
                publish_at=clock(23, 59, 59),
                next_at=now,
                **times,
            )
            for program, tariff in zip(programs, tariffs, strict=True)
        ),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _each_rate(versions: list[TariffVersion]) -> list[tuple[TariffVersion, str, int]]:
    return [(version, tag, place) for version in versions for place, tag in enumerate(("*any", *_TIMINGS))]


def _rate(version: TariffVersion, tag: str, place: int) -> TariffRate:
    """Of its own for each tariff, so that no two days are equal."""
    amount = Decimal(version.pk % 1_000 + 1) / 10_000 + Decimal(place) / 10
    weight = 0 if tag == "*any" else 10 + place
    return TariffRate(version=version, tag=tag, imported=amount, weight=weight)


def _timing(number: int, tag: str, times: dict[str, Any]) -> StoredTiming:
    week_days, at = _TIMINGS[tag]
    months = "1" if tag == "NEW_YEAR" else "*any"
    return StoredTiming(
        tpid=_plan(number),
        tag=tag,
        years="*any",
        months=months,
        month_days=months,
        week_days=week_days,
        time=at,
        **times,
    )


def _plan(number: int) -> str:
    return f"TP_{number}"
