"""Events through the doors: every operation in every dialect, and what a client wrote comes back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.models import Event, Interval
from tests.conftest import event_request

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


def metadata(of: dict[str, Any]) -> dict[str, Any]:
    return {name: of[name] for name in ("id", "createdDateTime", "modificationDateTime", "objectType")}


def full_event(program: dict[str, Any], dialect: str) -> dict[str, Any]:
    """Every member of an event that both dialects have, each with a value."""
    typed = dialect != "3.1.0"
    period = {"start": "2023-06-15T09:30:00Z", "duration": "PT1H", "randomizeStart": "PT1H"}
    return {
        "programID": program["id"],
        "eventName": "price event 11-18-2022",
        "priority": 0,
        "targets": [{"type": "GROUP", "values": ["group1"]}, {"type": "VEN_NAME", "values": ["v1"]}]
        if typed
        else ["group1", "VEN_NAME:v1"],
        "reportDescriptors": [
            {
                "payloadType": "USAGE",
                "readingType": "DIRECT_READ",
                "units": "KWH",
                "targets": [{"type": "RESOURCE_NAME", "values": ["r1", "r2"]}]
                if typed
                else ["RESOURCE_NAME:r1", "RESOURCE_NAME:r2"],
                "aggregate": False,
                "startInterval": -1,
                "numIntervals": -1,
                "historical": True,
                "frequency": -1,
                "repeat": 1,
            }
        ],
        "payloadDescriptors": [
            {
                "objectType": "EVENT_PAYLOAD_DESCRIPTOR",
                "payloadType": "PRICE",
                "units": "KWH",
                "currency": "USD",
            }
        ],
        "intervalPeriod": period,
        "intervals": [
            {"id": 0, "intervalPeriod": period, "payloads": [{"type": "PRICE", "values": [0.17]}]},
            {"id": 7, "intervalPeriod": period, "payloads": []},
        ],
    }


def create(door, written: dict[str, Any]) -> dict[str, Any]:
    answer = door.post("/events", written)
    assert answer.status_code == 201, answer.content
    return answer.json()


class TestEveryOperation:
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_an_event_is_created_as_written(self, retailer, program, dialect):
        written = full_event(program, dialect)

        answer = retailer.at(dialect).post("/events", written)

        event = answer.json()
        assert (answer.status_code, answer["Content-Type"]) == (201, "application/json")
        assert event == {**metadata(event), **written}
        assert event["objectType"] == "EVENT"
        assert event["createdDateTime"] == event["modificationDateTime"]
        assert datetime.fromisoformat(event["createdDateTime"]) == Event.objects.get().created_at

    @pytest.mark.parametrize("reading", DIALECTS)
    @pytest.mark.parametrize("writing", DIALECTS)
    def test_what_one_dialect_writes_the_other_reads(self, retailer, program, writing, reading):
        created = create(retailer.at(writing), full_event(program, writing))

        answer = retailer.at(reading).get(f"/events/{created['id']}")

        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer.json() == {**metadata(created), **full_event(program, reading)}
        assert retailer.at(reading).get("/events").json() == [answer.json()]

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_put_replaces_all_of_it(self, retailer, program, dialect):
        door = retailer.at(dialect)
        created = create(door, full_event(program, dialect))
        bare = {"programID": program["id"], "intervals": []}

        answer = door.put(f"/events/{created['id']}", bare)

        replaced = answer.json()
        assert answer.status_code == 200
        assert replaced == {**metadata(replaced), **bare}
        assert (replaced["id"], replaced["createdDateTime"]) == (created["id"], created["createdDateTime"])
        assert replaced["modificationDateTime"] > created["modificationDateTime"]
        assert door.get(f"/events/{created['id']}").json() == replaced
        stored = Event.objects.get()
        assert (stored.event_name, stored.priority, stored.targets, stored.span.lower) == ("", None, [], None)
        assert not Interval.objects.exists()

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_deleted_event_is_the_answer_and_is_gone(self, retailer, program, dialect):
        door = retailer.at(dialect)
        created = create(door, full_event(program, dialect))

        answer = door.delete(f"/events/{created['id']}")

        assert (answer.status_code, answer.json()) == (200, created)
        assert door.get(f"/events/{created['id']}").status_code == 404
        assert door.get("/events").json() == []
        assert door.put(f"/events/{created['id']}", full_event(program, dialect)).status_code == 404
        assert door.delete(f"/events/{created['id']}").status_code == 404
        assert not Interval.objects.exists()

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_metadata_of_a_client_is_ignored(self, retailer, program, dialect):
        door = retailer.at(dialect)
        lies = {"id": "mine", "createdDateTime": 5, "modificationDateTime": [], "objectType": "PROGRAM"}
        written = {"programID": program["id"], "intervals": []}

        created = create(door, {**written, **lies})
        replaced = door.put(f"/events/{created['id']}", {**written, **lies}).json()

        assert created == {**metadata(created), **written}
        assert created["id"] != "mine"
        assert created["objectType"] == replaced["objectType"] == "EVENT"
        assert (replaced["id"], replaced["createdDateTime"]) == (created["id"], created["createdDateTime"])

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_null_means_absent(self, retailer, program, dialect):
        written = {"programID": program["id"], "intervals": []}
        nulls = dict.fromkeys([*full_event(program, dialect), "duration", "unknown"], None)

        created = create(retailer.at(dialect), {**nulls, **written})

        assert created == {**metadata(created), **written}

    def test_in_3_1_intervals_may_be_null(self, retailer, program):
        created = create(retailer, {"programID": program["id"], "intervals": None})

        assert created == {**metadata(created), "programID": program["id"]}
        assert retailer.at("3.0.1").get(f"/events/{created['id']}").json() == {**created, "intervals": []}


def test_the_documented_body_of_the_older_door_is_taken_as_it_stands(retailer, program):
    """The example of the 3.0.1 documents, metadata and numbers as targets included."""
    door = retailer.at("/api/openadr/v1")
    period = {"start": "2023-06-15T09:30:00Z", "duration": "PT1H", "randomizeStart": "PT1H"}
    targets = [{"type": "PRICE", "values": [0.17]}]
    content = {**full_event(program, "3.0.1"), "targets": targets}
    content["reportDescriptors"][0]["targets"] = targets
    content["intervals"] = [
        {"id": 0, "intervalPeriod": period, "payloads": [{"type": "PRICE", "values": [0.17]}]}
    ]
    documented = {
        "id": "object-999",
        "createdDateTime": "2023-06-15T09:30:00Z",
        "modificationDateTime": "2023-06-15T09:30:00Z",
        "objectType": "EVENT",
        **content,
    }

    created = create(door, documented)
    replaced = door.put(f"/events/{created['id']}", documented).json()

    assert created == {**metadata(created), **content}
    assert replaced == {**metadata(replaced), **content}
    assert door.get("/events").json() == [replaced]
    assert door.delete(f"/events/{created['id']}").json() == replaced


class TestWhatWasWrittenComesBack:
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    @pytest.mark.parametrize(
        "values",
        [
            "0.10", "0.1", "1.0", "-0.0", "1E+3", "1E-7", "123456789012345678901234567890", "-5",
            "9007199254740993", "true", '"P9999Y"', '""', '"😀 é"', '"a\\\\u0000"', '{"x":0.10,"y":-2}',
            '{"x":1,"y":2,"z":"kept"}', '0.1,"a",false,{"x":1,"y":2},7', "",
        ],
    )  # fmt: skip
    def test_a_value_to_the_letter(self, retailer, program, dialect, values):
        payloads = f'[{{"type":"X","values":[{values}]}}]'
        text = f'{{"programID":"{program["id"]}","intervals":[{{"id":0,"payloads":{payloads}}}]}}'
        door = retailer.at(dialect)

        created = door.send("POST", "/events", text.encode(), "application/json")

        assert created.status_code == 201
        assert payloads in created.content.decode()
        assert door.get(f"/events/{created.json()['id']}").content == created.content

    def test_an_exponent_to_its_value(self, retailer, program):
        text = json.dumps(event_request(program)).replace("[0.1]", "[1E3]")

        event = retailer.send("POST", "/events", text.encode(), "application/json").json()

        assert event["intervals"][0]["payloads"] == [{"type": "PRICE", "values": [1000]}]

    @pytest.mark.parametrize(
        "members",
        [
            {"duration": "P9999Y"},
            {"duration": "PT0S"},
            {"intervalPeriod": {}},
            {"intervalPeriod": {"start": "0001-01-01"}},
            {"intervalPeriod": {"start": "0001-01-01T00:00:00", "duration": "PT0S"}},
            {"intervalPeriod": {"start": "2023-06-15T11:30:00+02:00", "duration": "P1DT12H"}},
            {"intervalPeriod": {"start": "2023-06-15 09:30:00.123456789z", "x": [1]}},
            {"intervalPeriod": {"duration": "P9999Y"}},
            {
                "intervals": [
                    {"id": -5, "payloads": []},
                    {"id": -5, "payloads": [], "note": {"a": [{"b": 1}]}},
                ]
            },
            {"priority": 2**63 - 1, "eventName": ""},
            {"eventName": "x" * 5000},
            {"x-private": {"deep": [[["er"]]]}, "été": "\U0001f600", "__proto__": 1, "": 2},
            {"reportDescriptors": [{"payloadType": "USAGE", "frequency": 0, "repeat": -1}]},
            {
                "reportDescriptors": [
                    {"payloadType": "USAGE", "reportIntervals": "OPEN_INTERVALS", "targets": []}
                ]
            },
            {"reportDescriptors": []},
            {"payloadDescriptors": []},
            {"targets": []},
            {"targets": ["b", "a", "b"]},
        ],
    )
    def test_in_3_1(self, retailer, program, members):
        written = {"programID": program["id"], **members}

        created = create(retailer, written)

        assert created == {**metadata(created), **written}
        assert retailer.get(f"/events/{created['id']}").json() == created
        assert retailer.get("/events").json() == [created]

    @pytest.mark.parametrize(
        "members",
        [
            {"intervalPeriod": {"start": "0000-00-00", "duration": "P9999Y"}},
            {"intervalPeriod": {"start": "0001-01-01T00:00:00Z", "duration": "PT0S"}},
            {"intervalPeriod": {"start": "2023-06-15T11:30:00+02:00"}},
            {"reportDescriptors": [{"payloadType": "USAGE", "frequency": 0, "repeat": -1, "targets": []}]},
            {"targets": [{"type": "POWER_SERVICE_LOCATION", "values": [5, True, "5.0", 0.5]}]},
            {"priority": 3, "x-private": {"a": 1}},
        ],
    )
    def test_in_3_0_1(self, retailer, program, members):
        written = {"programID": program["id"], "intervals": [], **members}
        door = retailer.at("3.0.1")

        created = create(door, written)

        assert created == {**metadata(created), **written}
        assert door.get(f"/events/{created['id']}").json() == created
        assert door.get("/events").json() == [created]

    def test_a_payload_descriptor_gets_its_object_type(self, retailer, program):
        written = event_request(program, payloadDescriptors=[{"payloadType": "MINE", "currency": "EUR"}])

        assert create(retailer, written)["payloadDescriptors"] == [
            {"objectType": "EVENT_PAYLOAD_DESCRIPTOR", "payloadType": "MINE", "currency": "EUR"}
        ]

    def test_the_last_of_equal_keys_counts(self, retailer, program):
        text = f'{{"programID":"nope","programID":"{program["id"]}","priority":1,"priority":2}}'

        answer = retailer.send("POST", "/events", text.encode(), "application/json")

        assert (answer.status_code, answer.json()["priority"]) == (201, 2)


class TestRows:
    def test_an_event_has_a_row_for_each_interval(self, retailer, program):
        event = create(retailer, event_request(program))

        midnight = datetime(2026, 6, 1, tzinfo=UTC)
        assert list(
            Interval.objects.filter(event=event["id"])
            .order_by("position")
            .values_list("position", "interval_id", "starts_at", "ends_at", "length")
        ) == [
            (
                hour,
                hour,
                midnight + timedelta(hours=hour),
                midnight + timedelta(hours=hour + 1),
                timedelta(hours=1),
            )
            for hour in range(3)
        ]
        assert (
            str(Interval.objects.get(position=2).payloads)
            == "[{'type': 'PRICE', 'values': [Decimal('2.1')]}]"
        )

    def test_a_put_replaces_the_rows(self, retailer, program):
        event = create(retailer, event_request(program, targets=["a", "b"]))
        one = [{"id": 9, "payloads": [{"type": "SIMPLE", "values": [1]}]}]

        retailer.put(f"/events/{event['id']}", event_request(program, intervals=one, targets=["b", "c"]))

        assert list(Interval.objects.values_list("position", "interval_id")) == [(0, 9)]
        assert [len(retailer.get("/events", {"targets": target}).json()) for target in "abc"] == [0, 1, 1]

    def test_an_event_without_timing_always_was(self, retailer, program):
        event = create(retailer, {"programID": program["id"], "intervals": [{"id": 1, "payloads": []}]})

        stored = Event.objects.get()
        assert (stored.starts_at, stored.ends_at, stored.repeats_every) == (None, None, None)
        assert Interval.objects.get().starts_at == datetime.fromisoformat(event["createdDateTime"])

    def test_a_loop_is_stored_as_its_first_pass(self, retailer, program):
        create(retailer, event_request(program, duration="P9998Y"))

        stored = Event.objects.get()
        assert (stored.repeats_every, stored.ends_at) == (timedelta(hours=3), None)
        assert Interval.objects.count() == 3

    def test_ten_thousand_intervals_and_as_many_targets_are_taken(self, retailer, program):
        intervals = [{"id": number, "payloads": []} for number in range(10_000)]
        targets = [f"t{number}" for number in range(10_000)]

        event = create(retailer, {"programID": program["id"], "intervals": intervals, "targets": targets})

        assert (event["intervals"], event["targets"]) == (intervals, targets)
        assert Interval.objects.count() == 10_000
        assert [seen["id"] for seen in retailer.get("/events", {"targets": "t9999"}).json()] == [event["id"]]

    def test_any_number_of_implied_intervals_is_taken(self, retailer, program):
        create(
            retailer,
            {
                "programID": program["id"],
                "intervalPeriod": {"start": "2026-06-01T00:00:00Z", "duration": "PT1S"},
                "reportDescriptors": [{"payloadType": "USAGE", "numIntervals": 2**31 - 1}],
            },
        )

        assert Interval.objects.count() == 1000


class TestTheEdgesOfTheCalendar:
    @pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
    @pytest.mark.parametrize(
        ("start", "duration", "span"),
        [
            ("0001-01-01T00:00:01Z", "PT1H", ("0001-01-01T00:00:01+00:00", "0001-01-01T03:00:01+00:00")),
            ("9999-12-31T20:59:59Z", "PT1H", ("9999-12-31T20:59:59+00:00", "9999-12-31T23:59:59+00:00")),
            ("9999-12-31T23:59:59Z", "PT1H", ("9999-12-31T23:59:59+00:00", None)),
            ("9999-12-31T23:59:59.999999Z", "PT0S", ("9999-12-31T23:59:59.999999+00:00",) * 2),
            ("9999-12-31T23:59:59+14:00", "PT1H", ("9999-12-31T09:59:59+00:00", "9999-12-31T12:59:59+00:00")),
            ("2026-06-01T00:00:00Z", "P9998Y", ("2026-06-01T00:00:00+00:00", None)),
            ("2026-06-01T00:00:00Z", "P99999999999999999999Y", ("2026-06-01T00:00:00+00:00", None)),
            ("2026-06-01T00:00:00Z", f"PT{'9' * 100}S", ("2026-06-01T00:00:00+00:00", None)),
            ("2026-06-01T00:00:00Z", "PT0.0000001S", ("2026-06-01T00:00:00+00:00",) * 2),
            ("2016-12-31T23:59:60Z", "PT1H", ("2017-01-01T00:00:00+00:00", "2017-01-01T03:00:00+00:00")),
        ],
    )
    def test_an_event_there_is_stored_and_listed(self, retailer, program, dialect, start, duration, span):
        written = event_request(program, intervalPeriod={"start": start, "duration": duration})
        door = retailer.at(dialect)

        event = create(door, written)

        stored = Event.objects.get()
        assert event == {**metadata(event), **written}
        assert tuple(end and end.isoformat() for end in (stored.starts_at, stored.ends_at)) == span
        assert door.get("/events", {"x-start": start}).json() == [event]
        assert door.get("/events", {"active": "true"}).status_code == 200

    def test_a_loop_of_seconds_for_thousands_of_years(self, retailer, program):
        start = {"start": "2026-06-01T00:00:00Z", "duration": "PT1S"}
        one = [{"id": 0, "payloads": []}]

        event = create(
            retailer, event_request(program, intervalPeriod=start, duration="P7000Y", intervals=one)
        )

        seen = retailer.at("3.0.1").get(f"/events/{event['id']}").json()
        assert Event.objects.get().repeats_every == timedelta(seconds=1)
        assert Event.objects.get().ends_at == datetime(9026, 6, 1, tzinfo=UTC)
        assert len(seen["intervals"]) == 8456  # as many as make a document of a mebibyte
        assert seen["intervals"][1999]["intervalPeriod"] == {
            "start": "2026-06-01T00:33:19Z",
            "duration": "PT1S",
        }
