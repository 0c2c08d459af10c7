"""The twin's licences: activated once, claimed for one controller."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from events.backends.twins.eniris.answers import MISFORMATTED, Answer
from events.backends.twins.serving import Heard, Reply


@dataclass
class Licence:
    key: str
    node_id: int | None = None
    activated: str | None = None
    duration: int = 24
    deactivated: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "key": self.key,
            "gridKw": 40,
            "solarKw": None,
            "batteryKw": 20,
            "evKw": None,
            "creationDate": "2026-01-05T09:00:00Z",
            "activationDate": self.activated,
            "duration": self.duration,
            "deactivationDate": self.deactivated,
            "type": "commercial",
        }


class Licences:
    """Of one customer, whose controllers are known."""

    def __init__(self, customer_id: str, nodes: set[int], licences: list[Licence]) -> None:
        self.customer_id, self.nodes, self.all = customer_id, nodes, licences

    def named(self, key: str) -> Licence:
        for licence in self.all:
            if licence.key == key:
                return licence
        raise Answer(404, "Resource not found")

    def reply(self, heard: Heard) -> Reply:
        what, _, which = heard.path.removeprefix("/v1/license/").partition("/")
        if (heard.method, what) == ("POST", "activate"):
            return self._activate(_told(heard, {"key"}, {"activationIso"}))
        if (heard.method, what) == ("POST", "claim"):
            return self._claim(_told(heard, {"licenseKey", "nodeId"}))
        if (heard.method, what) == ("GET", "controller") and which.isdigit() and int(which) in self.nodes:
            found = [each.shown() for each in self.all if each.node_id == int(which)]
            return Reply(body={"licenses": found})
        if (heard.method, what, which) == ("GET", "customer", self.customer_id):
            return Reply(body={"licenses": [each.shown() for each in self.all]})
        raise Answer(404, "Resource not found")

    def _activate(self, told: dict[str, Any]) -> Reply:
        licence = self.named(told["key"])
        if licence.activated is not None:
            raise Answer(400, "License is already activated")
        moment = told.get("activationIso") or datetime.now(UTC).isoformat()
        try:
            licence.activated = datetime.fromisoformat(moment).isoformat()
        except (ValueError, TypeError):
            raise Answer(400, MISFORMATTED) from None
        return Reply(body={"success": True, "license": licence.shown()})

    def _claim(self, told: dict[str, Any]) -> Reply:
        licence = self.named(told["licenseKey"])
        if told["nodeId"] not in self.nodes:
            raise Answer(404, "Resource not found")
        if licence.node_id is not None:
            raise Answer(400, "License is already claimed")
        licence.node_id = told["nodeId"]
        return Reply(
            body={
                "success": True,
                "license": {"id": licence.id, "key": licence.key, "nodeId": licence.node_id},
            }
        )


def _told(
    heard: Heard, needed: set[str], possible: frozenset[str] | set[str] = frozenset()
) -> dict[str, Any]:
    """The body, with no other members than these."""
    try:
        told = heard.json()
    except ValueError:
        raise Answer(400, MISFORMATTED) from None
    if not isinstance(told, dict) or not needed <= set(told) <= needed | possible:
        raise Answer(400, MISFORMATTED)
    return told
