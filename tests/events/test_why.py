"""Why a VEN sees an event, or does not: what the page says is what the door does."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from events.admin.why import explained
from events.drafts.models import EventDraft
from events.models import Event
from events.queries import EventFilter
from events.why.facts import Question
from participants import tokens
from participants.models import Client, Ven
from participants.services import resources, vens
from participants.services.clients import set_enabled, set_scopes
from participants.services.provisioning import Wanted, provision_client
from participants.wire.resources import v310 as resource_wire
from tests.conftest import Actor, event_request
from vtn.caller import ROLE_SCOPES, Caller, Role
from vtn.dialect import Dialect
from vtn.models import OutboxEntry
from vtn.wire import body

STAFF = Caller.staff("tests")
_numbers = itertools.count()


@pytest.fixture
def staff(db):
    person = User.objects.create_user("vera", is_staff=True)
    person.groups.set([Group.objects.get(name="viewer")])
    browser = Browser()
    browser.force_login(person)
    return browser


def asked(browser, **query):
    response = browser.get(reverse("why"), query)
    assert response.status_code == 200
    return response


def steps(response):
    return {step.name: (step.says.value, step.fact) for step in response.context["explained"].verdict.steps}


some_targets = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=2)
moments = st.none() | st.integers(-4, 4)
worlds = st.fixed_dictionaries(
    {
        "scopes": st.lists(st.sampled_from(sorted(ROLE_SCOPES[Role.VEN])), unique=True),
        "is_enabled": st.sampled_from([True, True, True, False]),
        "own": some_targets,
        "resources": st.lists(some_targets, max_size=2),
        "event": some_targets,
        "starts": moments,
        "lasts": st.integers(0, 3),
        "others": st.lists(some_targets, max_size=4),
    }
)
questions = st.fixed_dictionaries(
    {
        "dialect": st.sampled_from(Dialect),
        "active": st.booleans(),
        "from": moments,
        "to": moments,
        "asked": st.none() | st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
        "program": st.sampled_from([None, "its", "another"]),
    }
)


# One moment is inside a window that begins with it.
AT_AN_INSTANT = {
    "scopes": ["read_targets"],
    "is_enabled": True,
    "own": [],
    "resources": [],
    "event": [],
    "starts": 1,
    "lasts": 0,
    "others": [],
}
FROM_THAT_INSTANT = {
    "dialect": Dialect.V310,
    "active": False,
    "from": 1,
    "to": None,
    "asked": None,
    "program": None,
}


@given(worlds, questions)
@example(AT_AN_INSTANT, FROM_THAT_INSTANT)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_verdict_is_what_the_door_answers(retailer, program, settings, world, question):
    settings.PAGE_LIMIT = 2
    now = timezone.now()
    name = f"ven-{next(_numbers)}"
    actor, ven = _enrolled(name, world)
    for targets in world["others"]:
        _written(retailer, program, targets=targets)
    event = _written(retailer, program, targets=world["event"], **_timing(world, now))

    wanted = EventFilter(
        asked=None if question["asked"] is None else frozenset(question["asked"]),
        program_id={"its": program["id"], "another": "another", None: None}[question["program"]],
        active=question["active"],
        from_at=_at(now, question["from"]),
        to_at=_at(now, question["to"]),
    )
    told = explained(ven, event, Question(question["dialect"], wanted, timezone.now()))

    door = actor.at(question["dialect"].value)
    assert (door.get(f"/events/{event.id}").status_code == 200) is told.verdict.reads_it
    pages = _pages(door, _query(wanted, question["dialect"]))
    assert (pages is not None) is told.verdict.may_ask
    found = [number for number, ids in enumerate(pages or [], start=1) if event.id in ids]
    assert found == ([told.page] if told.verdict.is_listed else [])


def _enrolled(name: str, world: dict[str, Any]) -> tuple[Actor, Ven]:
    now = timezone.now()
    wanted = Wanted(name=name, role=Role.VEN, client_id=name, targets=world["own"])
    ven = provision_client(caller=STAFF, wanted=wanted, now=now).ven
    assert ven is not None
    for number, targets in enumerate(world["resources"]):
        written = {"objectType": "BL_RESOURCE_REQUEST", "venID": ven.id, "resourceName": f"meter {number}"}
        content = resource_wire.parse_resource({**written, "targets": targets}, Role.BL)
        resources.create_resource(caller=STAFF, content=content, ven_id=ven.id, now=now)
    set_scopes(caller=STAFF, client_id=name, scopes=world["scopes"], now=now)
    token = tokens.issue(client_id=name, scopes=world["scopes"]).text
    set_enabled(caller=STAFF, client_id=name, is_enabled=world["is_enabled"], now=now)
    return Actor(token=token), Ven.objects.get(id=ven.id)


def _timing(world: dict[str, Any], now: Any) -> dict[str, Any]:
    """None has no time at all, and is always there."""
    if world["starts"] is None:
        return {"intervalPeriod": None}
    start = _at(now, world["starts"]).isoformat().replace("+00:00", "Z")
    return {"intervalPeriod": {"start": start}, "duration": f"PT{world['lasts']}H"}


def _written(retailer: Actor, program: dict[str, Any], **members: Any) -> Event:
    written = event_request(program, intervals=None, **members)
    answer = retailer.post("/events", written)
    assert answer.status_code == 201, answer.content
    return Event.objects.select_related("program").get(id=answer.json()["id"])


def _at(now: Any, hours: int | None) -> Any:
    """Whole seconds off the hours, so that now and the ends of windows fall together only where they are meant to."""
    return None if hours is None else now.replace(microsecond=0) + timedelta(hours=hours)


def _query(wanted: EventFilter, dialect: Dialect) -> dict[str, Any]:
    query: dict[str, Any] = {"active": "true"} if wanted.active else {}
    if wanted.program_id:
        query["programID"] = wanted.program_id
    if wanted.asked:
        names = sorted(wanted.asked)
        query |= (
            {"targets": names} if dialect is Dialect.V310 else {"targetType": "GROUP", "targetValues": names}
        )
    for name, moment in (("x-start", wanted.from_at), ("x-end", wanted.to_at)):
        if moment is not None:
            query[name] = moment.isoformat().replace("+00:00", "Z")
    return query


def _pages(door: Actor, query: dict[str, Any]) -> list[list[str]] | None:
    """The ids on each page; None where the client is refused."""
    pages: list[list[str]] = []
    while True:
        answer = door.get("/events", {**query, "skip": 2 * len(pages)})
        if answer.status_code != 200:
            return None
        if not answer.json():
            return pages
        pages.append([event["id"] for event in answer.json()])


def test_each_reason_is_told_in_words(staff, retailer, ven, program):
    event = _written(retailer, program, eventName="peak", targets=["south"])

    response = asked(staff, ven="ven", event="peak")

    told = steps(response)
    assert told["The VEN has a client"] == ("yes", "It is “ven”, with the role: VEN.")
    assert told["The client is enabled"][0] == "yes"
    assert told["A token of the client may read events"][0] == "yes"
    assert told["The event is meant for this VEN"] == (
        "no",
        "The event's targets: “south”. Neither the VEN (“north”) nor its resources (none) are granted one of them.",
    )
    assert told["The last poll"] == ("note", "The client has never asked for anything.")
    assert "ven does not get peak." in response.text
    assert ven.get(f"/events/{event.id}").status_code == 404


def test_a_resource_may_be_what_opens_an_event(staff, retailer, ven, program):
    _written(retailer, program, eventName="peak", targets=["south"])
    record = Ven.objects.get()
    written = {"objectType": "BL_RESOURCE_REQUEST", "venID": record.id, "resourceName": "heat pump"}
    content = resource_wire.parse_resource({**written, "targets": ["south"]}, Role.BL)
    resources.create_resource(caller=STAFF, content=content, ven_id=record.id, now=timezone.now())

    response = asked(staff, ven=record.id, event="peak")

    fact = steps(response)["The event is meant for this VEN"]
    assert fact == ("yes", "The event's targets: “south”. “south” is granted by the resource “heat pump”.")
    assert "ven gets peak." in response.text


def test_an_event_on_the_second_page_is_found_there(staff, retailer, ven, program, settings):
    settings.PAGE_LIMIT = 3
    for _ in range(4):
        _written(retailer, program, eventName="before")
    _written(retailer, program, eventName="peak")

    response = asked(staff, ven="ven", event="peak")

    assert (response.context["explained"].page, response.context["explained"].skip) == (2, 3)
    assert "It stands on page 2 of the list: skip=3&amp;limit=3." in response.text
    assert [each["eventName"] for each in ven.get("/events", {"skip": 3, "limit": 3}).json()] == [
        "before",
        "peak",
    ]


def test_an_event_that_is_over_is_read_by_its_id_and_not_as_active(staff, retailer, ven, program):
    event = _written(
        retailer, program, eventName="peak", intervalPeriod={"start": "2020-01-01T00:00:00Z"}, duration="PT1H"
    )

    response = asked(staff, ven="ven", event=event.id, active="on")

    says, fact = steps(response)["The list has the event's time"]
    assert says == "no"
    assert fact.endswith("It is over, and active=true leaves out what is.")
    assert "ven can read peak by its id, but not in the list that it asks for." in response.text
    assert ven.get(f"/events/{event.id}").status_code == 200
    assert ven.get("/events", {"active": "true"}).json() == []


def test_a_ven_of_nobody_and_a_client_that_is_not_there_yet(staff, retailer, program):
    _written(retailer, program, eventName="peak")
    for name, client_id in (("orphan", None), ("early", "later")):
        content = vens.VenContent(ven_name=name, client_id=client_id, targets=(), members={"venName": name})
        vens.create_ven(caller=STAFF, content=content, now=timezone.now())

    orphan, early = asked(staff, ven="orphan", event="peak"), asked(staff, ven="early", event="peak")

    name = "The VEN has a client"
    assert steps(orphan)[name] == ("no", "It belongs to nobody yet, so nobody can ask as this VEN.")
    assert steps(early)[name] == ("no", "It belongs to “later”, and there is no such client yet.")


def test_a_draft_is_told_apart_from_what_does_not_exist(staff, retailer, ven, program):
    now = timezone.now()
    draft = {"programID": program["id"], "eventName": "secret plan"}
    EventDraft.objects.create(
        program_id=program["id"],
        operation="CREATE",
        content=draft,
        status="waiting",
        token="1",
        created_at=now,
        modified_at=now,
    )

    response = asked(staff, ven="ven", event="secret plan")

    assert "No VEN sees it: it is not published." in response.text
    assert "No VEN sees it" not in asked(staff, ven="ven", event="nothing").text


def test_names_that_are_not_clear_offer_a_choice(staff, retailer, enrol, ven, program):
    enrol("ven-two", Role.VEN, targets=[])
    enrol("ven-three", Role.VEN, targets=[])
    _written(retailer, program, eventName="<script>alert(1)</script>")

    response = asked(staff, ven="ven-t", event="script")

    assert [name for name, _, _ in response.context["vens"]] == ["ven-three", "ven-two"]
    assert "<script>alert(1)" not in response.text
    chosen = staff.get(reverse("why") + response.context["vens"][0][2])
    assert chosen.context["explained"].ven.ven_name == "ven-three"


def test_the_way_from_an_event_begins_without_a_fault(staff, retailer, ven, program):
    event = retailer.post("/events", event_request(program)).json()

    begun = asked(staff, event=event["id"])
    incomplete = asked(staff, event=event["id"], ven="")

    assert not begun.context["form"].errors
    assert f'value="{event["id"]}"' in begun.content.decode()
    assert incomplete.context["form"].errors == {"ven": ["This field is required."]}


def test_a_window_that_cannot_be_read_is_told_at_its_field(staff, retailer, ven, program):
    _written(retailer, program, eventName="peak")

    response = asked(staff, ven="ven", event="peak", from_at="tomorrow")

    assert "explained" not in response.context
    assert "x-start" in str(response.context["form"].errors["from_at"])


def test_the_number_of_queries_does_not_grow(staff, retailer, ven, program, django_assert_max_num_queries):
    for number in range(5):
        _written(retailer, program, eventName=f"event {number}", targets=["north", f"t{number}"])

    with django_assert_max_num_queries(20):
        asked(staff, ven="ven", event="event 4")


def test_the_lists_are_those_that_the_ven_is_answered_with(staff, retailer, ven, program):
    _written(retailer, program, eventName="for north", targets=["north", "concealed"])
    _written(retailer, program, eventName="for south", targets=["south"])
    record, changes = Ven.objects.get(), OutboxEntry.objects.count()

    for dialect in ("3.1.0", "3.0.1"):
        for collection in ("programs", "events", "reports"):
            response = staff.get(reverse("seen", args=[record.id, collection]), {"dialect": dialect})

            answered = body.indented(body.decode_text(ven.at(dialect).get(f"/{collection}").content))
            assert response.context["answer"] == answered
            assert "no-store" in response["Cache-Control"]
    assert "concealed" not in staff.get(reverse("seen", args=[record.id, "events"])).text
    history = staff.get(reverse("admin:participants_ven_history", args=[record.id])).text
    assert "Looked at its events as it is answered in 3.1.0." in history
    assert OutboxEntry.objects.count() == changes


def test_a_ven_that_is_refused_is_shown_refused(staff, retailer, ven, program):
    record = Ven.objects.get()
    set_scopes(caller=STAFF, client_id="ven", scopes=["write_reports"], now=timezone.now())
    refused = staff.get(reverse("seen", args=[record.id, "events"]))
    assert "It is refused:" in refused.text
    assert "answer" not in refused.context

    Client.objects.filter(client_id="ven").update(is_enabled=False)
    assert "nobody is answered" in staff.get(reverse("seen", args=[record.id, "reports"])).text


def test_whoever_may_not_see_events_gets_neither_page(retailer, ven, program):
    browser, record = Browser(), Ven.objects.get()
    browser.force_login(User.objects.create_user("nobody", is_staff=True))

    assert browser.get(reverse("why")).status_code == 403
    assert browser.get(reverse("seen", args=[record.id, "events"])).status_code == 403
    assert not LogEntry.objects.exists()


def test_the_page_of_a_ven_leads_there(log_in_root, ven):
    record = Ven.objects.get()
    page = log_in_root.get(reverse("admin:participants_ven_change", args=[record.id])).text

    assert f"/admin/why/?ven={record.id}" in page
    assert reverse("seen", args=[record.id, "events"]) in page


@pytest.fixture
def log_in_root(db):
    browser = Browser()
    browser.force_login(User.objects.create_superuser("root"))
    return browser
