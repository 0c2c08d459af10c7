"""The parts that the schemas of both dialects share, as checked values; names as in the official files.

In requests null means absent, also for members that the YAML does not call nullable: clients in use today send
it so (DESIGN §10). So every optional member is `X | None = None` here.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from vtn.wire.moments import parse_duration, parse_moment


def json_name(field: str) -> str:
    """`program_id` is `programID` on the wire, `interval_period` is `intervalPeriod`."""
    first, *rest = field.split("_")
    return first + "".join({"id": "ID", "ids": "IDs"}.get(word, word.capitalize()) for word in rest)


class Schema(Struct, frozen=True, rename=json_name):
    """A checked JSON object; unknown members are allowed and kept elsewhere, in what the client wrote."""


def _check_duration(value: str | None, member: str) -> None:
    if value is not None:
        try:
            parse_duration(value)
        except ValueError as error:
            raise ValueError(f"{member}: {error}") from None


def _check_moment(value: str | None, member: str) -> None:
    if value is not None:
        try:
            parse_moment(value)
        except ValueError as error:
            raise ValueError(f"{member}: {error}") from None


# `fullmatch` in words: in Python `$` also matches before a final newline.
ObjectID = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[a-zA-Z0-9_-]*\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=128)]
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Target = Annotated[str, Meta(min_length=1, max_length=128)]
# The pattern of both files; `parse_duration` checks it, and refuses negative ones.
Duration = Annotated[
    str,
    Meta(
        pattern=r"^(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?"
        r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z"
    ),
]
Uri = Annotated[str, Meta(min_length=2, max_length=8000)]


class Point(Schema, frozen=True):
    x: float
    y: float


class ValuesMap(Schema, frozen=True):
    type: Name
    values: list[float | int | str | bool | Point]


class IntervalPeriod(Schema, frozen=True):
    """In 3.1.0 every member is optional."""

    start: str | None = None
    duration: str | None = None
    randomize_start: str | None = None

    def __post_init__(self) -> None:
        _check_moment(self.start, "start")
        _check_duration(self.duration, "duration")
        _check_duration(self.randomize_start, "randomizeStart")


class Interval(Schema, frozen=True):
    id: Int32
    payloads: list[ValuesMap]
    interval_period: IntervalPeriod | None = None
