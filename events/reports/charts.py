"""From readings to curves, by resource and payload type, against the intervals that the event has. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple, Protocol

_WIDTH, _HEIGHT, _EDGE = 960.0, 140.0, 6.0


class Measured(Protocol):
    """What is needed of a reading."""

    resource_name: str
    payload_type: str
    starts_at: datetime | None
    ends_at: datetime | None
    number: Decimal | None


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
    """The numbers of one type from one resource; `missing` are the event's intervals that none of them is in."""

    resource_name: str
    payload_type: str
    values: tuple[Value, ...]
    expected: tuple[Span, ...]
    missing: tuple[Span, ...]

    @property
    def received(self) -> int:
        """Of the expected intervals."""
        return len(self.expected) - len(self.missing)

    @property
    def least(self) -> float:
        return min(value.number for value in self.values)

    @property
    def most(self) -> float:
        return max(value.number for value in self.values)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve as a picture: a bar for each value from zero, and a band for each gap. `zero` is the height of 0."""

    curve: Curve
    bars: tuple[Box, ...]
    gaps: tuple[Box, ...]
    zero: float
    width: float = _WIDTH
    height: float = _HEIGHT


def curves_of(readings: Iterable[Measured], expected: Sequence[Span]) -> list[Curve]:
    """By resource and type. What is no number, or of no known time, is in no curve."""
    found: dict[tuple[str, str], list[Value]] = {}
    for reading in readings:
        if reading.number is None or reading.starts_at is None or reading.ends_at is None:
            continue
        value = Value(Span(reading.starts_at, reading.ends_at), float(reading.number))
        found.setdefault((reading.resource_name, reading.payload_type), []).append(value)
    return [_curve(*key, sorted(values), expected) for key, values in sorted(found.items())]


def drawn(curve: Curve) -> Drawn:
    """Over the whole time of its values and of what was expected."""
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
        bars=tuple(map(bar, curve.values)),
        gaps=tuple(Box(*across(span)) for span in curve.missing),
        zero=round(_EDGE + top * scale, 1),
    )


def _curve(resource_name: str, payload_type: str, values: list[Value], expected: Sequence[Span]) -> Curve:
    """`values` are in the order of their begin, so that of those that began before an end the latest end tells."""
    begins = [value.span.starts_at for value in values]
    latest = list(accumulate((value.span.ends_at for value in values), max))

    def is_covered(span: Span) -> bool:
        before = bisect_left(begins, span.ends_at)
        return before > 0 and latest[before - 1] > span.starts_at

    missing = tuple(span for span in expected if not is_covered(span))
    return Curve(resource_name, payload_type, tuple(values), tuple(expected), missing)
