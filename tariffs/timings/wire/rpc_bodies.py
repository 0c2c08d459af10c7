"""What the API document says of JSON-RPC's bodies; `wire.jsonrpc` reads and writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

_METHODS = Literal[
    "Apier.SetTPTiming",
    "Apier.GetTPTiming",
    "Apier.GetTPTimingIds",
    "APIerSv1.SetTPTiming",
    "APIerSv1.GetTPTiming",
    "APIerSv1.GetTPTimingIds",
    "APIerSv1.RemoveTPTiming",
    "APIerSv1.TimingIsActiveAt",
]


class RpcRequest(Struct, frozen=True):
    """A request of JSON-RPC 1.0. Several may follow one another in one body."""

    method: _METHODS
    params: Annotated[list[dict[str, Any]], Meta(min_length=1, description="One object with the arguments")]
    id: Any = None


class RpcAnswer(Struct, frozen=True):
    """An answer of JSON-RPC 1.0: one line for each request."""

    id: Any
    result: Any
    error: Annotated[str | None, Meta(examples=["NOT_FOUND"])]
