"""The people of participants are told of a DR event at its notificationDate, once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
from django.db import connection

from events.dr_events import clock
from events.dr_events.models import DrEvent, DrNotification
from participants.models import Participant
from tests.conftest import Actor
from tests.events.dr_events.conftest import (
    HOUR,
    at,
    dr_event_request,
    in_hours,
    participant_request,
    posted,
    read,
)
from tests.events.dr_events.ecosuite_client import DR_NOTIFICATION
from tests.events.dr_events.ecosuite_client import read as as_model
from tests.twins.smtp import MailServer
from tests.twins.subscriber import Answer
from vtn.deliveries import store
from vtn.deliveries.models import Delivery
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

NOTIFICATION_DATE = "2126-12-01T12:00:00Z"


def soon(**members: Any) -> dict[str, Any]:
    """An event that begins in two hours, of which participants are to be told by now."""
    dates = {
        "notificationDate": in_hours(-0.01),
        "startDate": in_hours(2),
        "endDate": in_hours(3),
    }
    return dr_event_request(**{**dates, **members})


def deliveries() -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(channel="contact").order_by("id").values_list("state", "reason"))


def to_whom(mail_server: MailServer) -> list[str]:
    return [mail["To"] for mail in mail_server.mails]


def is_sent(tool: Actor, id_: str) -> bool:
    return read(tool, f"/dr/dr-events/{id_}")["notificationSent"]


@pytest.fixture
def put(tool: Actor) -> Callable[..., None]:
    """Changes members of a DR event, as it is read."""

    def put(id_: str, **members: Any) -> None:
        path = f"/dr/dr-events/{id_}"
        answer = tool.put(path, {**read(tool, path), **members})
        assert answer.status_code == 200, answer.content

    return put


def test_each_contact_is_told_at_its_time_and_once(tool, mail_server, receiver, northmill, caplog):
    caplog.set_level(logging.INFO)
    hook = receiver.url("/dr")
    tool.put(
        f"/dr/participants/{northmill}",
        participant_request(contactWebhook=hook, contactWebhookSecret="hush"),
    )
    id_ = posted(tool, "/dr/dr-events", dr_event_request())

    at("2126-12-01T11:59:59Z")
    assert (read(tool, "/dr/dr-notifications"), is_sent(tool, id_)) == ({"events": []}, False)
    assert (mail_server.mails, receiver.heard) == ([], [])

    at(NOTIFICATION_DATE)
    at("2126-12-01T12:00:02Z")

    (mail,) = mail_server.mails
    assert (mail["To"], mail["Subject"]) == (
        "ops@northmill.example",
        "Demand response: Feeder 12 evening peak",
    )
    assert "shed 250 kW" in mail.get_payload()
    assert "Starts:    2126-12-01 16:00 UTC" in mail.get_payload()
    (call,) = receiver.heard
    assert json.loads(call.body)["id"] == id_
    assert call.headers["X-OpenADR-Signature"].startswith("t=")
    assert "to +15550100: Demand response 2126-12-01 16:00 UTC" in caplog.text
    listed = read(tool, "/dr/dr-notifications")["events"]
    assert [(each["protocol"], each["endpoint"]) for each in listed] == [
        ("email", "ops@northmill.example"),
        ("sms", "+15550100"),
        ("webhook", hook),
    ]
    model = as_model(DR_NOTIFICATION, listed[0])
    assert (model["event"], model["user"], model["targets"]) == (id_, "ops@northmill.example", ["NORTHMILL"])
    assert model["date"] == datetime(2126, 12, 1, 12, tzinfo=UTC)
    assert is_sent(tool, id_)
    assert [state for state, _ in deliveries()] == ["delivered"] * 3


def test_who_shares_an_address_is_told_once(tool, mail_server, northmill):
    posted(tool, "/dr/participants", participant_request(code="EASTDOCK"))
    posted(tool, "/dr/dr-events", dr_event_request(participants=["EASTDOCK", "NORTHMILL"]))

    at(NOTIFICATION_DATE)

    assert to_whom(mail_server) == ["ops@northmill.example"]
    mail, text = read(tool, "/dr/dr-notifications")["events"]
    assert mail["targets"] == text["targets"] == ["NORTHMILL", "EASTDOCK"]


def test_who_cannot_be_written_to_is_not(tool, mill):
    posted(tool, "/dr/participants", participant_request(contactUser="Ann", phoneContact="text"))
    id_ = posted(tool, "/dr/dr-events", dr_event_request())

    at(NOTIFICATION_DATE)

    assert read(tool, "/dr/dr-notifications") == {"events": []}
    assert not is_sent(tool, id_)
    assert not DrEvent.objects.filter(notify_at__isnull=False).exists()


def test_a_late_event_is_told_of_at_once(tool, mail_server, northmill):
    id_ = posted(tool, "/dr/dr-events", soon(notificationDate="2020-01-01T00:00:00Z"))

    at(datetime.now(UTC))

    assert len(mail_server.mails) == 1
    assert is_sent(tool, id_)


def test_one_that_is_over_is_not_told_of(tool, mail_server, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())

    at("2126-12-01T18:00:00Z")

    assert mail_server.mails == []
    assert not DrNotification.objects.exists()
    assert not is_sent(tool, id_)


def test_unless_it_then_ends_later_after_all(tool, retailer, mail_server, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    at("2126-12-01T18:00:00Z")
    event = retailer.get(f"/events/{id_}").json()

    period = {"start": "2126-12-01T16:00:00Z", "duration": "PT5H"}
    retailer.put(f"/events/{id_}", {**event, "intervalPeriod": period})
    at("2126-12-01T18:00:05Z")

    assert len(mail_server.mails) == 1


def test_a_moved_date_is_the_one_that_counts(tool, mail_server, northmill, put):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    put(id_, notificationDate="2126-12-01T14:00:00Z")

    at(NOTIFICATION_DATE)
    assert mail_server.mails == []

    at("2126-12-01T14:00:00Z")
    assert len(mail_server.mails) == 1


def test_moved_to_the_past_it_is_now(tool, mail_server, northmill, put):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())

    put(id_, notificationDate="2020-01-01T00:00:00Z")
    at(datetime.now(UTC))

    assert len(mail_server.mails) == 1


def test_moved_to_the_future_once_more_people_are_told_once_more(tool, mail_server, northmill, put):
    id_ = posted(tool, "/dr/dr-events", dr_event_request(notificationDate="2020-01-01T00:00:00Z"))
    at(datetime.now(UTC))
    assert is_sent(tool, id_)

    put(id_, notificationDate="2020-01-02T00:00:00Z")
    at(datetime.now(UTC))
    assert len(mail_server.mails) == 1

    put(id_, notificationDate=NOTIFICATION_DATE)
    at(datetime.now(UTC))
    assert (len(mail_server.mails), is_sent(tool, id_)) == (1, False)

    at(NOTIFICATION_DATE)
    assert (len(mail_server.mails), is_sent(tool, id_)) == (2, True)
    assert len(read(tool, "/dr/dr-notifications")["events"]) == 4


def test_what_waits_when_the_date_is_moved_is_not_sent(tool, mail_server, northmill, put):
    mail_server.reply = "451 Later"
    id_ = posted(tool, "/dr/dr-events", dr_event_request(notificationDate="2020-01-01T00:00:00Z"))
    at(datetime.now(UTC))
    mail_server.reply = "250 Taken"

    put(id_, notificationDate=NOTIFICATION_DATE)
    at(datetime.now(UTC))

    assert mail_server.mails == []
    assert ("dropped", "is no longer wanted") in deliveries()


def test_a_cancelled_event_is_not_told_of(tool, retailer, mail_server, northmill):
    ours = posted(tool, "/dr/dr-events", dr_event_request())
    theirs = posted(tool, "/dr/dr-events", dr_event_request())

    tool.delete(f"/dr/dr-events/{ours}")
    retailer.delete(f"/events/{theirs}")
    # The relay may be late.
    clock.notify(now=datetime.fromisoformat(NOTIFICATION_DATE))
    at(NOTIFICATION_DATE)

    assert mail_server.mails == []
    assert not Delivery.objects.filter(channel="contact").exists()
    assert not DrEvent.objects.exists()


@pytest.mark.parametrize("door", ["ecosuite", "openadr"])
def test_what_waits_when_it_is_cancelled_is_dropped(tool, retailer, mail_server, northmill, door):
    mail_server.reply = "451 Later"
    id_ = posted(tool, "/dr/dr-events", soon())
    at(datetime.now(UTC))
    mail_server.reply = "250 Taken"

    answer = tool.delete(f"/dr/dr-events/{id_}") if door == "ecosuite" else retailer.delete(f"/events/{id_}")
    assert answer.status_code == 200
    assert read(tool, "/dr/dr-notifications") == {"events": []}
    at(datetime.now(UTC))

    assert mail_server.mails == []
    assert ("dropped", "is no longer wanted") in deliveries()
    assert not DrNotification.objects.exists()


def test_what_waits_when_it_is_over_is_dropped(tool, retailer, mail_server, northmill, put):
    mail_server.reply = "451 Later"
    id_ = posted(tool, "/dr/dr-events", soon())
    at(datetime.now(UTC))
    mail_server.reply = "250 Taken"

    put(id_, startDate=in_hours(-2), endDate=in_hours(-1))
    at(datetime.now(UTC))

    assert mail_server.mails == []
    assert ("dropped", "the event is over") in deliveries()


def test_who_comes_to_take_part_is_told_and_who_leaves_is_not(tool, retailer, mail_server, northmill):
    mail_server.refused["ops@northmill.example"] = "451 Later"
    posted(tool, "/dr/participants", participant_request(code="EASTDOCK", contactUser="dock@east.example"))
    id_ = posted(tool, "/dr/dr-events", soon())
    at(datetime.now(UTC))
    event = retailer.get(f"/events/{id_}").json()

    retailer.put(f"/events/{id_}", {**event, "targets": ["PARTICIPANT:EASTDOCK"]})
    mail_server.refused.clear()
    at(datetime.now(UTC))

    assert to_whom(mail_server) == ["dock@east.example"]
    assert ("dropped", "nobody who is told there takes part any more") in deliveries()


def test_who_is_enrolled_no_more_is_not_told(tool, mail_server, northmill):
    mail_server.refused["ops@northmill.example"] = "451 Later"
    posted(tool, "/dr/dr-events", soon())
    at(datetime.now(UTC))

    tool.delete(f"/dr/participants/{northmill}")
    mail_server.refused.clear()
    at(datetime.now(UTC))

    assert mail_server.mails == []


def test_a_mail_server_that_is_busy_is_tried_again(tool, mail_server, northmill):
    mail_server.reply = "451 Later"
    id_ = posted(tool, "/dr/dr-events", soon())

    at(datetime.now(UTC))
    assert not is_sent(tool, id_)
    assert {state for state, _ in deliveries()} == {"waiting", "delivered"}

    mail_server.reply = "250 Taken"
    at(datetime.now(UTC))
    assert is_sent(tool, id_)
    assert len(mail_server.mails) == 1


def test_a_recipient_that_is_refused_is_given_up(tool, mail_server, northmill):
    mail_server.refused["ops@northmill.example"] = "550 Who is that"
    id_ = posted(tool, "/dr/dr-events", soon())

    at(datetime.now(UTC))

    assert ("dead", "The mail server refuses the recipient: 550 Who is that") in deliveries()
    assert not is_sent(tool, id_)


def test_a_name_makes_no_header(tool, mail_server, northmill):
    posted(tool, "/dr/dr-events", soon(name="Peak\r\nBcc: all@example.com\n" + "x" * 500))

    at(datetime.now(UTC))

    (mail,) = mail_server.mails
    assert mail["Bcc"] is None
    assert "Peak Bcc: all@example.com" in str(mail["Subject"])


def test_a_webhook_without_a_secret_is_not_signed_and_fails_like_others(tool, mill, receiver):
    receiver.answer("/", Answer(500), Answer(200))
    request = participant_request(contactUser="", phoneContact="", contactWebhook=receiver.url("/"))
    posted(tool, "/dr/participants", request)
    id_ = posted(tool, "/dr/dr-events", soon())

    at(datetime.now(UTC))
    at(datetime.now(UTC))

    assert len(receiver.heard) == 2
    assert "X-OpenADR-Signature" not in receiver.heard[0].headers
    keys = {call.headers["Idempotency-Key"] for call in receiver.heard}
    assert len(keys) == 1
    assert is_sent(tool, id_)


def test_a_webhook_at_a_private_address_is_not_called(tool, mill, receiver, settings):
    request = participant_request(contactUser="", phoneContact="", contactWebhook=receiver.url("/"))
    posted(tool, "/dr/participants", request)
    settings.UNSAFE_CALLBACKS_TO_PRIVATE_ADDRESSES = False
    posted(tool, "/dr/dr-events", soon())

    at(datetime.now(UTC))

    assert receiver.heard == []
    assert deliveries() == [("waiting", "has an address that may not be called")]


# -- Whatever breaks ------------------------------------------------------------------------------------------


def test_all_of_a_turn_of_the_clock_or_nothing(tool, mail_server, northmill):
    """Whoever dies between the rows and the deliveries leaves neither."""
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    now = datetime.fromisoformat(NOTIFICATION_DATE)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE vtn_delivery ADD CONSTRAINT none_of_these CHECK (channel <> 'contact')")

    assert clock.notify(now=now) == 0

    assert not DrNotification.objects.exists()
    assert DrEvent.objects.get().notified_at is None
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE vtn_delivery DROP CONSTRAINT none_of_these")
    at(now + timedelta(minutes=1))
    assert (len(mail_server.mails), is_sent(tool, id_)) == (1, True)


def test_what_a_dead_sender_had_taken_is_sent_by_others(tool, mail_server, northmill):
    posted(tool, "/dr/dr-events", soon())
    clock.notify(now=datetime.now(UTC))
    assert len(store.claim(most=10, lease=60, busy=())) == 2

    at(datetime.now(UTC))

    assert len(mail_server.mails) == 1


def test_one_event_that_is_broken_keeps_no_other_waiting(tool, mail_server, northmill):
    """Its record of changes was tampered with."""
    broken = posted(
        tool, "/dr/dr-events", dr_event_request(name="broken", notificationDate="2020-01-01T00:00:00Z")
    )
    posted(tool, "/dr/dr-events", dr_event_request(name="sound"))
    kept = list(OutboxEntry.objects.filter(object_id=broken))
    OutboxEntry.objects.filter(object_id=broken).delete()
    now = datetime.fromisoformat(NOTIFICATION_DATE)

    assert clock.notify(now=now, most=1) == 0
    assert DrEvent.objects.get(event_id=broken).notify_at == now + timedelta(minutes=1)
    assert clock.notify(now=now, most=1) == 1
    OutboxEntry.objects.bulk_create(kept)
    assert clock.notify(now=now + timedelta(minutes=1)) == 1


def test_nor_does_one_that_the_database_refuses(tool, mail_server, mill):
    """Its webhook is longer than an index of the database can hold, and than may be written today."""
    id_ = posted(tool, "/dr/participants", participant_request(contactUser="", phoneContact=""))
    too_long = f"https://hook.example/{token_hex(3_000)}"
    Participant.objects.filter(id=id_).update(webhook=too_long)
    posted(tool, "/dr/participants", participant_request(code="OTHER"))
    broken = posted(tool, "/dr/dr-events", soon(name="broken"))
    sound = posted(tool, "/dr/dr-events", soon(name="sound", participants=["OTHER"]))

    at(datetime.now(UTC))

    assert len(mail_server.mails) == 1
    assert (is_sent(tool, broken), is_sent(tool, sound)) == (False, True)


def test_downtime_is_made_up_for(tool, mail_server, northmill):
    for number in range(3):
        posted(tool, "/dr/dr-events", dr_event_request(name=str(number)))

    at(datetime.fromisoformat(NOTIFICATION_DATE) + 3 * HOUR)

    assert len(mail_server.mails) == 3
    assert clock.notify(now=datetime.fromisoformat(NOTIFICATION_DATE) + timedelta(days=1)) == 0


def test_a_thousand_participants_are_told_with_a_few_statements(tool, django_assert_max_num_queries):
    from participants.models import Participant

    now = datetime.now(UTC)
    codes = [f"P{number}" for number in range(1_000)]
    Participant.objects.bulk_create(
        Participant(
            code=code,
            target=f"PARTICIPANT:{code}",
            contact_user=f"{code}@example.com",
            created_at=now,
            modified_at=now,
        )
        for code in codes
    )
    posted(tool, "/dr/dr-events", soon(participants=codes))

    with django_assert_max_num_queries(16):
        clock.notify(now=datetime.now(UTC))

    assert Delivery.objects.filter(channel="contact").count() == 1_000


class Spoken:
    """A gateway that says no, as a third party's class would."""

    def send(self, number: str, text: str, *, key: str) -> str:
        from participants.contacts.message import Undeliverable

        assert len(text) <= 320
        raise Undeliverable(f"{number} is no telephone")


def test_a_gateway_of_ones_own(tool, settings, northmill):
    settings.WIRING = {**settings.WIRING, "sms_gateway": f"{__name__}.Spoken"}
    tool.put(f"/dr/participants/{northmill}", participant_request(contactUser=""))
    posted(tool, "/dr/dr-events", soon(goal="x" * 1_000))

    at(datetime.now(UTC))

    assert deliveries() == [("dead", "+15550100 is no telephone")]
