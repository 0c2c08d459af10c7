"""What services of timings promise beside what the doors show: whoever publishes is woken, and writers take turns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import Celery
from django.db import connection

from config.celery import app
from tariffs.models import Publication, StoredTiming
from tariffs.timings.content import IN_2013, TimingContent
from tariffs.timings.services import TimingExists, create_timing, delete_timing, import_timings, set_timing
from tests.conftest import NOON
from tests.tariffs.tariff import PLAN, make_program, make_publication, make_tariff, make_timings
from vtn import errors
from vtn.caller import Caller, Role, Scope
from vtn.models import OutboxEntry

STAFF = Caller.staff("tests")
OTHER = "TP_OTHER"
LATER, NEVER = NOON + timedelta(hours=1), NOON + timedelta(days=36_525)


def peak(tag: str = "PEAK", time: str = "08:00:00", tpid: str = "PLAN") -> TimingContent:
    return TimingContent(tpid, tag, "*any", "*any", "*any", "1;2;3;4;5", time)


def stored() -> list[TimingContent]:
    return [each.content for each in StoredTiming.objects.filter(tpid=PLAN).order_by("tag")]


@pytest.fixture
def no_broker() -> Iterator[None]:
    Celery("tests", broker="redis://127.0.0.1:1/0").set_current()
    yield
    app.set_current()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_undo_what_is_written(no_broker):
    publication = make_publication(make_tariff(), make_program())
    Publication.objects.update(next_at=LATER + timedelta(hours=1))

    set_timing(caller=STAFF, content=peak(tpid=PLAN), now=LATER)

    assert stored() == [peak(tpid=PLAN)]
    publication.refresh_from_db()
    assert publication.next_at == LATER


@pytest.mark.django_db
def test_what_stays_the_same_is_not_touched_and_what_changes_is_later():
    first, is_new = set_timing(caller=STAFF, content=peak(), now=NOON)
    again, is_new_again = set_timing(caller=STAFF, content=peak(), now=NOON)
    changed, _ = set_timing(caller=STAFF, content=peak(time="09:00:00"), now=NOON)

    assert (is_new, is_new_again) == (True, False)
    assert first.modified_at == again.modified_at < changed.modified_at
    assert StoredTiming.objects.get().created_at == NOON


@pytest.mark.django_db
@pytest.mark.parametrize(
    "caller",
    [
        Caller("ven", Role.VEN, frozenset(Scope)),
        Caller("reader", Role.BL, frozenset({Scope.READ_ALL})),
    ],
)
def test_only_business_logic_that_may_write_events_writes(caller):
    set_timing(caller=STAFF, content=peak(), now=NOON)
    who = {"caller": caller, "now": NOON}

    for refused in (
        lambda: create_timing(**who, content=peak("NEW"), limits=IN_2013),
        lambda: set_timing(**who, content=peak(time="09:00:00")),
        lambda: delete_timing(**who, tpid="PLAN", tag="PEAK"),
        lambda: import_timings(**who, tpid="PLAN", contents=[], is_replacing=True, is_dry_run=False),
    ):
        with pytest.raises(errors.Forbidden):
            refused()
    assert StoredTiming.objects.get().content == peak()
    assert OutboxEntry.objects.filter(object_type="TIMING").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_that_create_the_same_one_is_a_duplicate():
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def create() -> None:
        together.wait()
        try:
            create_timing(caller=STAFF, content=peak(), now=NOON, limits=IN_2013)
            outcomes.append("OK")
        except TimingExists:
            outcomes.append("DUPLICATE")
        finally:
            connection.close()

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["DUPLICATE", "OK"]
    assert StoredTiming.objects.count() == 1


# -- What is published of them --------------------------------------------------------------------------------


@pytest.fixture
def publications(db: None) -> dict[str, Publication]:
    """Two of tariffs that have the plan, one of them disabled, and one of another plan; nothing is due."""
    make_timings()
    tariff = make_tariff()
    found = {
        "concerned": make_publication(tariff, make_program("one")),
        "disabled": make_publication(tariff, make_program("two"), is_enabled=False),
        "other": make_publication(make_tariff(name="another", tpid=OTHER), make_program("three")),
    }
    Publication.objects.update(next_at=NEVER)
    return found


def due_at(publications: dict[str, Publication]) -> dict[str, datetime]:
    """When those are due that are due at all."""
    at = dict(Publication.objects.exclude(next_at=NEVER).values_list("id", "next_at"))
    return {name: at[each.pk] for name, each in publications.items() if each.pk in at}


def imported(*contents: TimingContent, **how: Any) -> None:
    wanted = {"is_replacing": False, "is_dry_run": False, **how}
    import_timings(caller=STAFF, tpid=PLAN, contents=contents, now=LATER, **wanted)


@pytest.mark.parametrize(
    "change",
    [
        lambda: create_timing(caller=STAFF, content=peak("NEW", tpid=PLAN), now=LATER, limits=IN_2013),
        lambda: set_timing(caller=STAFF, content=peak("NEW", tpid=PLAN), now=LATER),
        lambda: set_timing(caller=STAFF, content=peak(time="09:00:00", tpid=PLAN), now=LATER),
        lambda: delete_timing(caller=STAFF, tpid=PLAN, tag="PEAK", now=LATER),
        lambda: imported(peak("NEW", tpid=PLAN)),
        lambda: imported(peak(time="09:00:00", tpid=PLAN)),
        lambda: imported(is_replacing=True),
    ],
    ids=["created", "set anew", "changed", "deleted", "imported", "changed by an import", "deleted by one"],
)
def test_a_change_makes_publications_with_the_plan_due_and_no_others(
    publications: dict[str, Publication], change: Callable[[], Any]
):
    change()

    assert due_at(publications) == {"concerned": LATER}


@pytest.mark.parametrize(
    "ask",
    [
        lambda: set_timing(caller=STAFF, content=stored()[0], now=LATER),
        lambda: imported(*stored()),
        lambda: imported(*stored(), is_replacing=True),
        lambda: imported(peak("NEW", tpid=PLAN), is_dry_run=True),
    ],
    ids=["set to what it is", "imported as it is", "replaced by what it is", "a dry run"],
)
def test_what_stays_as_it_is_makes_none_due(publications: dict[str, Publication], ask: Callable[[], Any]):
    before = stored()

    ask()

    assert (due_at(publications), stored()) == ({}, before)
