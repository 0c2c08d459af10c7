# ruff: noqa: F401, F811 - fixtures of other folders are taken by name
"""Every address of the admin, each with an object, none, and one that is not there: none of them fails."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.contrib import admin
from django.forms import ModelForm
from django.urls import NoReverseMatch, reverse

from events.dr_events import clock
from events.drafts.models import EventDraft, HolidayCalendar
from events.models import Event
from events.reports.models import Report
from licensing.models import Controller, License
from participants.models import ControllerLink, Publication, Ven
from tariffs.models import TariffVersion
from tests.conftest import NOON, event_request
from tests.events.backends.conftest import bind
from tests.events.dr_events.conftest import dr_event_request, mill, participant_request, posted, tool
from tests.licensing.conftest import license, scene
from tests.notifications.conftest import laboratory, subscribe, subscriber
from tests.tariffs.tariff import make_program, make_publication, make_tariff, make_timings
from vtn import tasks
from vtn.deliveries.models import Circuit, Delivery
from vtn.models import OutboxEntry
from vtn.polling.models import Poller

# What stands in an address beside the object.
WORDS = {"callback_id": 1, "way": "publish", "what": "withdraw", "collection": "events"}
ACCOUNTS = ("auth.user", "auth.group")
NOT_THERE = ("nothing", "0", "99999999999999999999", "00000000-0000-0000-0000-000000000000", "é'\"<script>")


@pytest.fixture
def everything(retailer, ven, program, tool, mill, bind, subscribe, scene, license):
    """An object of every model that has pages."""
    bind("console")
    subscribe(retailer)
    event = retailer.post("/events", event_request(program)).json()
    resource = ven.post(
        "/resources", {"objectType": "VEN_RESOURCE_REQUEST", "resourceName": "battery"}
    ).json()
    reported = {
        "resourceName": "battery",
        "intervals": [{"id": 0, "payloads": [{"type": "USAGE", "values": [1]}]}],
    }
    report = ven.post("/reports", {"eventID": event["id"], "clientName": "ven", "resources": [reported]})
    assert report.status_code == 201, report.content
    license("SGO-1", node="12")
    ControllerLink.objects.create(controller=Controller.objects.get(node_id="12"), ven_id=resource["venID"])
    posted(tool, "/dr/participants", participant_request())
    posted(tool, "/dr/dr-events", dr_event_request())
    tasks.sweep()
    clock.notify(now=datetime.fromisoformat("2126-12-01T13:00:00Z"))
    make_timings()
    make_publication(make_tariff(), make_program())
    HolidayCalendar.objects.create(name="holidays")
    made = {"authors": ["staff:anna"], "created_at": NOON, "modified_at": NOON}
    EventDraft.objects.create(
        program_id=program["id"],
        operation="CREATE",
        zone="UTC",
        token="once",
        content=event_request(program),
        **made,
    )
    Poller.objects.create(client_id="ven", polled_at=NOON)
    Circuit.objects.create(host="https://away.example", failures=9)
    Publication.objects.create(entry=OutboxEntry.objects.first())


def addresses(model, page, key: str | None):
    """Each address of a model's pages; with a key, those that are about an object."""
    for each in page.get_urls():
        if each.name is None:
            continue
        names = each.pattern.converters
        if bool(names.keys() - WORDS.keys()) is (key is None):
            continue
        words = {name: WORDS.get(name, key) for name in names}
        try:
            yield reverse(f"admin:{each.name}", kwargs=words)
        except NoReverseMatch:
            continue  # a key that no address of this kind has


def all_addresses(key_of):
    return [
        address
        for model, page in admin.site._registry.items()
        for key in (None, key_of(model))
        for address in addresses(model, page, key)
    ]


def first_key(model):
    first = model.objects.first()
    assert first is not None, f"there is no {model._meta.label} in `everything`"
    return str(first.pk)


