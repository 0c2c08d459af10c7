"""What a case finds: the doors of the lab, by role, and objects of every kind behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import requests
import schemathesis
from schemathesis import Case
from schemathesis.errors import FailureGroup

from tests.conftest import ROOTS
from tests.schemathesis.excuses import Sent, is_excused
from tests.schemathesis.official import Json, properties
from tests.schemathesis.repairs import CALLBACKS


@dataclass(frozen=True)
class Door:
    """One version, as one role finds it."""

    version: str
    role: str
    url: str
    session: requests.Session

    def create(self, collection: str, **members: Any) -> str:
        answer = self.session.post(f"{self.url}/{collection}", json=members, timeout=5)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def delete(self, collection: str, object_id: str) -> None:
        answer = self.session.delete(f"{self.url}/{collection}/{object_id}", timeout=5)
        assert answer.status_code == 200, answer.text

    def complaints(self, case: Case) -> list[str]:
        sent = {"base_url": self.url, "session": self.session}
        answer = case.call(**sent)
        if answer.status_code == 201:  # gone again, so that its name is free for the next case
            self.delete(case.formatted_path.strip("/"), answer.json()["id"])
        # Without the one check that asks everything again, without a token: that is what `nobody` does.
        excluded = [schemathesis.checks.ignored_auth]
        try:
            case.validate_response(answer, excluded_checks=excluded, transport_kwargs=sent)
        except FailureGroup as group:
            return [
                f"{complaint}\n{answer.text[:500]}\n{case.as_curl_command()}"
                for complaint in group.exceptions
                if not is_excused(Sent(self.version, self.role, case), complaint)
            ]
        return []


@dataclass(frozen=True)
class Doors:
    """All versions and roles of a lab."""

    url: str
    sessions: dict[str, requests.Session]

    def of(self, version: str, role: str) -> Door:
        return Door(version, role, self.url + ROOTS[version], self.sessions[role])


@dataclass(frozen=True)
class World:
    """Two objects of each kind, by the parameter of a path that names them; of events one, in the first program. The
    first VEN is that of the client `ven`, and so is the rest but for one subscription; the second belongs to nobody."""

    ids: dict[str, list[str]]

    @classmethod
    def made_by(cls, doors: Doors) -> World:
        retailer, ven = (doors.of("3.1.0", role) for role in ("retailer", "ven"))
        programs = [retailer.create("programs", programName=str(uuid4())) for _ in range(2)]
        event = retailer.create("events", programID=programs[0], intervals=[])
        vens = [_ven_anew(ven), doors.of("3.0.1", "retailer").create("vens", venName=str(uuid4()))]
        resource = {"objectType": "VEN_RESOURCE_REQUEST", "venID": vens[0]}
        wanted = {"objects": ["EVENT"], "operations": ["CREATE"], "callbackUrl": CALLBACKS[0]}
        subscription = {"clientName": "lab", "programID": programs[0], "objectOperations": [wanted]}
        return cls(
            {
                "programID": programs,
                "eventID": [event],
                "venID": vens,
                "resourceID": [ven.create("resources", resourceName=name, **resource) for name in ("a", "b")],
                "reportID": [
                    ven.create("reports", eventID=event, clientName="lab", resources=[]) for _ in range(2)
                ],
                "subscriptionID": [door.create("subscriptions", **subscription) for door in (ven, retailer)],
            }
        )

    def put_into(self, document: Json, operation_id: str) -> None:
        """Paths name the objects, or unknown ones, and bodies name those that they have to. A PUT is of what there is:
        there would be few answers to its body else."""
        is_update = operation_id.startswith("update")
        for path, item in document["paths"].items():
            for parameter in item.get("parameters", []):
                ids = self._ids_in(path, parameter["name"])
                parameter["schema"] = _one_of(*ids) if is_update else _one_of(*ids, "unknown")
        self._put_into_bodies(document)
        if operation_id == "updateVen":
            _narrow(document, "BlVenRequest", clientID="ven")

    def _ids_in(self, path: str, name: str) -> list[str]:
        ids = self.ids[name]
        return ids[:1] if name == "venID" and "{resourceID}" in path else ids

    def _put_into_bodies(self, document: Json) -> None:
        program, event, ven = (self.ids[name][0] for name in ("programID", "eventID", "venID"))
        for kind in ("event", "report", "subscription"):
            _narrow(document, f"{kind}Body", programID=program, eventID=event)
        for form in ("BlResourceRequest", "VenResourceRequest"):
            _narrow(document, form, venID=ven, clientID="ven")


def _ven_anew(door: Door) -> str:
    """Operations before this may have deleted the VEN of this client, or changed what was granted to it."""
    for ven in door.session.get(f"{door.url}/vens", timeout=5).json():
        door.delete("vens", ven["id"])
    return door.create("vens", objectType="VEN_VEN_REQUEST", venName=str(uuid4()))


def _narrow(document: Json, schema: str, **members: str) -> None:
    known = properties(document, schema)
    known |= {name: _one_of(value) for name, value in members.items() if name in known}


def _one_of(*values: str) -> Json:
    return {"type": "string", "enum": [*values]}
