"""Who asked what last is written down, hits included, and nothing waits for it."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import requests
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event
from tests.conftest import event_request
from tests.web import serving
from vtn.dialect import Dialect
from vtn.polling.models import Poll, Poller
from vtn.polling.polls import QUESTIONS_OF_A_CLIENT, Polls, Question
from vtn.polling.queries import last_poll, last_polls, polls_of, sent_in_poll
from vtn.polling.questions import about
from vtn.polling.state import polling

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ROOT = "/openadr3/3.1.0"


@pytest.fixture
def polls(door):
    """Those of the gate, written down when the test says so."""
    return polling().polls


def written(*columns):
    return list(Poll.objects.order_by("client_id", "path", "query").values_list(*columns))


def test_a_poll_is_written_down_wherever_its_answer_came_from(door, polls, retailer, ven, program):
    retailer.post("/events", event_request(program))
    moments = []
    for _ in range(3):  # from the database, from what was kept, and as the very same request
        before = datetime.now(UTC)
        door.get(ven.token, "/events", query={"limit": 5})
        polls.flush()
        [(client, path, query, status, at)] = written("client_id", "path", "query", "status", "polled_at")
        assert (client, path, query, status) == ("ven", f"{ROOT}/events", "limit=5", 200)
        assert before <= at <= datetime.now(UTC)
        moments.append(at)

    assert moments == sorted(set(moments))
    assert last_poll("ven") == moments[-1]
    assert last_polls(["ven", "stranger"]) == {"ven": moments[-1]}


def test_a_hit_asks_the_database_nothing_for_it(door, polls, ven, program):
    door.poll(ven.token, "/events")

    with CaptureQueriesContext(connection) as queries:
        door.get(ven.token, "/events")

    assert len(queries) == 0
    assert not Poll.objects.exists()


def test_each_dialect_question_and_status_has_its_line(door, polls, ven, program):
    answer = door.get(ven.token, "/events")
    door.get(ven.token, "/events", If_None_Match=answer.headers["ETag"])
    door.get(ven.token, "/events", dialect="3.0.1")
    door.get(ven.token, "/events/nope")
    polls.flush()

    assert written("path", "status") == [
        ("/openadr3/3.0.1/events", 200),
        (f"{ROOT}/events", 304),
        (f"{ROOT}/events/nope", 404),
    ]
    assert {poll.dialect for poll in polls_of("ven")} == {Dialect.V310, Dialect.V301}


def test_nobody_is_written_down_who_proves_nothing_or_writes(door, polls, retailer, program):
    door.get("forged", "/events")
    retailer.post("/programs", {"programName": "other"})
    polls.flush()

    assert not Poll.objects.exists()
    assert not Poller.objects.exists()


def test_of_a_client_the_last_twenty_questions_stay(door, polls, ven, stranger, program):
    door.get(stranger.token, "/events")
    for number in range(QUESTIONS_OF_A_CLIENT + 5):
        polls.note(Question("ven", f"{ROOT}/events", f"limit={number}"), "200 OK", NOON.timestamp() + number)
    polls.flush()

    kept = [poll.query for poll in polls_of("ven")]
    assert kept == [f"limit={number}" for number in range(QUESTIONS_OF_A_CLIENT + 4, 4, -1)]
    assert len(polls_of("stranger")) == 1


def test_an_older_note_of_another_worker_does_not_undo_a_newer_one(door, polls):
    question = Question("ven", f"{ROOT}/events", "")
    for status, at in (("200 OK", NOON), ("404 Not Found", NOON - timedelta(seconds=3))):
        polls.note(question, status, at.timestamp())
        polls.flush()

    assert written("status", "polled_at") == [(200, NOON)]
    assert last_poll("ven") == NOON


def test_what_cannot_be_stored_costs_nobody_else_a_line(door, polls, ven):
    door.get(ven.token, "/events?programID=%00")
    door.get(ven.token, f"/events?x={'y' * 2_000}")
    letters = random.Random(1)
    odd = "".join(chr(letters.randrange(0xC0, 0x100)) for _ in range(960))
    polls.note(Question("ven", f"/{odd}", odd), "401 Unauthorized", NOON.timestamp())
    door.get(ven.token, "/events")
    polls.flush()

    assert written("query", "about") == [("", "events"), ("programID=%00", "")]


def test_a_database_that_is_away_loses_these_notes_and_nothing_else(door, polls, caplog):
    away = Polls(lambda: {"host": "127.0.0.1", "port": "9", "connect_timeout": 1})
    away.note(Question("ven", f"{ROOT}/events", ""), "200 OK", NOON.timestamp())

    away.flush()
    away.flush()

    assert "lost" in caplog.text
    assert len(caplog.records) == 1
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=9, connect_timeout=1)


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        (f"{ROOT}/events", "", "events"),
        ("/api/openadr/v1/events", "limit=50&skip=50", "events"),
        (f"{ROOT}/events", "programID=p1", "events.program.p1"),
        (f"{ROOT}/events", "targets=north", ""),
        (f"{ROOT}/events", "active=true", ""),
        (f"{ROOT}/events", "modifiedSince=2026-06-01T00:00:00Z", ""),
        (f"{ROOT}/events/e1", "", "event.e1"),
        (f"{ROOT}/programs", "", ""),
        (f"{ROOT}/programs/p1", "", ""),
        (f"{ROOT}/events/{'x' * 200}", "", ""),
    ],
)
def test_what_a_question_holds_of_events(path, query, expected):
    assert about(path, query) == expected


@pytest.mark.parametrize(
    ("path", "query", "status", "after", "has_it"),
    [
        ("events", "", 200, 1, True),
        ("events", "", 304, 1, True),
        ("events", "", 200, -1, False),
        ("events", "programID={program}", 200, 1, True),
        ("events", "programID=another", 200, 1, False),
        ("events", "targets=north", 200, 1, False),
        ("events/{event}", "", 200, 1, True),
        ("events/{event}", "", 404, 1, False),
        ("events/another", "", 200, 1, False),
        ("programs", "", 200, 1, False),
    ],
)
def test_a_client_has_an_event_if_it_asked_for_it_since_it_was_written(
    polls, retailer, program, path, query, status, after, has_it
):
    event = Event.objects.get(id=retailer.post("/events", event_request(program)).json()["id"])
    names = {"program": program["id"], "event": event.id}
    question = Question("ven", f"{ROOT}/{path.format(**names)}", query.format(**names))
    polls.note(question, f"{status} .", (event.modified_at + timedelta(seconds=after)).timestamp())
    polls.flush()

    found = sent_in_poll("ven", event_id=event.id, program_id=program["id"], version_at=event.modified_at)

    assert (found is not None) is has_it
    assert sent_in_poll("stranger", event_id=event.id, program_id="", version_at=NOON) is None


def test_what_a_real_server_was_asked_is_there_when_it_has_stopped(transactional_db, retailer, ven, program):
    bearer = {"Authorization": f"Bearer {ven.token}"}

    with serving(workers=2) as web:
        for _ in range(4):
            assert requests.get(f"{web.url}{ROOT}/events", headers=bearer, timeout=5).status_code == 200
        last = time.time()

    [(client, path, status, at)] = written("client_id", "path", "status", "polled_at")
    assert (client, path, status) == ("ven", f"{ROOT}/events", 200)
    assert at <= datetime.fromtimestamp(last, UTC)
