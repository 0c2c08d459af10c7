"""The life of an event in a running system: beat, workers and a system that follows it, all real."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.events.backends.other_side import OtherSide, Reply
from tests.faults.system import System, running
from tests.launcher.processes import eventually
from vtn.launcher.home import PROJECT, Home

_BODY = '{"phase": {{ phase|json }}, "value": {{ value|json }}, "at": {{ at|json }}}'
_SECONDS, _INTERVALS = 2, 4


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    directory = Path(tempfile.mkdtemp(prefix="vtn-home-", dir="/tmp"))
    home = Home.at(directory)
    home.make()
    try:
        with running(home, tmp_path / "screen") as system:
            yield system
    finally:
        shutil.rmtree(directory)


def manage(system: System, *arguments: str, stdin: str = "") -> Any:
    command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
    run = subprocess.run(
        command, env=dict(system.environment), input=stdin, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


class Retailer:
    def __init__(self, system: System) -> None:
        made = system.enrol("tester", "bl", None)
        self._root = f"{system.url}/openadr3/3.1.0"
        basic = base64.b64encode(f"{made['client_id']}:{made['client_secret']}".encode()).decode()
        form = b"grant_type=client_credentials"
        token = self._call("/auth/token", form, "application/x-www-form-urlencoded", f"Basic {basic}")
        self._bearer = f"Bearer {token['access_token']}"

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._call(path, json.dumps(body).encode(), "application/json", self._bearer)

    def _call(self, path: str, body: bytes, kind: str, authorization: str) -> Any:
        headers = {"Content-Type": kind, "Authorization": authorization}
        request = urllib.request.Request(self._root + path, body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def test_each_boundary_arrives_in_its_order_through_an_outage_of_the_other_side(system, capsys):
    retailer = Retailer(system)
    program = retailer.post("/programs", {"programName": "seconds"})
    with OtherSide().running() as other_side:
        # The second boundary finds nobody at home, twice.
        other_side.replies.extend([Reply(200), Reply(200), Reply(503), Reply(503)])
        manage(
            system,
            *("bind_backend", "there", "--backend", "http", "--program", "seconds"),
            *("--setting", f"url={other_side.root}/dr", "--setting", f"body={_BODY}"),
            *("--secret", "secret=-"),
            stdin="Bearer abc\n",
        )
        start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=8)
        event = retailer.post(
            "/events",
            {
                "programID": program["id"],
                "intervalPeriod": {"start": start.isoformat(), "duration": f"PT{_SECONDS}S"},
                "intervals": [
                    {"id": number, "payloads": [{"type": "SIMPLE", "values": [number]}]}
                    for number in range(_INTERVALS)
                ],
            },
        )
        assert eventually(lambda: _phases(other_side)[-1:] == ["ended"], within=90), other_side.heard

        heard = [each.json for each in other_side.heard]
        told = [each for number, each in enumerate(heard) if heard.index(each) == number]
        assert [(each["phase"], each["value"]) for each in told] == [
            ("announced", None),
            *(("active", number) for number in range(_INTERVALS)),
            ("ended", None),
        ]
        boundaries = [start + timedelta(seconds=_SECONDS * number) for number in range(_INTERVALS + 1)]
        assert [datetime.fromisoformat(each["at"]) for each in told[1:]] == boundaries
        assert [each.headers["Authorization"] for each in other_side.heard] == ["Bearer abc"] * len(heard)
        late = [
            each.heard_at - datetime.fromisoformat(each.json["at"])
            for each in other_side.heard
            if each.json["phase"] == "active"
        ]

    def states():
        return system.query(
            "SELECT operation, state FROM vtn_delivery WHERE channel = 'backend' AND object_id = %s ORDER BY id",
            event["id"],
        )

    # What has arrived is written down a moment after the other side has heard it.
    arrived = [("CREATE", "delivered"), *[("PHASE", "delivered")] * (_INTERVALS + 1)]
    assert eventually(lambda: states() == arrived), states()
    recorded = system.query(
        "SELECT made_at FROM vtn_outboxentry WHERE operation = 'PHASE' AND object_id = %s ORDER BY id",
        event["id"],
    )
    assert [moment for (moment,) in recorded] == boundaries
    with capsys.disabled():
        print(f"\nlate, in seconds: {[round(each.total_seconds(), 2) for each in late]}")


def _phases(other_side: OtherSide) -> list[str]:
    return [each.json["phase"] for each in other_side.heard]
