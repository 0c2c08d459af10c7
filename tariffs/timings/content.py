"""A timing as it is written: texts, kept verbatim, since two versions of the engine read them differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tariffs.timings.words import Timing
from vtn import errors

LISTS = ("years", "months", "month_days", "week_days")


class UnfitTiming(errors.Invalid):
    """A text is longer than its column, or holds what no text may hold."""


class Limits(NamedTuple):
    """The longest texts of a version, in characters."""

    tpid: int
    tag: int
    lists: int
    time: int


# The columns of the engine's table tp_timings, in July 2013 and today.
IN_2013 = Limits(tpid=40, tag=24, lists=255, time=16)
TODAY = Limits(tpid=64, tag=64, lists=255, time=32)


@dataclass(frozen=True, slots=True)
class TimingContent:
    """`tpid` names the tariff plan, `tag` the timing in it."""

    tpid: str
    tag: str
    years: str
    months: str
    month_days: str
    week_days: str
    time: str

    @property
    def texts(self) -> dict[str, str]:
        """What a timing says, by column."""
        return {name: getattr(self, name) for name in (*LISTS, "time")}

    @property
    def timing(self) -> Timing:
        return Timing.read(**self.texts)

    def require_fit(self, limits: Limits) -> None:
        """Raises `UnfitTiming`."""
        most = {"tpid": limits.tpid, "tag": limits.tag, "time": limits.time} | dict.fromkeys(
            LISTS, limits.lists
        )
        for name, length in most.items():
            text = getattr(self, name)
            if len(text) > length:
                raise UnfitTiming(f"value too long for {name}: more than {length} characters")
            if "\0" in text:
                # PostgreSQL has no NUL in text, and no client means one.
                raise UnfitTiming(f"{name} holds a NUL character")
