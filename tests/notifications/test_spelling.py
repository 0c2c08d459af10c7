"""What is told is spelled as the version of its subscription has it: every type, in both dialects, whichever vocabulary
the subscription was written in."""

from __future__ import annotations

import pytest

from tests.conftest import event_request
from tests.events.reporting import report_request
from tests.notifications.conftest import EVERYTHING, carry_all_out, carry_out, notifications

NOW = ["CREATE", "UPDATE", "DELETE"]
BEFORE = ["POST", "PUT", "DELETE"]


class World:
    """Each type once: created, changed and deleted, by whoever does that."""

    def __init__(self, retailer, ven, program):
        self.retailer, self.ven, self.program = retailer, ven, program

    def writer(self, kind):
        return self.ven if kind in ("REPORT", "SUBSCRIPTION") else self.retailer

    def path(self, kind):
        return f"/{kind.lower()}s"

    def content(self, kind, name):
        if kind == "PROGRAM":
            return {"programName": name, "targets": ["north"], "programLongName": "long"}
        if kind == "EVENT":
            return event_request(self.program, eventName=name, targets=["north"])
        if kind == "REPORT":
            event = self.retailer.get("/events").json()[0]
            return report_request(event, reportName=name)
        if kind == "SUBSCRIPTION":
            told = {"objects": ["VEN"], "operations": ["READ"], "callbackUrl": "http://127.0.0.1:1999/"}
            told["bearerToken"] = "a-secret"
            return {"clientName": name, "objectOperations": [told], "programID": self.program["id"]}
        if kind == "VEN":
            return {"objectType": "BL_VEN_REQUEST", "venName": name, "clientID": "c", "targets": ["north"]}
        owner = next(each for each in self.retailer.get("/vens").json() if each["clientID"] == "ven")
        return {
            "objectType": "BL_RESOURCE_REQUEST",
            "resourceName": name,
            "venID": owner["id"],
            "clientID": "ven",
            "targets": ["north"],
        }


@pytest.fixture
def world(retailer, ven, program):
    retailer.post("/events", event_request(program))
    return World(retailer, ven, program)


@pytest.mark.parametrize("words", [NOW, BEFORE])
@pytest.mark.parametrize("kind", EVERYTHING)
def test_every_type_in_3_1(retailer, world, subscriber, subscribe, kind, words):
    subscribe(retailer, objects=[kind], operations=words)
    writer, path = world.writer(kind), world.path(kind)

    made = writer.post(path, world.content(kind, "first"))
    assert made.status_code == 201, made.content
    id_ = made.json()["id"]
    read = [retailer.get(f"{path}/{id_}").json()]
    assert writer.put(f"{path}/{id_}", world.content(kind, "second")).status_code == 200
    read.append(retailer.get(f"{path}/{id_}").json())
    assert writer.delete(f"{path}/{id_}").status_code == 200
    read.append(read[-1])
    carry_all_out()

    assert notifications(subscriber) == [
        {"objectType": kind, "operation": word, "object": shown, "targets": shown.get("targets") or None}
        for word, shown in zip(NOW, read, strict=True)
    ]
    assert b"a-secret" not in b"".join(heard.body for heard in subscriber.heard)


@pytest.mark.parametrize("words", [NOW, BEFORE])
@pytest.mark.parametrize("kind", ["EVENT", "REPORT", "SUBSCRIPTION"])
def test_what_belongs_to_a_program_in_3_0_1(retailer, world, subscriber, subscribe, kind, words):
    old = retailer.at("3.0.1")
    subscribe(old, objects=[kind], operations=words, programID=world.program["id"])
    writer, path = world.writer(kind), world.path(kind)

    id_ = writer.post(path, world.content(kind, "first")).json()["id"]
    read = [old.get(f"{path}/{id_}").json()]
    writer.put(f"{path}/{id_}", world.content(kind, "second"))
    read.append(old.get(f"{path}/{id_}").json())
    writer.delete(f"{path}/{id_}")
    read.append(read[-1])
    carry_all_out()

    assert notifications(subscriber) == [
        {"objectType": kind, "operation": word, "object": shown, "targets": shown.get("targets") or None}
        for word, shown in zip(BEFORE, read, strict=True)
    ]


