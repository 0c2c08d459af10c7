"""What one member of staff writes about the events of a careful program, another one publishes."""

from __future__ import annotations

import json

import pytest

from events.drafts.models import EventDraft, Operation
from events.drafts.plans import Plan
from events.drafts.publishing import NotAlone
from events.drafts.services import publish_draft, write_draft
from events.models import Event
from programs.models import Program
from tests.conftest import NOON, event_request
from tests.events.drafts.conftest import COMPOSE, composed, messages_of
from vtn.caller import Caller
from vtn.models import OutboxEntry


def at(program):
    return f"{COMPOSE}?program={program['id']}"


def decide(browser, draft, way, **fields):
    fields = {"version": draft.version, **fields}
    return browser.post(f"/admin/events/eventdraft/{draft.pk}/decide/{way}/", fields)


@pytest.fixture
def waiting(operator, careful):
    """The operator's draft, which waits for approval."""
    operator.post(at(careful), composed(action="submit"))
    return EventDraft.objects.get()


def test_no_ven_sees_what_waits_and_all_see_what_was_published(operator, approver, ven, careful):
    operator.post(at(careful), composed(action="publish"))

    draft = EventDraft.objects.get()
    assert draft.status == "waiting"
    assert ven.get("/events").json() == []

    response = decide(approver, draft, "publish")

    assert messages_of(approver, response) == ["It is published"]
    (event,) = ven.get("/events").json()
    assert event["eventName"] == "peak"
    assert OutboxEntry.objects.get(object_type="EVENT").made_by == "staff:anna"
    draft.refresh_from_db()
    assert (draft.status, draft.authors, draft.decided_by) == ("published", ["staff:olga"], "staff:anna")
    assert draft.made == [event["id"]]


def test_the_record_has_who_wrote_and_who_published(approver, waiting):
    decide(approver, waiting, "publish")

    entries = OutboxEntry.objects.filter(object_type="EVENT_DRAFT").order_by("id")
    assert [(entry.made_by, entry.after["status"]) for entry in entries] == [
        ("staff:olga", "waiting"),
        ("staff:anna", "published"),
    ]
    assert approver.get(f"/admin/events/eventdraft/{waiting.pk}/history/").status_code == 200


def test_an_operator_publishes_nothing_of_a_careful_program(operator, waiting):
    assert decide(operator, waiting, "publish").status_code == 403
    assert not Event.objects.exists()


@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_publishes_what_is_of_their_own_hand(member, careful, is_superuser, django_user_model):
    root = member("root", "administrator")
    django_user_model.objects.update(is_superuser=is_superuser)
    root.post(at(careful), composed(action="publish"))
    draft = EventDraft.objects.get()

    assert draft.status == "waiting"
    assert decide(root, draft, "publish").status_code == 403
    assert (
        "somebody else has to publish it"
        in root.get(f"/admin/events/eventdraft/{draft.pk}/change/").content.decode()
    )
    assert not Event.objects.exists()


def test_the_service_itself_lets_nobody_publish_alone(waiting, careful):
    """Where the rule was switched on after the page had asked."""
    olga, entries = Caller.staff("olga"), OutboxEntry.objects.count()
    plan = Plan(operation=Operation.CREATE, content={"programID": careful["id"]}, zone="UTC")

    with pytest.raises(NotAlone):
        publish_draft(caller=olga, draft_id=waiting.pk, version=waiting.version, now=NOON)
    with pytest.raises(NotAlone):
        write_draft(caller=olga, plan=plan, token="t", then=EventDraft.Status.PUBLISHED, now=NOON)

    assert EventDraft.objects.get().status == "waiting"
    assert not Event.objects.exists()
    assert OutboxEntry.objects.count() == entries


def test_who_changes_a_draft_has_had_a_hand_in_it(member, waiting):
    root = member("root", "administrator")
    path = f"{COMPOSE}?draft={waiting.pk}"
    form = root.get(path).context["form"]

    root.post(path, composed(token=form["token"].value(), version=form["version"].value(), action="submit"))

    waiting.refresh_from_db()
    assert waiting.authors == ["staff:olga", "staff:root"]
    assert decide(root, waiting, "publish").status_code == 403


def test_an_approver_publishes_what_was_seen_and_nothing_newer(operator, approver, waiting):
    path = f"{COMPOSE}?draft={waiting.pk}"
    version = operator.get(path).context["form"]["version"].value()
    operator.post(path, composed(version=version, grid="9\n9", action="submit"))

    response = decide(approver, waiting, "publish")

    assert "staff:olga has changed this draft" in messages_of(approver, response)[0]
    assert not Event.objects.exists()


def test_of_two_who_change_a_draft_the_second_is_told(operator, member, waiting):
    other = member("oscar", "operator")
    path = f"{COMPOSE}?draft={waiting.pk}"
    version = operator.get(path).context["form"]["version"].value()
    operator.post(path, composed(version=version, event_name="first", action="save"))

    page = other.post(path, composed(version=version, event_name="second", action="save"))

    assert "has changed this draft since you opened it" in page.content.decode()
    assert EventDraft.objects.get().content["eventName"] == "first"


