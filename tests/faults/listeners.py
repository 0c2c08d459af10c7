"""Those who are told by MQTT, what they may hear, and that they hear it in order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.faults.subscribers import Entry, in_order
from tests.faults.system import System
from tests.faults.writers import Door
from tests.launcher.processes import eventually
from tests.twins.mosquitto import Listener

_TOPICS = "/notifiers/mqtt/topics"
_OF_BUSINESS = ("/programs", "/events", "/reports", "/subscriptions", "/vens", "/resources")
_OF_VEN = ("", "/programs", "/events", "/resources")

Key = tuple[bool, str, str]


class MqttListener:
    """Follows all topics that there are for it. `grant` is None for business logic.

    A broker that is killed forgets who has not heard what, so this is not all that there was (docs/decisions/mqtt.md);
    what is heard is its own, and in order.
    """

    def __init__(self, system: System, door: Door, client: str, grant: frozenset[str] | None = None) -> None:
        self.client, self._grant = client, grant
        authentication = door.send("GET", "/notifiers").json()["MQTT"]["authentication"]
        self._listener = Listener(system.mqtt_port, authentication)
        paths = list(_OF_BUSINESS)
        if grant is not None:
            [mine] = [each for each in door.send("GET", "/vens").json() if each["clientID"] == client]
            paths = ["/programs", *(f"/vens/{mine['id']}{part}" for part in _OF_VEN)]
        self._topics = [door.send("GET", _TOPICS + path).json()["topics"]["ALL"] for path in paths]

    def __enter__(self) -> MqttListener:
        self._listener.connect()
        # The broker is told of a new client when there is a worker who does it.
        assert eventually(lambda: all(self._listener.may_subscribe(each) for each in self._topics), within=30)
        self._listener.keep_to(*self._topics)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def has_heard_of(self, object_id: str) -> bool:
        return any(body["object"]["id"] == object_id for body in self._bodies())

    def require_its_own_in_order(self, entries: Iterable[Entry]) -> None:
        known: dict[Key, Entry] = {}
        for entry in entries:
            for document, is_gone in ((entry.before, True), (entry.after, False)):
                if document is not None:
                    known[is_gone, entry.object_id, document["modificationDateTime"]] = entry
        heard = []
        for body in self._bodies():
            shown = body["object"]
            entry = known[body["operation"] == "DELETE", shown["id"], shown["modificationDateTime"]]
            assert self._is_its_own(body, entry), (self.client, body)
            heard.append((entry.id, ()))
        assert heard, self.client
        assert in_order(heard, {entry.id: entry.object_id for entry in known.values()}), self.client

    def _bodies(self) -> list[dict[str, Any]]:
        return [json.loads(payload) for _, payload in list(self._listener.heard)]

    def _is_its_own(self, body: dict[str, Any], entry: Entry) -> bool:
        if self._grant is None:
            return True
        if body["objectType"] in ("PROGRAM", "EVENT"):
            document = entry.before if body["operation"] == "DELETE" else entry.after
            targets = (document or {}).get("targets") or []
            return set(body["targets"] or []) <= self._grant and (
                not targets or bool(self._grant & set(targets))
            )
        return body["object"]["clientID"] == self.client
