"""How many calls one host gets at a time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOON
from vtn.deliveries.outcomes import End, Outcome, no_reply
from vtn.deliveries.store import Claimed
from vtn.deliveries.windows import Windows

TAKEN, FAILED = Outcome(End.DELIVERED, 200), no_reply("is away")


def claimed(id_: int, host: str = "http://a") -> Claimed:
    return Claimed(
        id=id_,
        channel="webhook",
        recipient_id=id_,
        lane=f"webhook {id_} e{id_}",
        host=host,
        entry_id=id_,
        object_type="EVENT",
        object_id=f"e{id_}",
        operation="CREATE",
        notification_id=1,
        attempts=1,
        made_at=NOON,
        age=0.0,
        claimed_at=0.0,
    )


def filled(count: int, host: str = "http://a", windows: Windows | None = None) -> Windows:
    windows = windows or Windows()
    for number in range(count):
        windows.add((claimed(number, host), f"request {number}"))
    return windows


def test_a_host_begins_with_four_calls():
    windows = filled(10)

    assert [request for _, request in windows.next("http://a")] == [
        f"request {number}" for number in range(4)
    ]
    assert windows.next("http://a") == []


def test_each_answer_lets_two_more_through():
    windows = filled(10)
    first, *_ = windows.next("http://a")

    windows.ended(first[0], TAKEN)

    assert [request for _, request in windows.next("http://a")] == ["request 4", "request 5"]


def test_a_failure_narrows_it_to_what_it_was_at_first():
    windows = filled(100)
    for each, _ in [*windows.next("http://a"), *windows.next("http://a")]:
        windows.ended(each, TAKEN)
    started = windows.next("http://a")
    assert len(started) == 8

    windows.ended(started[0][0], FAILED)
    for each, _ in started[1:5]:
        windows.ended(each, Outcome(End.FAILED, 404))
    windows.go_on(["http://a"])

    # Three are still on their way, and four answers have widened it from 4 to 8.
    assert len(windows.next("http://a")) == 5


def test_a_window_is_never_wider_than_200():
    windows = filled(2_000)
    for _ in range(8):
        for each, _ in windows.next("http://a"):
            windows.ended(each, TAKEN)

    assert len(windows.next("http://a")) == 200


def test_hosts_do_not_wait_for_each_other():
    windows = filled(3, "http://b", filled(10))

    assert len(windows.next("http://a")) == 4
    assert len(windows.next("http://b")) == 3


def test_a_host_that_has_twice_its_width_waiting_gets_no_more():
    windows = filled(11)
    windows.next("http://a")
    assert windows.full == []

    windows.add((claimed(99), "one more"))

    assert windows.full == ["http://a"]


def test_what_waits_can_be_taken_back_for_some_hosts_or_for_all():
    windows = filled(7, "http://b", filled(6))
    for host in ("http://a", "http://b"):
        windows.next(host)

    assert [each.id for each in windows.take_back({"http://a"})] == [4, 5]
    assert [each.id for each in windows.take_back()] == [4, 5, 6]
    assert windows.take_back() == []


def test_what_was_let_through_and_not_started_leaves_its_place():
    windows = filled(5)
    (first, _), *_ = windows.next("http://a")

    windows.untried(first)

    assert [request for _, request in windows.next("http://a")] == ["request 4"]


def test_after_a_failure_nothing_is_started_before_that_is_noted():
    windows = filled(10)
    first, *_ = windows.next("http://a")

    windows.ended(first[0], FAILED)
    windows.ended(claimed(1), TAKEN)

    assert windows.next("http://a") == []
    windows.go_on(["http://a"])
    assert [request for _, request in windows.next("http://a")] == ["request 4", "request 5", "request 6"]


def test_of_several_failures_each_is_noted_before_more_is_started():
    """The second one came while the first was being noted."""
    windows = filled(10)
    first, second, *_ = windows.next("http://a")
    windows.ended(first[0], FAILED)
    windows.ended(second[0], FAILED)

    windows.go_on(["http://a"])

    assert windows.next("http://a") == []
    windows.go_on(["http://a"])
    assert [request for _, request in windows.next("http://a")] == ["request 4", "request 5"]


@given(st.lists(st.tuples(st.sampled_from(["add", "end", "fail", "back"]), st.sampled_from("abc"))))
def test_nothing_is_started_twice_or_lost(steps: list[tuple[str, Any]]):
    windows, under_way, added, done = Windows(), [], 0, 0
    for what, host in steps:
        if what == "add":
            windows.add((claimed(added, host), None))
            added += 1
            under_way += [each for each, _ in windows.next(host)]
        elif what == "back":
            done += len(windows.take_back({host}))
        elif under_way:
            end(windows, under_way, TAKEN if what == "end" else FAILED)
            done += 1

        assert len({each.id for each in under_way}) == len(under_way)
        assert max(Counter(each.host for each in under_way).values(), default=0) <= 200
    while under_way:
        end(windows, under_way, TAKEN)
        done += 1

    assert done == added
    assert windows.take_back() == []


def end(windows: Windows, under_way: list[Claimed], outcome: Outcome) -> None:
    """The oldest call ends, and others follow it."""
    ended = under_way.pop(0)
    windows.ended(ended, outcome)
    if outcome is FAILED:
        windows.go_on([ended.host])
    under_way += [each for each, _ in windows.next(ended.host)]
