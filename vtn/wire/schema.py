"""The parts that the schemas of both dialects share, as checked values; names as in the official files.

In requests null means absent, also for members that the YAML does not call nullable: clients in use today send
it so (decisions/openadr.md §5). So every optional member is `X | None = None` here.

The served API documents are made from these types: docstrings and examples are read by clients' programmers.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from vtn.wire.moments import parse_duration, parse_moment


def json_name(field: str) -> str:
    """`program_id` is `programID` on the wire, `interval_period` is `intervalPeriod`."""
    first, *rest = field.split("_")
    return first + "".join({"id": "ID", "ids": "IDs"}.get(word, word.capitalize()) for word in rest)


# gc=False: of JSON no cycles are made, but hundreds of these, which the garbage collector would look through in vain.
class Schema(Struct, frozen=True, gc=False, rename=json_name):
    """A checked JSON object; unknown members are allowed and kept elsewhere, in what the client wrote."""


def check_duration(value: str | None, member: str) -> None:
    """For a `__post_init__`. ValueError, which msgspec turns into its own, when it is not a duration."""
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
ObjectID = Annotated[
    str, Meta(min_length=1, max_length=128, pattern=r"^[a-zA-Z0-9_-]*\Z", examples=["object-999"])
]
Name = Annotated[str, Meta(min_length=1, max_length=128)]
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Target = Annotated[str, Meta(min_length=1, max_length=128, examples=["group-1"])]
PayloadType = Annotated[str, Meta(min_length=1, max_length=128, examples=["PRICE"])]
# The pattern of both files; `parse_duration` checks it, and refuses negative ones.
_DURATION_PATTERN = (
    r"^(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z"
)
Duration = Annotated[str, Meta(pattern=_DURATION_PATTERN, examples=["PT1H"])]
Uri = Annotated[str, Meta(min_length=2, max_length=8000, extra_json_schema={"format": "uri"})]
# Said in the documents only: `__post_init__` checks these, with better words.
CheckedDuration = Annotated[str, Meta(extra_json_schema={"pattern": _DURATION_PATTERN}, examples=["PT1H"])]
CheckedMoment = Annotated[
    str, Meta(extra_json_schema={"format": "date-time"}, examples=["2023-06-15T09:30:00Z"])
]


class Point(Schema, frozen=True):
    """A place in a plane, for curves."""

    x: float
    y: float


class ValuesMap(Schema, frozen=True):
    """Values and what they are: a type of the standard's tables, or a private one."""

    type: PayloadType
    values: Annotated[list[float | int | str | bool | Point], Meta(examples=[[0.17]])]


class IntervalPeriod(Schema, frozen=True):
    """When something is. A start of 0001-01-01 means now, a duration of P9999Y means for ever."""

    start: CheckedMoment | None = None
    duration: CheckedDuration | None = None
    randomize_start: CheckedDuration | None = None

    def __post_init__(self) -> None:
        _check_moment(self.start, "start")
        check_duration(self.duration, "duration")
        check_duration(self.randomize_start, "randomizeStart")


class Interval(Schema, frozen=True):
    """A stretch of an event and what holds in it. Its intervalPeriod takes the place of the event's."""

    id: Int32
    payloads: list[ValuesMap]
    interval_period: IntervalPeriod | None = None
