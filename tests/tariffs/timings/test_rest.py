"""Timings in REST: what JSON-RPC does, lists as numbers, and windows."""

from __future__ import annotations

import json

import pytest
from drf_spectacular.validation import validate_schema

from tariffs.models import StoredTiming
from tests.conftest import Actor
from tests.tariffs.timings.conftest import PEAK
from vtn.management.commands.check_api import served_document
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

PATH = "/DR_2026/timings/PEAK"
EVENING = {"months": [1, 2, 12], "weekDays": [1, 2, 3, 4, 5], "time": "16:00:00;21:00:00"}


@pytest.fixture
def staff(retailer: Actor) -> Actor:
    return retailer.at("/tariffs")


def problem(response) -> tuple[int, str]:
    return response.status_code, response.json()["detail"]


def test_a_timing_is_put_read_and_deleted(staff):
    created = staff.put(PATH, EVENING)

    assert created.status_code == 201
    body = created.json()
    assert {**body, "createdDateTime": None, "modificationDateTime": None} == {
        "tpid": "DR_2026",
        "id": "PEAK",
        "years": [],
        "months": [1, 2, 12],
        "monthDays": [],
        "weekDays": [1, 2, 3, 4, 5],
        "time": "16:00:00;21:00:00",
        "dropped": [],
        "isSchedule": False,
        "createdDateTime": None,
        "modificationDateTime": None,
    }
    assert staff.get(PATH).json() == body
    assert staff.put(PATH, EVENING).status_code == 200
    assert staff.delete(PATH).json() == body
    assert staff.get(PATH).status_code == 404
    operations = OutboxEntry.objects.filter(object_type="TIMING").order_by("id")
    assert [*operations.values_list("operation", flat=True)] == ["CREATE", "DELETE"]


def test_it_is_the_store_of_json_rpc(staff, rpc):
    rpc("APIerSv1.SetTPTiming", {**PEAK, "Years": "2026;next", "WeekDays": "6;7", "Time": "*asap"})

    body = staff.get(PATH).json()
    assert (body["years"], body["weekDays"], body["dropped"]) == ([2026], [6, 0], ["next"])
    assert body["isSchedule"] is True

    staff.put(PATH, EVENING)
    assert rpc("APIerSv1.GetTPTiming", {"TPid": "DR_2026", "ID": "PEAK"}) == {
        **PEAK,
        "Months": "1;2;12",
        "Time": "16:00:00;21:00:00",
    }


def test_a_list_comes_in_pages_by_id(staff, rpc):
    for name in ("PEAK", "OFFPEAK", "NIGHT"):
        rpc("APIerSv1.SetTPTiming", {**PEAK, "ID": name})

    def ids(path="/DR_2026/timings/", **query):
        return [each["id"] for each in staff.get(path, query).json()]

    assert ids() == ids("/DR_2026/timings") == ["NIGHT", "OFFPEAK", "PEAK"]
    assert ids(search="PEAK") == ["OFFPEAK", "PEAK"]
    assert ids(skip=1, limit=1) == ["OFFPEAK"]
    assert ids("/OTHER/timings/") == []
    assert problem(staff.get("/DR_2026/timings/", {"limit": 51}))[0] == 400


def test_windows_are_those_of_the_period_in_a_zone(staff):
    staff.put(PATH, {"weekDays": [7], "time": "00:00:00"})
    period = {"start": "2026-10-19T00:00:00Z", "end": "2026-10-26T00:00:00Z", "timeZone": "Europe/Brussels"}

    found = staff.get(f"{PATH}/windows", period)

    assert found.json() == [{"start": "2026-10-24T22:00:00Z", "end": "2026-10-25T23:00:00Z"}]


def test_a_period_near_the_end_of_the_calendar_has_windows_too(staff):
    staff.put(PATH, {"time": "00:00:00"})
    day = {"start": "9990-01-01T00:00:00Z", "end": "9990-01-02T00:00:00Z"}

    assert [each["start"] for each in staff.get(f"{PATH}/windows", day).json()] == [day["start"]]
    assert problem(staff.get(f"{PATH}/windows", {**day, "start": "9979-01-01T00:00:00Z"}))[0] == 400


