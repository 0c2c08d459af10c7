"""Staff compose an event: what is typed becomes an event, and what is wrong is told and leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from events.bindings.models import Binding
from events.drafts.models import EventDraft, HolidayCalendar
from events.models import Event
from participants.models import Ven
from tests.conftest import NOON, event_request
from tests.events.drafts.conftest import COMPOSE, composed, messages_of
from vtn.caller import Role
from vtn.models import OutboxEntry


def at(program):
    return f"{COMPOSE}?program={program['id']}"


def test_what_is_pasted_is_an_event_that_vens_see(operator, ven, program):
    response = operator.post(at(program), composed())

    assert response.status_code == 302, response.context["form"].errors
    (event,) = ven.get("/events").json()
    assert event["eventName"] == "peak"
    assert event["priority"] == 1
    assert event["intervalPeriod"] == {"start": "2030-06-01T10:00:00Z", "duration": "PT1H"}
    assert [each["payloads"][0]["values"] for each in event["intervals"]] == [[0.25], [0.5]]
    assert OutboxEntry.objects.get(object_type="EVENT").made_by == "staff:olga"
    assert messages_of(operator, response) == ["It is published"]


def test_a_preview_saves_nothing_and_shows_who_sees_what(operator, retailer, enrol, ven, program):
    """A VEN sees it by its own grant or by that of a resource; one without a client cannot ask."""
    enrol("far", Role.VEN, targets=["south"])
    enrol("house", Role.VEN, targets=["south"])
    pump = {"resourceName": "pump", "targets": ["north"], "venID": Ven.objects.get(client_id="house").id}
    assert retailer.post("/resources", {"objectType": "BL_RESOURCE_REQUEST", **pump}).status_code == 201
    retailer.post(
        "/events",
        event_request(
            program, eventName="other", intervalPeriod={"start": "2030-06-01T10:30:00Z", "duration": "PT1H"}
        ),
    )
    retailer.post("/vens", {"objectType": "BL_VEN_REQUEST", "venName": "mute", "targets": ["north"]})

    page = operator.post(at(program), composed(action="preview"), headers={"X-Fragment": "preview"})

    preview = page.context["preview"]
    assert (preview.audience.vens.count, preview.audience.resources.count) == (2, 1)
    assert [name for _, name in preview.audience.vens.some] == ["house", "ven"]
    assert [name for _, name in preview.audience.resources.some] == ["pump"]
    (conflict,) = [line for line in preview.lines if line.conflict is not None]
    assert (conflict.name, conflict.conflict.wins) == ("other", "this")
    assert conflict.conflict_from == "2030-06-01 12:30 +02:00"
    assert "<html" not in page.content.decode()
    assert Event.objects.count() == 1
    assert not EventDraft.objects.exists()


@pytest.mark.parametrize("targets", ["north\r\nsouth\r\n north", '["north", "south", "north"]'])
def test_a_target_that_is_typed_twice_is_kept_once(operator, program, targets):
    operator.post(at(program), composed(action="publish", targets=targets))

    assert Event.objects.get().targets == ["north", "south"]


def test_without_targets_every_ven_sees_it_whatever_its_program_has(operator, retailer, ven, stranger):
    program = retailer.post("/programs", {"programName": "some", "targets": ["north"]}).json()

    page = operator.post(at(program), composed(action="preview", targets=""))

    assert page.context["preview"].audience.vens.count == 1
    assert "does not inherit the targets" in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"grid": "0,25\nabc"}, "Row 2, PRICE: &#x27;abc&#x27; is not a number"),
        ({"grid": "0,25\n\n0,30"}, "Row 2, PRICE: there is no value"),
        ({"grid": "0,25\n0.30"}, "another decimal mark"),
        ({"grid": ""}, "There are no values"),
        ({"event_name": "x" * 129}, "at most 128 characters"),
        ({"targets": "x" * 129}, "targets[0]"),
        ({"priority": "-1"}, "greater than or equal to 0"),
        ({"payload_types": "x" * 129}, "at most 128 characters"),
        ({"payload_types": " "}, "This field is required"),
        ({"payload_types": "PRICE PRICE"}, "can be there once"),
        ({"zone": "Mars/Base"}, "There is no time zone"),
        ({"start_date": "2030-03-31", "start_time": "02:30"}, "does not exist in Europe/Amsterdam"),
        ({"start_date": "2030-10-27", "start_time": "02:30"}, "comes twice in Europe/Amsterdam"),
        ({"start_date": ""}, "Say when the first interval starts"),
        ({"start_time": ""}, "Say at what time it starts"),
        ({"step": "7"}, "Select a valid choice"),
        ({"weekdays": ["0"]}, "Say until when it comes back"),
        ({"weekdays": ["0"], "until": "2029-01-01"}, "On none of these days"),
        ({"weekdays": ["9"], "until": "2030-12-01"}, "Select a valid choice"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_stored(operator, program, fields, said):
    entries = OutboxEntry.objects.count()

    page = operator.post(at(program), composed(**fields))

    assert page.status_code == 200
    assert said in page.content.decode()
    assert not Event.objects.exists()
    assert not EventDraft.objects.exists()
    assert OutboxEntry.objects.count() == entries


def test_scripts_are_shown_as_text(operator, program):
    script = "<script>alert(1)</script>"
    fields = {
        "event_name": script,
        "targets": script,
        "payload_types": "x<script>alert(1)</script>",
        "grid": script,
    }

    wrong = operator.post(at(program), composed(**{**fields, "zone": script, "kept_as": script}))
    kept = operator.post(at(program), composed(**fields, action="save"), follow=True)
    shown = operator.get(f"{COMPOSE}?draft={EventDraft.objects.get().pk}")
    preview = operator.post(at(program), composed(**fields, action="preview"))

    for page in (wrong, kept, shown, preview):
        assert page.status_code == 200
        assert b"alert(1)" in page.content
        assert b"<script>alert" not in page.content


def test_a_csv_file_takes_the_place_of_what_is_typed(operator, retailer, program):
    file = SimpleUploadedFile("prices.csv", "Tijd;PRICE\n12:00;0,10\n13:00;0,20\n".encode("utf-8-sig"))

    operator.post(at(program), composed(file=file, grid="1\n2"))

    (event,) = retailer.get("/events").json()
    assert [each["payloads"][0]["values"][0] for each in event["intervals"]] == [0.1, 0.2]


def test_a_second_click_makes_no_second_event(operator, program):
    form = composed()

    pages = [operator.post(at(program), form)["Location"] for _ in range(2)]

    assert pages[0] == pages[1]
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_event(operator, program):
    form, both, pages = composed(), Barrier(2), []

    def click():
        both.wait()
        pages.append(operator.post(at(program), form)["Location"])
        connections.close_all()

    clicks = [Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert len(pages) == 2
    assert len(set(pages)) == 1
    assert Event.objects.count() == 1


def test_a_form_that_was_sent_and_goes_on_elsewhere_is_told(operator, program):
    form = composed()
    operator.post(at(program), form)

    for changed in ({"event_name": "another"}, {"action": "save"}, {"action": "template"}):
        page = operator.post(at(program), form | changed)
        assert "has been sent already" in page.content.decode()

    assert [event.event_name for event in Event.objects.all()] == ["peak"]


def test_a_series_is_an_event_a_week_but_not_on_holidays(operator, retailer, program):
    calendar = HolidayCalendar.objects.create(name="NL", days={"2030-10-29": "a day"})
    fields = {"start_date": "2030-10-15", "weekdays": ["1"], "until": "2030-11-06", "calendar": calendar.pk}

    response = operator.post(at(program), composed(**fields))

    starts = [each["intervalPeriod"]["start"] for each in retailer.get("/events").json()]
    assert starts == ["2030-10-15T10:00:00Z", "2030-10-22T10:00:00Z", "2030-11-05T11:00:00Z"]
    assert operator.get(response["Location"]).content.decode().count("peak, ") == 3


def test_an_event_is_changed_in_the_composer_and_keeps_what_it_does_not_show(operator, retailer, program):
    event = retailer.post("/events", event_request(program, custom=[1], targets=["north"])).json()
    path = f"{COMPOSE}?event={event['id']}"
    form = operator.get(path).context["form"]
    assert form["grid"].value() == "0.1\n1.1\n2.1"

    fields = {
        name: form[name].value() for name in ("token", "seen", "start_date", "start_time", "step", "zone")
    }
    response = operator.post(path, composed(**fields, event_name="later", grid="7\n8\n9", priority=""))

    assert response.status_code == 302, response.context["form"].errors
    after = retailer.get(f"/events/{event['id']}").json()
    assert after["eventName"] == "later"
    assert after["custom"] == [1]
    assert "priority" not in after
    assert [each["payloads"][0]["values"] for each in after["intervals"]] == [[7], [8], [9]]
    assert after["intervalPeriod"] == event["intervalPeriod"]


def test_of_two_who_change_an_event_the_second_is_told(operator, retailer, program):
    event = retailer.post("/events", event_request(program)).json()
    path = f"{COMPOSE}?event={event['id']}"
    seen = operator.get(path).context["form"]["seen"].value()
    retailer.put(f"/events/{event['id']}", event_request(program, eventName="theirs"))

    page = operator.post(path, composed(seen=seen, event_name="mine"))

    assert "Somebody else has changed this event" in page.content.decode()
    assert page.context["form"]["event_name"].value() == "mine"
    assert Event.objects.get().event_name == "theirs"
    assert not EventDraft.objects.exists()


def test_of_two_who_save_the_form_of_an_event_the_second_is_told(member, retailer, program):
    admin = member("root", "administrator")
    event = retailer.post("/events", event_request(program)).json()
    path = f"/admin/events/event/{event['id']}/change/"
    form = admin.get(path).context["adminform"].form
    retailer.put(f"/events/{event['id']}", event_request(program, eventName="theirs"))

    fields = {"event_name": "mine", "priority": "", "targets": "", "rest": form.fields["rest"].initial}
    page = admin.post(path, fields | {"seen": form.initial["seen"]})

    assert "Somebody else has changed this since" in page.content.decode()
    assert Event.objects.get().event_name == "theirs"


def test_an_event_that_says_more_than_a_grid_is_not_composed(operator, retailer, program):
    event = retailer.post("/events", event_request(program, duration="P9999Y")).json()

    response = operator.get(f"{COMPOSE}?event={event['id']}")

    assert response["Location"] == f"/admin/events/event/{event['id']}/change/"
    assert "says more than a grid" in messages_of(operator, response)[0]


def test_a_template_is_for_another_day(operator, program):
    operator.post(at(program), composed(action="template", kept_as="evening peak"))
    template = EventDraft.objects.get()

    form = operator.get(f"{COMPOSE}?template={template.pk}").context["form"]

    assert (template.is_template, template.name, str(template)) == (True, "evening peak", "evening peak")
    assert (form["start_date"].value(), str(form["start_time"].value())) == (None, "12:00:00")
    assert form["zone"].value() == "Europe/Amsterdam"
    assert "evening peak" in operator.get(COMPOSE).content.decode()
    assert not Event.objects.exists()


def test_a_copy_is_a_new_event(operator, retailer, program):
    event = retailer.post("/events", event_request(program)).json()
    path = f"{COMPOSE}?copy={event['id']}"
    form = operator.get(path).context["form"]

    operator.post(path, composed(token=form["token"].value(), grid=form["grid"].value()))

    assert Event.objects.count() == 2


@pytest.mark.parametrize(
    "query", ["program=nope", "event=nope", "copy=nope", "draft=99", "draft=x", "template=²"]
)
def test_what_is_not_there_is_not_composed(operator, program, query):
    assert operator.get(f"{COMPOSE}?{query}").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_who_does_not_write_events_does_not_compose(member, program, role):
    browser = member("vera", role)

    assert browser.get(COMPOSE).status_code == 403
    assert browser.post(at(program), composed()).status_code == 403
    assert not Event.objects.exists()


def test_a_preview_needs_a_fixed_number_of_queries(
    operator, retailer, enrol, program, django_assert_num_queries
):
    def asked():
        with django_assert_num_queries(10):
            page = operator.post(at(program), composed(action="preview"), headers={"X-Fragment": "preview"})
        return page.context["preview"]

    def more(number):
        start = {"start": f"2030-06-01T{8 + number:02}:00:00Z", "duration": "PT1H"}
        retailer.post("/events", event_request(program, intervalPeriod=start))
        retailer.post(
            "/vens", {"objectType": "BL_VEN_REQUEST", "venName": f"v{number}", "targets": ["north"]}
        )

    more(0)
    operator.post(at(program), composed(action="preview"))
    assert len(asked().lines) == 1
    for number in (1, 2, 3):
        more(number)
    assert len(asked().lines) == 4


def test_times_are_shown_in_the_zone_that_was_chosen_last(operator, program):
    operator.post(at(program), composed(action="preview", zone="America/New_York"))

    form = operator.get(at(program)).context["form"]

    assert form["zone"].value() == "America/New_York"


def test_an_event_that_has_ended_is_remarked_on(operator, program):
    page = operator.post(at(program), composed(action="preview", start_date="2020-01-01"))

    assert page.context["preview"].remarks == ("It has ended before it is saved: no VEN will act on it",)
    assert datetime(2020, 1, 1, 11, tzinfo=UTC) < datetime.now(UTC)


def test_drafts_go_with_their_program_and_in_no_other_way(operator, member, program):
    operator.post(at(program), composed(action="save"))
    root, draft = member("root", "administrator"), EventDraft.objects.get()

    assert root.post(f"/admin/events/eventdraft/{draft.pk}/delete/", {"post": "yes"}).status_code == 403
    assert EventDraft.objects.exists()

    root.post(f"/admin/programs/program/{program['id']}/delete/", {"post": "yes"})
    assert not EventDraft.objects.exists()


def test_the_composer_speaks_dutch(operator, program):
    dutch = {"accept-language": "nl"}

    page = operator.get(at(program), headers=dutch).content.decode()
    wrong = operator.post(
        at(program), composed(grid="x\ny", payload_types="PRICE"), headers=dutch
    ).content.decode()

    assert "Ter goedkeuring sturen" not in page
    assert "Publiceren" in page
    assert "Regel 1, PRICE: &#x27;x&#x27; is geen getal" in wrong


def warn(content, now):
    return [f"{content.event_name} is more than is licensed"]


def test_a_preview_has_the_warnings_of_others_and_the_systems_that_follow(operator, program, settings):
    settings.WIRING = {**settings.WIRING, "event_warnings": [f"{__name__}.warn"]}
    made = {"backend": "console", "created_at": NOON, "modified_at": NOON}
    Binding.objects.create(name="of all", **made)
    Binding.objects.create(name="of this", program_ids=[program["id"]], targets=["north", "west"], **made)
    Binding.objects.create(name="of south", targets=["south"], **made)
    Binding.objects.create(name="of another", program_ids=["another"], **made)
    Binding.objects.create(name="switched off", is_enabled=False, **made)

    preview = operator.post(at(program), composed(action="preview")).context["preview"]

    assert preview.remarks == ("peak is more than is licensed",)
    assert [binding.name for binding in preview.bindings] == ["of all", "of this"]
