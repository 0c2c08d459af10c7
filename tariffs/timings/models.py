"""The table of timings."""

from __future__ import annotations

from django.db import models

from tariffs.timings.content import TODAY, TimingContent
from tariffs.timings.words import Timing
from vtn.models import StoredObject


def _list_of(what: str) -> models.CharField[str, str]:
    return models.CharField(what, max_length=TODAY.lists, blank=True)


class StoredTiming(StoredObject):
    """A timing of a tariff plan, in the words of whoever wrote it."""

    tpid = models.CharField("tariff plan", max_length=TODAY.tpid)
    tag = models.CharField("ID", max_length=TODAY.tag)
    years = _list_of("years")
    months = _list_of("months")
    month_days = _list_of("month days")
    week_days = _list_of("week days")
    time = models.CharField(max_length=TODAY.time, blank=True)

    class Meta:
        verbose_name = "timing"
        constraints = [models.UniqueConstraint(fields=["tpid", "tag"], name="timing_per_plan")]
        indexes = [
            # For whoever names a timing without its plan.
            models.Index(fields=["tag"], name="timing_tag"),
            models.Index(fields=["modified_at"], name="timing_modified"),
        ]

    def __str__(self) -> str:
        return f"{self.tpid} {self.tag}"

    @property
    def content(self) -> TimingContent:
        return TimingContent(
            tpid=self.tpid,
            tag=self.tag,
            years=self.years,
            months=self.months,
            month_days=self.month_days,
            week_days=self.week_days,
            time=self.time,
        )

    @property
    def timing(self) -> Timing:
        return self.content.timing
