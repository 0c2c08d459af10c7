"""From readings to curves, by resource and payload type, against the intervals that the event has. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple, Protocol

_WIDTH, _HEIGHT, _EDGE = 960.0, 140.0, 6.0


class Measured(Protocol):
    """What is needed of a reading."""

    @property
    def resource_name(self) -> str: ...
    @property
    def payload_type(self) -> str: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def number(self) -> Decimal | None: ...


class Span(NamedTuple):
    """Half-open."""

    starts_at: datetime
    ends_at: datetime


class Value(NamedTuple):
    span: Span
    number: float


class Box(NamedTuple):
    """A part of the drawing, in the units of its view box."""

    x: float
    width: float
    y: float = 0.0
    height: float = _HEIGHT


@dataclass(frozen=True, slots=True)
class Curve:
    """The numbers of one type from one resource; `missing` are the expected intervals that none of them is in. Where
    nothing came at all there are no values, and perhaps no resource. `source` tells whose it is, of several VENs."""

    resource_name: str
    payload_type: str
    values: tuple[Value, ...]
    expected: tuple[Span, ...]
    missing: tuple[Span, ...]
    source: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.source, self.resource_name, self.payload_type)))

    @property
    def received(self) -> int:
        """Of the expected intervals."""
        return len(self.expected) - len(self.missing)

    @property
    def least(self) -> float:
        return min((value.number for value in self.values), default=0.0)

    @property
    def most(self) -> float:
        return max((value.number for value in self.values), default=0.0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve as a picture: a bar for each value from zero, and a band for each gap. `zero` is the height of 0."""

    curve: Curve
    whole: Span
    bars: tuple[Box, ...]
    gaps: tuple[Box, ...]
    zero: float
    width: float = _WIDTH
    height: float = _HEIGHT


def curves_of(
    readings: Iterable[Measured], expected: Callable[[str], Sequence[Span]], *, source: str = ""
) -> list[Curve]:
    """By resource and type; `expected` are the intervals that a type is wanted of. What is no number, or of no known
    time, is in no curve."""
    found: dict[tuple[str, str], list[Value]] = {}
    for reading in readings:
        if reading.number is None or reading.starts_at is None or reading.ends_at is None:
            continue
        value = Value(Span(reading.starts_at, reading.ends_at), float(reading.number))
        found.setdefault((reading.resource_name, reading.payload_type), []).append(value)
    return [_curve(*key, sorted(values), expected(key[1]), source) for key, values in sorted(found.items())]


def nothing_of(resource_name: str, payload_type: str, expected: Sequence[Span]) -> Curve:
    """What is expected and has not come at all."""
    return Curve(resource_name, payload_type, (), tuple(expected), tuple(expected))


def drawn(curve: Curve) -> Drawn:
    """Over the whole time of its values and of what was expected, of which there is some."""
    spans = [*(value.span for value in curve.values), *curve.expected]
    first, last = min(span.starts_at for span in spans), max(span.ends_at for span in spans)
    whole = (last - first).total_seconds() or 1.0
    top, bottom = max(curve.most, 0.0), min(curve.least, 0.0)
    scale = (_HEIGHT - 2 * _EDGE) / ((top - bottom) or 1.0)

    def across(span: Span) -> tuple[float, float]:
        x = (span.starts_at - first).total_seconds() / whole * _WIDTH
        return round(x, 1), round(
            max((span.ends_at - span.starts_at).total_seconds() / whole * _WIDTH, 1.0), 1
        )

    def bar(value: Value) -> Box:
        y = _EDGE + (top - max(value.number, 0.0)) * scale
        return Box(*across(value.span), round(y, 1), round(max(abs(value.number) * scale, 1.0), 1))

    return Drawn(
        curve,
        Span(first, last),
        bars=tuple(map(bar, curve.values)),
        gaps=tuple(Box(*across(span)) for span in _joined(curve.missing)),
        zero=round(_EDGE + top * scale, 1),
    )


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Those that touch as one; they are in order."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.starts_at <= joined[-1].ends_at:
            last = joined.pop()
            joined.append(Span(last.starts_at, max(span.ends_at, last.ends_at)))
        else:
            joined.append(span)
    return joined


def _curve(
    resource_name: str, payload_type: str, values: list[Value], expected: Sequence[Span], source: str
) -> Curve:
    """`values` are in the order of their begin, so that of those that began before an end the latest end tells."""
    begins = [value.span.starts_at for value in values]
    latest = list(accumulate((value.span.ends_at for value in values), max))

    def is_covered(span: Span) -> bool:
        before = bisect_left(begins, span.ends_at)
        return before > 0 and latest[before - 1] > span.starts_at

    missing = tuple(span for span in expected if not is_covered(span))
    return Curve(resource_name, payload_type, tuple(values), tuple(expected), missing, source)
