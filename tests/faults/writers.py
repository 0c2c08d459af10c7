"""Clients that change things at random, and go on whatever becomes of the server."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from typing import Any, NamedTuple

import requests

from tests.conftest import event_request
from tests.events.reporting import one_value

_PATIENCE = 60.0
_TARGETS = [[], ["north"], ["south"], ["north", "south"], ["east"], ["north", "east"]]


class Acknowledged(NamedTuple):
    """A write that was answered with success, which nothing may undo."""

    operation: str
    object_id: str
    modified: str


class Door:
    """One client at the 3.1.0 door."""

    def __init__(self, url: str, client: dict[str, Any]) -> None:
        self._url = f"{url}/openadr3/3.1.0"
        form = {
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
        }
        answer = requests.post(f"{self._url}/auth/token", form, timeout=10)
        self._headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def send(self, method: str, path: str, content: Any = None, dialect: str = "3.1.0") -> requests.Response:
        url = self._url.replace("3.1.0", dialect) + path
        return requests.request(method, url, json=content, headers=self._headers, timeout=10)

    def read_all(self, path: str) -> list[dict[str, Any]]:
        """Every page, however long that takes."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._page(f"{path}?limit=50&skip={len(found)}")
            found += page
            if len(page) < 50:
                return found

    def _page(self, path: str) -> list[dict[str, Any]]:
        give_up_at = time.monotonic() + _PATIENCE
        while True:
            try:
                answer = self.send("GET", path)
                if answer.status_code == 200:
                    return answer.json()
            except requests.RequestException:
                pass
            assert time.monotonic() < give_up_at, "the server does not come back"
            time.sleep(0.1)


class Writers:
    """Business logic and two VENs, and what they know of the world."""

    def __init__(self, business: Door, vens: list[Door]) -> None:
        self._business, self._vens = business, vens
        self._untouched: set[str] = set()
        self._known: dict[str, list[dict[str, Any]]] = {}
        self._number = 0
        self.acknowledged: list[Acknowledged] = []
        self.unanswered = 0
        self._look()
        self._untouched = {each["id"] for known in self._known.values() for each in known}

    def change_something(self) -> None:
        """One write, whose fate is looked up where its answer is lost."""
        self._number += 1
        choices = ["programs", "events", "events", "events", "vens", "resources", "reports", "subscriptions"]
        collection = random.choice(choices)
        known = [each for each in self._known[collection] if each["id"] not in self._untouched]
        operation = random.choice(["POST", "POST", "PUT", "PUT", "DELETE"]) if known else "POST"
        # Of the last that were changed: what waits at a receiver that fails is soon followed by more on its object.
        chosen = {} if operation == "POST" else random.choice(known[-2:])
        content = self._content(collection, chosen)
        if content is None:
            self._write(self._business, "POST", "/programs", {"programName": f"program {self._number}"})
            return
        door = self._door(collection, chosen)
        path = f"/{collection}" + (f"/{chosen['id']}" if chosen else "")
        if operation == "DELETE":
            self._write(door, operation, path + ("?cascade=true" if collection == "programs" else ""), None)
        else:
            self._write(door, operation, path, content)

    def _write(self, door: Door, method: str, path: str, content: Any) -> None:
        try:
            answer = door.send(method, path, content)
        except requests.RequestException:
            answer = None
        if answer is None or answer.status_code >= 500:
            self.unanswered += 1
            self._look()
            return
        assert answer.ok, (method, path, content, answer.text)
        written = answer.json()
        operation = {"POST": "CREATE", "PUT": "UPDATE", "DELETE": "DELETE"}[method]
        self.acknowledged.append(Acknowledged(operation, written["id"], written["modificationDateTime"]))
        self._remember(operation, path, written)

    def _remember(self, operation: str, path: str, written: dict[str, Any]) -> None:
        collection = path.split("?")[0].split("/")[1]
        if operation == "DELETE" and collection in ("programs", "vens"):
            self._look()  # others have gone with it
            return
        known = [each for each in self._known[collection] if each["id"] != written["id"]]
        self._known[collection] = known if operation == "DELETE" else [*known, written]

    def _look(self) -> None:
        """Reads what there is: after a lost answer nobody knows otherwise."""
        collections = ("programs", "events", "vens", "resources", "reports", "subscriptions")
        self._known = defaultdict(list, {each: self._business.read_all(f"/{each}") for each in collections})

    def _door(self, collection: str, chosen: dict[str, Any]) -> Door:
        if collection not in ("reports", "subscriptions"):
            return self._business
        owners = {"north": self._vens[0], "south": self._vens[1]}
        if not chosen:
            return self._vens[0]
        return owners[chosen["clientID"]]

    def _content(self, collection: str, chosen: dict[str, Any]) -> dict[str, Any] | None:
        """What to write; None where something else has to be there first."""
        name = f"{collection} {self._number}"
        if collection == "programs":
            return {"programName": name, "targets": random.choice(_TARGETS)}
        if collection == "vens":
            return {"objectType": "BL_VEN_REQUEST", "venName": name, "clientID": chosen.get("clientID", name)}
        if collection == "subscriptions":
            # Tells nobody anything; that it was written is told to others.
            told = {"objects": ["VEN"], "operations": ["READ"], "callbackUrl": "http://127.0.0.1:1999/"}
            return {"clientName": name, "objectOperations": [told]}
        return self._content_inside(collection, chosen, name)

    def _content_inside(self, collection: str, chosen: dict[str, Any], name: str) -> dict[str, Any] | None:
        """Of what belongs to something else."""
        vens = [each for each in self._known["vens"] if each["id"] not in self._untouched]
        for_all = [each for each in self._known["events"] if not each.get("targets")]
        member, around = {
            "events": ("programID", self._known["programs"]),
            "resources": ("venID", vens),
            "reports": ("eventID", for_all),
        }[collection]
        if not chosen and not around:
            return None
        owner = chosen.get(member) or random.choice(around)["id"]
        if collection == "events":
            return event_request({"id": owner}, eventName=name, targets=random.choice(_TARGETS))
        if collection == "reports":
            return {**one_value({"id": owner}, self._number), "reportName": name}
        ven = next((each for each in around if each["id"] == owner), {})
        return {
            "objectType": "BL_RESOURCE_REQUEST",
            "resourceName": name,
            "venID": owner,
            "clientID": chosen.get("clientID") or ven["clientID"],
            "targets": random.choice(_TARGETS),
        }
