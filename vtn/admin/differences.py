"""What is different between two versions of an object, line by line, for people: values in, values out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

_ABSENT: Any = object()


class Difference(NamedTuple):
    """One place that is not the same. `None` on a side is JSON's null; `is_added` and `is_removed` say where a side has
    nothing at all."""

    path: str
    before: Any
    after: Any
    is_added: bool = False
    is_removed: bool = False


def differences(before: Any, after: Any) -> list[Difference]:
    """In the order of the later version, what went last. Lists are compared place by place, since their order means
    something in the standard's objects; an object that is new or gone has one line for each of its members."""
    return list(_walk("", {} if before is None else before, {} if after is None else after))


def _walk(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in (*after, *(name for name in before if name not in after)):
            inner = f"{path}.{name}" if path else name
            yield from _walk(inner, before.get(name, _ABSENT), after.get(name, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            yield from _walk(f"{path}[{place}]", _at(before, place), _at(after, place))
    elif before is _ABSENT:
        yield Difference(path, None, after, is_added=True)
    elif after is _ABSENT:
        yield Difference(path, before, None, is_removed=True)
    elif before != after or type(before) is not type(after):
        yield Difference(path, before, after)


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else _ABSENT
