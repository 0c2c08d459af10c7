"""JSON in and out of every door, with numbers kept as they were written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Any, TypeVar

import msgspec

from vtn import errors

MAX_DEPTH = 64
# msgspec stops where CPython says that the stack ends, and since 3.12 that is beyond the end of those that servers give
# their threads. So many levels fit into any of them.
_SAFE_DEPTH = 1_000
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
# Of a double: beyond them most clients read Infinity, or zero. PostgreSQL would keep a number of a few characters
# that it cannot write out again, for want of memory.
_MIN_EXPONENT, _MAX_EXPONENT, _LONGEST_NUMBER = -330, 308, 5_000

_LARGEST = 10 ** (_MAX_EXPONENT + 1)
_ODD = "a number that is too large or too fine"

Schema = TypeVar("Schema")


def decode(body: bytes) -> Any:
    """The value of a JSON body. Raises `Invalid` for what is not JSON, nests too deeply, or holds a NUL
    character or a number that no store can keep."""
    too_deep = errors.Invalid("The body is nested too deeply")
    if _is_too_deep(body):
        raise too_deep
    try:
        value = _decoder.decode(body)
    except RecursionError:
        raise too_deep from None
    except (msgspec.ValidationError, InvalidOperation):
        raise errors.Invalid(_found(_with_odd_numbers(body), _is_odd, _ODD)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise errors.Invalid(f"The body is not JSON: {error}") from None
    may_hold_nul = b"\\u0000" in body
    try:
        for depth, level in enumerate(_levels(value)):
            if depth > MAX_DEPTH:
                raise errors.Invalid(f"The body is nested more than {MAX_DEPTH} levels deep")
            if may_hold_nul and any(map(_holds_nul, level)):
                # PostgreSQL has no NUL in text or jsonb, and no client means one.
                raise errors.Invalid(_found(value, _holds_nul, "a NUL character"))
    except _TooLarge:
        raise errors.Invalid(_found(value, _is_too_large, _ODD)) from None
    return value


def conform(value: Any, schema: type[Schema]) -> Schema:
    """A decoded value as a checked one. Raises `Invalid` that names the member at fault."""
    try:
        return msgspec.convert(value, schema)
    except msgspec.ValidationError as error:
        raise errors.Invalid(_in_words(str(error))) from None


def without_nulls(value: Any) -> Any:
    """In a request null means absent, also for members that no file calls nullable (decisions/openadr.md §5).
    The nulls in lists stay: they are values, and wrong ones."""
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def encode(value: Any) -> bytes:
    return _encoder.encode(value)


def encode_text(value: Any) -> str:
    return _encoder.encode(value).decode()


def indented(value: Any) -> str:
    """For people to read."""
    return msgspec.json.format(_encoder.encode(value), indent=2).decode()


def decode_text(text: str | bytes) -> Any:
    """What `encode_text` or jsonb made, without the checks that a client's text needs."""
    return _trusting_decoder.decode(text)


def _is_too_deep(body: bytes) -> bool:
    """Whether a decoder would go down further than is safe before it finds the end of it, or a fault."""
    if body.count(b"[") + body.count(b"{") <= _SAFE_DEPTH:
        return False
    brackets = _STRING.sub(b"", body).translate(None, delete=_NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > _SAFE_DEPTH


def _number(text: str) -> Decimal:
    """A Decimal of its own text: 0.10 stays 0.10, and 0.1 does not become 0.1000000000000000055."""
    number = Decimal(text) if len(text) <= _LONGEST_NUMBER else None
    if number is None or not _MIN_EXPONENT <= number.adjusted() <= _MAX_EXPONENT:
        raise ValueError(f"the number {text[:20]} is too large or too fine")
    return number


def _levels(value: Any) -> Iterator[list[Any]]:
    """The values of a document, level by level; without recursion, for the nesting is the client's choice. Raises
    `_TooLarge` for an integer beyond a double, which nobody asks about as it is read."""
    level = [value]
    while level:
        yield level
        deeper: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is dict:
                deeper += item.values()
            elif kind is list:
                deeper += item
            elif kind is int and _is_too_large(item):
                raise _TooLarge
        level = deeper


def _holds_nul(item: Any) -> bool:
    if isinstance(item, str):
        return "\0" in item
    return isinstance(item, dict) and any("\0" in key for key in item)


class _TooLarge(Exception):
    """An integer is beyond a double."""


def _is_too_large(item: Any) -> bool:
    return type(item) is int and not -_LARGEST < item < _LARGEST


class _OddNumber:
    """Stands for a number that cannot be kept, in a body that is refused for it."""


def _is_odd(item: Any) -> bool:
    return isinstance(item, _OddNumber)


def _with_odd_numbers(body: bytes) -> Any:
    """The body once more, only to see where the number stands."""

    def number(text: str) -> Any:
        try:
            return _number(text)
        except (ValueError, InvalidOperation):
            return _OddNumber()

    try:
        return json.loads(body, parse_float=number, parse_int=number)
    except (ValueError, RecursionError):
        return _OddNumber()


def _found(value: Any, is_it: Callable[[Any], bool], what: str) -> str:
    """Names the first member that is at fault."""
    member = next(_paths(value, is_it, ""), "").lstrip(".")
    return f"{member[:200]}: holds {what}" if member else f"The body holds {what}"


def _paths(value: Any, is_it: Callable[[Any], bool], path: str) -> Iterator[str]:
    if is_it(value):
        yield path
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _paths(member, is_it, f"{path}.{name}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _paths(item, is_it, f"{path}[{place}]")


def _in_words(message: str) -> str:
    """msgspec says "Expected `str`, got `int` - at `$.intervals[0].id`"; clients are told the member first."""
    text, _, path = message.partition(" - at `$")
    member = path.rstrip("`").lstrip(".")
    text = text.replace("`decimal`", "`float`")  # the client wrote a number, and knows nothing of Decimals
    return f"{member}: {text}" if member else text


_decoder = msgspec.json.Decoder(float_hook=_number)
_trusting_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
