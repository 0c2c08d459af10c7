"""Nothing is sent to a controller without a licence that is in force; and licences are claimed and activated there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.backends.base import Refused
from events.backends.eniris.licences import Licence, licences_of, why_not
from events.backends.made_up import made_up
from events.timeline import Phase
from tests.conftest import NOON
from tests.twins.eniris import SOUTH, backend_to, called, eniris_running

CHANGE = made_up(Phase.ACTIVE, targets=["south"])


@pytest.fixture
def twin():
    with eniris_running() as twin:
        yield twin


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("activated", "deactivated", "duration", "unit", "reason"),
    [
        (None, None, 24, "months", "is not activated"),
        ("2026-06-02", None, 24, "months", "begins on 2026-06-02"),
        ("2026-06-01T12:00:00", None, 1, "months", ""),
        ("2026-05-01T12:00:00", None, 1, "months", "ended on 2026-06-01"),
        ("2026-05-01T12:00:01", None, 1, "months", ""),
        ("2026-05-02", None, 30, "days", "ended on 2026-06-01"),
        ("2026-05-03", None, 30, "days", ""),
        ("2024-06-01", None, 2, "years", "ended on 2026-06-01"),
        ("2024-06-02", None, 2, "years", ""),
        ("2016-01-01", None, 0, "months", ""),
        ("2026-01-01", None, 2**31, "years", ""),
        ("2026-01-01", "2026-06-01", 24, "months", "ended on 2026-06-01"),
        ("2016-01-01", "2026-06-02", 1, "days", ""),
    ],
)
def test_when_a_licence_is_in_force(activated, deactivated, duration, unit, reason):
    moments = [None if each is None else at(each) for each in (activated, deactivated)]

    assert why_not(Licence("SGO-1", *moments, duration), at=NOON, unit=unit) == reason


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"licenses": [{}]}, {"licenses": [{"key": "a", "activationDate": "x"}]}]
)
def test_what_is_no_licence_is_not_taken_for_one(answer):
    with pytest.raises(ValueError):
        licences_of(answer)


def test_a_controller_without_an_active_licence_is_told_nothing(twin):
    with pytest.raises(Refused) as caught:
        backend_to(twin).push(CHANGE)

    assert caught.value.reason == "Controller 13 has no active licence: SGO-13 is not activated"
    assert "PATCH" not in str(called(twin))


def test_a_licence_counts_as_soon_as_it_is_activated(twin):
    backend = backend_to(twin)
    with pytest.raises(Refused):
        backend.push(CHANGE)

    backend.push_activation("SGO-13", at("2026-01-01"))
    backend.push(CHANGE)

    assert twin.state_of(46)["phase"] == "active"
    assert twin.licences.named("SGO-13").activated == "2026-01-01T00:00:00+00:00"


def test_an_active_licence_is_looked_up_once_for_some_minutes(twin):
    backend = backend_to(twin, {"*": {"nodeId": 12, "deviceId": 45}})

    backend.push(CHANGE)
    backend.push(CHANGE)

    assert called(twin).count("GET /v1/license/controller/12") == 1
    assert called(twin).count("PATCH /v1/device/45") == 2


def test_the_others_are_told_all_the_same(twin):
    backend = backend_to(twin, {"*": [SOUTH, {"nodeId": 12, "deviceId": 45}]})

    with pytest.raises(Refused) as caught:
        backend.push(CHANGE)

    assert caught.value.reason == "Controller 13 has no active licence: SGO-13 is not activated (told: 12)"
    assert (twin.state_of(45)["phase"], twin.state_of(46)) == ("active", {})


def test_a_claim_is_pushed(twin):
    receipt = backend_to(twin).push_claim("SGO-FREE", 14)

    assert twin.heard[-1].json() == {"licenseKey": "SGO-FREE", "nodeId": 14}
    assert twin.licences.named("SGO-FREE").node_id == 14
    assert (receipt.status, receipt.nothing_to_do) == (200, False)


def test_a_claim_that_was_made_before_is_no_failure(twin):
    receipt = backend_to(twin).push_claim("SGO-12", 12)

    assert receipt.nothing_to_do
    assert twin.licences.named("SGO-12").node_id == 12


@pytest.mark.parametrize(
    ("key", "node", "status"), [("SGO-12", 14, 400), ("SGO-NONE", 12, 404), ("SGO-FREE", 99, 404)]
)
def test_a_claim_that_cannot_be_made_is_refused(twin, key, node, status):
    with pytest.raises(Refused) as caught:
        backend_to(twin).push_claim(key, node)

    assert caught.value.status == status
    assert [each.node_id for each in twin.licences.all] == [12, 13, None]


def test_an_activation_is_pushed_once(twin):
    backend = backend_to(twin)

    first, second = (
        backend.push_activation("SGO-13", NOON),
        backend.push_activation("SGO-13", at("2027-01-01")),
    )

    assert twin.heard[2].json() == {"key": "SGO-13", "activationIso": "2026-06-01T12:00:00Z"}
    assert (first.nothing_to_do, second.nothing_to_do) == (False, True)
    assert twin.licences.named("SGO-13").activated == "2026-06-01T12:00:00+00:00"


def test_an_activation_without_a_moment_is_from_now_on(twin):
    backend_to(twin).push_activation("SGO-13")

    assert twin.heard[-1].json() == {"key": "SGO-13"}
    assert twin.licences.named("SGO-13").activated is not None


def test_an_activation_of_an_unknown_licence_is_refused(twin):
    with pytest.raises(Refused):
        backend_to(twin).push_activation("SGO-NONE")
