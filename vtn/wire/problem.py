"""The body of every refusal, as the API documents describe it; `vtn.problem` makes them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from vtn.wire.schema import Schema


class Problem(Schema, frozen=True):
    """What went wrong, for people to read (RFC 9457). An absent type means about:blank."""

    title: str
    status: Annotated[int, Meta(ge=100, lt=600, extra_json_schema={"format": "int32"})]
    detail: Annotated[str, Meta(examples=["There is no program 'object-999'"])]


class RefusedItem(Problem, frozen=True):
    """What is wrong with one item of a list."""

    index: int


class BatchProblem(Problem, frozen=True):
    """What is wrong with a list, and with which of its items."""

    errors: list[RefusedItem] = []
