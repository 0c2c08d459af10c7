"""What has changed since a moment, in lists of all kinds: enough to keep a mirror."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from events.services import create_event, delete_event, update_event
from events.wire.v310 import parse_event
from tests.conftest import Actor
from vtn.caller import Caller
from vtn.models import Tombstone
from vtn.tasks import delete_old_tombstones
from vtn.wire.metadata import date_time

STAFF = Caller.staff("tests")
DIALECTS = ["3.1.0", "3.0.1"]
# Deletions are remembered for a while before the clock of the server, not of the story.
NOON = timezone.now().replace(microsecond=0) - timedelta(days=1)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def request(program: dict[str, Any], name: str, **members: Any) -> Any:
    return parse_event({"programID": program["id"], "eventName": name, **members})


class World:
    """A programme whose events are made, changed and deleted at moments of the story."""

    def __init__(self, program: dict[str, Any]) -> None:
        self.program = program

    def make(self, name: str, minutes: float, **members: Any) -> str:
        content = request(self.program, name, **members)
        return create_event(caller=STAFF, content=content, now=at(minutes)).id

    def change(self, event_id: str, name: str, minutes: float, **members: Any) -> None:
        content = request(self.program, name, **members)
        update_event(caller=STAFF, event_id=event_id, content=content, now=at(minutes))

    def delete(self, event_id: str, minutes: float) -> None:
        delete_event(caller=STAFF, event_id=event_id, now=at(minutes))


@pytest.fixture
def world(program) -> World:
    return World(program)


def since(actor: Actor, minutes: float, **query: Any) -> list[dict[str, Any]]:
    answer = actor.get("/events", {"modifiedSince": date_time(at(minutes)), **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["id"] if event.get("isDeleted") else event["eventName"] for event in events]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_changed_then_or_later_comes_in_the_order_of_change(retailer, world, dialect):
    first = world.make("first", 0)
    world.make("second", 1)
    world.make("third", 2)
    world.change(first, "first, again", 3)

    door = retailer.at(dialect)
    assert names(since(door, 0)) == ["second", "third", "first, again"]
    assert names(since(door, 2)) == ["third", "first, again"]
    assert names(since(door, 2.001)) == ["first, again"]
    assert names(since(door, 3.001)) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_deletions_are_told_of_when_asked_for(retailer, world, dialect):
    gone = world.make("gone", 0)
    world.make("here", 1)
    world.delete(gone, 2)
    created, deleted = date_time(at(0)), date_time(at(2))

    door = retailer.at(dialect)
    assert names(since(door, 0)) == ["here"]
    assert names(since(door, 0, includeDeleted="true")) == ["here", gone]
    assert since(door, 2, includeDeleted="true") == [
        {
            "id": gone,
            "createdDateTime": created,
            "modificationDateTime": deleted,
            "objectType": "EVENT",
            "isDeleted": True,
        }
    ]
    assert since(door, 2.001, includeDeleted="true") == []


def test_pages_follow_each_other_over_both(retailer, world):
    ids = [world.make(f"{number}", number) for number in range(8)]
    for place in (1, 3, 5):
        world.delete(ids[place], 10 + place)
    expected = ["0", "2", "4", "6", "7", ids[1], ids[3], ids[5]]

    assert names(since(retailer, 0, includeDeleted="true")) == expected
    assert [
        name
        for skip in range(0, 8, 3)
        for name in names(since(retailer, 0, includeDeleted="true", skip=skip, limit=3))
    ] == expected
    assert names(since(retailer, 0, includeDeleted="true", skip=8)) == []
    assert names(since(retailer, 0, includeDeleted="true", limit=0)) == []


def test_a_ven_is_told_of_what_it_could_see_and_of_nothing_else(ven, world):
    for name, targets in {"open": [], "mine": ["north", "other"], "hidden": ["other"]}.items():
        world.delete(world.make(f"deleted {name}", 0, targets=targets), 1)
        world.make(name, 2, targets=targets)
    told = {entry.object_id: entry.targets for entry in Tombstone.objects.all()}

    answer = since(ven, 0, includeDeleted="true")

    graves = [told[event["id"]] for event in answer if event.get("isDeleted")]
    assert sorted(graves) == [[], ["north", "other"]]
    assert [(event["eventName"], event.get("targets")) for event in answer if "eventName" in event] == [
        ("open", []),
        ("mine", ["north"]),
    ]
    assert all("targets" not in event for event in answer if event.get("isDeleted"))
    asked = since(ven, 0, includeDeleted="true", targets="north")
    assert [event.get("eventName") or told[event["id"]] for event in asked] == [["north", "other"], "mine"]


def test_other_filters_hold_as_well(retailer, world):
    other = World(retailer.post("/programs", {"programName": "other"}).json())
    elsewhere = other.make("elsewhere", 0)
    later = {"intervalPeriod": {"start": "2040-01-01T00:00:00Z", "duration": "PT1H"}}
    gone = world.make("gone", 1)
    world.make("always", 2)
    world.make("later", 3, **later, intervals=[{"id": 0, "payloads": []}])
    other.delete(elsewhere, 4)
    world.delete(gone, 5)

    here = {"programID": world.program["id"], "includeDeleted": "true"}
    assert names(since(retailer, 0, **here)) == ["always", "later", gone]
    window = {"x-start": "2040-01-01T00:00:00Z", "x-end": "2040-01-02T00:00:00Z"}
    assert names(since(retailer, 0, **here, **window)) == ["always", "later", gone]
    past = {"x-start": "2039-01-01T00:00:00Z", "x-end": "2039-01-02T00:00:00Z"}
    assert names(since(retailer, 0, **here, **past)) == ["always", gone]
    nothing = {"x-start": "2039-01-02T00:00:00Z", "x-end": "2039-01-02T00:00:00Z"}
    assert names(since(retailer, 0, **here, **nothing)) == [gone]


def test_programs_too(retailer, program):
    gone = retailer.post("/programs", {"programName": "gone"}).json()
    retailer.delete(f"/programs/{gone['id']}")

    answer = retailer.get(
        "/programs", {"modifiedSince": program["modificationDateTime"], "includeDeleted": "true"}
    ).json()

    assert [each["id"] for each in answer] == [program["id"], gone["id"]]
    assert [each.get("isDeleted") for each in answer] == [None, True]


def test_a_list_tells_of_deletions_of_its_own_kind(retailer, world):
    other = World(retailer.post("/programs", {"programName": "other"}).json())
    other.delete(other.make("gone", 0), 1)
    retailer.delete(f"/programs/{other.program['id']}")

    query = {"modifiedSince": date_time(NOON), "includeDeleted": "true"}

    for path, kind in {"/events": "EVENT", "/programs": "PROGRAM"}.items():
        told = retailer.get(path, query).json()
        assert [each["objectType"] for each in told if each.get("isDeleted")] == [kind]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("path", ["/programs", "/vens", "/events"])
def test_a_living_object_cannot_be_written_as_a_deleted_one(retailer, program, dialect, path):
    bodies = {
        "/programs": {"programName": "alive"},
        "/vens": {"venName": "alive", "objectType": "BL_VEN_REQUEST", "clientID": "somebody"},
        "/events": {"programID": program["id"], "intervals": []},
    }

    answer = retailer.at(dialect).post(path, {**bodies[path], "isDeleted": True})

    assert answer.status_code == 201
    assert "isDeleted" not in answer.json()


def test_a_mirror_kept_by_polls_is_the_list(retailer, ven, world):
    """As docs/extensions.md tells clients to do it, also where something changes between two pages."""
    mirror: dict[str, Any] = {}

    def poll(seen_until: str, between: Callable[[], Any] = lambda: None) -> str:
        skip = 0
        while True:
            page = ven.get(
                "/events",
                {"modifiedSince": seen_until, "includeDeleted": "true", "skip": skip, "limit": 2},
            ).json()
            for event in page:
                mirror.pop(event["id"], None)
                if not event.get("isDeleted"):
                    mirror[event["id"]] = event
            if len(page) < 2:
                return max([seen_until, *(event["modificationDateTime"] for event in page)])
            last = page[-1]["modificationDateTime"]
            seen_until, skip = (seen_until, skip + 2) if last == seen_until else (last, 0)
            between()

    seen = poll(date_time(at(-1)))
    ids = [world.make(f"{number}", number) for number in range(5)]
    seen = poll(seen)
    changes = iter(ids[2:4])
    mirror.clear()
    seen = poll(
        date_time(at(-1)), lambda: [world.change(id_, "between", 9) for id_ in [next(changes, None)] if id_]
    )
    assert sorted(mirror) == sorted(ids)
    world.change(ids[0], "changed", 10)
    world.delete(ids[1], 11)
    world.make("hidden", 12, targets=["other"])
    seen = poll(seen)
    world.delete(ids[0], 13)
    seen = poll(seen)

    assert sorted(mirror) == sorted(event["id"] for event in ven.get("/events").json())
    assert [mirror[event["id"]] for event in ven.get("/events").json()] == ven.get("/events").json()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("modifiedSince=yesterday", "modifiedSince: "),
        ("modifiedSince=", "modifiedSince: "),
        ("modifiedSince=0001-01-01T00:00:00Z", "modifiedSince: "),
        ("includeDeleted=true", "includeDeleted: this needs modifiedSince as well"),
        ("includeDeleted=yes&modifiedSince=2026-01-01T00:00:00Z", "includeDeleted: 'yes' is neither"),
        (
            "includeDeleted=true&modifiedSince=2001-01-01T00:00:00Z",
            "modifiedSince: deletions are remembered for 90 days; read the whole list anew",
        ),
    ],
)
def test_a_bad_question_is_refused(ven, dialect, query, detail):
    answer = ven.at(dialect).get(f"/events?{query}")

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(detail)


def test_deletions_are_forgotten_after_a_while(world, settings):
    old, young = world.make("old", 0), world.make("young", 0)
    world.delete(old, 1)
    world.delete(young, 2)
    Tombstone.objects.filter(object_id=old).update(deleted_at=datetime(2001, 1, 1, tzinfo=UTC))

    delete_old_tombstones()

    assert list(Tombstone.objects.values_list("object_id", flat=True)) == [young]


def test_it_takes_two_queries(ven, world, django_assert_num_queries):
    world.delete(world.make("gone", 0), 1)
    world.make("here", 2)
    since(ven, 5)  # the token is known from now on, where tokens are kept

    with django_assert_num_queries(3):  # the caller, the page, its documents
        since(ven, 0, includeDeleted="true")
