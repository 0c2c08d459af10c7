"""Which rate applies when: of those whose timings are active the one with the highest weight, then the one that began
later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from tariffs.timings.activity import Window


@dataclass(frozen=True, slots=True)
class Value:
    """What is asked for energy that is taken from the grid, and for what is given to it; None: nothing is said."""

    imported: Decimal | None
    exported: Decimal | None = None

    @property
    def sides(self) -> tuple[bool, bool]:
        return self.imported is not None, self.exported is not None


@dataclass(frozen=True, slots=True)
class Rate:
    """A value that applies while the timing of this tag is active."""

    tag: str
    value: Value
    weight: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period of one state: one rate applies (`rate`), none does (a gap), or several do with different values and an
    equal claim (contested). Rates with equal values and an equal claim do not contest each other."""

    starts_at: datetime
    ends_at: datetime
    rates: tuple[Rate, ...]

    @property
    def is_gap(self) -> bool:
        return not self.rates

    @property
    def is_contested(self) -> bool:
        return len(self.values) > 1

    @property
    def values(self) -> frozenset[Value]:
        return frozenset(rate.value for rate in self.rates)


class _Claim(NamedTuple):
    starts_at: datetime
    ends_at: datetime
    rate: Rate


def curve(windows: Mapping[Rate, Iterable[Window]], since: datetime, until: datetime) -> tuple[Stretch, ...]:
    """The whole period in stretches, each as long as it can be.

    Interpretation: of overlapping timings "the one with the highest weight", then, as in the rating of CGRateS, the one
    that starts later on the day: OFFPEAK_EVENING from 19:00 takes over from PEAK from 08:00, which has no end.
    """
    return tuple(_joined(_pieces(_claims(windows, since, until), since, until)))


def _claims(windows: Mapping[Rate, Iterable[Window]], since: datetime, until: datetime) -> list[_Claim]:
    claims = [_Claim(start, end, rate) for rate, all_of_it in windows.items() for start, end in all_of_it]
    return sorted(
        (claim for claim in claims if claim.ends_at > since and claim.starts_at < until),
        key=lambda claim: claim.starts_at,
    )


def _pieces(claims: list[_Claim], since: datetime, until: datetime) -> Iterator[Stretch]:
    """From each edge of any window to the next one."""
    edges = {since, until}
    edges.update(max(claim.starts_at, since) for claim in claims)
    edges.update(min(claim.ends_at, until) for claim in claims)
    coming, active = iter([*claims, None]), list[_Claim]()
    following = next(coming)
    for at, to in pairwise(sorted(edges)):
        active = [claim for claim in active if claim.ends_at > at]
        while following is not None and following.starts_at <= at:
            active.append(following)
            following = next(coming)
        yield Stretch(at, to, _strongest(active))


def _strongest(active: list[_Claim]) -> tuple[Rate, ...]:
    if not active:
        return ()
    strength = max((claim.rate.weight, claim.starts_at) for claim in active)
    return tuple(claim.rate for claim in active if (claim.rate.weight, claim.starts_at) == strength)


def _joined(pieces: Iterator[Stretch]) -> Iterator[Stretch]:
    last = next(pieces, None)
    for piece in pieces:
        assert last is not None
        if set(piece.rates) == set(last.rates):
            last = replace(last, ends_at=piece.ends_at)
        else:
            yield last
            last = piece
    if last is not None:
        yield last
