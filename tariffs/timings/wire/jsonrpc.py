"""JSON-RPC 1.0 as Go's net/rpc speaks it: requests out of a body, arguments out of a request, lines of answers.

What it makes of odd input, and in which words, is what the library does (its server at net/rpc/jsonrpc, and
encoding/json), since clients of the engine have been written against that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from vtn.wire import body

MISSING_PARAMS = "jsonrpc: request body missing params"
_ONE_OF_ANYTHING = "[1]interface {}"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WHITESPACE = re.compile(r"[ \t\r\n]*")


class Fault(Exception):
    """What stands as `error` in an answer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _NotARequest(Exception):
    """Go's server ends the connection there, without an answer."""


@dataclass(frozen=True)
class Request:
    """`params` is None when there are none, which null means too."""

    id: Any
    method: str
    params: Any


@dataclass(frozen=True)
class Struct:
    """The arguments of a method: Go's name for them, and their names with the types that they have in JSON."""

    name: str
    fields: Mapping[str, type[str] | type[int]]


def requests_in(text: bytes) -> Iterator[Request]:
    """The requests that follow one another in a body, up to its end or to what is no request: nobody can tell where
    the next one would begin. What is no UTF-8 is replaced, as in Go."""
    document, place = text.decode("utf-8", errors="replace"), 0
    while (place := _skipped(document, place)) < len(document):
        try:
            value, place = _decoder.raw_decode(document, place)
            yield _request(value)
        except (ValueError, RecursionError, _NotARequest):
            return


def answer(request: Request, *, result: Any = None, error: str | None = None) -> bytes:
    """One line, with its members in the order of Go's struct."""
    return body.encode({"id": request.id, "result": result, "error": error}) + b"\n"


def arguments(params: Any, struct: Struct) -> dict[str, Any]:
    """The members of the first of the params, by their names in the struct, whichever of them are there. Others are
    ignored, as are further params. Raises `Fault`."""
    if params is None:
        raise Fault(MISSING_PARAMS)
    if not isinstance(params, list):
        raise Fault(f"json: cannot unmarshal {_kind(params)} into Go value of type {_ONE_OF_ANYTHING}")
    if not params or params[0] is None:
        return {}
    if not isinstance(params[0], _Object):
        raise Fault(f"json: cannot unmarshal {_kind(params[0])} into Go value of type v1.{struct.name}")
    names = {name.casefold(): name for name in struct.fields}
    found: dict[str, Any] = {}
    fault: str | None = None
    for key, value in params[0].members:
        name = names.get(key.casefold())
        # Null leaves a Go string as it is.
        if name is None or value is None:
            continue
        wrong = _misfit(value, struct.fields[name])
        if wrong is None:
            found[name] = int(bytes(value)) if isinstance(value, msgspec.Raw) else value
        # Go reads on, and tells the first mistake in the end.
        elif fault is None:
            kind = struct.fields[name].__name__.replace("str", "string")
            fault = f"json: cannot unmarshal {wrong} into Go struct field {struct.name}.{name} of type {kind}"
    if fault is not None:
        raise Fault(fault)
    return found


@dataclass(frozen=True)
class _Object:
    """An object as its members in order: their names are compared without regard to case."""

    members: list[tuple[str, Any]]


def _request(value: Any) -> Request:
    """Raises `_NotARequest`. The members' names are compared without regard to case here too."""
    if not isinstance(value, _Object):
        raise _NotARequest
    members = {key.casefold(): member for key, member in value.members}
    method = members.get("method") or ""
    if not isinstance(method, str):
        raise _NotARequest
    return Request(_plain(members.get("id")), method, members.get("params"))


def _misfit(value: Any, kind: type) -> str | None:
    """What Go calls a value that does not go into a field of this kind."""
    if isinstance(value, msgspec.Raw) and kind is int:
        number = bytes(value).decode()
        is_integer = re.fullmatch("-?[0-9]{1,18}", number) is not None
        return None if is_integer else f"number {number}"
    return None if type(value) is kind else _kind(value)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    names = {str: "string", list: "array", _Object: "object", msgspec.Raw: "number"}
    return names[type(value)]


def _plain(value: Any) -> Any:
    """For writing it out again."""
    if isinstance(value, _Object):
        return {key: _plain(member) for key, member in value.members}
    return [_plain(item) for item in value] if isinstance(value, list) else _whole(value)


def _skipped(document: str, place: int) -> int:
    match = _WHITESPACE.match(document, place)
    return match.end() if match else place


def _number(text: str) -> msgspec.Raw:
    """As it is written: an id comes back letter by letter."""
    return msgspec.Raw(text.encode())


def _members(pairs: list[tuple[str, Any]]) -> _Object:
    return _Object([(_whole(key), _whole(value)) for key, value in pairs])


def _whole(value: Any) -> Any:
    """Half of a character that needs two is replaced, as in Go."""
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


_decoder = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=_number, parse_int=_number, parse_constant=_no_constant
)
