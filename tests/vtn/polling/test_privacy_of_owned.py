"""No client ever gets what belongs to another: random writes of VENs, resources, reports and subscriptions by several
clients, in both dialects and through the gate, compared with a dictionary of whose is what."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Actor, event_request
from vtn.caller import Role

VENS = ["alpha", "beta", "gamma"]
EVERYBODY = ["retailer", *VENS]
KINDS = ["vens", "resources", "reports", "subscriptions"]
DIALECTS = ["3.1.0", "3.0.1"]
REPEATED = 4  # questions that are asked again after every write

who = st.sampled_from(EVERYBODY)
kinds = st.sampled_from(KINDS)
dialects = st.sampled_from(DIALECTS)
places = st.integers(0, 20)
write = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(VENS), kinds, dialects),
    st.tuples(st.just("create"), st.sampled_from(VENS), kinds, dialects),
    st.tuples(st.just("replace"), who, kinds, dialects, places),
    st.tuples(st.just("delete"), who, kinds, dialects, places),
)
question = st.one_of(
    st.tuples(st.just("poll"), who, kinds, dialects),
    st.tuples(st.just("read"), who, kinds, dialects, places),
)
steps = st.lists(st.one_of(write, write, question), min_size=8, max_size=25)


@dataclass
class Thing:
    """An object as the dictionary knows it; `ven` is that of a resource."""

    kind: str
    owner: str
    ven: str = ""


@dataclass
class Story:
    """What happened, told once to the VTN and once to a dictionary of things by their ids, in order of creation."""

    door: Any
    actors: dict[str, Actor]
    event: dict[str, Any]
    things: dict[str, Thing] = field(default_factory=dict)
    numbers: Any = field(default_factory=count)

    def create(self, name: str, kind: str, dialect: str) -> None:
        ven = self._ven_of(name)
        if (kind == "vens" and ven) or (kind == "resources" and not ven):
            return
        path = f"/vens/{ven}/resources" if kind == "resources" and dialect == "3.0.1" else f"/{kind}"
        answer = self.actors[name].at(dialect).post(path, self._body(name, kind, dialect, ven))
        assert answer.status_code == 201, answer.content
        self.things[answer.json()["id"]] = Thing(kind, name, ven if kind == "resources" else "")

    def replace(self, name: str, kind: str, dialect: str, place: int) -> None:
        self._write("put", name, kind, dialect, place)

    def delete(self, name: str, kind: str, dialect: str, place: int) -> None:
        thing_id = self._write("delete", name, kind, dialect, place)
        for each in [each for each, thing in self.things.items() if thing_id in (each, thing.ven)]:
            del self.things[each]

    def poll(self, name: str, kind: str, dialect: str) -> None:
        paths = [f"/{kind}"]
        if kind == "resources" and dialect == "3.0.1":
            paths = [f"/vens/{ven}/resources" for ven in self._seen("vens", name)]
        answers = [self.door.poll(self.actors[name].token, path, dialect) for path in paths]

        assert all(answer.status_code == 200 for answer in answers)
        found = [each["id"] for answer in answers for each in answer.json]
        assert sorted(found) == sorted(self._seen(kind, name))
        assert paths != [f"/{kind}"] or found == self._seen(kind, name)

    def read(self, name: str, kind: str, dialect: str, place: int) -> None:
        thing_id = self._at(kind, place)
        if thing_id is None:
            return
        answer = self.door.poll(self.actors[name].token, self._path(thing_id, dialect), dialect)

        assert answer.status_code == (200 if thing_id in self._seen(kind, name) else 404)
        if answer.status_code == 200 and kind == "subscriptions":
            tokens = [each.get("bearerToken") for each in answer.json["objectOperations"]]
            is_owner = self.things[thing_id].owner == name
            assert tokens == ([f"token-of-{name}"] if is_owner else [None])

    def _write(self, method: str, name: str, kind: str, dialect: str, place: int) -> str | None:
        """The id of what was changed, if it may be: everybody its own, BL also VENs and resources of others."""
        thing_id = self._at(kind, place)
        if thing_id is None or (name == "retailer" and kind in ("reports", "subscriptions")):
            return None  # what BL may do with these has tests of its own
        thing, path = self.things[thing_id], self._path(thing_id, dialect)
        actor = self.actors[name].at(dialect)
        body = self._body(name, kind, dialect, thing.ven or thing_id, owner=thing.owner)
        answer = actor.delete(path) if method == "delete" else actor.put(path, body)
        is_allowed = name in ("retailer", thing.owner)
        assert answer.status_code == (200 if is_allowed else 404), answer.content
        return thing_id if is_allowed else None

    def _body(
        self, name: str, kind: str, dialect: str, ven: str | None, owner: str | None = None
    ) -> dict[str, Any]:
        is_310, number = dialect == "3.1.0", next(self.numbers)
        role = "BL" if name == "retailer" else "VEN"
        if kind == "vens":
            body = {"venName": f"ven {number}"}
            return {**body, "objectType": f"{role}_VEN_REQUEST", "clientID": owner} if is_310 else body
        if kind == "resources":
            body = {"resourceName": f"resource {number}"}
            return {**body, "objectType": f"{role}_RESOURCE_REQUEST", "venID": ven} if is_310 else body
        program = {} if is_310 and kind == "reports" else {"programID": self.event["programID"]}
        if kind == "reports":
            return {**program, "eventID": self.event["id"], "clientName": name, "resources": []}
        wanted = {
            "objects": ["EVENT"],
            "operations": ["CREATE"],
            "callbackUrl": "https://receiver.example",
            "bearerToken": f"token-of-{name}",
        }
        return {**program, "clientName": name, "objectOperations": [wanted]}

    def _path(self, thing_id: str, dialect: str) -> str:
        thing = self.things[thing_id]
        inside = f"/vens/{thing.ven}" if thing.ven and dialect == "3.0.1" else ""
        return f"{inside}/{thing.kind}/{thing_id}"

    def _seen(self, kind: str, name: str) -> list[str]:
        """decisions/openadr.md §2 read aloud: business logic sees all, a VEN what is its own."""
        return [
            each
            for each, thing in self.things.items()
            if thing.kind == kind and name in ("retailer", thing.owner)
        ]

    def _ven_of(self, name: str) -> str | None:
        found = (each for each, thing in self.things.items() if (thing.kind, thing.owner) == ("vens", name))
        return next(found, None)

    def _at(self, kind: str, place: int) -> str | None:
        known = [each for each, thing in self.things.items() if thing.kind == kind]
        return known[place % len(known)] if known else None

    def forget(self) -> None:
        """Starts again with nothing."""
        for each, thing in reversed(list(self.things.items())):
            owner = self.actors["retailer" if thing.kind == "vens" else thing.owner]
            if thing.kind != "resources":
                assert owner.delete(f"/{thing.kind}/{each}").status_code == 200
        self.things.clear()


@pytest.fixture
def story(door, retailer, enrol, program, settings) -> Story:
    settings.UNSAFE_CALLBACKS_WITHOUT_CHALLENGE = True
    vens = {name: enrol(name, Role.VEN) for name in VENS}
    event = retailer.post("/events", event_request(program)).json()
    return Story(door, {"retailer": retailer, **vens}, event)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_everybody_reads_and_changes_exactly_what_is_theirs(story: Story, steps: list[tuple[Any, ...]]):
    story.forget()

    asked: list[tuple[Any, ...]] = []
    for step, *arguments in steps:
        getattr(story, step)(*arguments)
        if step == "poll":
            asked = [tuple(arguments), *asked][:REPEATED]
        elif step != "read":
            for question in asked:  # what may be kept from before the write
                story.poll(*question)