def test_a_program_in_3_0_1(retailer, world, subscriber, subscribe):
    old = retailer.at("3.0.1")
    program = world.program["id"]
    subscribe(old, objects=["PROGRAM"], operations=BEFORE, programID=program)

    changed = {"programName": "changed", "targets": ["north", "VEN_NAME:v1"]}
    assert retailer.put(f"/programs/{program}", changed).status_code == 200
    carry_out()

    shown = old.get(f"/programs/{program}").json()
    assert shown["targets"] == [
        {"type": "GROUP", "values": ["north"]},
        {"type": "VEN_NAME", "values": ["v1"]},
    ]
    assert notifications(subscriber) == [
        {"objectType": "PROGRAM", "operation": "PUT", "object": shown, "targets": shown["targets"]}
    ]


def test_one_change_is_told_to_each_in_its_own_dialect(retailer, ven, program, subscriber, subscribe):
    subscribe(retailer, "/new", objects=["EVENT"], operations=NOW)
    subscribe(retailer, "/words", objects=["EVENT"], operations=BEFORE)
    subscribe(ven.at("3.0.1"), "/old", objects=["EVENT"], operations=BEFORE, programID=program["id"])

    id_ = retailer.post("/events", event_request(program, targets=["north", "south"])).json()["id"]
    carry_out()

    told = {path: notifications(subscriber, path) for path in ("/new", "/words", "/old")}
    assert [[each["operation"] for each in found] for found in told.values()] == [
        ["CREATE"],
        ["CREATE"],
        ["POST"],
    ]
    assert told["/old"][0]["object"] == ven.at("3.0.1").get(f"/events/{id_}").json()
    assert told["/old"][0]["targets"] == [{"type": "GROUP", "values": ["north"]}]


def test_numbers_among_targets_of_3_0_1_come_back_as_written_also_when_they_have_gone(
    retailer, program, subscriber, subscribe
):
    old = retailer.at("3.0.1")
    subscribe(old, objects=["EVENT"], operations=BEFORE, programID=program["id"])
    numbers = [{"type": "GROUP", "values": [7]}]
    event = old.post("/events", event_request(program, targets=numbers)).json()

    old.delete(f"/events/{event['id']}")
    carry_all_out()

    assert [each["targets"] for each in notifications(subscriber)] == [numbers, numbers]


YEAR_0 = {"start": "0000-00-00", "duration": "PT1H"}


@pytest.mark.parametrize("kind", ["PROGRAM", "EVENT", "REPORT"])
def test_a_start_in_year_0_is_told_in_3_0_1_as_it_was_written(retailer, world, subscriber, subscribe, kind):
    writer, path = world.writer(kind).at("3.0.1"), world.path(kind)
    old, id_ = retailer.at("3.0.1"), written_in_year_0(world, writer, kind)
    carry_all_out()
    subscribe(old, "/old", objects=[kind], operations=BEFORE, programID=world.program["id"])
    subscribe(retailer, "/new", objects=[kind], operations=NOW)

    read = old.get(f"{path}/{id_}").json()
    assert writer.put(f"{path}/{id_}", read).status_code == 200
    shown = [old.get(f"{path}/{id_}").json(), retailer.get(f"{path}/{id_}").json()]
    carry_all_out()

    assert "0000-" in str(shown[0])
    assert "0000-" not in str(shown[1])
    assert [each["object"] for each in notifications(subscriber, "/old")] == [shown[0]]
    assert [each["object"] for each in notifications(subscriber, "/new")] == [shown[1]]


@pytest.mark.parametrize("kind", ["EVENT", "REPORT"])
def test_a_start_in_year_0_is_as_it_was_written_also_of_what_is_gone(
    retailer, world, subscriber, subscribe, kind
):
    writer, path = world.writer(kind).at("3.0.1"), world.path(kind)
    old, id_ = retailer.at("3.0.1"), written_in_year_0(world, writer, kind)
    carry_all_out()
    subscribe(old, objects=[kind], operations=BEFORE, programID=world.program["id"])

    read = old.get(f"{path}/{id_}").json()
    assert writer.delete(f"{path}/{id_}").status_code == 200
    carry_all_out()

    assert [(each["operation"], each["object"]) for each in notifications(subscriber)] == [("DELETE", read)]


