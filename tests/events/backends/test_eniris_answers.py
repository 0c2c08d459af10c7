"""What the answers of Eniris mean for another try."""

from __future__ import annotations

import pytest

from events.backends.base import OnHold, Refused, TryLater
from events.backends.eniris.calls import call
from events.backends.made_up import made_up
from events.backends.twins.serving import Reply
from events.timeline import Phase
from tests.twins.eniris import NORTH, SOUTH, TELEMETRY, backend_to, called, eniris_running

CHANGE = made_up(Phase.ACTIVE, targets=["north"])
BOTH = {"north": [NORTH, SOUTH]}


@pytest.fixture
def twin():
    with eniris_running() as twin:
        twin.licences.named("SGO-13").activated = "2026-02-01T00:00:00Z"
        yield twin


@pytest.fixture
def backend(twin):
    """Logged in, with licences that are known: the next call writes device 45."""
    backend = backend_to(twin, BOTH)
    backend.push(CHANGE)
    for device in twin.devices.values():
        device.properties.clear()
    twin.heard.clear()
    return backend


@pytest.mark.parametrize("status", [400, 403, 404, 405, 422])
def test_what_no_other_try_can_help_is_refused_and_the_others_are_told(twin, backend, status):
    twin.answer_next(Reply(status, {"statusCode": status, "error": "No", "message": "not this one"}))

    with pytest.raises(Refused) as caught:
        backend.push(CHANGE)

    assert (caught.value.reason, caught.value.status) == (
        f"Eniris: writing device 45 was answered {status} not this one (told: 13)",
        status,
    )
    assert (twin.state_of(45), twin.state_of(46)["phase"]) == ({}, "active")


@pytest.mark.parametrize("status", [302, 408, 412, 425])
def test_what_is_about_one_device_is_tried_later_and_the_others_are_told(twin, backend, status):
    twin.answer_next(Reply(status, headers={"Location": "/elsewhere"}))

    with pytest.raises(TryLater) as caught:
        backend.push(CHANGE)

    assert (caught.value.status, caught.value.is_host_at_fault) == (status, False)
    assert called(twin) == ["PATCH /v1/device/45", "PATCH /v1/device/46"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_no_more(twin, backend, status):
    twin.answer_next(Reply(status, "<html>Bad Gateway</html>", "text/html", {"Retry-After": "7"}))

    with pytest.raises(TryLater) as caught:
        backend.push(CHANGE)

    assert (caught.value.status, caught.value.after, caught.value.is_host_at_fault) == (status, 7, True)
    assert called(twin) == ["PATCH /v1/device/45"]


def test_nobody_there(twin, backend):
    twin.is_away = True

    with pytest.raises(
        TryLater, match=r"writing device 45 failed, http://127.0.0.1:\d+ does not answer"
    ) as caught:
        backend.push(CHANGE)

    assert caught.value.is_host_at_fault


def test_an_answer_that_takes_too_long(twin):
    twin.latency = 0.5

    with pytest.raises(TryLater, match=r"asking failed, .* did not answer in time"):
        call("asking", "GET", f"{twin.url}/v1/license/controller/12", seconds=0.05)


def test_a_device_that_the_account_may_not_write(twin, backend):
    twin.devices[45].edits = frozenset()

    with pytest.raises(
        Refused, match="writing device 45 was answered 403 User does not have sufficient rights"
    ):
        backend.push(CHANGE)

    assert twin.state_of(45) == {}


def test_later_counts_for_more_than_never(twin, backend):
    twin.answer_next(Reply(403))
    twin.answer_next(Reply(412))

    with pytest.raises(
        TryLater, match=r"writing device 45 was answered 403; .*writing device 46 was answered 412"
    ):
        backend.push(CHANGE)


@pytest.mark.parametrize(
    "body", ["<html>Welcome</html>", '{"license": []}', '{"licenses": [{}]}', "[" * 100_000]
)
def test_licences_that_cannot_be_read_are_tried_later(twin, body):
    backend = backend_to(twin)
    for reply in (Reply(body="r" * 20), Reply(body="a" * 20), Reply(body=body)):
        twin.answer_next(reply)

    with pytest.raises(TryLater, match="reading the licences of controller 12"):
        backend.push(CHANGE)

    assert twin.state_of(45) == {}


def test_a_database_that_the_account_may_not_write_holds_everything(twin):
    backend = backend_to(twin, **{**TELEMETRY, "telemetry_database": "elsewhere"})

    with pytest.raises(OnHold, match="does not let the account write to this database"):
        backend.push(CHANGE)

    assert twin.points == []


def test_a_point_that_is_not_taken_is_refused(twin):
    backend = backend_to(twin, write_property=False, **TELEMETRY)
    backend.push(CHANGE)
    twin.answer_next(Reply(400, {"message": "no such field"}))

    with pytest.raises(Refused, match="writing telemetry was answered 400 no such field"):
        backend.push(CHANGE)


def test_a_device_is_tried_later_though_telemetry_is_refused(twin):
    backend = backend_to(twin, BOTH, **TELEMETRY)
    backend.push(CHANGE)
    for reply in (Reply(412), Reply(200), Reply(400)):
        twin.answer_next(reply)

    with pytest.raises(TryLater, match=r"writing device 45 was answered 412; .* telemetry was answered 400"):
        backend.push(CHANGE)


def test_no_secret_is_told_back(twin, backend):
    backend.push(CHANGE)
    token = twin.heard[-1].headers["authorization"].removeprefix("Bearer ")
    twin.answer_next(Reply(422, {"message": f"not with {token}"}))

    with pytest.raises(Refused) as caught:
        backend.push(CHANGE)

    assert "not with •••" in caught.value.reason
    assert token not in caught.value.reason + caught.value.answer