def test_whether_it_is_active_and_when_that_changes(staff):
    staff.put(PATH, EVENING)

    found = staff.get(f"{PATH}/active", {"at": "2026-01-05T20:30:00Z", "timeZone": "Europe/Brussels"})

    assert found.json() == {
        "at": "2026-01-05T20:30:00Z",
        "isActive": False,
        "nextStart": "2026-01-06T15:00:00Z",
        "nextEnd": "2026-01-06T20:00:00Z",
    }
    assert staff.get(f"{PATH}/active").json()["isActive"] in (True, False)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"start": "2026-01-01T00:00:00Z"},
        {"start": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"},
        {"start": "2026-01-01T00:00:00Z", "end": "2037-01-01T00:00:00Z"},
        {"start": "2026-01-01", "end": "2026-01-02"},
        {"start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z", "timeZone": "Mars/Olympus"},
        {"start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z", "timeZone": "../../etc/passwd"},
    ],
)
def test_a_period_that_is_none_is_a_problem(staff, query):
    staff.put(PATH, EVENING)

    assert problem(staff.get(f"{PATH}/windows", query))[0] == 400


def test_the_ends_of_the_calendar_have_an_answer(staff):
    staff.put(PATH, {"time": "00:00:00"})

    def active(at):
        return staff.get(f"{PATH}/active", {"at": at, "timeZone": "Asia/Tokyo"})

    assert active("0001-01-02T00:00:00Z").json()["isActive"] is False
    assert active("0001-01-02T00:00:00Z").json()["nextStart"] == "0002-01-01T14:41:01Z"
    assert problem(active("9999-12-31T23:00:00Z")) == (400, "at: beyond the calendar in this time zone")
    assert active("9999-12-31T10:00:00Z").json()["nextEnd"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"months": [13]},
        {"monthDays": [0]},
        {"weekDays": [8]},
        {"years": ["2026"]},
        {"months": "1;2"},
        {"time": "8:00"},
        {"time": "08:00:00;"},
        {"time": "08:00:00\n"},
        {"years": list(range(1000, 1100))},
    ],
)
def test_what_makes_no_sense_is_a_problem_and_changes_nothing(staff, change):
    staff.put(PATH, EVENING)
    before = StoredTiming.objects.values().get()

    status, detail = problem(staff.put(PATH, {**EVENING, **change}))

    assert status == 400
    assert detail.startswith(next(iter(change)))
    assert StoredTiming.objects.values().get() == before
    assert OutboxEntry.objects.filter(object_type="TIMING").count() == 1


@pytest.mark.parametrize("path", [f"/{'x' * 65}/timings/A", f"/A/timings/{'x' * 65}"])
def test_a_name_over_its_limit_is_a_problem(staff, path):
    assert problem(staff.put(path, EVENING))[0] == 400
    assert not StoredTiming.objects.exists()


def test_what_is_not_there_is_404_in_the_door_s_form(staff):
    assert problem(staff.get(PATH)) == (404, "There is no timing 'PEAK' in the tariff plan 'DR_2026'")
    assert problem(staff.delete(PATH))[0] == 404
    assert problem(staff.get("/DR_2026"))[0] == 404
    assert problem(staff.get("/"))[0] == 404
    assert problem(staff.post(PATH, EVENING))[0] == 405


def test_a_ven_may_read_and_not_write(staff, ven):
    staff.put(PATH, EVENING)
    reader = ven.at("/tariffs")

    assert reader.get(PATH).status_code == 200
    assert problem(reader.put(PATH, {}))[0] == problem(reader.delete(PATH))[0] == 403
    assert StoredTiming.objects.get().time == "16:00:00;21:00:00"


def test_nobody_may_do_nothing(nobody):
    for answer in (nobody.at("/tariffs").get(PATH), nobody.at("/tariffs").put(PATH, EVENING)):
        assert answer.status_code == 401
    assert not StoredTiming.objects.exists()


def test_a_read_takes_two_queries(staff, rpc, django_assert_num_queries):
    for number in range(30):
        rpc("APIerSv1.SetTPTiming", {**PEAK, "ID": f"T{number}"})

    with django_assert_num_queries(2):
        assert len(staff.get("/DR_2026/timings/").json()) == 30


def test_the_api_document_is_valid_and_names_every_operation():
    document = served_document("tariffs")

    validate_schema(document)
    operations = {each["operationId"] for path in document["paths"].values() for each in path.values()}
    assert {"jsonRpc", "searchTimings", "setTiming", "deleteTiming", "searchTimingWindows"} <= operations
    assert "TimingIsActiveAt" in json.dumps(document)
