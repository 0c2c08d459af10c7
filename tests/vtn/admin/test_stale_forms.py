"""A form that was opened before somebody else wrote the object takes nothing of that back."""

from __future__ import annotations

import pytest
from django.contrib.admin.helpers import AdminForm
from django.urls import reverse

from tests.conftest import event_request
from vtn.models import OutboxEntry


@pytest.fixture(params=["program", "event", "ven", "resource"])
def stored(request, retailer, ven, program):
    """The address of an object, its page in the admin, and what business logic writes of it."""
    if request.param == "program":
        return f"/programs/{program['id']}", "programs_program", {"programName": program["programName"]}
    if request.param == "event":
        content = event_request(program)
        event = retailer.post("/events", content).json()
        return f"/events/{event['id']}", "events_event", content
    owner = retailer.get("/vens").json()[0]
    if request.param == "ven":
        content = {"objectType": "BL_VEN_REQUEST", "venName": owner["venName"], "clientID": "ven"}
        return f"/vens/{owner['id']}", "participants_ven", content
    content = {"objectType": "BL_RESOURCE_REQUEST", "resourceName": "boiler", "venID": owner["id"]}
    resource = retailer.post("/resources", content | {"clientID": "ven"}).json()
    return f"/resources/{resource['id']}", "participants_resource", content | {"clientID": "ven"}


def filled(form: AdminForm) -> dict[str, str]:
    """What a browser would send of a page that nobody has typed into."""
    fields = {name: form.form[name].value() for name in form.form.fields}
    targets = form.form["targets"].field.prepare_value(fields["targets"])
    return {name: value for name, value in fields.items() if value is not None} | {"targets": targets or ""}


def test_what_somebody_else_has_written_since_stays(retailer, staff, stored):
    path, model, content = stored
    before = retailer.get(path).json()
    page = reverse(f"admin:{model}_change", args=[path.rpartition("/")[2]])
    opened = staff.get(page)
    management = {
        name: value
        for formset in opened.context["inline_admin_formsets"]
        for name, value in {
            f"{formset.formset.prefix}-TOTAL_FORMS": 0,
            f"{formset.formset.prefix}-INITIAL_FORMS": 0,
        }.items()
    }
    form = filled(opened.context["adminform"]) | management
    assert form["seen"]
    assert opened.content.decode().count('name="seen"') == 1

    changed = retailer.put(path, {**content, "targets": ["south"]})
    assert changed.status_code == 200, changed.content
    entries = OutboxEntry.objects.count()
    refused = staff.post(page, form)

    assert refused.status_code == 200
    assert "Somebody else has changed this since you opened it" in refused.content.decode()
    assert retailer.get(path).json() == changed.json()
    assert OutboxEntry.objects.count() == entries

    again = staff.post(page, form | {"seen": filled(staff.get(page).context["adminform"])["seen"]})
    assert again.status_code == 302
    assert retailer.get(path).json().get("targets", []) == before.get("targets", [])
