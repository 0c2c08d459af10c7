"""What a fleet asks of the server: a VEN to which much was granted beside one without a grant, and business logic
among all the VENs."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass

from participants.models import Ven
from tests.benchmarks import fleet_seed, polls, scene, seed, sizes, wrk
from tests.benchmarks.polls import Pace
from tests.benchmarks.sizes import connected_to
from tests.benchmarks.stage import Stage, copy_database
from tests.benchmarks.wrk import Question
from vtn.caller import Role
from vtn.launcher.home import Home

_DATABASE = "vtn_fleet"
_GRANTS = [f"granted-{number}" for number in range(50)]

GRANTED, UNTARGETED = "VEN with 50 targets", "VEN without targets"
KEPT, TOKEN_KEPT, MISS = "kept", "miss, token kept", "miss"


@dataclass(frozen=True)
class Fleet:
    """The two servers, one of which keeps nothing, and by its name what is asked for: with which token, at which
    path, and how many objects are in the answer."""

    kept: str
    missing: str
    subjects: dict[str, tuple[str, str, int]]


def measure(stage: Stage, options: Namespace, tell: Callable[[str], None]) -> dict[str, Pace]:
    """All subjects in all ways in turn. Raises `Refused`."""
    fleet = _set_up(stage, vens=options.vens, events=options.small, tell=tell)
    _require_right_answers(fleet)
    return polls.measure(_questions(fleet), seconds=options.seconds, repeats=options.repeats, tell=tell)


def _set_up(stage: Stage, *, vens: int, events: int, tell: Callable[[str], None]) -> Fleet:
    """In a database of its own with as many VENs and other events."""
    _fill(vens, events, tell)
    database = Home.from_environment().postgres_url(_DATABASE)
    kept = stage.start_web("/health/live", more={"DATABASE_URL": database})
    missing = stage.start_web("/health/live", more={"DATABASE_URL": database, "KEEP_ANSWERS": "no"})
    with connected_to(_DATABASE):
        subjects = _subjects(kept)
    with seed.connected(database) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return Fleet(kept, missing, subjects)


def _questions(fleet: Fleet) -> dict[str, Question]:
    """Every subject in every way, by its name in the report."""
    asked: dict[str, Question] = {}
    for subject, (token, path, _) in fleet.subjects.items():
        headers = {"Authorization": f"Bearer {token}"}
        asked |= {
            f"{KEPT}, {subject}": Question(fleet.kept + path, headers),
            f"{TOKEN_KEPT}, {subject}": Question(fleet.kept + path, headers, unlike=True),
            f"{MISS}, {subject}": Question(fleet.missing + path, headers),
        }
    return asked


def _require_right_answers(fleet: Fleet) -> None:
    """Raises `Refused` when the servers do not answer the same, or not with as many objects as there are."""
    for subject, (token, path, count) in fleet.subjects.items():
        kept, missing = (json.load(scene.get(root + path, token)) for root in (fleet.kept, fleet.missing))
        found = len(kept) if isinstance(kept, list) else 1
        if kept != missing or found != count:
            raise wrk.Refused(
                f"{subject}: {found} objects instead of {count}, or others without kept answers"
            )


def _fill(vens: int, events: int, tell: Callable[[str], None]) -> None:
    others = sizes.filled(events, tell)
    tell(f"filling a table with {vens:,} VENs")
    copy_database(others, _DATABASE)
    fleet_seed.fill(_DATABASE, vens, programs=False)


def _subjects(url: str) -> dict[str, tuple[str, str, int]]:
    business = scene.token("fleet-business", Role.BL)
    found = {
        GRANTED: (scene.token("fleet-granted", Role.VEN, _GRANTS), _program(url, business, _GRANTS), 50),
        UNTARGETED: (scene.token("fleet-ungranted", Role.VEN, []), _program(url, business, None), 50),
    }
    usual = Ven.objects.get(client_id=f"client-{fleet_seed.USUAL}")
    lists = {
        "BL, VENs": ("", 50),
        "BL, VEN by name": (f"&venName={usual.ven_name}", 1),
        "BL, VENs by rare target": (f"&targets={seed.RARE}", 5),
        "BL, VENs by popular target": (f"&targets={seed.POPULAR}", 50),
        "BL, VENs by unknown target": (f"&targets={seed.UNKNOWN}", 0),
    }
    found |= {
        name: (business, f"{scene.ROOT}/vens?limit=50{narrowed}", count)
        for name, (narrowed, count) in lists.items()
    }
    # The parameter means nothing: a question that is made unlike others goes on with "&".
    return found | {"BL, one VEN": (business, f"{scene.ROOT}/vens/{usual.id}?one=1", 1)}


def _program(url: str, business: str, targets: list[str] | None) -> str:
    """The path of a list of 50 events, each with one of the targets, or all with none."""
    name = "fleet: targeted events" if targets else "fleet: events for everybody"
    program_id = scene.post(url, business, "/programs", {"programName": name})["id"]
    for number in range(50):
        event = scene.day_of_prices(program_id, number)
        del event["targets"]
        scene.post(url, business, "/events", {**event, "targets": [targets[number]]} if targets else event)
    return f"{scene.ROOT}/events?programID={program_id}&limit=50"
