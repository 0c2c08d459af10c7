"""The tables of tariffs: what is asked while which timing is active, from which day on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from tariffs.prices import plain
from tariffs.rates.kinds import Kind

# Those of a price document (tariffs/prices.py): nothing is ever rounded.
_DIGITS: dict[str, Any] = {"max_digits": 27, "decimal_places": 18}


class AmountField(models.DecimalField):
    """An exact number, which comes back without the zeros that the column gives it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**_DIGITS, **options})

    def from_db_value(self, value: Decimal | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else plain(value)


class Tariff(models.Model):
    """Rates for the timings of one tariff plan (`tpid`), in the days of one time zone."""

    name = models.CharField(max_length=128)
    kind = models.CharField(max_length=24, choices=Kind.choices, default=Kind.PRICE)
    tpid = models.CharField("tariff plan (TPid)", max_length=64)
    time_zone = models.CharField(max_length=64, default="Europe/Brussels")
    unit = models.CharField(max_length=16, default="KWH")
    currency = models.CharField(max_length=3, blank=True, default="EUR")
    created_at = models.DateTimeField("created", editable=False)
    modified_at = models.DateTimeField("last changed", editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="tariff_name")]
        indexes = [models.Index(fields=["tpid"], name="tariff_by_tpid")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class TariffVersion(models.Model):
    """All rates of a tariff from a local midnight on, until that of the next version."""

    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="versions", db_index=False)
    valid_from = models.DateField()

    class Meta:
        verbose_name = "version"
        constraints = [
            models.UniqueConstraint(fields=["tariff", "valid_from"], name="tariff_version_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.tariff} from {self.valid_from}"


class TariffRate(models.Model):
    """What is asked while the timing of this tag is active. The highest weight wins."""

    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="rates", db_index=False)
    tag = models.CharField("timing", max_length=64)
    imported = AmountField(null=True, blank=True)
    exported = AmountField(null=True, blank=True)
    weight = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = "rate"
        constraints = [models.UniqueConstraint(fields=["version", "tag"], name="tariff_rate_per_timing")]

    def __str__(self) -> str:
        return self.tag
