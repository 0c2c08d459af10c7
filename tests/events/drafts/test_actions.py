"""Events are shifted, shortened, cancelled and withdrawn; holidays are kept."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from events.drafts.calendars import BadDays, as_text, parse_days
from events.drafts.models import EventDraft, HolidayCalendar
from events.models import Event
from tests.conftest import event_request
from tests.events.drafts.conftest import COMPOSE, messages_of

FUTURE = {"start": "2030-03-30T17:00:00Z", "duration": "PT1H"}


@pytest.fixture
def event(retailer, program):
    return retailer.post("/events", event_request(program, intervalPeriod=FUTURE)).json()


def act(browser, event, what, **fields):
    path = f"/admin/events/event/{event['id']}/do/{what}/"
    seen = Event.objects.get(id=event["id"]).modified_at.isoformat()
    form = {"token": uuid4().hex, "seen": seen, "zone": "Europe/Amsterdam", **fields}
    return browser.post(path, form)


@pytest.mark.parametrize("what", ["shift", "shorten", "cancel", "withdraw"])
def test_each_asks_first(operator, event, what):
    page = operator.get(f"/admin/events/event/{event['id']}/do/{what}/")

    assert page.status_code == 200
    assert not EventDraft.objects.exists()


def test_a_shift_by_a_day_keeps_the_local_time(operator, retailer, event):
    act(operator, event, "shift", days="1", minutes="0")

    assert retailer.get(f"/events/{event['id']}").json()["intervalPeriod"]["start"] == "2030-03-31T16:00:00Z"


def test_a_shift_is_looked_at_first(operator, event):
    page = act(operator, event, "shift", days="1", minutes="0", preview="yes")

    assert page.context["preview"].this.starts == "2030-03-31 18:00 +02:00"
    assert not EventDraft.objects.exists()


@pytest.mark.parametrize(
    ("what", "fields", "said"),
    [
        ("shift", {"days": "1", "minutes": "0"}, "shift: published"),
        ("shorten", {"end_date": "2030-03-30", "end_time": "19:30"}, "shortening: published"),
        ("cancel", {"reason": "the wind is back"}, "cancellation: published"),
    ],
)
def test_it_leads_to_the_event_that_says_what_was_done_to_it(operator, event, what, fields, said):
    done = act(operator, event, what, **fields)

    assert done["Location"] == f"/admin/events/event/{event['id']}/change/"
    assert said in operator.get(done["Location"]).content.decode()


def test_the_page_says_when_the_event_is_as_yet(operator, event):
    page = operator.get(f"/admin/events/event/{event['id']}/do/shift/").content.decode()

    assert "announced, 2030-03-30 17:00 UTC – 2030-03-30 20:00 UTC" in page


def test_an_event_is_shortened(operator, retailer, event):
    act(operator, event, "shorten", end_date="2030-03-30", end_time="19:30")

    assert retailer.get(f"/events/{event['id']}").json()["duration"] == "PT90M"


def test_a_cancelled_event_is_found_as_cancelled_with_its_reason_on_its_page(operator, ven, event):
    act(operator, event, "cancel", reason="the <i>wind</i> is back")

    (found,) = ven.get("/events").json()
    assert found["intervalPeriod"] == {"start": "0001-01-01T00:00:00Z", "duration": "PT0S"}
    page = operator.get(f"/admin/events/event/{event['id']}/change/").content.decode()
    assert "cancelled" in page
    assert "the &lt;i&gt;wind" in page
    assert "wind" not in str(found)


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("shift", {"days": "1", "minutes": "0"}),
        ("shorten", {"end_date": "2030-03-30", "end_time": "19:30"}),
        ("cancel", {"reason": "once more"}),
    ],
)
def test_a_cancelled_event_stays_as_it_is(operator, retailer, event, what, fields):
    act(operator, event, "cancel", reason="the wind is back")
    before = retailer.get(f"/events/{event['id']}").json()

    page = act(operator, event, what, **fields)

    assert "It is cancelled" in page.content.decode()
    assert retailer.get(f"/events/{event['id']}").json() == before
    assert EventDraft.objects.count() == 1


def test_a_cancelled_event_is_no_beginning_of_another(operator, event):
    act(operator, event, "cancel", reason="the wind is back")

    page = operator.get(f"{COMPOSE}?copy={event['id']}", follow=True)

    assert "A cancelled event has no times to begin from" in page.content.decode()


def test_a_withdrawn_event_is_gone_and_its_reason_stays(operator, ven, event):
    act(operator, event, "withdraw", reason="a mistake")

    assert ven.get("/events").json() == []
    draft = EventDraft.objects.get()
    assert (draft.operation, draft.status, draft.reason) == ("DELETE", "published", "a mistake")
    assert "Withdrawal" in operator.get(f"/admin/events/eventdraft/{draft.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("what", "fields"), [("withdraw", {"reason": "x"}), ("shift", {"days": "1", "minutes": "0"})]
)
def test_a_second_click_does_it_once(operator, event, what, fields):
    form = {"token": "same", "seen": Event.objects.get().modified_at.isoformat(), "zone": "UTC", **fields}
    path = f"/admin/events/event/{event['id']}/do/{what}/"

    first, second = (operator.post(path, form) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert EventDraft.objects.count() == 1
    assert messages_of(operator, second)[-1] == "This was sent before, and this is what came of it"


@pytest.mark.parametrize(
    ("what", "fields", "said"),
    [
        ("shift", {"days": "0", "minutes": "0"}, "Say by how much"),
        ("shift", {"days": "9999", "minutes": "0"}, "less than or equal to 3660"),
        ("shorten", {"end_date": "2031-01-01", "end_time": "10:00"}, "It ends no later than that"),
        ("shorten", {"end_date": "2030-03-31", "end_time": "02:30"}, "does not exist"),
        ("cancel", {}, "This field is required"),
        ("cancel", {"reason": "x", "zone": "nowhere"}, "There is no time zone"),
        ("withdraw", {"reason": "x" * 1_001}, "at most 1000 characters"),
        (
            "withdraw",
            {"reason": "x", "seen": "2020-01-01T00:00:00+00:00"},
            "Somebody else has changed this event",
        ),
        ("withdraw", {"reason": "x", "seen": "rubbish"}, "Enter a valid date/time"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(operator, retailer, event, what, fields, said):
    page = act(operator, event, what, **fields)

    assert page.status_code == 200
    assert said in page.content.decode()
    assert retailer.get(f"/events/{event['id']}").json() == event
    assert not EventDraft.objects.exists()


def test_with_four_eyes_it_waits(operator, approver, retailer, careful):
    event = retailer.post("/events", event_request(careful, intervalPeriod=FUTURE)).json()

    response = act(operator, event, "withdraw", reason="too much")

    assert messages_of(operator, response) == ["It waits for approval; no VEN sees it until then"]
    assert Event.objects.exists()
    draft = EventDraft.objects.get()
    approver.post(f"/admin/events/eventdraft/{draft.pk}/decide/publish/", {"version": draft.version})
    assert not Event.objects.exists()


def test_viewers_do_nothing_to_events(member, event):
    assert act(member("vera", "viewer"), event, "withdraw", reason="x").status_code == 403
    assert Event.objects.exists()


def test_holidays_are_typed_or_read_from_a_file(member):
    root = member("root", "administrator")
    path = "/admin/events/holidaycalendar/add/"

    root.post(path, {"name": "typed", "days": "2026-12-25;Christmas\r\n26-12-2026"})
    file = SimpleUploadedFile("nl.csv", b"datum,naam\n2027-04-27,King's day\n")
    root.post(path, {"name": "read", "days": "", "file": file})

    assert {each.name: each.days for each in HolidayCalendar.objects.all()} == {
        "typed": {"2026-12-25": "Christmas", "2026-12-26": ""},
        "read": {"2027-04-27": "King's day"},
    }


def test_a_line_that_is_no_day_is_told(member):
    page = member("root", "administrator").post(
        "/admin/events/holidaycalendar/add/", {"name": "typed", "days": "2026-12-25\n2026-13-01"}
    )

    assert "Line 2: &#x27;2026-13-01&#x27; is no date" in page.content.decode()
    assert not HolidayCalendar.objects.exists()


def test_days_are_written_as_they_are_read():
    days = parse_days("\ufeffdate\tname\n\n2026-12-26\tBoxing day\n2026-12-25\n")

    assert as_text(days) == "2026-12-25\n2026-12-26;Boxing day"
    assert parse_days(as_text(days)) == days
    with pytest.raises(BadDays, match="Line 1"):
        parse_days("25 december 2026")
