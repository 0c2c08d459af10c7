"""Bindings in the admin, made, tried and watched as a member of staff does it."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from events.bindings.filled import FilledForm
from events.bindings.models import Binding
from events.bindings.pushing import Backends
from programs.models import Program
from tests.conftest import event_request
from tests.events.backends.conftest import HTTP, carry_out, states
from tests.events.backends.other_side import Reply
from vtn.deliveries import store
from vtn.deliveries.models import Delivery
from vtn.deliveries.outcomes import End, Outcome
from vtn.models import OutboxEntry
from vtn.relay.telling import Telling
from vtn.wiring import all_wired

LIST = reverse("admin:events_binding_changelist")
ADD = reverse("admin:events_binding_add")
NOW_FOR_AN_HOUR = {"start": "0001-01-01", "duration": "PT1H"}


@pytest.fixture
def admin(db, client):
    client.force_login(User.objects.create_superuser("berta"))
    return client


def page_of(binding):
    return reverse("admin:events_binding_change", args=[binding.pk])


def shown(response):
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def http_form(url, **fields):
    settings = {f"settings-{name}": value for name, value in {**HTTP, "url": url}.items()}
    return {
        "name": "there",
        "is_enabled": "on",
        "targets": "north\r\nsouth",
        "mapping": "{}",
        **settings,
        **fields,
    }


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Binding, OutboxEntry, Delivery)]


def test_a_backend_is_chosen_and_its_form_is_on_the_page(admin):
    choice = shown(admin.get(ADD))
    page = shown(admin.get(ADD, {"backend": "http"}))

    assert '<a href="?backend=http">HTTP request</a>' in choice
    assert 'name="settings-url"' in page
    assert 'type="password" name="settings-secret"' in page
    assert "{{ event_id|json }}" in page  # what the form offers


def test_trials_and_secrets_are_in_dutch_for_whoever_wants_it(admin, bind_http):
    binding = bind_http(secret="Bearer t0psecret")
    dry_run = reverse("admin:events_binding_dry_run", args=[binding.pk])

    tried = shown(admin.get(dry_run, headers={"Accept-Language": "nl"}))

    assert "Fase" in tried
    assert re.findall(r'<option value="\w*"[^>]*>([^<]*)<', tried) == [
        *("een verzonnen", "aangekondigd", "actief", "geëindigd", "geannuleerd"),
    ]
    with override("nl"):
        form = FilledForm(binding).form
        assert [
            str(field.help_text) for field in form.fields.values() if "Is ingesteld" in str(field.help_text)
        ]


def test_a_number_of_a_backend_may_have_a_comma(admin, other_side):
    form = http_form(f"{other_side.root}/events", **{"settings-timeout": "2,5"})

    offered = shown(admin.get(ADD, {"backend": "http"}))
    admin.post(f"{ADD}?backend=http", form)

    assert 'type="number"' not in offered
    assert Binding.objects.get().settings["timeout"] == 2.5


def test_a_binding_is_made_and_followed(admin, retailer, program, other_side):
    form = http_form(
        f"{other_side.root}/events", **{"settings-secret": "Bearer t0psecret", "programs": [program["id"]]}
    )

    response = admin.post(f"{ADD}?backend=http", form)

    assert response.status_code == 302, shown(response)
    binding = Binding.objects.get()
    assert (binding.backend, binding.host) == ("http", other_side.root)
    assert (binding.program_ids, binding.targets) == ([program["id"]], ["north", "south"])
    entry = OutboxEntry.objects.get(object_type="BINDING")
    assert (entry.made_by, entry.operation) == ("staff:berta", "CREATE")
    retailer.post("/events", event_request(program, targets=["north"], intervalPeriod=NOW_FOR_AN_HOUR))
    carry_out()
    assert other_side.heard[0].headers["Authorization"] == "Bearer t0psecret"


def test_the_secret_is_shown_nowhere_and_kept_when_left_empty(admin, bind_http, other_side):
    binding = bind_http(secret="Bearer t0psecret")
    sealed = binding.sealed_secrets

    page = shown(admin.get(page_of(binding)))
    response = admin.post(page_of(binding), http_form(f"{other_side.root}/other"))

    assert "Is set; leave empty to keep." in page
    assert response.status_code == 302, shown(response)
    after = Binding.objects.get()
    assert after.settings["url"].endswith("/other")
    assert after.sealed_secrets == sealed
    entries = OutboxEntry.objects.filter(object_type="BINDING")
    for text in (page, str(list(entries.values())), shown(admin.get(LIST)), str(after.settings)):
        assert "t0psecret" not in text


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"settings-url": "ftp://x"}, "settings-url", "http or https"),
        ({"settings-body": "{{"}, "settings-body", "not JSON"),
        ({"settings-secret": "a\nb"}, "settings-secret", "Visible ASCII"),
        ({"name": ""}, "name", "required"),
        ({"name": "a\x07"}, "name", "control characters"),
        ({"targets": "x" * 129}, "targets", "1 to 128"),
        ({"mapping": "{"}, "mapping", "valid JSON"),
        ({"mapping": "[1]"}, "mapping", "Expected an object"),
        ({"programs": ["nope"]}, "programs", "valid choice"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_changes_nothing(
    admin, bind_http, other_side, fields, field, said
):
    binding = bind_http(secret="Bearer t0psecret")
    before = everything()

    page = shown(admin.post(page_of(binding), http_form(f"{other_side.root}/x", **fields)))

    beside = page.partition(f'name="{field}"')[2].partition("<label")[0]
    assert said in beside
    assert everything() == before
    assert "Bearer t0psecret" not in page


def test_a_secret_that_was_just_put_in_is_not_shown_with_the_mistake(admin, other_side):
    form = http_form("ftp://x", **{"settings-secret": "Bearer t0psecret"})

    assert "Bearer t0psecret" not in shown(admin.post(f"{ADD}?backend=http", form))
    assert not Binding.objects.exists()


def test_two_of_one_backend_on_the_same_target_are_a_warning(admin, bind, program):
    bind("console", "first", targets=["north"])
    form = {
        "name": "second",
        "is_enabled": "on",
        "targets": "north",
        "mapping": "{}",
        "settings-prefix_text": "",
    }

    response = admin.post(f"{ADD}?backend=console", form, follow=True)

    assert Binding.objects.count() == 2
    (warning,) = [message for message in response.context["messages"] if message.level_tag == "warning"]
    assert "“first”" in str(warning)
    first = Binding.objects.get(name="first")
    again = admin.post(page_of(first), {**form, "name": "first", "_continue": "1"}, follow=True)
    assert "“second”" in shown(again)
    other = admin.post(f"{ADD}?backend=console", {**form, "name": "third", "targets": "south"}, follow=True)
    assert [message.level_tag for message in other.context["messages"]] == ["success"]


def test_a_form_that_claims_to_be_a_new_binding_is_none_of_ours(admin, bind):
    """There is no such button, but Django believes it all the same."""
    binding = bind("console", "first")

    assert shown(
        admin.post(page_of(binding), {"name": "", "mapping": "{}", "targets": "", "_saveasnew": "1"})
    )
    assert Binding.objects.get().name == "first"


def test_a_mapping_is_shown_over_several_lines(admin, bind):
    binding = bind("console", "first", mapping={"north": {"cluster": 31}})

    page = shown(admin.get(page_of(binding)))

    assert '{\n  "north": {\n    "cluster": 31\n  }\n}' in page


def test_a_name_that_is_taken_is_said_at_the_name(admin, bind):
    bind("console", "first")

    page = admin.post(f"{ADD}?backend=console", {"name": "first", "mapping": "{}", "targets": ""})

    assert "already exists" in shown(page)
    assert Binding.objects.count() == 1


def test_a_program_that_was_deleted_stays_until_it_is_taken_out(admin, bind, retailer, program):
    binding = bind("console", "first", program_ids=[program["id"]])
    Program.objects.all().delete()

    page = shown(admin.get(page_of(binding)))
    admin.post(
        page_of(binding), {"name": "first", "programs": [program["id"]], "targets": "", "mapping": "{}"}
    )

    assert f"(deleted) {program['id']}" in page
    assert Binding.objects.get().program_ids == [program["id"]]
    assert f"(deleted) {program['id']}" in shown(admin.get(LIST))


def test_the_list_says_how_each_fares_with_a_fixed_number_of_queries(
    admin, bind_http, bind, retailer, program, other_side
):
    binding = bind_http(path="/a")
    other_side.replies.extend([Reply(401), Reply(410)])
    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))
    carry_out()
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = shown(admin.get(LIST))
    for number in range(5):
        bind("console", f"log {number}", program_ids=[program["id"]])

    with CaptureQueriesContext(connection) as many:
        full = shown(admin.get(LIST))

    waiting = f"channel=backend&recipient_id={binding.pk}&state__exact=waiting"
    assert f'{reverse("admin:vtn_delivery_changelist")}?{waiting}">1</a>' in page
    assert "answered 401: the secret has to be looked at" in page
    assert "day-ahead" in full
    # One more for the names of the programs.
    assert len(many) - len(few) in (0, 1)
    assert shown(admin.get(f"{reverse('admin:vtn_delivery_changelist')}?{waiting}"))


def test_the_page_of_a_delivery_leads_to_its_binding(admin, bind, retailer, program):
    binding = bind("console", "first")
    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))
    carry_out()
    delivery = Delivery.objects.get(channel="backend")

    page = shown(admin.get(reverse("admin:vtn_delivery_change", args=[delivery.pk])))

    assert f'<a href="{page_of(binding)}">first</a>' in page


def test_the_connection_is_checked_from_the_page(admin, bind_http, other_side):
    binding = bind_http(secret="Bearer t0psecret", check_url=f"{other_side.root}/me")
    check = reverse("admin:events_binding_check", args=[binding.pk])
    assert f'formaction="{check}"' in shown(admin.get(page_of(binding)))
    before = everything()

    good = admin.post(check, follow=True)
    other_side.replies.append(Reply(401, b"no"))
    bad = admin.post(check, follow=True)

    (said,) = good.context["messages"]
    assert (said.level_tag, str(said)) == (
        "success",
        f"Connection of “there”: {other_side.root}/me answered 200",
    )
    (said,) = bad.context["messages"]
    assert said.level_tag == "error"
    assert "answered 401" in str(said)
    assert everything() == before


def test_a_dry_run_shows_what_would_be_sent_for_a_made_up_event(admin, bind_http, other_side):
    binding = bind_http(secret="Bearer t0psecret")
    dry_run = reverse("admin:events_binding_dry_run", args=[binding.pk])
    assert dry_run in shown(admin.get(page_of(binding)))

    page = shown(admin.get(dry_run, {"event": "", "phase": "active"}))

    assert f"POST {other_side.root}/events" in page
    assert "Authorization: •••" in page
    assert '{"name": "evening peak", "phase": "active", "value": 2}' in page
    assert "Bearer t0psecret" not in page
    assert other_side.heard == []


@pytest.mark.parametrize("phase", ["announced", "active", "ended", "cancelled"])
def test_a_dry_run_for_an_event_in_each_of_its_phases(admin, bind_http, retailer, program, phase):
    binding = bind_http()
    event = retailer.post("/events", event_request(program)).json()

    page = shown(
        admin.get(
            reverse("admin:events_binding_dry_run", args=[binding.pk]), {"event": event["id"], "phase": phase}
        )
    )

    sent = {"name": "prices", "phase": phase, "value": 0.1 if phase == "active" else None}
    assert json.dumps(sent) in page


def test_a_phase_that_an_event_never_has_is_said(admin, bind_http, retailer, program):
    binding = bind_http()
    event = retailer.post("/events", {"programID": program["id"], "intervals": []}).json()

    page = shown(
        admin.get(
            reverse("admin:events_binding_dry_run", args=[binding.pk]),
            {"event": event["id"], "phase": "ended"},
        )
    )

    assert "is never ended" in page


def test_who_may_only_look_tries_nothing(client, db, bind_http, other_side):
    binding = bind_http(check_url=f"{other_side.root}/me")
    person = User.objects.create_user("carl", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="view_binding"))
    client.force_login(person)

    page = shown(client.get(page_of(binding)))

    assert "Check connection" not in page
    for name in ("check", "dry_run"):
        url = reverse(f"admin:events_binding_{name}", args=[binding.pk])
        assert (client.post(url) if name == "check" else client.get(url)).status_code == 403
    assert client.get(ADD).status_code == 403
    assert other_side.heard == []


def test_a_backend_that_is_gone_is_said_on_the_page_which_still_opens(admin, bind):
    binding = bind("console", "first")
    bind("console", "second")
    Binding.objects.filter(pk=binding.pk).update(backend="vanished")

    page = shown(admin.get(page_of(binding)))
    refused = shown(admin.post(page_of(binding), {"name": "first", "targets": "", "mapping": "{}"}))
    check = admin.post(reverse("admin:events_binding_check", args=[binding.pk]), follow=True)
    admin.post(LIST, {"action": "disable", "_selected_action": [binding.pk]})

    for text in (page, refused, shown(check)):
        assert "There is no backend named 'vanished'" in text
    assert [each.is_enabled for each in Binding.objects.order_by("pk")] == [False, True]
    assert shown(admin.get(LIST))


def test_disabling_drops_what_waits_and_enabling_does_not_bring_it_back(
    admin, bind_http, retailer, program, other_side
):
    binding = bind_http()
    other_side.replies.append(Reply(500))
    request = event_request(program, intervalPeriod=NOW_FOR_AN_HOUR)
    retailer.post("/events", request)
    carry_out()
    assert [state for state, *_ in states()] == ["waiting"]

    admin.post(LIST, {"action": "disable", "_selected_action": [binding.pk]})
    retailer.post("/events", request)
    carry_out()
    admin.post(LIST, {"action": "enable", "_selected_action": [binding.pk]})
    carry_out()

    assert [(state, reason) for state, _, reason in states()] == [("dropped", "is no longer wanted")]
    assert len(other_side.heard) == 1
    retailer.post("/events", request)
    carry_out()
    assert len(other_side.heard) == 2


def test_deleting_asks_first_and_what_waits_is_pushed_no_more(
    admin, bind_http, retailer, program, other_side
):
    binding = bind_http()
    other_side.replies.append(Reply(500))
    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))
    carry_out()
    path = reverse("admin:events_binding_delete", args=[binding.pk])
    assert shown(admin.get(path))

    assert admin.post(path, {"post": "yes"}).status_code == 302
    carry_out()

    assert not Binding.objects.exists()
    assert [state for state, *_ in states()] == ["dropped"]
    assert OutboxEntry.objects.get(object_type="BINDING", operation="DELETE").made_by == "staff:berta"
    assert len(other_side.heard) == 1
    # The record of what was sent stays readable.
    assert other_side.root in shown(admin.get(reverse("admin:vtn_delivery_changelist")))


def test_a_push_that_fails_with_the_old_secret_after_the_save_is_no_trouble(
    bind_http, retailer, program, other_side
):
    """Staff have answered already: the next try will show whether that was right."""
    binding = bind_http(secret="Bearer old")
    retailer.post("/events", event_request(program, intervalPeriod=NOW_FOR_AN_HOUR))
    Telling(all_wired("tells"))()
    (claimed,) = [each for each in store.claim(most=10, lease=60, busy=[]) if each.channel == "backend"]

    Binding.objects.filter(pk=binding.pk).update(modified_at=datetime.now(UTC))
    Backends().note([(claimed, Outcome(End.HELD, reason="answered 401"))])

    assert Binding.objects.get().trouble == ""
