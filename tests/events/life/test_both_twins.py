"""Events drive Tygron and Eniris through their lives in a running system: beat, workers, clock and twins, all real."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest

from tests.events.backends.other_side import OtherSide
from tests.events.life.both_twins import BothTwins, Seen
from tests.events.life.hands import Dialect, Hand, Staff, business_logic
from tests.faults.system import System, running
from tests.faults.writers import Door
from tests.launcher.processes import eventually
from tests.twins.eniris import eniris_running
from tests.twins.tygron import tygron_running
from vtn.launcher.home import Home

pytestmark = pytest.mark.timeout(400)

# A push that a busy machine holds up is not to be taken for one that was lost, and made again.
PATIENT = {"DELIVERY_LEASE_SECONDS": "60"}
# Written by then even where the machine is busy, so that everybody is told that it is announced.
SOON = timedelta(seconds=8)
SHORT, LONG = timedelta(seconds=4), timedelta(hours=1)
CANCELLED = {"start": "0001-01-01T00:00:00Z", "duration": "PT0S"}


@dataclass
class Stage:
    """A running system with a program, and who follows it; the witness takes everything that it is told."""

    system: System
    twins: BothTwins
    witness: OtherSide
    door: Door
    program_id: str


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    directory = tempfile.mkdtemp(prefix="vtn-home-", dir="/tmp")  # short enough for its sockets
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory)
        home = Home.at(directory)
        home.make()
        twins = BothTwins(stack.enter_context(tygron_running()), stack.enter_context(eniris_running()))
        witness = stack.enter_context(OtherSide().running())
        screen = tmp_path_factory.mktemp("both") / "screen"
        system = stack.enter_context(running(home, screen, **PATIENT))
        door = business_logic(system)
        program = door.send("POST", "/programs", {"programName": "seconds"}).json()
        twins.bind(system, witness)
        yield Stage(system, twins, witness, door, program["id"])


@pytest.fixture
def twins(stage: Stage) -> BothTwins:
    stage.twins.forget()
    stage.witness.heard.clear()
    return stage.twins


def test_events_of_every_door_drive_both_twins(stage, twins):
    hands: dict[str, Hand] = {
        "pumps": Dialect(stage.door, "3.1.0", stage.program_id),
        "store": Dialect(stage.door, "3.0.1", stage.program_id),
        "plaza": Staff(stage.system, stage.program_id),
    }

    # Announced, active with each interval, changed while the last one is in force, ended.
    starts, events = {}, {}
    for target, hand in hands.items():
        starts[target] = soon()
        planned = intervals(starts[target], (1, SHORT), (2, SHORT), (3, LONG))
        events[target] = hand.create(target, {"intervals": planned})
    for target, hand in hands.items():
        twins.wait_for(target, "active", 3, calls=4)
        rest = soon() - starts[target] - 2 * SHORT
        changed = intervals(starts[target], (1, SHORT), (2, SHORT), (2, rest))
        hand.change(events[target], target, {"intervals": changed})
    for target in hands:
        assert twins.wait_for(target, "ended", None, calls=6) == Seen(
            ["READY", "NOTHING", "NOTHING", "NOTHING", "NOTHING", "READY"],
            [1, 0.75, 0.5, 0, 0.5, 1],
            [("announced", None), *(("active", level) for level in (1, 2, 3, 2)), ("ended", None)],
        )

    # Cancelled, and deleted, while they are active.
    twins.forget()
    for target, hand in hands.items():
        events[target] = hand.create(target, {"intervals": intervals(soon(), (3, LONG))})
    for target in hands:
        twins.wait_for(target, "active", 3, calls=2)
    cancelled = {"intervalPeriod": CANCELLED, "intervals": [{"id": 0, "payloads": [payload(3)]}]}
    hands["pumps"].change(events["pumps"], "pumps", cancelled)
    hands["store"].delete(events["store"])
    hands["plaza"].delete(events["plaza"])
    for target in hands:
        assert twins.wait_for(target, "cancelled", None, calls=3) == Seen(
            ["READY", "NOTHING", "READY"],
            [1, 0, 1],
            [("announced", None), ("active", 3), ("cancelled", None)],
        )


def test_boundaries_that_nobody_saw_are_made_up_for(stage, twins):
    start = soon()
    moments = [start, start + 3 * SHORT, start + 4 * SHORT]
    planned = intervals(start, (1, 3 * SHORT), (2, SHORT), (3, LONG))
    hand = Dialect(stage.door, "3.1.0", stage.program_id)
    event = hand.create("store", {"intervals": planned})
    twins.wait_for("store", "active", 1, calls=2)
    assert eventually(lambda: all_is_told(stage.system))

    with nobody_at_work(stage.system):
        assert datetime.now(UTC) < moments[1], "it took too long to kill them"
        time.sleep((moments[2] - datetime.now(UTC)).total_seconds() + 1)
        assert len(stage.witness.heard) == 2

    assert eventually(lambda: len(stage.witness.heard) >= 4, 120)
    assert eventually(lambda: all_is_told(stage.system), 60)
    # In order, and once.
    recorded = stage.system.query(
        "SELECT made_at FROM vtn_outboxentry WHERE operation = 'PHASE' AND object_id = %s ORDER BY id", event
    )
    assert [moment for (moment,) in recorded] == moments
    heard = [each.json for each in stage.witness.heard]
    phases = [("announced", None), ("active", 1), ("active", 2), ("active", 3)]
    assert [(each["phase"], each["value"]) for each in heard] == phases
    assert [datetime.fromisoformat(each["at"]) for each in heard[1:]] == moments
    # The twins need not be told what was overtaken.
    seen = twins.seen("store")
    assert [each for each in seen.phases if each != ("active", 2)] == [*phases[:2], phases[3]]
    assert [each for each in seen.shares if each != 0.5] == [1, 0.75, 0]
    assert twins.tygron.states(32) == {"ELECTRICITY": "NOTHING"}
    hand.delete(event)
    assert eventually(lambda: twins.tygron.states(32) == {"ELECTRICITY": "READY"}, 60)


@contextmanager
def nobody_at_work(system: System) -> Iterator[None]:
    """Workers and beat are killed, those of the launcher and the worker beside it, and started again afterwards."""
    system.launcher.suspend()
    try:
        for each in (
            *system.launcher.children(recursive=True),
            *psutil.Process().children(recursive=True),
        ):
            with suppress(psutil.NoSuchProcess):
                if each.cmdline()[1:3] == ["-m", "celery"]:
                    each.kill()
        yield
    finally:
        system.launcher.resume()


def all_is_told(system: System) -> bool:
    [(left,)] = system.query(
        "SELECT (SELECT count(*) FROM vtn_untold) + (SELECT count(*) FROM vtn_delivery WHERE state = 'waiting')"
    )
    return left == 0


def soon() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + SOON


def intervals(start: datetime, *steps: tuple[int, timedelta]) -> list[dict[str, Any]]:
    """One after the other, each with a level of SIMPLE and how long it lasts."""
    made = []
    for number, (level, lasts) in enumerate(steps):
        period = {"start": start.isoformat(), "duration": f"PT{lasts.total_seconds():.0f}S"}
        made.append({"id": number, "intervalPeriod": period, "payloads": [payload(level)]})
        start += lasts
    return made


def payload(level: int) -> dict[str, Any]:
    return {"type": "SIMPLE", "values": [level]}
