"""Which controllers our targets stand for: `{"<target or *>": {"nodeId": 123, "deviceId": 45}}`, or a list of such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.backends.base import ALL_OTHERS, Refused

_MEMBERS = {"nodeId", "deviceId"}


@dataclass(frozen=True, slots=True)
class Controller:
    """`node_id` is what licences are of, `device_id` what has properties; without one it gets none written."""

    node_id: int
    device_id: int | None


def check(mapping: Mapping[str, Any]) -> None:
    """Raises `ValueError`, whose text names the path of what is wrong."""
    if not isinstance(mapping, Mapping):
        raise ValueError("has to be an object with targets as names")  # noqa: TRY004 - the protocol has ValueError
    for target, value in mapping.items():
        if not target:
            raise ValueError("a target has no name")
        _controllers(value, target)


def controllers_of(mapping: Mapping[str, Any], targets: Sequence[str]) -> list[Controller]:
    """Those of the event's targets that are mapped; where none is, those of `*`. Each once, in the order of the
    mapping. Raises `Refused`."""
    try:
        check(mapping)
    except ValueError as error:
        raise Refused(f"The mapping cannot be read: {error}") from None
    mapped = [target for target in mapping if target != ALL_OTHERS and target in targets]
    if not mapped and ALL_OTHERS not in mapping:
        of = f"the targets {', '.join(targets)}" if targets else "an event without targets"
        raise Refused(
            f"The mapping says of no controller that it is meant by {of}, and has no '{ALL_OTHERS}'"
        )
    found = [each for target in mapped or [ALL_OTHERS] for each in _controllers(mapping[target], target)]
    return list(dict.fromkeys(found))


def left_behind(
    mapping: Mapping[str, Any], before: Sequence[str] | None, now: Sequence[str]
) -> list[Controller]:
    """The controllers that an event meant until its targets were changed, and does not mean any more; none where they
    were not."""
    if before is None:
        return []
    kept = set(_found(mapping, now))
    return [each for each in _found(mapping, before) if each not in kept]


def all_controllers(mapping: Mapping[str, Any]) -> list[Controller]:
    """Each once. Raises `ValueError`."""
    check(mapping)
    return list(dict.fromkeys(each for target in mapping for each in _controllers(mapping[target], target)))


def _found(mapping: Mapping[str, Any], targets: Sequence[str]) -> list[Controller]:
    try:
        return controllers_of(mapping, targets)
    except Refused:
        return []


def _controllers(value: Any, path: str) -> list[Controller]:
    if isinstance(value, list):
        if not value:
            raise ValueError(f"{path}: an empty list means nothing")
        return [_controller(each, f"{path}[{position}]") for position, each in enumerate(value)]
    return [_controller(value, path)]


def _controller(value: Any, path: str) -> Controller:
    if not isinstance(value, Mapping):
        raise ValueError(f'{path}: has to be like {{"nodeId": 123, "deviceId": 45}}')  # noqa: TRY004 - as above
    if unknown := sorted(set(value) - _MEMBERS):
        raise ValueError(f"{path}.{unknown[0]}: nothing of this name is known")
    if "nodeId" not in value:
        raise ValueError(f"{path}.nodeId: is missing")
    device = value.get("deviceId")
    return Controller(
        node_id=_number(value["nodeId"], 1, f"{path}.nodeId"),
        device_id=None if device is None else _number(device, 0, f"{path}.deviceId"),
    )


def _number(value: Any, least: int, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{path}: has to be a whole number from {least} on")
    return value
