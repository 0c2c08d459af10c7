"""All that is known of a tariff's rates and timings, from which any day of it can be worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tariffs.rates.curve import Rate, Stretch, curve
from tariffs.timings.activity import Window, windows
from tariffs.timings.words import Timing
from vtn import errors
from vtn.local_time import midnight

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_LAST_SECOND = time(23, 59, 59)
# CGRateS knows it without loading: what is asked whenever nothing else is.
ANY = "*any"
ALWAYS = Timing()


class UnknownTiming(errors.Invalid):
    """A rate is for a timing that its tariff plan does not have."""


@dataclass(frozen=True, slots=True)
class RateBook:
    """The rates of each version by the day from which on they apply, in order, and the timings by tag."""

    versions: tuple[tuple[date, tuple[Rate, ...]], ...]
    timings: Mapping[str, Timing]
    zone: ZoneInfo

    def rates_on(self, day: date) -> tuple[Rate, ...]:
        """None before the first version: the whole day is a gap."""
        applying = [rates for valid_from, rates in self.versions if valid_from <= day]
        return applying[-1] if applying else ()

    def unknown_tags(self, rates: tuple[Rate, ...]) -> list[str]:
        return [rate.tag for rate in rates if rate.tag != ANY and rate.tag not in self.timings]

    def on(self, day: date) -> tuple[Stretch, ...]:
        """The whole of a local day.

        Raises `UnknownTiming`: without it another rate might apply, and nobody would see that it is the wrong one.
        """
        rates = self.rates_on(day)
        if unknown := self.unknown_tags(rates):
            raise UnknownTiming(f"there is no timing '{unknown[0]}' in its tariff plan")
        found = {rate: _windows_of_day(self.timing(rate), day, self.zone) for rate in rates}
        return curve(found, *_ends(day, self.zone))

    def timing(self, rate: Rate) -> Timing:
        return ALWAYS if rate.tag == ANY else self.timings[rate.tag]


def rate_windows(timing: Timing, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Window]:
    """When the rate of a timing applies.

    Interpretation: who writes an end of 23:59:59 means the end of the day. CGRateS, to which that second is active and
    the rest of it is not, leaves a part of a second in which no rate would apply.
    """
    for window in windows(timing, since, until, zone):
        yield window._replace(end=window.end + _SECOND) if _is_last_second(window.end, zone) else window


def _is_last_second(end: datetime, zone: ZoneInfo) -> bool:
    return end.second == 59 and end.astimezone(zone).time() == _LAST_SECOND


# Many tariffs share timings, and all of a chunk have the same days.
@lru_cache(maxsize=16_384)
def _windows_of_day(timing: Timing, day: date, zone: ZoneInfo) -> tuple[Window, ...]:
    return tuple(rate_windows(timing, *_ends(day, zone), zone))


@lru_cache(maxsize=256)
def _ends(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return midnight(day, zone), midnight(day + _DAY, zone)
