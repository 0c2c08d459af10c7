"""What the servers are asked for: two programmes, made through the API, and a VEN that polls them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

from participants import tokens
from participants.models import Client
from participants.services.provisioning import Wanted, provision_client
from vtn.caller import Caller, Role

ROOT = "/openadr3/3.1.0"
GRANTED = "north"


@dataclass(frozen=True)
class Scene:
    """`few` and `many` are the ids of programmes of 1 and of 50 events, `event_id` is one of the latter."""

    business: str
    ven: str
    few: str
    many: str
    event_id: str

    def list_path(self, program_id: str) -> str:
        return f"{ROOT}/events?programID={program_id}&limit=50"

    @property
    def object_path(self) -> str:
        return f"{ROOT}/events/{self.event_id}"


def set_up(url: str, name: str = "bench") -> Scene:
    """Programmes of this name; another one is asked for by each that sets up a scene in the same database."""
    business, ven = token("bench-business", Role.BL), token("bench-ven", Role.VEN, [GRANTED])
    programs = [
        post(url, business, "/programs", {"programName": f"{name}: {events}", "targets": [GRANTED]})["id"]
        for events in ("1 event", "50 events")
    ]
    events = [
        post(url, business, "/events", day_of_prices(program_id, number))
        for program_id, count in zip(programs, (1, 50), strict=True)
        for number in range(count)
    ]
    return Scene(business=business, ven=ven, few=programs[0], many=programs[1], event_id=events[-1]["id"])


def day_of_prices(program_id: str, number: int) -> dict[str, Any]:
    """An event of 24 intervals, as a 3.1 client writes it."""
    start = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=number)
    return {
        "programID": program_id,
        "eventName": f"day-ahead prices of {start:%Y-%m-%d}",
        "targets": [GRANTED],
        "payloadDescriptors": [{"payloadType": "PRICE", "units": "KWH", "currency": "EUR"}],
        "intervalPeriod": {"start": start.isoformat().replace("+00:00", "Z"), "duration": "PT1H"},
        "intervals": [
            {"id": hour, "payloads": [{"type": "PRICE", "values": [round(0.1 + 0.0123 * hour, 4)]}]}
            for hour in range(24)
        ],
    }


def post(url: str, token: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(f"{url}{ROOT}{path}", json.dumps(body).encode(), headers)) as response:
        return json.load(response)


def get(url: str, token: str, **headers: str) -> Any:
    """The answer, as it came."""
    return urlopen(Request(url, headers={"Authorization": f"Bearer {token}", **headers}))


def token(name: str, role: Role, targets: list[str] | None = None) -> str:
    wanted = Wanted(name=name, role=role, client_id=name, targets=targets)
    provision_client(caller=Caller.staff("benchmark"), wanted=wanted, now=datetime.now(UTC))
    return tokens.issue(client_id=name, scopes=Client.objects.get(client_id=name).scopes).text
