"""Staff are told in time that licences end: each time once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from licensing import tasks
from licensing.models import License, Reminder
from licensing.services.reminders import remind
from tests.conftest import NOON

DAY = timedelta(days=1)
TO = ["office@example.com"]


def run(now, days=(30, 7, 1)):
    return remind(to=TO, days=days, now=now)


def sent():
    return [(each.subject, each.body) for each in mail.outbox]


def test_a_mail_names_the_licence_whose_it_is_and_when_it_ends(license):
    license("SGO-1", node="12", activated_at=NOON, deactivated_at=NOON + 7 * DAY)

    assert run(NOON) == 1

    assert sent() == [
        (
            "A licence ends soon",
            "SGO-1 of Bakery, controller 12: ends in 7 days, on 2026-06-08 12:00 UTC\n",
        )
    ]
    assert mail.outbox[0].to == TO


def test_each_reminder_is_sent_once(license):
    license("SGO-1", activated_at=NOON - DAY, deactivated_at=NOON + 40 * DAY)

    counts = [run(NOON + hours * timedelta(hours=1)) for hours in range(0, 41 * 24, 6)]

    assert sum(counts) == len(mail.outbox) == 3
    assert [body.split("ends ")[1].split(",")[0] for _, body in sent()] == [
        "in 30 days",
        "in 7 days",
        "in 1 day",
    ]


def test_of_limits_that_were_missed_one_mail_tells(license):
    license("SGO-1", activated_at=NOON, deactivated_at=NOON + timedelta(hours=2))

    assert [run(NOON), run(NOON)] == [1, 0]

    ((_, body),) = sent()
    assert body == "SGO-1 of Bakery: ends in less than a day, on 2026-06-01 14:00 UTC\n"
    assert Reminder.objects.filter(sent_at=NOON).count() == 3


def test_one_mail_tells_of_all_those_that_end_first_in_front(license):
    license("SGO-1", activated_at=NOON, deactivated_at=NOON + 5 * DAY)
    license("SGO-2", activated_at=NOON, deactivated_at=NOON + 3 * DAY, customer="Florist")

    run(NOON)

    ((subject, body),) = sent()
    assert subject == "2 licences end soon"
    assert [line.split()[0] for line in body.splitlines()] == ["SGO-2", "SGO-1"]


def test_any_number_of_licences_takes_the_same_number_of_statements(license, django_assert_num_queries):
    for number in range(40):
        license(f"SGO-{number}", activated_at=NOON, deactivated_at=NOON + 5 * DAY)

    # Two are the savepoint's that stands for a transaction in tests.
    with django_assert_num_queries(8):
        assert run(NOON) == 40


def test_a_licence_whose_end_is_moved_is_told_of_anew(license):
    made = license("SGO-1", activated_at=NOON, deactivated_at=NOON + 5 * DAY)
    run(NOON)

    License.objects.filter(pk=made.pk).update(deactivated_at=NOON + 6 * DAY)

    assert [run(NOON), run(NOON)] == [1, 0]


def test_what_has_ended_or_never_ends_is_not_told_of(license):
    license("SGO-1", activated_at=NOON - DAY, deactivated_at=NOON)
    license("SGO-2", activated_at=NOON)
    license("SGO-3", duration=1)

    assert run(NOON) == 0

    assert (sent(), Reminder.objects.count()) == ([], 0)


def test_a_mail_that_cannot_be_sent_is_sent_the_next_time(license, settings):
    license("SGO-1", activated_at=NOON, deactivated_at=NOON + 5 * DAY)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    with pytest.raises(OSError):
        run(NOON)
    assert not Reminder.objects.exclude(sent_at=None).exists()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert run(NOON) == 1


def test_what_a_dead_process_had_in_hand_is_sent_an_hour_later(license):
    license("SGO-1", activated_at=NOON, deactivated_at=NOON + 5 * DAY)
    run(NOON)
    mail.outbox.clear()
    Reminder.objects.update(sent_at=None)

    counts = [run(NOON + timedelta(minutes=minutes)) for minutes in (1, 59, 60, 61)]

    assert counts == [0, 0, 1, 0]


def test_what_was_moved_before_its_mail_went_out_is_told_of_no_more(license):
    made = license("SGO-1", activated_at=NOON, deactivated_at=NOON + 5 * DAY)
    run(NOON)
    mail.outbox.clear()
    Reminder.objects.update(sent_at=None, taken_at=None)
    License.objects.filter(pk=made.pk).update(deactivated_at=NOON + 300 * DAY)

    assert run(NOON) == 0

    assert (sent(), Reminder.objects.count()) == ([], 0)


def test_without_addresses_nobody_is_told(license, settings: Any):
    license("SGO-1", activated_at=NOON, deactivated_at=NOON + 5 * DAY)
    settings.LICENCE_REMINDER_TO = []

    tasks.remind()

    assert (sent(), Reminder.objects.count()) == ([], 0)
