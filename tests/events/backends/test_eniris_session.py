"""Logging in at Eniris: as seldom as possible, and never against a request to wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from events.backends.base import OnHold, TryLater
from events.backends.eniris.calls import call
from events.backends.eniris.session import Session
from events.backends.made_up import made_up
from events.backends.twins.serving import Heard, Reply
from events.timeline import Phase
from tests.twins.eniris import backend_to, called, eniris_running

CHANGE = made_up(Phase.ACTIVE, targets=["north"])
LOGIN, ACCESS, REFRESH = "POST /auth/login", "GET /auth/accesstoken", "GET /auth/refreshtoken"
MINUTE, DAY = 60.0, 86_400.0


@pytest.fixture
def twin():
    with eniris_running() as twin:
        yield twin


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def session(twin, clock):
    session = Session(twin.url, twin.tokens.username, twin.tokens.password, clock)
    session.access_token()
    twin.heard.clear()
    return session


@pytest.mark.parametrize(
    ("later", "calls"),
    [
        (1.9 * MINUTE, []),
        (2 * MINUTE, [ACCESS]),
        (6.9 * DAY, [ACCESS]),
        (7 * DAY, [REFRESH, ACCESS]),
        (13 * DAY, [LOGIN, ACCESS]),
    ],
)
def test_tokens_are_renewed_long_before_their_time_is_over(twin, clock, session, later, calls):
    clock.now = later

    session.access_token()

    assert called(twin) == calls


def test_a_refresh_token_that_is_taken_no_more_makes_for_a_new_login(twin, clock, session):
    twin.tokens.expire(refresh=True)
    clock.now = 2 * MINUTE

    session.access_token()

    assert called(twin) == [ACCESS, LOGIN, ACCESS]


def test_an_access_token_that_is_taken_no_more_is_renewed_once(twin):
    backend = backend_to(twin)
    backend.push(CHANGE)
    twin.tokens.expire()
    twin.heard.clear()

    backend.push(CHANGE)

    assert called(twin) == ["PATCH /v1/device/45", ACCESS, "PATCH /v1/device/45"]
    assert twin.state_of(45)["phase"] == "active"


def test_a_new_token_that_is_not_taken_either_is_tried_later(twin):
    twin.tokens.access_seconds = 0.0

    with pytest.raises(TryLater, match="Failed to verify token") as caught:
        backend_to(twin).push(CHANGE)

    assert caught.value.status == 401
    assert called(twin).count(LOGIN) == 1


def test_pushes_of_one_binding_share_a_login(twin):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: backend_to(twin, id=7).push(CHANGE), range(16)))

    assert called(twin).count(LOGIN) == 1
    assert called(twin).count(ACCESS) == 1
    assert called(twin).count("PATCH /v1/device/45") == 16


def test_bindings_share_nothing(twin):
    for id_ in (8, 9):
        backend_to(twin, id=id_).push(CHANGE)

    assert called(twin).count(LOGIN) == 2


def test_a_changed_password_drops_the_tokens_of_before(twin):
    backend_to(twin, id=10).push(CHANGE)
    twin.tokens.password = "another"
    twin.heard.clear()

    backend_to(twin, id=10, password="another").push(CHANGE)

    assert called(twin)[:2] == [LOGIN, ACCESS]


def test_a_wrong_password_holds_everything_and_is_tried_once(twin):
    twin.answer_next(Reply(401, {"message": "PASSWORD_INCORRECT twin-wrong"}))

    def push(_):
        with pytest.raises(OnHold) as caught:
            backend_to(twin, id=11, password="twin-wrong").push(CHANGE)
        return caught.value.reason

    with ThreadPoolExecutor(8) as threads:
        reasons = set(threads.map(push, range(8)))

    assert reasons == {
        "Eniris does not let operator@example.com in (PASSWORD_INCORRECT •••): put in the right user and password"
    }
    assert called(twin) == [LOGIN]


def test_an_account_without_a_password_holds_everything(twin):
    twin.answer_next(Reply(500, {"statusCode": 500, "message": "NO_PASSWORD_INFO"}))

    with pytest.raises(OnHold, match="NO_PASSWORD_INFO"):
        backend_to(twin).push(CHANGE)


@pytest.mark.parametrize("page", ["<html>Sign in</html>", "", "two words", "a\r\nX-Evil: b", "é"])
def test_what_is_no_token_is_not_used_as_one(twin, page):
    twin.answer_next(Reply(body=page, content_type="text/html"))

    with pytest.raises(TryLater, match="the login brought no token"):
        backend_to(twin).push(CHANGE)

    assert called(twin) == [LOGIN]


def test_who_is_told_to_wait_does_not_call_again(twin):
    twin.limits.be_busy(30)
    backends = [backend_to(twin) for _ in range(20)]

    waits = []
    for backend in backends:
        with pytest.raises(TryLater) as caught:
            backend.push(CHANGE)
        waits.append(caught.value)

    assert len(twin.heard) == 1
    assert not twin.limits.is_banning
    assert all(each.is_host_at_fault and 25 < each.after <= 30 for each in waits)


def test_calls_that_are_on_their_way_when_it_says_so_are_too_few_for_a_ban(twin):
    backends = [backend_to(twin, id=12) for _ in range(24)]
    backends[0].push(CHANGE)
    twin.heard.clear()
    twin.latency = 0.2
    twin.limits.be_busy(30)

    def push(backend):
        with pytest.raises(TryLater):
            backend.push(CHANGE)

    with ThreadPoolExecutor(24) as threads:
        list(threads.map(push, backends))

    assert len(twin.heard) <= 4
    assert not twin.limits.is_banning


def test_who_calls_all_the_same_is_banned_by_the_twin(twin):
    """The twin's own rule, so that the test before this one means something."""
    twin.limits.be_busy(30)
    replies = [twin.reply(Heard("GET", "/v1/license/controller/12", {}, b"")) for _ in range(11)]

    assert [each.body["retryAfter"] for each in replies] == [30] * 10 + [300]
    assert twin.limits.is_banning


@pytest.mark.parametrize(
    ("reply", "after"),
    [
        (Reply(429, {"retryAfter": 15}), 15),
        (Reply(429, {"retryAfter": 2.5}), 2.5),
        (Reply(429, {"retryAfter": "soon"}, headers={"Retry-After": "40"}), 40),
        (Reply(429, "<html>slow down</html>", "text/html"), 60),
        (Reply(429, {"retryAfter": 10**12}), 86_400),
        (Reply(429, {"retryAfter": -5}), 60),
    ],
)
def test_how_long_to_wait(twin, reply, after):
    twin.answer_next(reply)

    with pytest.raises(TryLater) as caught:
        backend_to(twin).push(CHANGE)
    with pytest.raises(TryLater) as again:
        call("anything", "GET", twin.url)

    assert caught.value.after == after
    assert after - 5 < again.value.after <= after
    assert len(twin.heard) == 1


def test_too_many_wrong_passwords_are_waited_out(twin):
    twin.answer_next(Reply(429, {"message": "TOO_MANY_FAILED_PASSWORD_CHECKS", "retryAfter": 60}))

    with pytest.raises(TryLater, match="TOO_MANY_FAILED_PASSWORD_CHECKS"):
        backend_to(twin).push(CHANGE)
