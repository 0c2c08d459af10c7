"""Several workers at once, and the messages that wake them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from config.celery import app
from events.models import Event
from tariffs import tasks
from tariffs.models import Publication, Tariff
from tariffs.publishing import publisher
from tariffs.publishing.metrics import measure
from tests.conftest import NOON
from tests.tariffs.tariff import (
    make_program,
    make_publication,
    make_tariff,
    make_timings,
    publish,
    rate,
    write_timing,
)

_MANY = 12


@pytest.fixture
def publications(transactional_db) -> list[Publication]:
    make_timings()
    tariff = make_tariff()
    return [make_publication(tariff, make_program(f"program {number}")) for number in range(_MANY)]


def test_two_workers_share_the_work_and_do_nothing_twice(publications):
    done: list[int] = []

    def work() -> None:
        while count := publisher.publish_due(now=NOON, most=2):
            done.append(count)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(done) == _MANY
    # NOON is 14:00 in Brussels: today and tomorrow.
    assert Event.objects.count() == 2 * _MANY


def test_what_another_worker_holds_is_passed_over(publications):
    with transaction.atomic():
        list(Publication.objects.select_for_update().filter(pk=publications[0].pk))
        seen: list[int] = []
        other = threading.Thread(target=lambda: (seen.append(publish(NOON)), connection.close()))
        other.start()
        other.join()

    assert seen == [_MANY - 1]
    assert publish(NOON) == 1


def test_one_that_is_broken_keeps_no_other_from_being_published(publications):
    broken = make_publication(make_tariff(name="broken"), make_program("broken"))
    Tariff.objects.filter(name="broken").update(time_zone="Mars/Olympus")

    assert publish(NOON) == _MANY + 1

    assert Event.objects.count() == 2 * _MANY
    broken.refresh_from_db()
    assert broken.trouble == "It could not be published, for a reason that is in the workers' log"
    assert broken.next_at == NOON + timedelta(minutes=5)


def test_the_names_that_messages_are_sent_by_are_those_of_tasks():
    app.loader.import_default_modules()
    sent = {"tariffs.tasks.publish_due", "tariffs.tasks.publish_chunk"}

    assert sent <= set(app.tasks)
    assert "tariffs.tasks.publish_due" in {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}


@pytest.mark.django_db
def test_whoever_watches_sees_what_is_in_trouble_and_what_waits():
    trouble = make_publication(make_tariff((rate("LUNCH", "1"),)), make_program())

    def measured() -> list[float]:
        return [metric.samples[0].value for metric in measure()]

    in_trouble, waited = measured()
    assert (in_trouble, waited > 0) == (0, True)
    publisher.publish_one(trouble.pk, now=timezone.now())
    assert measured() == [1, 0]


@pytest.mark.django_db
class TestTasks:
    def test_a_changed_plan_makes_its_publications_due_and_no_others(self):
        make_timings()
        write_timing("ALWAYS", "*any", "00:00:00", tpid="OTHER")
        concerned = make_publication(make_tariff(), make_program("one"))
        other = make_publication(make_tariff(name="other", tpid="OTHER"), make_program("two"))
        later = timezone.now() + timedelta(hours=1)
        Publication.objects.update(next_at=later)

        write_timing("PEAK", "*any", "09:00:00")

        assert list(Publication.objects.filter(next_at=later)) == [other]
        assert concerned != other

    def test_a_chunk_sees_to_what_is_due_now(self):
        make_timings()
        publication = make_publication(make_tariff(), make_program())

        tasks.publish_chunk()
        tasks.publish_chunk()

        publication.refresh_from_db()
        assert publication.trouble == ""
        assert publication.next_at > timezone.now()
        assert Event.objects.count() in (1, 2)  # by the hour at which the test runs
