"""Every operation of both official files, done once by somebody who may, with the number of queries it takes.

The table names them all; a file's operation that is not in it, or one in it that no file has, fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.services.client_secrets import add_secret
from tests.conftest import NOON, Actor, event_request
from vtn.caller import Caller
from vtn.management.commands.check_api import OFFICIAL_FILES, served_document

BL, VEN, NOBODY = "retailer", "ven", "nobody"
SECRET = "a-secret-of-more-than-thirty-two-letters"
CALLBACK = "https://receiver.example/notifications"

# Who does it, and how many queries that takes in 3.1.0 and in 3.0.1, whose VENs name no client. One of each is for the
# caller.
TABLE: dict[str, tuple[str, tuple[int, ...]]] = {
    "searchAllPrograms": (VEN, (2, 2)),
    "createProgram": (BL, (5, 5)),
    "searchProgramByProgramId": (VEN, (2, 2)),
    "updateProgram": (BL, (6, 6)),
    "deleteProgram": (BL, (13, 13)),
    "searchAllEvents": (VEN, (2, 2)),
    "createEvent": (BL, (2, 2)),
    "searchEventsByID": (VEN, (2, 2)),
    "updateEvent": (BL, (7, 7)),
    "deleteEvent": (BL, (10, 10)),
    "searchAllReports": (VEN, (2, 2)),
    "createReport": (VEN, (4, 4)),
    "searchReportsByReportID": (VEN, (2, 2)),
    "updateReport": (VEN, (7, 7)),
    "deleteReport": (VEN, (8, 8)),
    "searchSubscriptions": (VEN, (2, 2)),
    "createSubscription": (VEN, (8, 8)),
    "searchSubscriptionByID": (VEN, (2, 2)),
    "updateSubscription": (VEN, (12, 12)),
    "deleteSubscription": (VEN, (10, 10)),
    "searchVens": (BL, (2, 2)),
    "createVen": (BL, (8, 7)),
    "searchVenByID": (VEN, (2, 2)),
    "updateVen": (VEN, (7, 7)),
    "deleteVen": (VEN, (20, 20)),
    "searchVenResources": (VEN, (2, 2)),
    "createResource": (VEN, (6, 6)),
    "searchVenResourceByID": (VEN, (2, 2)),
    "updateVenResource": (VEN, (8, 8)),
    "deleteVenResource": (VEN, (13, 13)),
    "fetchToken": (NOBODY, (2, 2)),
    "getAuthServerInfo": (NOBODY, (0,)),
    "listAllNotifiers": (VEN, (1,)),
    "listAllMqttNotifierTopicsPrograms": (VEN, (1,)),
    "listAllMqttNotifierTopicsProgram": (VEN, (2,)),
    "listAllMqttNotifierTopicsProgramEvents": (VEN, (2,)),
    "listAllMqttNotifierTopicsEvents": (BL, (1,)),
    "listAllMqttNotifierTopicsReports": (BL, (1,)),
    "listAllMqttNotifierTopicsSubscriptions": (BL, (1,)),
    "listAllMqttNotifierTopicsVens": (BL, (1,)),
    "listAllMqttNotifierTopicsResources": (BL, (1,)),
    "listAllMqttNotifierTopicsVen": (VEN, (2,)),
    "listAllMqttNotifierTopicsVenEvents": (VEN, (2,)),
    "listAllMqttNotifierTopicsVenPrograms": (VEN, (2,)),
    "listAllMqttNotifierTopicsVenResources": (VEN, (2,)),
}

# Ours beside the files', in the same way. How many queries those of EXTENSIONS_ELSEWHERE take depends on what is sent,
# or on the settings: their own tests say it.
EXTENSIONS: dict[str, tuple[str, tuple[int, ...]]] = {
    "searchCallbacks": (VEN, (3, 3)),
    "readSigningKey": (VEN, (2, 2)),
    "rotateSigningKey": (VEN, (6, 6)),
}
EXTENSIONS_ELSEWHERE = {"createEvents", "createVens", "getKeySet", "getAuthServerInfo"}


@dataclass(frozen=True)
class Operation:
    version: str
    id: str
    method: str
    path: str


def operations(version: str) -> list[Operation]:
    document = yaml.safe_load((OFFICIAL_FILES / f"openadr-{version}.yaml").read_text())
    return _operations_in(document, version)


def extensions(version: str) -> list[Operation]:
    """What is served beside them."""
    names = {operation.id for operation in operations(version)}
    served = _operations_in(served_document(f"openadr-{version}"), version)
    return [operation for operation in served if operation.id not in names | EXTENSIONS_ELSEWHERE]


def _operations_in(document: dict[str, Any], version: str) -> list[Operation]:
    return [
        Operation(version, definition["operationId"], method, path)
        for path, item in document["paths"].items()
        for method, definition in item.items()
        if "operationId" in definition
    ]


VERSIONS = ["3.1.0", "3.0.1"]
OPERATIONS = [operation for version in VERSIONS for operation in operations(version)]
EXTENDED = [operation for version in VERSIONS for operation in extensions(version)]


@dataclass
class World:
    """One of each kind of object, made through one door."""

    version: str
    actors: dict[str, Actor]
    ids: dict[str, str] = field(default_factory=dict)

    def set_up(self, ven_id: str) -> None:
        self.ids["venID"] = ven_id
        for kind, who in (
            ("program", BL),
            ("event", BL),
            ("resource", VEN),
            ("report", VEN),
            ("subscription", VEN),
        ):
            self.ids[f"{kind}ID"] = self.create(kind, who)

    def create(self, kind: str, who: str) -> str:
        nested = kind == "resource" and self.version == "3.0.1"
        path = f"/vens/{self.ids['venID']}/resources" if nested else f"/{kind}s"
        answer = self.actors[who].post(path, self.body(kind, who))
        assert answer.status_code == 201, answer.content
        return answer.json()["id"]

    def body(self, kind: str, who: str) -> dict[str, Any]:
        body = getattr(self, f"_{kind}")()
        if self.version == "3.1.0" and kind in ("ven", "resource"):
            body |= self._told_apart(kind, who)
        return body

    def _program(self) -> dict[str, Any]:
        return {"programName": f"program {len(self.ids)}"}

    def _event(self) -> dict[str, Any]:
        return event_request({"id": self.ids["programID"]})

    def _report(self) -> dict[str, Any]:
        intervals = [{"id": 0, "payloads": [{"type": "USAGE", "values": [1.5]}]}]
        body = {
            "eventID": self.ids["eventID"],
            "clientName": "ven",
            "resources": [{"resourceName": "meter", "intervals": intervals}],
        }
        return {"programID": self.ids["programID"], **body} if self.version == "3.0.1" else body

    def _subscription(self) -> dict[str, Any]:
        wanted = {"objects": ["EVENT"], "operations": ["CREATE"], "callbackUrl": CALLBACK}
        return {"clientName": "ven", "programID": self.ids["programID"], "objectOperations": [wanted]}

    def _ven(self) -> dict[str, Any]:
        return {"venName": f"ven {len(self.ids)}"}

    def _resource(self) -> dict[str, Any]:
        return {"resourceName": f"resource {len(self.ids)}"}

    def _told_apart(self, kind: str, who: str) -> dict[str, Any]:
        """What 3.1.0 asks of VENs and resources, by who writes them."""
        form = {"objectType": f"{'BL' if who == BL else 'VEN'}_{kind.upper()}_REQUEST"}
        if kind == "resource":
            form["venID"] = self.ids["venID"]
        elif who == BL:
            form["clientID"] = "another client"
        return form


@pytest.fixture
def actors(retailer, ven, nobody) -> dict[str, Actor]:
    return {BL: retailer, VEN: ven, NOBODY: nobody}


@pytest.fixture(autouse=True)
def laboratory(settings):
    """No receiver is asked, and there is a broker to name."""
    settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = True
    settings.MQTT_URIS = ["mqtts://broker.example"]


@pytest.mark.parametrize("operation", [*OPERATIONS, *EXTENDED], ids=lambda it: f"{it.version} {it.id}")
def test_it_is_served_with_so_many_queries(actors, operation):
    who, queries = (TABLE | EXTENSIONS)[operation.id]
    at_door = {name: actor.at(operation.version) for name, actor in actors.items()}
    world = World(operation.version, at_door)
    add_secret(caller=Caller.staff("tests"), client_id="ven", text=SECRET, now=NOON)
    world.set_up(at_door[BL].get("/vens").json()[0]["id"])
    if operation.id == "deleteProgram":
        at_door[BL].delete(f"/events/{world.ids['eventID']}")

    with CaptureQueriesContext(connection) as asked:
        answer = _carried_out(operation, world, who)

    is_made = operation.method == "post" and operation.id not in ("fetchToken", "rotateSigningKey")
    assert answer.status_code == (201 if is_made else 200), answer.content
    texts = "\n".join(str(query["sql"]) for query in asked.captured_queries)
    assert len(asked) == queries[operation.version == "3.0.1" and len(queries) > 1], texts


@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_has_them_all(version):
    assert {operation.id for operation in OPERATIONS} == set(TABLE)
    assert {operation.id for operation in extensions(version)} == set(EXTENSIONS)
    assert {operation.id for operation in operations(version)} == {
        name for name, (_, queries) in TABLE.items() if version == "3.1.0" or len(queries) == 2
    }


def _carried_out(operation: Operation, world: World, who: str) -> Any:
    actor, path = world.actors[who], operation.path.format(**world.ids)
    if operation.id == "fetchToken":
        form = f"grant_type=client_credentials&client_id=ven&client_secret={SECRET}"
        return actor.send("POST", path, form.encode(), "application/x-www-form-urlencoded")
    if operation.id == "rotateSigningKey":
        return actor.post(path, {})
    if operation.method in ("post", "put"):
        plural = operation.path.rstrip("}").replace("ID", "s").rpartition("/")[2].removeprefix("{")
        return getattr(actor, operation.method)(path, world.body(plural.removesuffix("s"), who))
    return getattr(actor, operation.method)(path)