def test_who_no_longer_sees_a_program_is_told_how_it_was(retailer, ven, program, subscriber, subscribe):
    old, path = retailer.at("3.0.1"), f"/programs/{program['id']}"
    content = {"programName": "p", "intervalPeriod": YEAR_0}
    north, east = ([{"type": "GROUP", "values": [name]}] for name in ("north", "east"))
    assert old.put(path, {**content, "targets": north}).status_code == 200
    carry_all_out()
    subscribe(ven.at("3.0.1"), objects=["PROGRAM"], operations=BEFORE, programID=program["id"])
    read = ven.at("3.0.1").get(path).json()

    old.put(path, {"programName": "p", "intervalPeriod": {"start": "0001-01-01"}, "targets": east})
    carry_all_out()

    assert [each["object"] for each in notifications(subscriber)] == [read]


def written_in_year_0(world, writer, kind):
    """The id of an object of this kind that a 3.0.1 client has written."""
    old = world.retailer.at("3.0.1")
    event = event_request(world.program, intervalPeriod=YEAR_0)
    event["intervals"][1]["intervalPeriod"] = {"start": "0000-01-01T00:00:00Z"}
    content = {"programName": "p", "intervalPeriod": YEAR_0, "country": "NL"}
    if kind == "PROGRAM":
        assert old.put(f"/programs/{world.program['id']}", content).status_code == 200
        return world.program["id"]
    if kind == "REPORT":
        event = report_request(old.get("/events").json()[0])
        event["programID"] = world.program["id"]
        event["resources"][0]["intervalPeriod"] = YEAR_0
    made = writer.post(world.path(kind), event)
    assert made.status_code == 201, made.content
    return made.json()["id"]


@pytest.mark.parametrize("kind", EVERYTHING)
def test_an_empty_list_of_targets_is_told_as_it_is_read(retailer, world, subscriber, subscribe, kind):
    old, writer, path = retailer.at("3.0.1"), world.writer(kind), world.path(kind)
    written = world.content(kind, "empty") | {"targets": []}
    subscribe(retailer, "/new", objects=[kind], operations=NOW)
    if kind == "EVENT":
        subscribe(old, "/old", objects=[kind], operations=BEFORE, programID=world.program["id"])

    made = writer.post(path, written)
    assert made.status_code == 201, made.content
    carry_all_out()

    read = retailer.get(f"{path}/{made.json()['id']}").json()
    assert notifications(subscriber, "/new") == [
        {"objectType": kind, "operation": "CREATE", "object": read, "targets": None}
    ]
    if kind == "EVENT":
        read = old.get(f"{path}/{read['id']}").json()
        assert read["targets"] == []
        assert notifications(subscriber, "/old") == [
            {"objectType": kind, "operation": "POST", "object": read, "targets": None}
        ]


LIKE_TARGETS = [{"a": 1}, [{"type": "GROUP", "values": ["q"]}], 5, "str", ["B"], [], None]
LIKE_CLIENTS = [{"a": 1}, ["x"], 5]


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
@pytest.mark.parametrize(
    ("kind", "members"),
    [
        *(("REPORT", {"targets": written}) for written in LIKE_TARGETS),
        *(("EVENT", {"clientID": written}) for written in LIKE_CLIENTS),
    ],
)
def test_what_a_client_calls_as_others_call_targets_and_owners_is_told_like_any_member(
    retailer, world, subscriber, subscribe, kind, members, dialect
):
    """Reports have no targets, and events no client."""
    actor, words = retailer.at(dialect), NOW if dialect == "3.1.0" else BEFORE
    subscribe(actor, objects=[kind], operations=words, programID=world.program["id"])
    writer, path = world.writer(kind), world.path(kind)

    id_ = writer.post(path, {**world.content(kind, "first"), **members}).json()["id"]
    read = [actor.get(f"{path}/{id_}").json()]
    writer.put(f"{path}/{id_}", world.content(kind, "second"))
    read.append(actor.get(f"{path}/{id_}").json())
    writer.delete(f"{path}/{id_}")
    carry_all_out()

    assert [each["object"] for each in notifications(subscriber)] == [*read, read[-1]]
