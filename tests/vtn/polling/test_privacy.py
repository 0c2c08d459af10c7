"""No caller ever gets another's bytes: random grants, targets, questions and writes through the gate, compared with
an answer that is worked out naively from what was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.content import ResourceContent
from participants.models import Resource, Ven
from participants.services import resources, vens
from tests.conftest import Actor
from vtn.caller import Caller, Role
from vtn.wire.targets import decode

STAFF = Caller.staff("tests")
TARGETS = ["north", "south", "VEN_NAME:v1", "GROUP:VEN_NAME:v1", "a,b", "é"]
VENS = ["alpha", "beta", "gamma"]  # gamma has no VEN record
REPEATED = 4  # questions that are asked again after every write

some_targets = st.lists(st.sampled_from(TARGETS), max_size=3, unique=True)
places = st.integers(0, 30)

create = st.tuples(st.just("create"), some_targets)
retarget = st.tuples(st.just("retarget"), places, some_targets)
delete = st.tuples(st.just("delete"), places)
grant = st.tuples(st.just("grant"), st.sampled_from(VENS[:2]), some_targets)
grant_resource = st.tuples(st.just("grant_resource"), st.sampled_from(VENS[:2]), some_targets)
poll = st.tuples(
    st.just("poll"),
    st.sampled_from(["retailer", *VENS]),
    st.sampled_from(["3.1.0", "3.0.1"]),
    st.one_of(st.none(), st.lists(st.sampled_from(TARGETS), min_size=1, max_size=2, unique=True)),
    st.booleans(),
)
read = st.tuples(
    st.just("read"), st.sampled_from(["retailer", *VENS]), st.sampled_from(["3.1.0", "3.0.1"]), places
)
steps = st.lists(
    st.one_of(create, poll, poll, poll, read, retarget, delete, grant, grant_resource),
    min_size=8,
    max_size=30,
)


@dataclass
class Story:
    """What happened to events, or to programs, told once to the VTN and once to a dictionary."""

    kind: str
    door: Any
    actors: dict[str, Actor]
    program: dict[str, Any]
    numbers: Any = field(default_factory=count)
    events: dict[str, list[str]] = field(default_factory=dict)
    ven_targets: dict[str, list[str]] = field(default_factory=dict)
    resource_targets: dict[str, list[str]] = field(default_factory=dict)

    def create(self, targets: list[str]) -> None:
        created = self.actors["retailer"].post(f"/{self.kind}", self._written(targets))
        self.events[created.json()["id"]] = targets

    def retarget(self, place: int, targets: list[str]) -> None:
        if event_id := self._event(place):
            self.actors["retailer"].put(f"/{self.kind}/{event_id}", self._written(targets))
            self.events[event_id] = targets

    def delete(self, place: int) -> None:
        if event_id := self._event(place):
            self.actors["retailer"].delete(f"/{self.kind}/{event_id}")
            del self.events[event_id]

    def grant(self, name: str, targets: list[str]) -> None:
        ven = Ven.objects.get(client_id=name)
        vens.set_targets(caller=STAFF, ven_id=ven.id, targets=targets, now=timezone.now())
        self.ven_targets[name] = targets

    def grant_resource(self, name: str, targets: list[str]) -> None:
        ven = Ven.objects.get(client_id=name)
        for resource in Resource.objects.filter(ven=ven):
            resources.delete_resource(caller=STAFF, resource_id=resource.id, now=timezone.now())
        content = ResourceContent(resource_name="boiler", targets=tuple(targets), members={})
        resources.create_resource(caller=STAFF, content=content, ven_id=ven.id, now=timezone.now())
        self.resource_targets[name] = targets

    def poll(self, name: str, dialect: str, asked: list[str] | None, in_program: bool) -> None:
        query = [("programID", self.program["id"])] if in_program and self.kind == "events" else []
        if asked and dialect == "3.0.1":
            kind = decode(asked[0])[0]
            asked = [target for target in asked if decode(target)[0] == kind]
            query += [("targetType", kind), *(("targetValues", decode(target)[1]) for target in asked)]
        elif asked:
            query += [("targets", target) for target in asked]

        answer = self.door.poll(self.actors[name].token, f"/{self.kind}", dialect, query)

        expected = [
            (event_id, shown)
            for event_id, targets in self.events.items()
            if (shown := self._shown(name, targets, asked)) is not None
        ]
        assert [(event["id"], self._targets(event, dialect)) for event in answer.json] == expected

    def read(self, name: str, dialect: str, place: int) -> None:
        if event_id := self._event(place):
            answer = self.door.poll(self.actors[name].token, f"/{self.kind}/{event_id}", dialect)
            shown = self._shown(name, self.events[event_id], None)
            assert answer.status_code == (404 if shown is None else 200)
            if shown is not None:
                assert self._targets(answer.json, dialect) == shown

    def _shown(self, name: str, targets: list[str], asked: list[str] | None) -> list[str] | None:
        """decisions/openadr.md §2 read aloud: None is hidden."""
        if name == "retailer":
            return targets if asked is None or any(target in asked for target in targets) else None
        granted = self.ven_targets.get(name, []) + self.resource_targets.get(name, [])
        if not targets:
            return [] if asked is None else None
        shown = [target for target in targets if target in granted and (asked is None or target in asked)]
        return shown or None

    def _targets(self, event: dict[str, Any], dialect: str) -> list[str]:
        if dialect == "3.1.0":
            return event.get("targets", [])
        typed = [(each["type"], value) for each in event.get("targets", []) for value in each["values"]]
        known = {decode(target): target for target in TARGETS}
        return sorted((known[pair] for pair in typed), key=self._written_order(event["id"]).index)

    def _written_order(self, event_id: str) -> list[str]:
        return self.events[event_id]

    def _written(self, targets: list[str]) -> dict[str, Any]:
        if self.kind == "programs":
            return {"programName": f"program {next(self.numbers)}", "targets": targets}
        return {"programID": self.program["id"], "targets": targets, "intervals": []}

    def _event(self, place: int) -> str | None:
        return list(self.events)[place % len(self.events)] if self.events else None


@pytest.fixture(params=["events", "programs"])
def story(request, door, retailer, enrol, program) -> Story:
    vens = {name: enrol(name, Role.VEN, targets=None if name == "gamma" else []) for name in VENS}
    if request.param == "programs":  # the list is that of the story alone
        retailer.delete(f"/programs/{program['id']}")
    return Story(request.param, door, {"retailer": retailer, **vens}, program)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_everybody_reads_exactly_what_is_theirs(story: Story, steps: list[tuple[Any, ...]]):
    for event_id in list(story.events):
        story.actors["retailer"].delete(f"/{story.kind}/{event_id}")
        del story.events[event_id]

    asked: list[tuple[Any, ...]] = []
    for step, *arguments in steps:
        getattr(story, step)(*arguments)
        if step == "poll":
            asked = [arguments, *asked][:REPEATED]
        elif step != "read":
            for question in asked:  # what may be kept from before the write
                story.poll(*question)
