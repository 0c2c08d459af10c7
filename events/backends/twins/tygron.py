"""A Tygron engine with one small session: net clusters, whose states can be set and looked at.

It answers as the documents of the API say, with the codes of their overview. `POST /_twin/session` begins the session
anew: the token changes, and the old one is good for nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from events.backends.twins.serving import Heard, Reply, Twin
from events.backends.twins.tygron_page import page_of

NET_TYPES = ("ELECTRICITY", "GAS", "HEAT", "INTERNET", "SEWER")
STATES = ("NOTHING", "REQUEST_CONSTRUCTION_APPROVAL", "REQUEST_ZONING_APPROVAL", "READY")
STAKEHOLDERS = {7: "Grid operator", 8: "Heat company"}
CLUSTERS: dict[int, tuple[str, tuple[str, ...]]] = {
    31: ("Heat pumps in the north", ("ELECTRICITY", "HEAT")),
    32: ("Cold store", ("ELECTRICITY",)),
    33: ("Charging plaza", ("ELECTRICITY",)),
}
_EVENTS = "/api/session/event/"
_ITEMS = "/api/session/items/"


class _Answer(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.reply = Reply(status, {"message": message})


class TygronTwin(Twin):
    title = "Twin of Tygron"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.loads = [
            {
                "id": 10 * cluster + NET_TYPES.index(net_type),
                "name": f"{name}, {net_type.lower()}",
                "clusterID": cluster,
                "netType": net_type,
                "connectionState": "READY",
                "attributes": {"POWER": 400.0},
            }
            for cluster, (name, net_types) in CLUSTERS.items()
            for net_type in net_types
        ]
        self.fractions = dict.fromkeys(CLUSTERS, 1.0)
        self.token = ""
        self._old_tokens: set[str] = set()
        self.begin_session()

    def begin_session(self) -> str:
        """The new token: eight digits of the session and 24 more."""
        self._old_tokens.add(self.token)
        self.token = secrets.token_hex(16).upper()
        return self.token

    def name(self, cluster: int) -> str:
        return CLUSTERS[cluster][0]

    def states(self, cluster: int) -> dict[str, str]:
        """By net type."""
        return {load["netType"]: load["connectionState"] for load in self._loads_of(cluster)}

    def attributes(self, cluster: int) -> list[dict[str, float]]:
        return [load["attributes"] for load in self._loads_of(cluster)]

    def reply(self, heard: Heard) -> Reply:
        try:
            self._require_session(heard)
            return self._answer(heard)
        except _Answer as answer:
            return answer.reply

    def _answer(self, heard: Heard) -> Reply:
        if heard.method == "POST" and heard.path.startswith(_EVENTS):
            return self._event(heard)
        if heard.method == "GET" and heard.path == "/api/session/info":
            return Reply(body={"projectName": "twin", "sessionType": "MULTI"})
        if heard.method == "GET" and heard.path.startswith(_ITEMS):
            return Reply(body=self._items(heard.path.removeprefix(_ITEMS).strip("/")))
        raise _Answer(404, "There is nothing here")

    def told(self, name: str, told: Mapping[str, Any]) -> Reply:
        return Reply(body={"token": self.begin_session()}) if name == "session" else super().told(name, told)

    def advice(self) -> str:
        clusters = ", ".join(f"{cluster} ({name})" for cluster, (name, _) in CLUSTERS.items())
        return f"API token: {self.token}\nStakeholders: {[*STAKEHOLDERS]}\nNet clusters: {clusters}"

    def _require_session(self, heard: Heard) -> None:
        scheme, _, token = heard.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise _Answer(401, "Authentication failed")
        if token in self._old_tokens:
            raise _Answer(497, "No such session")
        if token != self.token:
            raise _Answer(498, "Invalid session token")

    def _event(self, heard: Heard) -> Reply:
        events: Mapping[str, tuple[int, Callable[..., None]]] = {
            "participant/net_cluster_set_states": (4, self._set_states),
            "participant/net_cluster_set_load_attribute": (4, self._set_attribute),
            "logic/net_cluster_set_fraction_connected": (2, self._set_fraction),
        }
        found = events.get(heard.path.removeprefix(_EVENTS).rstrip("/"))
        if found is None:
            raise _Answer(404, "There is no such event")
        count, event = found
        try:
            parameters = heard.json()
        except ValueError:
            raise _Answer(400, "The body is not JSON") from None
        if not isinstance(parameters, list) or len(parameters) != count:
            raise _Answer(400, f"This event has {count} parameters, in an array")
        event(*parameters)
        return Reply(204)

    def _set_states(self, stakeholder: Any, cluster: Any, types: Any, states: Any) -> None:
        self._require_stakeholder(stakeholder)
        loads = self._loads_of(cluster)
        types, states = _listed(types), _listed(states)
        if len(types) != len(states):
            raise _Answer(400, "There have to be as many states as types")
        _require_all(types, NET_TYPES, "NetType")
        _require_all(states, STATES, "TimeState")
        paired = dict(zip(types, states, strict=True))
        for load in loads:
            load["connectionState"] = paired.get(load["netType"], load["connectionState"])

    def _set_attribute(self, stakeholder: Any, cluster: Any, name: Any, value: Any) -> None:
        self._require_stakeholder(stakeholder)
        loads = self._loads_of(cluster)
        if not isinstance(name, str) or not _is_number(value):
            raise _Answer(400, "An attribute has a name and a number")
        for load in loads:
            load["attributes"][name] = value

    def _set_fraction(self, cluster: Any, fraction: Any) -> None:
        self._loads_of(cluster)
        if not _is_number(fraction) or not 0 <= fraction <= 1:
            raise _Answer(400, "A fraction is a number from 0 to 1")
        self.fractions[cluster] = fraction

    def _require_stakeholder(self, stakeholder: Any) -> None:
        if type(stakeholder) is not int:
            raise _Answer(400, "A stakeholder is an integer")
        if stakeholder not in STAKEHOLDERS:
            raise _Answer(404, "There is no such stakeholder")

    def _loads_of(self, cluster: Any) -> list[dict[str, Any]]:
        if type(cluster) is not int:
            raise _Answer(400, "A net cluster is an integer")
        if cluster not in CLUSTERS:
            raise _Answer(404, "There is no such net cluster")
        return [load for load in self.loads if load["clusterID"] == cluster]

    def _items(self, path: str) -> Any:
        kind, _, which = path.partition("/")
        if kind == "netclusters":
            items = [self._cluster(id_) for id_ in CLUSTERS]
        elif kind == "netloads":
            items = self.loads
        elif kind == "stakeholders":
            items = [{"id": id_, "name": name} for id_, name in STAKEHOLDERS.items()]
        else:
            raise _Answer(404, "There are no such items")
        if which in ("", "size"):
            return len(items) if which else items
        for item in items:
            if str(item["id"]) == which:
                return item
        raise _Answer(404, "There is no such item")

    def _cluster(self, id_: int) -> dict[str, Any]:
        return {
            "id": id_,
            "name": CLUSTERS[id_][0],
            "ownerID": 7,
            "fractionConnectedOverride": self.fractions[id_],
            "loadIDs": [load["id"] for load in self._loads_of(id_)],
        }

    def page(self) -> str:
        return page_of(self)


def _listed(value: Any) -> list[Any]:
    """'A single value is accepted where an array is expected'."""
    return value if isinstance(value, list) else [value]


def _require_all(values: list[Any], known: tuple[str, ...], what: str) -> None:
    if not values or not all(isinstance(value, str) and value in known for value in values):
        raise _Answer(400, f"Each {what} has to be one of {', '.join(known)}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
