"""What other events of a program claim at the time: their intervals, joined where they follow each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.drafts.queries import neighbours
from tests.conftest import event_request

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def interval(number, *types, **members):
    payloads = [{"type": type_, "values": [number]} for type_ in types]
    return {"id": number, "payloads": payloads, **members}


def at(hour, duration="PT1H"):
    return {"intervalPeriod": {"start": f"2030-06-01T{hour:02}:00:00Z", "duration": duration}}


def claimed(program, *, hours=24):
    found, _ = neighbours(program["id"], NOON, NOON + hours * HOUR, but=None)
    return {
        each.name: [
            ((begins - NOON) / HOUR, ends and (ends - NOON) / HOUR, sorted(types))
            for begins, ends, types in each.claim.spans
        ]
        for each in found
    }


def write(retailer, program, name, *intervals, **members):
    sent = event_request(program, eventName=name, intervals=list(intervals), **members)
    assert retailer.post("/events", sent).status_code == 201


def test_what_follows_without_a_gap_and_has_the_same_types_is_one(retailer, program):
    write(
        retailer,
        program,
        "mixed",
        interval(0, "PRICE", **at(12)),
        interval(1, "PRICE", **at(13)),
        interval(2, "PRICE", "GHG", **at(14)),
        interval(3, "GHG", "PRICE", **at(15)),
        interval(4, "PRICE", **at(18)),
        interval(5, "PRICE", **at(19)),
    )

    assert claimed(program) == {
        "mixed": [(0, 2, ["PRICE"]), (2, 4, ["GHG", "PRICE"]), (6, 8, ["PRICE"])],
    }


def test_a_gap_and_other_types_in_between_part_what_has_the_same(retailer, program):
    write(retailer, program, "gap", interval(0, "PRICE", **at(12)), interval(1, "PRICE", **at(14)))
    turns = [
        interval(number, type_, **at(12 + number)) for number, type_ in enumerate(("PRICE", "GHG", "PRICE"))
    ]
    write(retailer, program, "turns", *turns)

    assert claimed(program) == {
        "gap": [(0, 1, ["PRICE"]), (2, 3, ["PRICE"])],
        "turns": [(0, 1, ["PRICE"]), (1, 2, ["GHG"]), (2, 3, ["PRICE"])],
    }


def test_each_event_has_its_own_and_what_is_over_before_is_not_looked_at(retailer, program):
    write(retailer, program, "one", interval(0, "PRICE", **at(10)), interval(1, "PRICE", **at(12)))
    write(retailer, program, "other", interval(0, "PRICE", **at(13)))

    assert claimed(program) == {"one": [(0, 1, ["PRICE"])], "other": [(1, 2, ["PRICE"])]}


def test_an_open_end_is_none_also_behind_others(retailer, program):
    forever = interval(1, "PRICE", **at(13, "P9999Y"))
    write(retailer, program, "open", interval(0, "PRICE", **at(12)), forever)

    assert claimed(program) == {"open": [(0, None, ["PRICE"])]}


def test_nothing_is_asked_of_intervals_where_there_is_no_neighbour(program):
    with CaptureQueriesContext(connection) as queries:
        assert claimed(program) == {}
    assert len(queries) == 1


def test_thousands_of_intervals_are_one_run_for_each_event(retailer, program):
    """Two months of quarters, of which none may be cut off."""
    for name in ("one", "other"):
        write(
            retailer,
            program,
            name,
            *(interval(number, "PRICE") for number in range(2_976)),
            intervalPeriod={"start": "2030-06-01T12:00:00Z", "duration": "PT15M"},
        )

    assert claimed(program, hours=1_000) == {"one": [(0, 744, ["PRICE"])], "other": [(0, 744, ["PRICE"])]}


def test_what_is_repeated_claims_all_of_its_time_with_all_types(retailer, program):
    """Its rows are those of the first pass, which is over."""
    write(
        retailer,
        program,
        "daily",
        interval(0, "PRICE", intervalPeriod={"start": "2030-05-30T12:00:00Z", "duration": "PT12H"}),
        interval(1, "GHG", intervalPeriod={"start": "2030-05-31T00:00:00Z", "duration": "PT12H"}),
        duration="P5D",
    )

    assert claimed(program) == {"daily": [(-48, 72, ["GHG", "PRICE"])]}
