"""The twin's devices, and JSON Patch (RFC 6902) of their properties: add, replace, remove and test."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from events.backends.twins.eniris.answers import MISFORMATTED, NO_RIGHTS, Answer
from events.backends.twins.serving import Heard, Reply

_VALUED = frozenset({"op", "path", "value"})
_MEMBERS = {"add": _VALUED, "replace": _VALUED, "test": _VALUED, "remove": frozenset({"op", "path"})}


@dataclass
class Device:
    """`edits` are the properties that the account may write; `manages` lets it write all."""

    id: int
    node_id: int
    properties: dict[str, Any] = field(default_factory=dict)
    manages: bool = False
    edits: frozenset[str] = frozenset({"openadr"})
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def patch(self, heard: Heard) -> Reply:
        operations = _operations(heard)
        since = heard.headers.get("if-unmodified-since")
        if since is not None and datetime.fromisoformat(since) < self.updated_at:
            raise Answer(412, "At least one device was modified after the specified time")
        names = {operation["path"].split("/")[1] for operation in operations}
        if not self.manages and not names <= self.edits:
            raise Answer(403, NO_RIGHTS)
        properties = copy.deepcopy(self.properties)
        for number, operation in enumerate(operations):
            try:
                _apply(properties, operation)
            except (KeyError, IndexError, TypeError, ValueError):
                what = f"Operation {number} ({operation['op']}) failed for device {self.id}"
                raise Answer(422, f'{what} at path "{operation["path"]}"') from None
        self.properties, self.updated_at = properties, datetime.now(UTC)
        return Reply(body={"device": self.shown()})

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "lastUpdate": self.updated_at.isoformat(),
            "properties": {"nodeId": str(self.node_id), **self.properties},
            "userRights": {
                "propertyEditabilities": dict.fromkeys(sorted(self.edits), True),
                "monitorManagement": self.manages,
            },
        }


def _operations(heard: Heard) -> list[dict[str, Any]]:
    try:
        operations = heard.json()
        is_good = isinstance(operations, list) and all(
            set(each) == _MEMBERS[each["op"]] and each["path"].startswith("/") for each in operations
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        is_good = False
    if not is_good:
        raise Answer(400, MISFORMATTED)
    return operations


def _apply(properties: dict[str, Any], operation: dict[str, Any]) -> None:
    *way, name = (part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:])
    place = _at(properties, way)
    if operation["op"] != "add" and name not in place:
        raise KeyError(name)
    if operation["op"] == "test":
        if place[name] != operation["value"]:
            raise ValueError(name)
    elif operation["op"] == "remove":
        del place[name]
    else:
        place[name] = operation["value"]


def _at(properties: dict[str, Any], way: Iterable[str]) -> dict[str, Any]:
    place = properties
    for part in way:
        place = place[part]
    if not isinstance(place, dict):
        raise TypeError("not an object")
    return place
