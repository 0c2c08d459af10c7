"""Which events get in each other's way: at the same time, to the same readers, with values of the same type.

'Event priority can be used if there is the possibility of events overlapping time and they conflict (events can overlap
and not conflict e.g. prices and GHG values …)' (3.1.0 User Guide §7.1). The VTN only tells; what to do is the VENs'.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Span = tuple[datetime, datetime | None, frozenset[str]]


class Wins(StrEnum):
    """Which of two has the higher priority: 'Lower numbers have a higher priority' (§7.1). Interpretation: none at all
    is lower than any number. 'The resulting behavior is not specified' where they are equal."""

    THIS = "this"
    OTHER = "other"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an event claims: times, in the order of their starts (an end of None is never), with the types of their
    values, for those with a target; without targets for all."""

    priority: int | None
    targets: Collection[str]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The first stretch of time that both claim, with the types that both give."""

    starts_at: datetime
    ends_at: datetime | None
    types: tuple[str, ...]
    wins: Wins


def runs(spans: Iterable[Span]) -> list[Span]:
    """Spans in the order of their starts; what follows another one without a gap, and has the same types, is one with
    it."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1][1] == span[0] and found[-1][2] == span[2]:
            found[-1] = (found[-1][0], span[1], span[2])
        else:
            found.append(span)
    return found


def conflict_of(this: Claim, other: Claim) -> Conflict | None:
    """None where they do not meet."""
    if this.targets and other.targets and set(this.targets).isdisjoint(other.targets):
        return None
    first = _first_meeting(this.spans, other.spans)
    if first is None:
        return None
    starts_at, ends_at, types = first
    return Conflict(starts_at, ends_at, tuple(sorted(types)), _winner(this.priority, other.priority))


def _first_meeting(ours: Sequence[Span], theirs: Sequence[Span]) -> Span | None:
    """Walked through together."""
    place = 0
    for span in ours:
        while place < len(theirs) and _is_over(theirs[place], span[0]):
            place += 1
        for number in range(place, len(theirs)):
            their = theirs[number]
            if span[1] is not None and their[0] >= span[1]:
                break
            shared = span[2] & their[2]
            if shared and not _is_over(their, span[0]):
                return max(span[0], their[0]), _earlier(span[1], their[1]), shared
    return None


def _is_over(span: Span, at: datetime) -> bool:
    return span[1] is not None and span[1] <= at


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((end for end in (one, other) if end is not None), default=None)


def _winner(this: int | None, other: int | None) -> Wins:
    if this == other:
        return Wins.NEITHER
    if other is None:
        return Wins.THIS
    return Wins.OTHER if this is None or other < this else Wins.THIS
