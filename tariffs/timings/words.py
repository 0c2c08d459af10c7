"""What the texts of a timing say, as the engine reads them: lists of numbers, and times of day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

# Go's strconv.Atoi: ASCII digits, a sign, 64 bits.
_NUMBER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_LARGEST = 2**63
# Every one of these alone means "no restriction", in both versions: `*none` as well, since an empty list restricts
# nothing. Inside a list they are words like any other that is no number.
UNRESTRICTED = frozenset({"", "*any", "*all", "*none"})
SEPARATOR = ";"


class Clock(NamedTuple):
    """A time of day as it is written, which may lie outside the day: 25:61:61 is 02:02:01 of the next."""

    hour: int
    minute: int
    second: int

    @property
    def seconds(self) -> int:
        """From midnight, where no clock change is. What is further off than any day counts as ten days."""
        far = 10 * 86_400
        return max(-far, min(far, self.hour * 3_600 + self.minute * 60 + self.second))


# The start of what is no time of day. `*asap`, `*hourly`, `+5m` and `08:30` crash the engine when it asks whether they
# are active; they tell a scheduler when to run, and are no period of time. So they are never active.
NEVER = Clock(99, 0, 0)


@dataclass(frozen=True, slots=True)
class Timing:
    """When something holds. An empty list does not restrict; `start` None is midnight, `end` None the end of the day.

    `dropped` are the items that were no numbers, which the engine passes over too: of a list of which nothing is left,
    no restriction is left.
    """

    years: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    week_days: tuple[int, ...] = ()  # 0 is Sunday
    start: Clock | None = None
    end: Clock | None = None
    start_in_2013: Clock | None = None
    dropped: tuple[str, ...] = ()

    @classmethod
    def read(cls, years: str, months: str, month_days: str, week_days: str, time: str) -> Timing:
        """A timing of its five texts, in the words of either version. Nothing is refused."""
        lists = [_split(text) for text in (years, months, month_days, week_days)]
        in_order = [_numbers(items) for items in lists]
        start, _, rest = time.partition(SEPARATOR)
        end, _, _ = rest.partition(SEPARATOR)
        # The engine asks for both, and crashes at either.
        is_readable = NEVER not in (clock(start), clock(end))
        return cls(
            years=in_order[0],
            months=in_order[1],
            month_days=in_order[2],
            week_days=tuple(map(week_day, in_order[3])),
            start=clock(start) if is_readable else NEVER,
            end=clock(end) if is_readable else None,
            start_in_2013=clock(time),
            dropped=tuple(item for items in lists for item in items if number(item) is None),
        )

    @property
    def is_schedule(self) -> bool:
        """Its time is none of the day, so that it is never active."""
        return self.start == NEVER


def number(text: str) -> int | None:
    """None for what Go's strconv.Atoi refuses."""
    if not _NUMBER.fullmatch(text):
        return None
    value = int(text)
    return value if -_LARGEST <= value < _LARGEST else None


def week_day(day: int) -> int:
    """0 and 7 are Sunday, 8 is Monday again. As in Go, what is negative stays so, and is no day at all."""
    return day % 7 if day >= 0 else -(-day % 7)


def clock(text: str) -> Clock | None:
    """`a:b:c`, with 0 for a part that is no number and anything after it passed over; None for the empty text,
    NEVER for what has fewer parts. In 2013 `12:00:00;23:59:59` was read by its colons alone, as 12:00:00."""
    if not text:
        return None
    parts = text.split(":")
    if len(parts) < 3:
        return NEVER
    hour, minute, second = (number(part) or 0 for part in parts[:3])
    return Clock(hour, minute, second)


def _split(text: str) -> list[str]:
    return [] if text in UNRESTRICTED else text.split(SEPARATOR)


def _numbers(items: list[str]) -> tuple[int, ...]:
    return tuple(value for item in items if (value := number(item)) is not None)
