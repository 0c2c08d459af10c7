"""Reads of tariffs: a fixed number of queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from django.db.models import Exists, OuterRef

from tariffs.rates.book import ANY, RateBook
from tariffs.rates.curve import Rate, Value
from tariffs.rates.models import Tariff, TariffRate, TariffVersion
from tariffs.timings.models import StoredTiming
from tariffs.timings.words import Timing


def rate_books(tariffs: Collection[Tariff], *, since: date) -> dict[int, RateBook]:
    """Of each tariff what is needed to work out its days from this one on, by its id; two queries."""
    versions: defaultdict[int, defaultdict[date, list[Rate]]] = defaultdict(lambda: defaultdict(list))
    for tariff_id, valid_from, rate in _rates(tariffs, since):
        versions[tariff_id][valid_from].append(rate)
    timings = _timings(tariffs, versions)
    return {
        tariff.pk: RateBook(
            tuple((valid_from, tuple(rates)) for valid_from, rates in sorted(versions[tariff.pk].items())),
            timings[tariff.tpid],
            tariff.zone,
        )
        for tariff in tariffs
    }


def rates_of(version: TariffVersion) -> list[Rate]:
    return [
        Rate(rate.tag, Value(rate.imported, rate.exported), rate.weight)
        for rate in version.rates.order_by("tag")
    ]


def _rates(tariffs: Collection[Tariff], since: date) -> list[tuple[int, date, Rate]]:
    """Without versions that others have followed by then."""
    followed = TariffVersion.objects.filter(
        tariff=OuterRef("version__tariff"),
        valid_from__gt=OuterRef("version__valid_from"),
        valid_from__lte=since,
    )
    rates = TariffRate.objects.filter(~Exists(followed), version__tariff__in=tariffs).order_by("tag")
    columns = ("version__tariff_id", "version__valid_from", "tag", "imported", "exported", "weight")
    return [
        (tariff_id, valid_from, Rate(tag, Value(imported, exported), weight))
        for tariff_id, valid_from, tag, imported, exported, weight in rates.values_list(*columns)
    ]


def _timings(
    tariffs: Collection[Tariff], versions: dict[int, defaultdict[date, list[Rate]]]
) -> dict[str, dict[str, Timing]]:
    """Those that rates name, by plan and tag: a plan may have many more."""
    tags = {rate.tag for dated in versions.values() for rates in dated.values() for rate in rates} - {ANY}
    plans: defaultdict[str, dict[str, Timing]] = defaultdict(dict)
    columns = ("tpid", "tag", "years", "months", "month_days", "week_days", "time")
    found = StoredTiming.objects.filter(tpid__in={tariff.tpid for tariff in tariffs}, tag__in=tags)
    for tpid, tag, *texts in found.values_list(*columns):
        plans[tpid][tag] = _read(*texts)
    return plans


# Many plans have the same timings.
_read = lru_cache(maxsize=4_096)(Timing.read)
