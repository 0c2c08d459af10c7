"""Long after the end of a DR event nobody knows any more who was told of it, and it still says that all were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from events.dr_events import tasks
from events.dr_events.models import DrNotification
from events.dr_events.retention import forget
from events.models import Event
from tests.conftest import Actor
from tests.events.dr_events.conftest import at, dr_event_request, in_hours, posted, read

pytestmark = pytest.mark.django_db

# The event of `dr_event_request` ends then.
END = datetime(2126, 12, 1, 18, tzinfo=UTC)
TOLD_AT = "2126-12-01T12:00:00Z"


def told(tool: Actor) -> list[Any]:
    return [each["event"] for each in read(tool, "/dr/dr-notifications")["events"]]


def is_sent(tool: Actor, id_: str) -> bool:
    return read(tool, f"/dr/dr-events/{id_}")["notificationSent"]


def test_who_was_told_is_forgotten_and_that_all_were_is_not(tool, mail_server, northmill):
    old, newer = (
        posted(tool, "/dr/dr-events", dr_event_request(**members))
        for members in ({}, {"endDate": "2126-12-01T18:00:01Z"})
    )
    at(TOLD_AT)

    assert forget(before=END) == 0
    assert forget(before=END + timedelta(seconds=1), at_a_time=1) == 2

    assert told(tool) == [newer, newer]
    assert (is_sent(tool, old), is_sent(tool, newer)) == (True, True)


def test_many_are_forgotten_some_at_a_time(tool, mail_server, northmill):
    for _ in range(5):
        posted(tool, "/dr/dr-events", dr_event_request())
    at(TOLD_AT)

    assert forget(before=END + timedelta(days=1), at_a_time=2) == 10
    assert not DrNotification.objects.exists()


def test_one_of_which_not_all_were_told_does_not_become_sent(tool, mail_server, northmill):
    mail_server.reply = "550 No"
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    at(TOLD_AT)
    assert not is_sent(tool, id_)

    forget(before=END + timedelta(days=1))

    assert (told(tool), is_sent(tool, id_)) == ([], False)


def test_of_an_event_without_an_end_nothing_is_forgotten(tool, retailer, mail_server, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    event = retailer.get(f"/events/{id_}").json()
    retailer.put(
        f"/events/{id_}", {**event, "intervalPeriod": {"start": "2126-12-01T16:00:00Z", "duration": "P9999Y"}}
    )
    at(TOLD_AT)

    assert forget(before=datetime(9000, 1, 1, tzinfo=UTC)) == 0
    assert told(tool) == [id_, id_]


def test_one_that_takes_place_after_all_is_told_of_anew(tool, mail_server, northmill):
    id_ = posted(tool, "/dr/dr-events", dr_event_request())
    at(TOLD_AT)
    forget(before=END + timedelta(days=1))
    path = f"/dr/dr-events/{id_}"

    again = {"startDate": "2127-12-01T16:00:00Z", "endDate": "2127-12-01T18:00:00Z"}
    tool.put(path, {**read(tool, path), **again, "notificationDate": "2127-12-01T12:00:00Z"})
    assert not is_sent(tool, id_)
    at("2127-12-01T12:00:00Z")

    assert (len(mail_server.mails), told(tool), is_sent(tool, id_)) == (2, [id_, id_], True)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_is_writing_is_not_waited_for(tool, mail_server, northmill):
    posted(tool, "/dr/dr-events", dr_event_request())
    at(TOLD_AT)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM events_event FOR UPDATE")
            assert forget(before=END + timedelta(days=1)) == 0
        other.rollback()
    finally:
        other.close()

    assert forget(before=END + timedelta(days=1)) == 2


@pytest.mark.parametrize(("days", "left"), [(365, 2), (1, 0), (0, 2)])
def test_the_setting_says_when(tool, mail_server, northmill, settings, days, left):
    posted(tool, "/dr/dr-events", dr_event_request(notificationDate=in_hours(-0.01)))
    at(datetime.now(UTC))
    with transaction.atomic():
        event = Event.objects.get()
        event.span = (datetime.now(UTC) - timedelta(days=3), datetime.now(UTC) - timedelta(days=2))
        event.save(update_fields=["span"])
    settings.DR_NOTIFICATION_DAYS = days

    tasks.forget_old_notifications()

    assert DrNotification.objects.count() == left


def test_it_is_done_every_day():
    wanted = {each["task"]: each["schedule"] for each in settings.CELERY_BEAT_SCHEDULE.values()}

    assert wanted[tasks.forget_old_notifications.name] == timedelta(days=1)
