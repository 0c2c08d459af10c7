"""Every listener hears exactly what is its own: random grants, targets and writes through a real broker, compared with
what is worked out naively from what was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from participants.models import Resource, Ven
from participants.services import resources, vens
from tests.conftest import Actor
from tests.participants.conftest import STAFF, make_resource
from tests.participants.mqtt.conftest import read
from tests.twins.mosquitto import Listener
from vtn.caller import Role

TARGETS = ["north", "south", "VEN_NAME:v1", "a,b", "é"]
VENS = ["alpha", "beta", "gamma"]  # gamma has no VEN record

some_targets = st.lists(st.sampled_from(TARGETS), max_size=3, unique=True)
places = st.integers(0, 30)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("create"), some_targets),
        st.tuples(st.just("retarget"), places, some_targets),
        st.tuples(st.just("retarget"), places, some_targets),
        st.tuples(st.just("delete"), places),
        st.tuples(st.just("grant"), st.sampled_from(VENS[:2]), some_targets),
        st.tuples(st.just("grant_resource"), st.sampled_from(VENS[:2]), some_targets),
    ),
    min_size=5,
    max_size=15,
)

# Which topic, what happened, to which object, with which targets to be seen.
Told = tuple[str, str, str, list[str]]


@dataclass
class Story:
    """What happens to programs, or to events in one program, and what each listener should have heard of it."""

    kind: str
    actors: dict[str, Actor]
    listeners: dict[str, Listener]
    publish: Callable[[], None]
    program_id: str
    numbers: Any = field(default_factory=count)
    objects: dict[str, list[str]] = field(default_factory=dict)
    grants: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    expected: defaultdict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))

    def begin(self) -> None:
        """What there is from the story before goes away, which is told of as well."""
        while self.objects:
            self.delete(0)
        self.publish()

    def create(self, targets: list[str]) -> None:
        created = self.actors["retailer"].post(f"/{self.kind}", self._written(targets)).json()
        self.objects[created["id"]] = targets
        self._expect(created["id"], None, targets)

    def retarget(self, place: int, targets: list[str]) -> None:
        if object_id := self._object(place):
            self.actors["retailer"].put(f"/{self.kind}/{object_id}", self._written(targets))
            before, self.objects[object_id] = self.objects[object_id], targets
            self._expect(object_id, before, targets)

    def delete(self, place: int) -> None:
        if object_id := self._object(place):
            self.actors["retailer"].delete(f"/{self.kind}/{object_id}")
            self._expect(object_id, self.objects.pop(object_id), None)

    def grant(self, name: str, targets: list[str]) -> None:
        ven = Ven.objects.get(client_id=name)
        vens.set_targets(caller=STAFF, ven_id=ven.id, targets=targets, now=timezone.now())
        self.grants[name, "ven"] = targets

    def grant_resource(self, name: str, targets: list[str]) -> None:
        ven = Ven.objects.get(client_id=name)
        for resource in Resource.objects.filter(ven=ven):
            resources.delete_resource(caller=STAFF, resource_id=resource.id, now=timezone.now())
        make_resource(ven.id, "boiler", targets=targets)
        self.grants[name, "resource"] = targets

    def end(self) -> None:
        """The last thing is for everybody: who has heard it, has heard all there was."""
        self.create([])
        self.publish()
        for name, listener in self.listeners.items():
            heard = read(listener.wait_for(len(self.expected[name])))
            assert [_told(topic, each) for topic, each in heard] == self.expected[name], name
            listener.heard, self.expected[name] = [], []

    def _expect(self, object_id: str, before: list[str] | None, after: list[str] | None) -> None:
        """docs/decisions/mqtt.md read aloud."""
        whole = after if after is not None else before
        assert whole is not None
        to_all = _happened(before is not None, after is not None)
        assert to_all is not None
        self.expected["retailer"].append(("business", to_all, object_id, whole))
        for name in VENS:
            granted = self.grants.get((name, "ven"), []) + self.grants.get((name, "resource"), [])
            shared = [("shared", _happened(before == [], after == []), object_id, [])]
            was, is_now = _seen(before, granted), _seen(after, granted)
            private = [("own", _happened(bool(was), bool(is_now)), object_id, is_now or was)]
            in_order = [*private, *shared] if after == [] else [*shared, *private]
            self.expected[name] += [each for each in in_order if each[1] is not None]  # type: ignore[misc]

    def _written(self, targets: list[str]) -> dict[str, Any]:
        if self.kind == "programs":
            return {"programName": f"program {next(self.numbers)}", "targets": targets}
        return {"programID": self.program_id, "targets": targets, "intervals": []}

    def _object(self, place: int) -> str | None:
        return list(self.objects)[place % len(self.objects)] if self.objects else None


def _seen(targets: list[str] | None, granted: list[str]) -> list[str]:
    return [target for target in targets or [] if target in granted]


def _happened(was: bool, is_now: bool) -> str | None:
    return {(True, True): "UPDATE", (True, False): "DELETE", (False, True): "CREATE"}.get((was, is_now))


def _told(topic: str, notification: dict[str, Any]) -> Told:
    where = "business" if topic.startswith("business/") else "own" if "/vens/" in topic else "shared"
    operation, targets = notification["operation"], notification["object"].get("targets", [])
    assert topic.endswith(f"/{operation.lower()}")
    assert notification["targets"] == (targets or None)
    return where, operation, notification["object"]["id"], targets


@pytest.fixture(params=["programs", "events"])
def story(request, enrol, listen, give_access, publish) -> Story:
    actors = {"retailer": enrol("retailer", Role.BL)}
    actors |= {name: enrol(name, Role.VEN, targets=None if name == "gamma" else []) for name in VENS}
    program_id = actors["retailer"].post("/programs", {"programName": "day-ahead"}).json()["id"]
    publish()
    give_access()
    shared = {"programs": "/programs", "events": f"/programs/{program_id}/events"}[request.param]
    listeners = {name: listen(actor, shared) for name, actor in actors.items()}
    for ven in Ven.objects.all():
        assert listeners[ven.client_id].may_subscribe(f"{request.param}/vens/{ven.id}/+")
    return Story(request.param, actors, listeners, publish, program_id)


@settings(
    max_examples=15,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # a story that fails waits long for what does not come
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_everybody_hears_exactly_what_is_theirs(story: Story, steps: list[tuple[Any, ...]]):
    story.begin()

    for step, *arguments in steps:
        getattr(story, step)(*arguments)
        story.publish()  # by the grants of this moment

    story.end()
