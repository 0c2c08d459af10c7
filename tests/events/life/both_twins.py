"""Tygron and Eniris as one: both bound to a running system, and what they were told about each target."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from events.backends.twins.eniris.licences import Licence
from events.backends.twins.eniris.twin import EnirisTwin
from events.backends.twins.tygron import TygronTwin
from tests.events.backends.other_side import OtherSide
from tests.faults.system import System
from tests.launcher.processes import eventually
from tests.twins import eniris as of_eniris
from tests.twins import tygron as of_tygron
from vtn.launcher.home import PROJECT

# What each of our targets is there.
CLUSTERS = {"pumps": 31, "store": 32, "plaza": 33}
DEVICES = {"pumps": 45, "store": 46, "plaza": 47}

_WITNESSED = '{"phase": {{ phase|json }}, "value": {{ value|json }}, "at": {{ at|json }}}'


class Seen(NamedTuple):
    """States of a cluster, shares of it that stay connected, and phases with the level in force, as they were told."""

    states: list[str]
    shares: list[float]
    phases: list[tuple[str, int | None]]


class BothTwins:
    def __init__(self, tygron: TygronTwin, eniris: EnirisTwin) -> None:
        self.tygron, self.eniris = tygron, eniris
        eniris.licences.all = [
            Licence(f"SGO-{node}", node_id=node, activated="2026-01-10T00:00:00+00:00", duration=1200)
            for node in eniris.licences.nodes
        ]

    def bind(self, system: System, witness: OtherSide) -> None:
        """Tygron twice, for its states and for its shares; the witness is told everything."""
        clusters = {target: {"stakeholder": 7, "cluster": number} for target, number in CLUSTERS.items()}
        nodes = {each.id: each.node_id for each in self.eniris.devices.values()}
        controllers = {target: {"nodeId": nodes[id_], "deviceId": id_} for target, id_ in DEVICES.items()}
        tygron, token = {"base_url": self.tygron.url}, f"token={self.tygron.token}"
        eniris = of_eniris.settings_to(self.eniris)
        password = f"password={eniris.pop('password')}"
        http = {"url": f"{witness.root}/dr", "body": _WITNESSED}
        # Each of them is a process that takes seconds to begin.
        with ThreadPoolExecutor() as pool:
            for bound in (
                pool.submit(bind, system, "states", "tygron", tygron, token, clusters),
                pool.submit(
                    bind, system, "shares", "tygron", {**tygron, "mode": "fraction"}, token, clusters
                ),
                pool.submit(bind, system, "eniris", "eniris", eniris, password, controllers),
                pool.submit(bind, system, "witness", "http", http, "secret=Bearer abc", {}),
            ):
                bound.result()

    def forget(self) -> None:
        self.tygron.heard.clear()
        self.eniris.heard.clear()

    def seen(self, target: str) -> Seen:
        called, cluster = of_tygron.called(self.tygron), CLUSTERS[target]
        written = [
            each.json()[0]["value"]
            for each in self.eniris.heard
            if (each.method, each.path) == ("PATCH", f"/v1/device/{DEVICES[target]}")
        ]
        levels = [[each["payloads"][0]["values"][0] for each in state["intervals"]] for state in written]
        return Seen(
            [told[3] for path, told in called if "set_states" in path and told[1] == cluster],
            [told[1] for path, told in called if "set_fraction" in path and told[0] == cluster],
            [(state["phase"], *(level or [None])) for state, level in zip(written, levels, strict=True)],
        )

    def wait_for(self, target: str, phase: str, level: int | None, *, calls: int) -> Seen:
        """What they have seen once each of them was called so often, and the last that was told is this."""

        def is_so() -> bool:
            seen = self.seen(target)
            return {len(each) for each in seen} == {calls} and seen.phases[-1] == (phase, level)

        assert eventually(is_so, within=60), self.seen(target)
        return self.seen(target)


def bind(
    system: System, name: str, backend: str, settings: dict[str, Any], secret: str, mapping: dict[str, Any]
) -> None:
    """To the program "seconds"."""
    named, _, value = secret.partition("=")
    given = [part for setting in settings.items() for part in ("--setting", "{}={}".format(*setting))]
    command = [sys.executable, str(PROJECT / "manage.py"), "bind_backend", name, "--backend", backend, *given]
    run = subprocess.run(
        [*command, "--program", "seconds", "--mapping", "-", "--secret", f"{named}=env:THE_SECRET"],
        env={**system.environment, "THE_SECRET": value},
        input=json.dumps(mapping),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
