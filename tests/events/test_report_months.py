"""The months that reports lie in: which ones there are, what moves where, and what is dropped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from events.models import Event, Reading, Report
from events.reports import partitions
from events.reports.partitions import Month, drop_months, look_after, made_months, make_months
from events.reports.services import create_report
from events.reports.wire import v310
from events.tasks import look_after_report_months
from tests.events.reporting import report_request
from vtn.caller import Caller, Role, Scope
from vtn.ids import id_at, ids_from

VEN = Caller("ven", Role.VEN, frozenset(Scope))
LAST_MOMENT = datetime(2026, 6, 30, 23, 59, 59, 999_999, tzinfo=UTC)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def report_at(event: dict, moment: datetime) -> Report:
    return create_report(caller=VEN, content=v310.parse_report(report_request(event)), now=moment)


def lies_in(report: Report) -> set[str]:
    """The partitions that hold the report and its readings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM events_report WHERE id = %s"
            " UNION SELECT tableoid::regclass::text FROM events_readingcolumns WHERE report_id = %s",
            [report.id, report.id],
        )
        return {name for (name,) in cursor.fetchall()}


def partitions_of(month: str) -> set[str]:
    return {f"events_report_{month}", f"events_readingcolumns_{month}"}


class TestIds:
    def test_they_sort_as_their_moments_do(self):
        moments = [LAST_MOMENT - n * MICROSECOND for n in range(2_000)]

        ids = [id_at(moment) for moment in moments]

        assert sorted(ids) == ids[::-1]
        assert len(set(ids)) == 2_000

    def test_they_are_uuids_of_version_7(self):
        import uuid

        made = uuid.UUID(id_at(LAST_MOMENT))

        assert (made.version, made.variant) == (7, uuid.RFC_4122)
        assert made.int >> 80 == int(LAST_MOMENT.timestamp() * 1000)

    def test_a_month_begins_with_its_first_microsecond(self):
        assert id_at(JULY - MICROSECOND) < ids_from(JULY) < id_at(JULY)
        assert Month.of(LAST_MOMENT).bounds == (ids_from(datetime(2026, 6, 1, tzinfo=UTC)), ids_from(JULY))

    def test_two_of_one_moment_differ(self):
        assert id_at(JULY) != id_at(JULY)


class TestMaking:
    def test_the_migration_has_made_this_month_and_some_more(self, db, settings):
        this = Month.of(timezone.now())

        assert made_months() == [this.later(n) for n in range(settings.REPORT_MONTHS_AHEAD + 1)]
        assert made_months("events_readingcolumns") == made_months()

    def test_a_report_lies_in_its_month_to_the_last_microsecond(self, event, ven):
        make_months(now=LAST_MOMENT, ahead=1)

        assert lies_in(report_at(event, LAST_MOMENT)) == partitions_of("2026_06")
        assert lies_in(report_at(event, JULY)) == partitions_of("2026_07")

    def test_without_its_month_it_is_kept_all_the_same_and_moves_later(self, event, ven):
        june, july = report_at(event, LAST_MOMENT), report_at(event, JULY)
        assert lies_in(june) == partitions_of("default") == lies_in(july)
        before = list(Report.objects.order_by("id").values()), list(Reading.objects.order_by("pk").values())

        made = make_months(now=timezone.now(), ahead=0)

        assert made == [Month.of(LAST_MOMENT), Month.of(JULY)]
        assert lies_in(june) == partitions_of("2026_06")
        assert lies_in(july) == partitions_of("2026_07")
        assert before == (
            list(Report.objects.order_by("id").values()),
            list(Reading.objects.order_by("pk").values()),
        )

    def test_a_new_month_has_all_indexes(self, db):
        make_months(now=JULY, ahead=0)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE indrelid = 'events_report'::regclass),"
                " count(*) FILTER (WHERE indrelid = 'events_report_2026_07'::regclass) FROM pg_index"
            )
            assert cursor.fetchone() == (14, 14)

    def test_again_it_does_nothing(self, db):
        make_months(now=JULY, ahead=2)

        assert make_months(now=JULY, ahead=2) == []

    def test_what_was_half_done_is_finished(self, db):
        make_months(now=JULY, ahead=0)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE events_report_2026_07")

        assert make_months(now=JULY, ahead=0) == [Month.of(JULY)]
        assert Month.of(JULY) in made_months()

    def test_a_month_that_one_table_lacks_is_made(self, db):
        make_months(now=JULY, ahead=0)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE events_readingcolumns_2026_07")

        assert make_months(now=timezone.now(), ahead=0) == [Month.of(JULY)]
        assert made_months("events_readingcolumns") == made_months()

    def test_a_year_turns(self, db):
        make_months(now=datetime(2027, 12, 31, 23, 59, tzinfo=UTC), ahead=1)

        assert [str(month) for month in made_months()][-2:] == ["2027-12", "2028-01"]

    def test_a_month_is_one_of_utc(self):
        late_in_brussels = datetime.fromisoformat("2026-07-01T01:59:59+02:00")

        assert Month.of(late_in_brussels) == Month.of(LAST_MOMENT)