def unlike(staff, addresses, expected):
    """What was answered otherwise."""
    answers = {address: staff.get(address).status_code for address in addresses}
    return {address: status for address, status in answers.items() if status not in expected}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_page_fails(everything, log_in, language):
    staff = log_in()
    staff.defaults["HTTP_ACCEPT_LANGUAGE"] = language

    # 404: the export of the timings of no plan.
    # 302: nothing to see there without having done something; 403: nobody adds one; 405: for forms alone.
    assert unlike(staff, all_addresses(first_key), {200, 302, 403, 404, 405}) == {}


def test_every_list_and_every_object_can_be_looked_at_by_a_viewer(everything, log_in):
    viewer = log_in("viewer")
    ours = [model for model in admin.site._registry if model._meta.label_lower not in ACCOUNTS]
    looked_at = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
        for model in ours
        if model is not TariffVersion  # whose history is that of its tariff
        for page, args in (
            ("changelist", ()),
            ("change", (first_key(model),)),
            ("history", (first_key(model),)),
        )
    ]

    assert unlike(viewer, looked_at, {200}) == {}
    others = set(all_addresses(first_key)) - set(looked_at)
    assert unlike(viewer, sorted(others), {200, 302, 403, 404, 405}) == {}


def test_a_viewer_sees_whatever_the_form_of_others_holds(everything, log_in):
    viewer, unseen = log_in("viewer"), []
    for model, page in admin.site._registry.items():
        if page.form is ModelForm or model._meta.label_lower in ACCOUNTS:
            continue
        address = reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[first_key(model)]
        )
        shown = viewer.get(address).context
        form = page.form(instance=shown["original"])
        for field in (field for fieldset in shown["adminform"] for line in fieldset for field in line):
            name = field.field["name"]
            if name in form.fields and form[name].value() and field.contents() in ("-", "None"):
                unseen.append(f"{model._meta.label}.{name}")

    assert unseen == []


def test_no_page_of_an_object_shows_a_moment_as_python_writes_it(everything, log_in):
    Delivery.objects.update(state=Delivery.State.WAITING, due_at=NOON)
    Circuit.objects.update(open_until=NOON)
    License.objects.update(activated_at=NOON, deactivated_at=NOON)
    Report.objects.update(span=(NOON, NOON + timedelta(hours=1)))
    staff, raw = log_in(), {}

    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        page = staff.get(reverse(f"admin:{name}_change", args=[first_key(model)])).content.decode()
        if found := re.findall(r"\d [\d:.]{8,}\+\d\d:\d\d", page):
            raw[name] = found

    assert raw == {}


def test_who_deletes_something_is_told_of_nothing_that_has_no_name(everything, log_in):
    staff, nameless = log_in(), {}

    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        response = staff.get(reverse(f"admin:{name}_delete", args=[first_key(model)]))
        page = response.content.decode()
        if found := [*re.findall(r"\w+ object \(", page), *re.findall("Intervals|Event targets|Turns", page)]:
            nameless[name] = found

    assert nameless == {}
    event = staff.get(reverse("admin:events_event_delete", args=[first_key(Event)])).content.decode()
    assert re.search("Events: [0-9]", event)


def test_nothing_a_viewer_sends_changes_anything(everything, log_in):
    viewer, before = log_in("viewer"), told()

    statuses = {
        address: viewer.post(address, {"post": "yes"}).status_code for address in all_addresses(first_key)
    }

    allowed = {200, 302, 403, 404, 405}
    assert {address: status for address, status in statuses.items() if status not in allowed} == {}
    assert told() == before


def told():
    """How many rows there are of everything."""
    return {model._meta.label: model.objects.count() for model in admin.site._registry}


@pytest.mark.parametrize("key", NOT_THERE)
def test_what_is_not_there_is_no_failure_either(everything, log_in, key):
    assert unlike(log_in(), all_addresses(lambda model: key), {200, 302, 403, 404, 405}) == {}
