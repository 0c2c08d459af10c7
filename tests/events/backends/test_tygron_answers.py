"""What the answers of a Tygron engine mean, and its silence."""

from __future__ import annotations

import socket
import threading

import pytest

from events.backends.base import OnHold, Refused, TryLater
from events.backends.made_up import made_up
from events.backends.twins.serving import Reply
from events.timeline import Phase
from tests.twins.tygron import NORTH, STORE, backend_to, called, tygron_running


@pytest.fixture
def twin():
    with tygron_running() as twin:
        yield twin


NORTH_ACTIVE = made_up(Phase.ACTIVE, targets=["north"])


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_success(twin, status):
    twin.answer_next(Reply(status))

    assert backend_to(twin).push(NORTH_ACTIVE).status == status


def test_a_value_is_an_answer_too(twin):
    twin.answer_next(Reply(200, True))

    assert backend_to(twin).push(NORTH_ACTIVE).status == 200


@pytest.mark.parametrize(
    ("status", "reason", "after", "is_host_at_fault"),
    [
        (408, "Tygron took too long (408)", None, False),
        (429, "Tygron has been asked too often (429)", None, False),
        (500, "Tygron failed (500)", None, False),
        (502, "Tygron is not there behind its gateway (502)", None, True),
        (503, "Tygron is unavailable (503)", None, True),
        (504, "Tygron is still calculating (504)", None, False),
        (525, "Tygron could not agree on TLS (525)", None, True),
        (526, "Tygron could not be connected to (526)", None, True),
        (598, "Tygron has no more capacity by its rules of fair use (598)", 300, False),
        (599, "Tygron is at its maximum capacity (599)", 300, True),
        (555, "Tygron did not do it (555)", None, True),
        (302, "Tygron did not do it (302)", None, False),
    ],
)
def test_what_passes_is_tried_again(twin, status, reason, after, is_host_at_fault):
    twin.answer_next(Reply(status, "busy", headers={"Location": twin.url}))

    with pytest.raises(TryLater) as later:
        backend_to(twin).push(NORTH_ACTIVE)

    fault = later.value
    assert (fault.reason, fault.status, fault.answer) == (reason, status, "busy")
    assert (fault.after, fault.is_host_at_fault) == (after, is_host_at_fault)
    assert len(twin.heard) == 1


def test_the_longer_of_both_waits_counts(twin):
    for retry_after, wait in (("20", 300), ("3000", 3000)):
        twin.answer_next(Reply(598, headers={"Retry-After": retry_after}))

        with pytest.raises(TryLater) as later:
            backend_to(twin).push(NORTH_ACTIVE)

        assert later.value.after == wait


@pytest.mark.parametrize("status", [400, 404, 405, 422])
def test_what_cannot_become_better_is_refused(twin, status):
    twin.answer_next(Reply(status, "no"))

    with pytest.raises(Refused) as refusal:
        backend_to(twin).push(NORTH_ACTIVE)

    assert (refusal.value.reason, refusal.value.status) == (f"Tygron refused it ({status})", status)
    assert refusal.value.answer == "no"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "Tygron does not know who this is (401): put in a new token"),
        (
            403,
            "The token's user may not do this in the session (403): give the role, or put in another token",
        ),
        (495, "The session is gone (495, this client was released from it): put in a new token"),
        (496, "The session is gone (496, the server was restarted): put in a new token"),
        (497, "The session is gone (497, there is no such session, or it is not active): put in a new token"),
        (498, "The session is gone (498, the token is not valid): put in a new token"),
    ],
)
def test_what_people_have_to_see_to_waits_for_them(twin, status, reason):
    twin.answer_next(Reply(status), 2)

    with pytest.raises(OnHold) as hold:
        backend_to(twin).push(NORTH_ACTIVE)

    assert (hold.value.reason, hold.value.status) == (reason, status)
    with pytest.raises(OnHold):
        backend_to(twin).check_connection()


def test_the_first_cluster_that_fails_ends_it_and_all_are_set_again(twin):
    mapping = {"north": [NORTH, STORE, {"cluster": 33, "stakeholder": 7}]}
    twin.answer_next(Reply(204))
    twin.answer_next(Reply(500))
    backend = backend_to(twin, mapping)

    with pytest.raises(TryLater):
        backend.push(NORTH_ACTIVE)

    assert [parameters[1] for _, parameters in called(twin)] == [31, 32]
    backend.push(NORTH_ACTIVE)
    assert [parameters[1] for _, parameters in called(twin)[2:]] == [31, 32, 33]
    assert {state for cluster in (31, 32, 33) for state in twin.states(cluster).values()} == {"NOTHING"}


@pytest.mark.parametrize("body", ["<html><body>Maintenance</body></html>", '{"cut', "\x00", "[" * 100_000])
def test_a_page_is_no_answer(twin, body):
    twin.answer_next(Reply(200, body, content_type="text/html"), 2)

    for ask in (lambda: backend_to(twin).push(NORTH_ACTIVE), backend_to(twin).check_connection):
        with pytest.raises(TryLater, match="something that is not JSON") as later:
            ask()
        assert (later.value.status, later.value.answer) == (200, body[:1000])


@pytest.mark.parametrize(
    "items", [{"clusters": []}, [{"name": "no id"}], [{"id": "x"}], [31], 3, None, "text"]
)
def test_clusters_of_another_shape_are_no_clusters(twin, items):
    twin.answer_next(Reply(200, "null" if items is None else Reply(body=[items]).as_bytes()[1:-1]))

    with pytest.raises(TryLater, match="no list of net clusters"):
        backend_to(twin).check_connection()


@pytest.mark.parametrize("before", ["", "x" * 985])
def test_the_token_is_in_no_answer_not_even_half_of_it(twin, before):
    twin.answer_next(Reply(400, f"{before}you sent {twin.token}, which is not allowed"))

    with pytest.raises(Refused) as refusal:
        backend_to(twin).push(NORTH_ACTIVE)

    assert refusal.value.answer == f"{before}you sent •••, which is not allowed"[:1000]


def test_an_engine_that_is_away_is_tried_again(twin):
    twin.is_away = True

    with pytest.raises(TryLater, match="does not answer as HTTP has it") as later:
        backend_to(twin).push(NORTH_ACTIVE)

    assert later.value.is_host_at_fault


def test_an_engine_that_is_not_there_is_tried_again(twin):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TryLater) as later:
            backend_to(twin, base_url=url).push(NORTH_ACTIVE)

    assert later.value.reason == f"{url} does not take connections"
    assert later.value.is_host_at_fault


def test_nobody_is_waited_for_beyond_the_time_of_a_push(twin, settings):
    settings.BACKEND_TIMEOUT = 0.25
    mapping = {"north": [NORTH, STORE]}
    twin.latency = 0.15

    with pytest.raises(TryLater, match=r"was not done within 0\.2 seconds"):
        backend_to(twin, mapping).push(NORTH_ACTIVE)


def test_an_answer_that_drips_is_not_waited_for(twin, settings):
    settings.BACKEND_TIMEOUT = 0.5
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server, dripping(server, done):
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(TryLater, match=r"was not done within 0\.4 seconds"):
            backend_to(twin, base_url=url).push(NORTH_ACTIVE)


def dripping(server, done):
    class Dripping:
        def __enter__(self):
            self.thread = threading.Thread(target=self.drip, daemon=True)
            self.thread.start()

        def drip(self):
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                while not done.wait(0.02):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

        def __exit__(self, *_):
            done.set()
            self.thread.join()

    return Dripping()