class TestDropping:
    def test_whole_months_go_with_all_that_is_in_them(self, event, ven, caplog):
        old, kept = report_at(event, LAST_MOMENT), report_at(event, JULY)

        made, dropped = look_after(now=JULY + timedelta(days=40), ahead=0, kept=1)

        assert (made[:2], dropped) == ([Month.of(LAST_MOMENT), Month.of(JULY)], [Month.of(LAST_MOMENT)])
        assert [report.id for report in Report.objects.all()] == [kept.id]
        assert {reading.report_id for reading in Reading.objects.all()} == {kept.id}
        assert lies_in(old) == set()
        assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
            "Dropped the partition of events_readingcolumns for 2026-06, which is older than what is kept",
            "Dropped the partition of events_report for 2026-06, which is older than what is kept",
        ]

    def test_zero_keeps_all(self, event, ven):
        report_at(event, datetime(2001, 1, 1, tzinfo=UTC))

        assert look_after(now=JULY, ahead=0, kept=0)[1] == []
        assert Report.objects.count() == 1

    def test_this_month_is_never_dropped(self, event, ven):
        report_at(event, JULY)

        assert look_after(now=JULY, ahead=0, kept=1)[1] == []
        assert Report.objects.count() == 1

    def test_again_it_does_nothing(self, event, ven):
        report_at(event, LAST_MOMENT)
        make_months(now=LAST_MOMENT, ahead=0)

        assert drop_months(before=Month.of(JULY)) == [Month.of(LAST_MOMENT)]
        assert drop_months(before=Month.of(JULY)) == []

    def test_the_event_stays(self, event, ven):
        report_at(event, LAST_MOMENT)
        look_after(now=JULY, ahead=0, kept=0)

        drop_months(before=Month.of(JULY))

        assert Event.objects.filter(id=event["id"]).exists()

    def test_all_kept_answers_are_made_anew(
        self, event, ven, django_capture_on_commit_callbacks, monkeypatch
    ):
        report_at(event, LAST_MOMENT)
        make_months(now=LAST_MOMENT, ahead=0)
        moved = []
        monkeypatch.setattr(
            "vtn.polling.versions.Versions.move", lambda self, change, keys: moved.append(keys)
        )

        with django_capture_on_commit_callbacks(execute=True):
            drop_months(before=Month.of(JULY))

        assert moved == [("everything",), ("everything",)]


class TestByHandAndByClock:
    def test_the_command_says_what_it_did(self, event, ven):
        report_at(event, datetime(2001, 1, 1, tzinfo=UTC))
        out = StringIO()

        call_command("report_months", "--ahead", "0", "--keep", "1200", stdout=out)
        call_command("report_months", "--ahead", "0", "--keep", "12", stdout=out)

        lines = out.getvalue().splitlines()
        assert lines[:2] == ["made: 2001-01", "dropped: none"]
        assert lines[3:5] == ["made: none", "dropped: 2001-01"]

    def test_the_task_does_as_the_settings_say(self, event, ven, settings):
        settings.REPORT_RETENTION_MONTHS, settings.REPORT_MONTHS_AHEAD = 12, 5
        report_at(event, datetime(2001, 1, 1, tzinfo=UTC))

        look_after_report_months()

        this = Month.of(timezone.now())
        assert made_months() == [this.later(n) for n in range(6)]
        assert not Report.objects.exists()

    def test_the_task_is_run_by_beat(self, settings):
        assert "events.tasks.look_after_report_months" in {
            entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()
        }


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    @pytest.fixture(autouse=True)
    def tidy(self) -> Iterator[None]:
        """Tables outlive a test that commits."""
        yield
        with connection.cursor() as cursor:
            for month in made_months():
                if month > Month.of(timezone.now()).later(3) or month < Month.of(timezone.now()):
                    for table in ("events_readingcolumns", "events_report"):
                        cursor.execute(f"DROP TABLE {table}_{month.suffix}")

    def test_two_that_make_the_same_months_make_each_once(self):
        far = datetime(2040, 1, 1, tzinfo=UTC)

        made, failures = in_threads(4, lambda: make_months(now=far, ahead=6))

        assert failures == []
        # Each table has a turn of its own, so one month may be told of by two.
        assert {month for months in made for month in months} == {Month.of(far).later(n) for n in range(7)}
        assert [month for month in made_months() if month >= Month.of(far)] == [
            Month.of(far).later(n) for n in range(7)
        ]

    def test_writers_go_on_while_months_are_made(self, event, ven):
        """Reports of a month that nobody has made, while somebody makes it."""
        moment = datetime(2041, 1, 1, tzinfo=UTC)
        started = threading.Event()

        def write() -> int:
            for number in range(20):
                report_at(event, moment + number * MICROSECOND)
                started.set()
            return 20

        def make() -> int:
            started.wait(10)
            return len(make_months(now=moment, ahead=0))

        written, failures = in_threads(2, write, make)

        assert failures == []
        assert sum(written) >= 40
        assert Report.objects.count() == 40
        assert Reading.objects.count() == 120
        make_months(now=moment, ahead=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM events_report")
            assert cursor.fetchall() == [("events_report_2041_01",)]

    def test_one_that_waits_too_long_gives_up_and_leaves_nothing(self, monkeypatch):
        monkeypatch.setattr(partitions, "_PATIENCE", "SET LOCAL lock_timeout = '50ms'")
        far = datetime(2042, 1, 1, tzinfo=UTC)

        with a_long_reader():
            _, failures = in_threads(1, lambda: make_months(now=far, ahead=0))

        assert [type(failure).__name__ for failure in failures] == ["OperationalError"]
        assert Month.of(far) not in made_months("events_readingcolumns")
        assert make_months(now=far, ahead=0) == [Month.of(far)]


def in_threads(times: int, *jobs) -> tuple[list, list]:
    """Runs each job so many times at once; tells results and failures."""
    results: list = []
    failures: list = []

    def run(job) -> None:
        try:
            results.append(job())
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, failures


@contextmanager
def a_long_reader() -> Iterator[None]:
    """Somebody who reads the default partitions in a transaction that stays open."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_report_default, events_readingcolumns_default")
        yield
