"""One event, two renderings: what 3.0.1 has no word for, and what its PUT must leave alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import event_request

START = "2026-06-01T00:00:00Z"
NOW = "0001-01-01T00:00:00Z"


@pytest.fixture
def old(retailer):
    return retailer.at("3.0.1")


def create(door, written: dict[str, Any]) -> str:
    answer = door.post("/events", written)
    assert answer.status_code == 201, answer.content
    return f"/events/{answer.json()['id']}"


def intervals(*periods: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [
        {"id": number, **({"intervalPeriod": period} if period is not None else {}), "payloads": []}
        for number, period in enumerate(periods)
    ]


def times(event: dict[str, Any]) -> list[tuple[Any, Any]]:
    periods = [interval["intervalPeriod"] for interval in event["intervals"]]
    return [(period["start"], period.get("duration")) for period in periods]


class TestReadBy301:
    def test_a_start_that_3_1_leaves_out_is_worked_out(self, retailer, old, program):
        path = create(
            retailer,
            event_request(
                program,
                intervalPeriod={"duration": "PT1H"},
                intervals=intervals({"start": "2026-06-01T10:00:00+02:00"}, {"duration": "PT2H"}, {}, None),
            ),
        )

        event = old.get(path).json()

        assert event["intervalPeriod"] == {"start": "2026-06-01T08:00:00Z", "duration": "PT1H"}
        assert [interval.get("intervalPeriod") for interval in event["intervals"]] == [
            {"start": "2026-06-01T10:00:00+02:00"},
            {"start": "2026-06-01T09:00:00Z", "duration": "PT2H"},
            {"start": "2026-06-01T11:00:00Z"},
            None,
        ]

    def test_a_start_that_nobody_knows_is_now(self, retailer, old, program):
        path = create(
            retailer,
            event_request(program, intervalPeriod={"duration": "PT1H"}, intervals=intervals({}, None)),
        )

        event = old.get(path).json()

        assert event["intervalPeriod"] == {"start": NOW, "duration": "PT1H"}
        assert event["intervals"][0]["intervalPeriod"] == {"start": NOW}

    def test_a_finite_loop_is_written_out(self, retailer, old, program):
        path = create(
            retailer,
            event_request(program, duration="PT4H30M", intervals=intervals(None, {"duration": "PT30M"})),
        )

        event = old.get(path).json()

        assert "duration" not in event
        assert [interval["id"] for interval in event["intervals"]] == [0, 1, 0, 1, 0, 1]
        assert times(event) == [
            ("2026-06-01T00:00:00Z", "PT1H"),
            ("2026-06-01T01:00:00Z", "PT30M"),
            ("2026-06-01T01:30:00Z", "PT1H"),
            ("2026-06-01T02:30:00Z", "PT30M"),
            ("2026-06-01T03:00:00Z", "PT1H"),
            ("2026-06-01T04:00:00Z", "PT30M"),
        ]

    def test_what_is_cut_off_is_cut_off(self, retailer, old, program):
        path = create(retailer, event_request(program, duration="PT1H30M"))

        assert times(old.get(path).json()) == [
            ("2026-06-01T00:00:00Z", "PT1H"),
            ("2026-06-01T01:00:00Z", "PT30M"),
        ]

    def test_an_endless_loop_is_its_first_pass_in_an_infinite_event(self, retailer, old, program):
        path = create(retailer, event_request(program, duration="P9999Y"))

        event = old.get(path).json()

        assert event["intervalPeriod"] == {"start": "2026-06-01T00:00:00Z", "duration": "P9999Y"}
        assert times(event) == [(f"2026-06-01T0{hour}:00:00Z", "PT1H") for hour in range(3)]

    def test_an_event_without_intervals_has_an_empty_list(self, retailer, old, program):
        for members in (
            {},
            {"duration": "P1D"},
            {"reportDescriptors": [{"payloadType": "USAGE"}], "duration": "P1D"},
        ):
            path = create(retailer, {"programID": program["id"], **members})

            assert old.get(path).json()["intervals"] == []

    @pytest.mark.parametrize(
        ("timing", "shown"),
        [
            ({"duration": "PT2H", "intervalPeriod": {"start": START}}, "PT2H"),
            ({"duration": "PT7H", "intervalPeriod": {"start": START, "duration": "PT1H"}}, "PT7H"),
            ({"duration": "PT0S", "intervalPeriod": {"start": START, "duration": "PT1H"}}, "PT1H"),
        ],
    )
    def test_the_duration_of_an_event_without_intervals_is_that_of_its_period(
        self, retailer, old, program, timing, shown
    ):
        path = create(retailer, {"programID": program["id"], **timing})

        assert old.get(path).json()["intervalPeriod"] == {"start": START, "duration": shown}

    def test_implied_intervals_keep_their_length(self, retailer, old, program):
        period = {"start": START, "duration": "PT15M"}
        wanted = {"duration": "P9999Y", "reportDescriptors": [{"payloadType": "USAGE"}]}
        path = create(retailer, {"programID": program["id"], "intervalPeriod": period, **wanted})

        assert old.get(path).json()["intervalPeriod"] == period

    def test_report_intervals_are_left_out(self, retailer, old, program):
        descriptor = {"payloadType": "USAGE", "targets": ["r1", "VEN_NAME:v"]}
        path = create(
            retailer,
            event_request(program, reportDescriptors=[{**descriptor, "reportIntervals": "SUB_INTERVALS"}]),
        )

        assert old.get(path).json()["reportDescriptors"] == [
            {
                "payloadType": "USAGE",
                "targets": [{"type": "GROUP", "values": ["r1"]}, {"type": "VEN_NAME", "values": ["v"]}],
            }
        ]


class TestReadBy310:
    def test_the_sentinel_of_year_zero_becomes_that_of_year_one(self, retailer, old, program):
        path = create(
            old,
            event_request(
                program,
                intervalPeriod={"start": "0000-00-00", "duration": "PT1H"},
                intervals=intervals(
                    {"start": "0000-00-00T00:00:00Z"}, None, {"start": "0001-01-01", "duration": "PT2H"}
                ),
            ),
        )

        event = retailer.get(path).json()

        assert event["intervalPeriod"] == {"start": "0001-01-01T00:00:00Z", "duration": "PT1H"}
        assert [interval.get("intervalPeriod") for interval in event["intervals"]] == [
            {"start": "0001-01-01T00:00:00Z"},
            None,
            {"start": "0001-01-01", "duration": "PT2H"},
        ]
        assert old.get(path).json()["intervalPeriod"]["start"] == "0000-00-00"

    def test_what_3_0_1_does_not_know_takes_on_no_meaning(self, retailer, old, program):
        path = create(
            old,
            event_request(
                program,
                duration="P9999Y",
                reportDescriptors=[{"payloadType": "USAGE", "reportIntervals": "nonsense"}],
            ),
        )

        event = retailer.get(path).json()

        assert "duration" not in event
        assert event["reportDescriptors"] == [{"payloadType": "USAGE"}]

    def test_typed_targets_are_read_as_plain_ones(self, retailer, old, program):
        targets = [
            {"type": "GROUP", "values": ["a", "VEN_NAME:x"]},
            {"type": "VEN_NAME", "values": ["v", 0.50]},
            {"type": "X_MINE", "values": [True, ""]},
        ]

        path = create(old, event_request(program, targets=targets))

        assert retailer.get(path).json()["targets"] == [
            "a",
            "GROUP:VEN_NAME:x",
            "VEN_NAME:v",
            "VEN_NAME:0.5",
            "X_MINE:true",
            "X_MINE:",
        ]


class TestPutBy301:
    @pytest.mark.parametrize("duration", ["P1D", "P9999Y", "PT90M"])
    def test_the_times_stay_when_they_are_written_back_as_they_were_shown(
        self, retailer, old, program, duration
    ):
        path = create(retailer, event_request(program, duration=duration))
        before = retailer.get(path).json()

        answer = old.put(path, old.get(path).json() | {"eventName": "renamed"})

        after = retailer.get(path).json()
        assert answer.json()["intervals"] == old.get(path).json()["intervals"]
        assert after | {"modificationDateTime": 0} == before | {
            "eventName": "renamed",
            "modificationDateTime": 0,
        }

    @pytest.mark.parametrize("duration", ["P1D", "P9999Y", "PT90M"])
    def test_a_client_that_changes_the_times_reads_back_what_it_wrote(self, retailer, old, program, duration):
        path = create(retailer, event_request(program, duration=duration))
        written = event_request(program)
        written["intervals"] = written["intervals"][:1]

        answer = old.put(path, written).json()

        assert (answer["intervals"], answer["intervalPeriod"]) == (
            written["intervals"],
            written["intervalPeriod"],
        )
        assert "duration" not in retailer.get(path).json()

    def test_report_intervals_stay_with_their_descriptor(self, retailer, old, program):
        before = [
            {"payloadType": "USAGE", "reportIntervals": "SUB_INTERVALS"},
            {"payloadType": "DEMAND", "reportIntervals": "OPEN_INTERVALS"},
        ]
        path = create(retailer, event_request(program, reportDescriptors=before))

        old.put(
            path,
            event_request(
                program,
                reportDescriptors=[
                    {"payloadType": "USAGE", "units": "KWH"},
                    {"payloadType": "READING"},
                    {"payloadType": "DEMAND"},
                ],
            ),
        )

        assert retailer.get(path).json()["reportDescriptors"] == [
            {"payloadType": "USAGE", "units": "KWH", "reportIntervals": "SUB_INTERVALS"},
            {"payloadType": "READING"},
            {"payloadType": "DEMAND", "reportIntervals": "OPEN_INTERVALS"},
        ]

    @pytest.mark.parametrize(
        "members",
        [
            {},
            {"duration": "PT1H30M"},
            {"duration": "PT4H30M"},
            {"duration": "P9999Y"},
            {"duration": "P9999Y", "intervals": intervals(None, None)},
            {"targets": ["A:", "GROUP:A:b", "x"], "priority": 1},
            {
                "reportDescriptors": [
                    {"payloadType": "USAGE", "reportIntervals": "SUB_INTERVALS", "targets": ["a"]}
                ]
            },
        ],
    )
    def test_what_3_0_1_reads_it_can_put_back_and_nothing_moves_in_time(
        self, retailer, old, program, members
    ):
        path = create(retailer, event_request(program, **members))
        read = old.get(path).json()
        window = {"x-start": "2026-06-01T01:30:00Z", "x-end": "2026-06-01T01:30:01Z"}
        before = [len(retailer.get("/events", window).json()), retailer.get(path).json()]

        answer = old.put(path, read)

        assert answer.status_code == 200
        assert answer.json() == {**read, "modificationDateTime": answer.json()["modificationDateTime"]}
        after = retailer.get(path).json()
        for member in ("targets", "priority", "duration", "reportDescriptors"):
            assert after.get(member) == before[1].get(member)
        assert len(retailer.get("/events", window).json()) == before[0]


class TestALoopThatIsWrittenOut:
    """In 3.0.1 a finite loop takes the place of `event.duration`; a small body must not become a large document."""

    def test_has_a_mebibyte_at_the_most(self, retailer, old, program):
        value = "x" * 50_000
        period = {"start": "2026-06-01T00:00:00Z", "duration": "PT1M"}
        alert = [{"id": 0, "payloads": [{"type": "ALERT_OTHER", "values": [value]}]}]
        path = create(
            retailer, event_request(program, duration="PT2000M", intervalPeriod=period, intervals=alert)
        )

        answer = old.get(path)

        assert len(answer.json()["intervals"]) == 20
        assert len(answer.content) < (1 << 20) + 10_000

    def test_has_one_whole_pass_at_least(self, retailer, old, program):
        value = "x" * 300_000
        alerts = [
            {"id": number, "payloads": [{"type": "ALERT_OTHER", "values": [value]}]} for number in range(3)
        ]
        period = {"start": "2026-06-01T00:00:00Z", "duration": "PT1M"}
        path = create(
            retailer, event_request(program, duration="PT2000M", intervalPeriod=period, intervals=alerts)
        )

        assert [interval["id"] for interval in old.get(path).json()["intervals"]] == [0, 1, 2]

    def test_is_put_back_quickly_with_thousands_of_report_descriptors(self, retailer, old, program):
        descriptors = [{"payloadType": "B"} for _ in range(5_000)]
        path = create(retailer, event_request(program, reportDescriptors=descriptors))

        put = event_request(program, reportDescriptors=[{"payloadType": "A"} for _ in range(5_000)])

        assert len(old.put(path, put).json()["reportDescriptors"]) == 5_000
