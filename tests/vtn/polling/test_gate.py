"""What is kept is served without Django, and never after it has changed."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants.models import Client, Resource, Ven
from participants.services import clients
from tests.conftest import event_request
from tests.vtn.polling.conftest import Door, soon
from vtn.caller import Caller, Role
from vtn.polling import listener
from vtn.polling.answers import Answer
from vtn.polling.state import polling

STAFF = Caller.staff("tests")


@pytest.fixture
def retailer(door, retailer):
    return retailer


def queries_of(ask):
    with CaptureQueriesContext(connection) as queries:
        response = ask()
    return response, len(queries)


def test_the_second_poll_asks_the_database_nothing(door, retailer, ven, program):
    retailer.post("/events", event_request(program))
    first, asked_first = queries_of(lambda: door.get(ven.token, "/events"))

    second, asked_second = queries_of(lambda: door.get(ven.token, "/events"))

    assert (asked_first, asked_second) == (2, 0)  # the client and its grant; the page
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]


def test_a_miss_with_a_known_token_is_one_query(door, ven, program):
    door.get(ven.token, "/events")

    _, asked = queries_of(lambda: door.get(ven.token, "/events?limit=7"))

    assert asked == 1


@pytest.mark.parametrize(
    "path", ["/events", "/programs", "/events?active=true", "/events?programID={program}"]
)
@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_a_list_is_new_after_each_write(door, retailer, ven, program, path, dialect):
    path = path.format(program=program["id"])
    future = {"start": "2100-01-01T00:00:00Z", "duration": "PT1H"}

    def poll():
        return door.poll(ven.token, path, dialect).json

    before = poll()
    event = retailer.post("/events", event_request(program, intervalPeriod=future)).json()
    after_event = poll()
    retailer.post("/programs", {"programName": "another"})
    after_program = poll()
    retailer.delete(f"/events/{event['id']}")
    after_delete = poll()

    if path.startswith("/programs"):
        assert (before, after_event, after_delete) == (after_event, before, after_program)
        assert len(after_program) == len(before) + 1
    else:
        assert [item["id"] for item in after_event] == [event["id"]]
        assert after_program == after_event
        assert (before, after_delete) == ([], [])


def test_an_object_is_new_after_each_write(door, retailer, ven, program):
    event = retailer.post("/events", event_request(program)).json()
    path = f"/events/{event['id']}"
    door.poll(ven.token, path)

    retailer.put(path, event_request(program, eventName="other"))
    changed = door.poll(ven.token, path)
    retailer.delete(path)
    deleted = door.poll(ven.token, path)

    assert changed.json["eventName"] == "other"
    assert deleted.status_code == 404


def test_an_event_that_is_retargeted_leaves_one_reader_and_reaches_another(
    door, retailer, ven, enrol, program
):
    south = enrol("southern", Role.VEN, targets=["south"])
    event = retailer.post("/events", event_request(program, targets=["north"])).json()
    seen = [len(door.poll(who.token, "/events").json) for who in (ven, south)]

    retailer.put(f"/events/{event['id']}", event_request(program, targets=["south"]))

    assert seen == [1, 0]
    assert [len(door.poll(who.token, "/events").json) for who in (ven, south)] == [0, 1]


def test_a_disabled_client_is_refused_at_once(door, ven, program):
    assert door.poll(ven.token, "/events").status_code == 200

    clients.set_enabled(caller=STAFF, client_id="ven", is_enabled=False, now=timezone.now())

    assert door.poll(ven.token, "/events").status_code == 401
    assert door.poll(ven.token, "/events", "3.0.1").status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        lambda: Client.objects.filter(client_id="ven").update(is_enabled=False),
        lambda: Client.objects.filter(client_id="ven").update(scopes=[]),
    ],
    ids=["disabled", "without scopes"],
)
def test_a_record_changed_behind_the_services_is_noticed(door, ven, change):
    assert door.poll(ven.token, "/events").status_code == 200

    change()

    soon(lambda: door.get(ven.token, "/events").status_code in (401, 403))


def test_a_grant_changed_behind_the_services_is_noticed(door, retailer, ven, program):
    retailer.post("/events", event_request(program, targets=["south"]))
    assert door.poll(ven.token, "/events").json == []

    record = Ven.objects.get(client_id="ven")
    Resource.objects.create(
        ven=record,
        resource_name="boiler",
        targets=["south"],
        content={},
        created_at=timezone.now(),
        modified_at=timezone.now(),
    )

    soon(lambda: len(door.get(ven.token, "/events").json) == 1)
    record.resources.all().delete()
    soon(lambda: door.get(ven.token, "/events").json == [])


def test_a_ven_given_to_another_behind_the_services_is_its_old_owners_no_more(door, ven):
    (mine,) = door.poll(ven.token, "/vens").json
    door.poll(ven.token, f"/vens/{mine['id']}")

    Ven.objects.filter(id=mine["id"]).update(client_id="another")

    soon(lambda: door.get(ven.token, "/vens").json == [])
    soon(lambda: door.get(ven.token, f"/vens/{mine['id']}").status_code == 404)


def test_readers_with_equal_rights_share_an_answer_and_others_do_not(door, retailer, enrol, program):
    retailer.post("/events", event_request(program, targets=["north"]))
    one, two = (enrol(name, Role.VEN, targets=["north"]) for name in ("one", "two"))
    other = enrol("other", Role.VEN, targets=["east"])
    door.poll(one.token, "/events")

    shared, asked = queries_of(lambda: door.get(two.token, "/events"))

    assert (
        asked == 2
    )  # the client, and Django's way: a first request of a token never comes from what is kept
    assert len(shared.json) == 1
    assert queries_of(lambda: door.get(two.token, "/events"))[1] == 0
    assert door.poll(other.token, "/events").json == []


def test_an_event_leaves_the_active_ones_when_it_ends(door, retailer, ven, program):
    start = datetime.now(UTC) - timedelta(hours=1)
    period = {"start": start.isoformat(), "duration": "PT3601.2S"}
    retailer.post(
        "/events", event_request(program, intervalPeriod=period, intervals=[{"id": 0, "payloads": []}])
    )

    assert len(door.poll(ven.token, "/events?active=true").json) == 1
    _, asked = queries_of(lambda: door.get(ven.token, "/events?active=true"))

    assert asked == 0
    soon(lambda: door.get(ven.token, "/events?active=true").json == [])


def test_nothing_is_kept_while_the_database_is_not_heard(door, ven):
    door.poll(ven.token, "/events")
    polling().listener.stop()
    soon(lambda: not polling().listener.is_up)

    polling().listener._stopping.set()  # the gate starts it again at each request; it ends at once
    answers = [queries_of(lambda: door.get(ven.token, "/events"))[1] for _ in range(2)]

    assert answers == [2, 2]


def test_nothing_that_is_kept_is_used_while_the_database_is_silent(door, ven, monkeypatch):
    door.poll(ven.token, "/events")

    monkeypatch.setattr("vtn.polling.listener._PROOF_GOOD_FOR", 0)

    assert queries_of(lambda: door.get(ven.token, "/events"))[1] == 2


def test_everything_is_dropped_when_the_listening_connection_is(door, ven):
    door.poll(ven.token, "/events")
    header = f"Bearer {ven.token}"
    assert polling().tokens.get(header) is not None

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = %s",
            [listener.APPLICATION_NAME],
        )
        assert cursor.fetchone() == (1,)

    soon(lambda: polling().tokens.get(header) is None)
    soon(lambda: polling().listener.is_up)
    door.poll(ven.token, "/events")
    assert queries_of(lambda: door.get(ven.token, "/events"))[1] == 0


def test_an_unchanged_answer_is_304_and_a_changed_one_is_not(door, retailer, ven, program):
    first = door.get(ven.token, "/events")
    etag = first.headers["ETag"]

    kept = door.get(ven.token, "/events", If_None_Match=etag)
    weak = door.get(ven.token, "/events", If_None_Match=f'"other", W/{etag}')
    retailer.post("/events", event_request(program))
    changed = door.get(ven.token, "/events", If_None_Match=etag)

    assert (kept.status_code, kept.data, kept.headers["ETag"]) == (304, b"", etag)
    assert weak.status_code == 304
    assert changed.status_code == 200
    assert len(changed.json) == 1


@pytest.mark.parametrize("path", ["/events", "/programs", "/programs/{program}", "/events/{event}"])
def test_every_collection_and_object_has_an_etag_on_a_miss_and_on_a_hit(door, retailer, ven, program, path):
    event = retailer.post("/events", event_request(program)).json()
    path = path.format(program=program["id"], event=event["id"])

    for _ in ("miss", "hit"):
        etag = door.get(ven.token, path).headers["ETag"]
        assert door.get(ven.token, path, If_None_Match=etag).status_code == 304


@pytest.mark.parametrize(
    ("accepted", "coding", "decode"),
    [
        ("gzip, br;q=0.9", "gzip", gzip.decompress),
        ("gzip, deflate, br", "br", brotli.decompress),
        ("*", "br", brotli.decompress),
    ],
)
def test_a_body_worth_it_is_compressed(door, retailer, ven, program, accepted, coding, decode):
    for _ in range(10):
        retailer.post("/events", event_request(program))
    plain = door.get(ven.token, "/events")

    for _ in ("first time", "kept"):
        packed = door.get(ven.token, "/events", Accept_Encoding=accepted)
        assert packed.headers["Content-Encoding"] == coding
        assert packed.headers["Vary"] == "Authorization, Accept-Encoding"
        assert len(packed.data) < len(plain.data) / 5
        assert decode(packed.data) == plain.data


def test_a_small_body_and_a_client_that_wants_none_get_it_plain(door, retailer, ven, program):
    small = door.get(ven.token, "/programs", Accept_Encoding="br")
    for _ in range(10):
        retailer.post("/events", event_request(program))
    refused = door.get(ven.token, "/events", Accept_Encoding="br;q=0, gzip;q=0, identity")

    assert "Content-Encoding" not in small.headers
    assert "Content-Encoding" not in refused.headers


def test_vens_get_a_hint_that_differs_and_business_logic_none(door, retailer, ven, settings):
    settings.POLL_MAX_AGE = 100
    polls = [f"/events?limit={number}" for number in range(50)]  # as of fifty pollers
    hints = {door.poll(ven.token, poll).headers["Cache-Control"] for poll in polls}
    ages = [int(hint.removeprefix("private, max-age=")) for hint in hints]

    assert len(ages) > 10
    assert (min(ages) >= 50, max(ages) <= 150) == (True, True)
    assert door.get(retailer.token, "/events").headers["Cache-Control"] == "private, no-cache"


def test_an_expired_token_is_refused_although_its_answer_is_kept(door, ven, program):
    door.get(ven.token, "/events")
    header = f"Bearer {ven.token}"
    kept = polling().tokens.get(header)

    assert polling().verified(header, kept.expires_at - 1) is kept.caller
    assert polling().verified(header, kept.expires_at) is None
    assert polling().tokens.get(header) is None


def test_a_remembered_request_ends_with_its_token(door, ven, program, monkeypatch):
    door.poll(ven.token, "/events")
    expires_at = polling().tokens.get(f"Bearer {ven.token}").expires_at

    monkeypatch.setattr("time.time", lambda: expires_at - 1)
    assert queries_of(lambda: door.get(ven.token, "/events"))[1] == 0
    monkeypatch.setattr("time.time", lambda: expires_at)
    assert (
        queries_of(lambda: door.get(ven.token, "/events"))[1] == 2
    )  # it is verified anew, with what comes of that


def test_a_remembered_request_keeps_no_body_in_memory(door, ven, program):
    door.poll(ven.token, "/events")

    polling().answers.clear()

    _, asked = queries_of(lambda: door.get(ven.token, "/events"))
    assert asked == 1


def test_requests_are_remembered_up_to_a_number_and_a_length(door, ven, program, monkeypatch):
    monkeypatch.setattr("vtn.polling.gate._MOST_REQUESTS", 3)
    for number in range(10):
        door.poll(ven.token, f"/events?limit={number}")
        door.poll(ven.token, "/events", If_None_Match=f'"{"x" * 2_000}"')

    requests = door.gate._requests
    assert 1 <= len(requests) <= 3
    assert all(len(if_none_match) < 2_000 for *_, if_none_match in requests)


def test_a_question_of_a_thousand_letters_is_answered_and_not_kept(door, ven, program):
    path = f"/programs?x={'y' * 1_000}"

    answers = [queries_of(lambda: door.get(ven.token, path)) for _ in range(3)]

    assert [asked for _, asked in answers] == [2, 1, 1]
    assert [len(answer.json) for answer, _ in answers] == [1, 1, 1]


def test_an_answer_that_was_begun_before_the_database_fell_silent_is_not_used_after_it(door, ven, program):
    begun = Answer(b"[]", seen=polling().see(["programs:*"]), may_age=True)

    polling().forget()  # as the listener does when its connection ends
    door.get(ven.token, "/events")  # the token is known again
    caller = polling().verified(f"Bearer {ven.token}", 0.0)
    polling().keep(caller, "/openadr3/3.1.0/programs", "", begun)

    assert len(door.get(ven.token, "/programs").json) == 1


def test_behind_tls_a_plain_request_is_not_answered_from_what_is_kept(door, ven, settings):
    door.poll(ven.token, "/programs")
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    door = Door()

    plain = door.poll(ven.token, "/programs")
    secure, asked = queries_of(lambda: door.get(ven.token, "/programs", X_Forwarded_Proto="https"))

    assert (plain.status_code, secure.status_code, asked) == (301, 200, 0)


def test_a_foreign_host_is_refused_although_the_answer_is_kept(door, ven, settings):
    door.poll(ven.token, "/programs", Host="vtn.example")
    settings.ALLOWED_HOSTS = ["vtn.example"]
    door = Door()

    assert door.poll(ven.token, "/programs", Host="evil.example").status_code == 400
    assert queries_of(lambda: door.get(ven.token, "/programs", Host="vtn.example"))[1] == 0