def test_a_draft_is_given_back_with_a_reason(operator, approver, waiting):
    response = decide(approver, waiting, "reject", reason="too <b>dear</b>")

    page = operator.get(response["Location"]).content.decode()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == ("draft", "too <b>dear</b>")
    assert "too &lt;b&gt;dear" in page
    assert not Event.objects.exists()


def test_a_draft_that_was_withdrawn_is_not_published(operator, approver, waiting):
    decide(operator, waiting, "withdraw")

    response = decide(approver, waiting, "publish")

    assert messages_of(approver, response) == ["The draft is withdrawn already"]
    assert not Event.objects.exists()


def test_two_clicks_publish_once(approver, waiting):
    first, second = (decide(approver, waiting, "publish") for _ in range(2))

    assert first.status_code == second.status_code == 302
    assert Event.objects.count() == 1


def test_a_program_that_is_not_careful_lets_its_operators_publish(operator, program):
    operator.post(at(program), composed(action="save"))
    draft = EventDraft.objects.get()

    decide(operator, draft, "publish")

    assert Event.objects.count() == 1


def test_the_rule_may_come_after_the_draft(operator, program):
    operator.post(at(program), composed(action="save"))
    Program.objects.update(four_eyes=True)

    assert decide(operator, EventDraft.objects.get(), "publish").status_code == 403
    assert not Event.objects.exists()


def test_the_form_of_an_event_makes_a_draft_too(operator, approver, retailer, careful):
    event = retailer.post("/events", event_request(careful)).json()
    path = f"/admin/events/event/{event['id']}/change/"
    form = operator.get(path).context["adminform"].form
    fields = {"event_name": "renamed", "priority": "", "targets": "", "rest": form.fields["rest"].initial}

    response = operator.post(path, fields | {"seen": form.initial["seen"]})

    draft = EventDraft.objects.get()
    assert response["Location"] == f"/admin/events/eventdraft/{draft.pk}/change/"
    assert retailer.get(f"/events/{event['id']}").json() == event
    page = approver.get(response["Location"]).content.decode()
    assert '<th scope="row">eventName</th>' in page
    decide(approver, draft, "publish")
    assert retailer.get(f"/events/{event['id']}").json()["eventName"] == "renamed"


def test_a_new_event_of_the_form_is_a_draft_too(operator, retailer, careful):
    content = {"intervals": [{"id": 0, "payloads": [{"type": "SIMPLE", "values": [1]}]}]}
    fields = {"program": careful["id"], "event_name": "by hand", "targets": "", "rest": json.dumps(content)}

    operator.post("/admin/events/event/add/", fields)

    assert EventDraft.objects.get().status == "waiting"
    assert retailer.get("/events").json() == []


def test_an_event_is_not_deleted_past_the_rule(operator, member, retailer, careful):
    event = retailer.post("/events", event_request(careful)).json()
    root = member("root", "administrator")

    for browser in (operator, root):
        assert browser.post(f"/admin/events/event/{event['id']}/delete/", {"post": "yes"}).status_code == 403
        browser.post(
            "/admin/events/event/",
            {"action": "delete_selected", "_selected_action": [event["id"]], "post": "yes"},
        )
    assert Event.objects.exists()


def test_business_logic_is_not_bound_by_it(retailer, careful):
    assert retailer.post("/events", event_request(careful)).status_code == 201


def test_a_change_of_an_event_that_went_on_is_told_to_the_approver(operator, approver, retailer, careful):
    event = retailer.post("/events", event_request(careful)).json()
    path = f"{COMPOSE}?event={event['id']}"
    seen = operator.get(path).context["form"]["seen"].value()
    operator.post(path, composed(seen=seen))
    retailer.put(f"/events/{event['id']}", event_request(careful, eventName="theirs"))

    response = decide(approver, EventDraft.objects.get(), "publish")

    assert "Somebody else has changed this event" in messages_of(approver, response)[0]
    assert Event.objects.get().event_name == "theirs"


def test_operators_do_not_switch_the_rule(operator, member, careful):
    path = f"/admin/programs/program/{careful['id']}/change/"
    form = {"program_name": "day-ahead", "targets": "", "rest": "{}"}

    operator.post(path, form)
    assert Program.objects.get().four_eyes

    member("root", "administrator").post(path, form)
    assert not Program.objects.get().four_eyes
    entry = OutboxEntry.objects.get(object_type="FOUR_EYES")
    assert (entry.made_by, entry.before, entry.after) == (
        "staff:root",
        {"fourEyes": True},
        {"fourEyes": False},
    )


def test_no_document_tells_of_the_rule(retailer, careful):
    assert "four" not in json.dumps(retailer.get("/programs").json()).lower()
