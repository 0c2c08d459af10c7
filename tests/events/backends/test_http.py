"""The backend that needs no code: what it sends, and what it makes of the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.datastructures import MultiValueDict

from events.backends.base import Bound, OnHold, Refused, TryLater
from events.backends.http import HttpBackend
from events.backends.http_form import HttpForm
from events.backends.made_up import made_up
from events.bindings.models import Binding
from events.bindings.services import BadSettings, save_binding
from events.life import clock
from events.timeline import Phase
from tests.conftest import event_request
from tests.events.backends.conftest import HTTP, STAFF, carry_out, states
from tests.events.backends.other_side import Reply
from vtn import tasks
from vtn.deliveries.models import Circuit
from vtn.models import OutboxEntry

ACTIVE = made_up(Phase.ACTIVE, targets=["north"])


@pytest.fixture
def backend(other_side):
    """Made from settings as its form has checked them."""

    def backend(mapping=None, **settings):
        form = HttpForm({**HTTP, "url": other_side.root + "/events", **settings})
        assert form.is_valid(), form.errors
        return HttpBackend(Bound(id=1, name="there", settings=form.cleaned_data, mapping=mapping or {}))

    return backend


def form_errors(**settings):
    form = HttpForm({**HTTP, "url": "https://there.example/events", **settings})
    form.is_valid()
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}


def test_an_event_is_told_of_through_its_whole_life(retailer, program, bind_http, other_side):
    bind_http(secret="Bearer abc", headers="X-Site: 12\nAccept: application/json")
    start = datetime.now(UTC) + timedelta(hours=1)
    event = retailer.post(
        "/events", event_request(program, intervalPeriod={"start": start.isoformat(), "duration": "PT1H"})
    ).json()
    tasks.sweep()

    for hours in (0.5, 1.5):
        clock.turn(now=start + timedelta(hours=hours))
    retailer.delete(f"/events/{event['id']}")
    carry_out(4)

    assert [each.json for each in other_side.heard] == [
        {"name": "prices", "phase": "announced", "value": None},
        {"name": "prices", "phase": "active", "value": 0.1},
        {"name": "prices", "phase": "active", "value": 1.1},
        {"name": "prices", "phase": "cancelled", "value": None},
    ]
    first = other_side.heard[0]
    assert (first.method, first.path) == ("POST", "/events")
    assert {name: first.headers[name] for name in ("Authorization", "X-Site", "Content-Type")} == {
        "Authorization": "Bearer abc",
        "X-Site": "12",
        "Content-Type": "application/json",
    }
    assert len({each.headers["Idempotency-Key"] for each in other_side.heard}) == 4
    assert states() == [("delivered", "thanks", "")] * 4


def test_values_in_the_url_are_percent_encoded_and_named_by_the_mapping(backend, other_side):
    there = backend(
        {"north": "a/../b?c"}, url=other_side.root + "/groups/{{ mapped.0 }}/{{ phase }}", method="PUT"
    )

    there.push(ACTIVE)

    assert (other_side.heard[0].method, other_side.heard[0].path) == ("PUT", "/groups/a%2F..%2Fb%3Fc/active")


def test_get_and_delete_send_no_body(backend, other_side):
    backend(method="DELETE").push(ACTIVE)

    assert (other_side.heard[0].method, other_side.heard[0].body) == ("DELETE", b"")
    assert "Content-Type" not in other_side.heard[0].headers


@pytest.mark.parametrize("targets", [["south"], []])
def test_an_event_without_a_mapped_target_is_refused_and_nothing_is_sent(backend, other_side, targets):
    there = backend({"north": 31})

    with pytest.raises(Refused, match="The mapping has none of its targets"):
        there.push(made_up(Phase.ACTIVE, targets=targets))

    assert other_side.heard == []


def test_a_star_stands_for_all_other_targets(backend, other_side):
    there = backend({"north": 31, "*": 7}, body="{{ mapped|json }}")

    for targets in (["north"], ["south"], []):
        there.push(made_up(Phase.ACTIVE, targets=targets))

    assert [each.json for each in other_side.heard] == [[31], [7], [7]]


def test_targets_that_an_event_has_left_are_told_first_that_it_is_over(backend, other_side):
    """By a call of its own, which nobody takes for a repetition."""
    there = backend(
        {"north": 31, "south": 32, "far south": 32},
        body="{{ mapped|json }}",
        url=other_side.root + "/{{ phase }}",
    )
    moved = replace(ACTIVE, targets=("south", "east"), targets_before=("north", "far south"))

    shown = there.dry_run(moved)
    there.push(moved)

    assert [(each.path, each.json) for each in other_side.heard] == [("/cancelled", [31]), ("/active", [32])]
    assert [each.headers["Idempotency-Key"] for each in other_side.heard] == ["0.0.left", "0.0"]
    assert [each.body for each in shown] == ["[31]", "[32]"]


def test_an_event_that_has_left_all_that_is_mapped_is_over_there(backend, other_side):
    there = backend({"north": 31}, body="{{ targets|json }}", url=other_side.root + "/{{ phase }}")

    there.push(replace(ACTIVE, targets=("east",), targets_before=("north",)))
    # The others: it was never anywhere, has left nothing, and has come back to where it was.
    with pytest.raises(Refused, match="The mapping has none of its targets: east"):
        there.push(replace(ACTIVE, targets=("east",), targets_before=("west",)))
    there.push(replace(ACTIVE, targets=("north",), targets_before=("east", "north")))

    assert [(each.path, each.json) for each in other_side.heard] == [
        ("/cancelled", ["north"]),
        ("/active", ["north"]),
    ]


def test_without_a_mapping_an_event_leaves_nobody(backend, other_side):
    there = backend(body="{{ targets|json }}", url=other_side.root + "/{{ phase }}")

    there.push(replace(ACTIVE, targets=("south",), targets_before=("north",)))

    assert [(each.path, each.json) for each in other_side.heard] == [("/active", ["south"])]


def test_what_an_event_has_left_is_let_go_of_through_the_whole_system(
    retailer, program, bind_http, other_side
):
    bind_http(
        mapping={"north": 31, "south": 32}, body='{"where": {{ mapped|json }}, "phase": {{ phase|json }}}'
    )
    period = {"start": "0001-01-01", "duration": "PT1H"}
    request = event_request(program, intervalPeriod=period, targets=["north"])
    event = retailer.post("/events", request).json()
    carry_out()

    retailer.put(f"/events/{event['id']}", {**request, "targets": ["south"]})
    carry_out()

    assert [each.json for each in other_side.heard] == [
        {"where": [31], "phase": "active"},
        {"where": [31], "phase": "cancelled"},
        {"where": [32], "phase": "active"},
    ]


def test_a_phase_that_is_not_chosen_means_nothing_there(backend, other_side):
    there = backend(phases=["active"])

    receipt = there.push(made_up(Phase.ENDED))

    assert receipt.nothing_to_do
    assert list(there.dry_run(made_up(Phase.ENDED))) == []
    assert other_side.heard == []


@pytest.mark.parametrize(
    ("status", "error", "is_host_at_fault"),
    [
        (500, TryLater, True),
        (503, TryLater, True),
        (404, TryLater, False),
        (302, TryLater, False),
        (429, TryLater, False),
        (410, Refused, None),
        (401, OnHold, None),
        (403, OnHold, None),
    ],
)
def test_what_answers_mean(backend, other_side, status, error, is_host_at_fault):
    other_side.replies.append(Reply(status, b"no" * 2000, {"Retry-After": "7", "Location": "/elsewhere"}))

    with pytest.raises(error) as caught:
        backend().push(ACTIVE)

    assert (caught.value.status, len(caught.value.answer)) == (status, 1000)
    assert len(other_side.heard) == 1
    if error is TryLater:
        assert (caught.value.after, caught.value.is_host_at_fault) == (7, is_host_at_fault)


def test_the_statuses_can_be_others(backend, other_side):
    there = backend(taken="200, 409", refused="400-499", held="")
    other_side.replies.extend([Reply(409), Reply(401)])

    assert there.push(ACTIVE).status == 409
    with pytest.raises(Refused):
        there.push(ACTIVE)


def test_who_does_not_answer_in_time_is_tried_again(backend, other_side):
    other_side.replies.append(Reply(0))

    with pytest.raises(TryLater, match="did not answer in time") as caught:
        backend(timeout=0.2).push(ACTIVE)

    assert caught.value.is_host_at_fault


def test_what_makes_no_json_is_refused_before_it_is_sent(backend, other_side):
    there = backend(body="{% if priority %}{}{% else %}{{ name }}{% endif %}")
    without_priority = replace(ACTIVE, priority=None)

    with pytest.raises(Refused, match="not JSON"):
        there.push(without_priority)

    assert other_side.heard == []


@pytest.mark.parametrize(
    ("settings", "field", "said"),
    [
        ({"url": "ftp://there.example/"}, "url", "http or https"),
        ({"url": "https://{{ name }}.example/"}, "url", "the host cannot be a variable"),
        ({"url": "https://a:b@there.example/"}, "url", "No password here"),
        ({"url": "https://there.example/{{ name"}, "url", "It makes no URL"),
        ({"url": "https://there.example/{% now 'Y' %}"}, "url", "Invalid block tag"),
        ({"body": "{% include 'x' %}"}, "body", "Invalid block tag"),
        ({"body": "{% load static %}"}, "body", "Invalid block tag"),
        ({"body": "{{ name.__class__ }}"}, "body", "may not begin with underscores"),
        ({"body": "{{ name|center:'99999999' }}"}, "body", "Invalid filter"),
        ({"body": '{"name": "{{ name|json }}"}'}, "body", "not JSON"),
        ({"body": '{"value": {{ value }}}'}, "body", "that is announced"),
        ({"headers": "X-Site 12"}, "headers", "Not a header"),
        ({"headers": "Host: elsewhere"}, "headers", "set by the call itself"),
        ({"headers": "X Site: 12"}, "headers", "Not the name of a header"),
        ({"secret": "a\r\nHost: elsewhere"}, "secret", "Visible ASCII"),
        ({"secret_header": "Content-Length"}, "secret_header", "set by the call itself"),
        ({"check_url": "https://elsewhere.example/"}, "check_url", "same host"),
        ({"taken": "2xx"}, "taken", "As in"),
        ({"timeout": "25"}, "timeout", "BACKEND_TIMEOUT_SECONDS"),
        ({"method": "TRACE"}, "method", "valid choice"),
        ({"phases": []}, "phases", "required"),
    ],
)
def test_a_mistake_is_found_when_it_is_made(settings, field, said):
    assert said in form_errors(**settings)[field]


def test_what_the_form_offers_is_good():
    offered = {
        name: field.initial for name, field in HttpForm.base_fields.items() if field.initial is not None
    }
    data = MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in offered.items()}
    )
    data["method"] = "POST"
    data["url"] = "https://there.example/"

    assert HttpForm(data).errors == {}


def test_a_body_that_is_not_json_is_sent_as_it_is(backend, other_side):
    backend(content_type="text/plain", body="{{ name }} <b> & {{ nothing }}|").push(ACTIVE)

    assert other_side.heard[0].body == b"evening peak <b> & |"


def test_numbers_arrive_as_they_were_written(retailer, program, bind_http, other_side):
    bind_http(body="{{ intervals.0.payloads|json }}")
    intervals = [{"id": 0, "payloads": [{"type": "PRICE", "values": ["x"]}]}]
    text = str(event_request(program, intervals=intervals)).replace("'x'", "0.10").replace("'", '"')
    period = {"start": "0001-01-01", "duration": "PT1H"}
    text = text.replace(
        '{"start": "2026-06-01T00:00:00Z", "duration": "PT1H"}', str(period).replace("'", '"')
    )
    assert retailer.post("/events", text).status_code == 201

    carry_out()

    assert other_side.heard[0].body == b'[{"type":"PRICE","values":[0.10]}]'


def test_the_check_url_is_asked_with_the_secret(backend, other_side):
    there = backend(secret="Bearer abc", check_url=other_side.root + "/me")

    assert there.check_connection() == f"{other_side.root}/me answered 200"
    assert (other_side.heard[0].method, other_side.heard[0].headers["Authorization"]) == ("GET", "Bearer abc")

    other_side.replies.append(Reply(401))
    with pytest.raises(OnHold):
        there.check_connection()


def test_without_one_it_is_only_asked_whether_anybody_is_there(backend, other_side):
    other_side.replies.append(Reply(404))

    assert f"{other_side.root} is there (404)" in backend(secret="Bearer abc").check_connection()
    assert other_side.heard[0].method == "HEAD"
    assert "Authorization" not in other_side.heard[0].headers


def test_a_dry_run_sends_nothing_and_masks_the_secret(backend, other_side):
    (request,) = backend(secret="Bearer abc").dry_run(ACTIVE)

    assert request.headers["Authorization"] == "•••"
    assert request.body == '{"name": "evening peak", "phase": "active", "value": 2}'
    assert other_side.heard == []


def test_a_wrong_token_holds_everything_up_until_it_is_mended(retailer, program, bind_http, other_side):
    binding, trouble = bind_http(secret="Bearer old"), "answered 401: the secret has to be looked at"
    always = event_request(program, intervalPeriod={"start": "0001-01-01", "duration": "PT1H"})
    other_side.replies.append(Reply(401, b"who is Bearer old?"))
    retailer.post("/events", always)
    carry_out()
    assert states() == [("waiting", "who is •••?", trouble)]
    retailer.post("/events", always)

    carry_out(2)

    binding.refresh_from_db()
    assert binding.trouble == trouble
    assert states() == [("waiting", "", trouble)] * 2
    heard = len(other_side.heard)
    assert heard == 1

    save_binding(
        caller=STAFF,
        binding=Binding.objects.get(),
        settings={**binding.settings, "secret": "Bearer new"},
        now=datetime.now(UTC),
    )
    carry_out(2)

    assert {state for state, *_ in states()} == {"delivered"}
    assert {each.headers["Authorization"] for each in other_side.heard[heard:]} == {"Bearer new"}
    assert Binding.objects.get().trouble == ""


def test_a_secret_goes_to_no_other_host_than_the_one_it_was_put_in_for(bind_http, other_side):
    binding = bind_http(secret="Bearer abc")
    before, entries = Binding.objects.values().get(), OutboxEntry.objects.count()
    elsewhere = {**binding.settings, "url": "https://elsewhere.example/events"}

    with pytest.raises(BadSettings, match="secret: Put it in again"):
        save_binding(caller=STAFF, binding=binding, settings=elsewhere, now=datetime.now(UTC))

    assert Binding.objects.values().get() == before
    assert OutboxEntry.objects.count() == entries
    again = save_binding(
        caller=STAFF,
        binding=Binding.objects.get(),
        settings={**elsewhere, "secret": "Bearer abc"},
        now=datetime.now(UTC),
    )
    assert again.host == "https://elsewhere.example"


def test_a_host_that_fails_is_left_alone_for_a_while(retailer, program, bind_http, other_side, settings):
    settings.CIRCUIT_THRESHOLD = 2
    bind_http()
    other_side.replies.extend([Reply(500)] * 5)
    for _ in range(2):
        retailer.post(
            "/events", event_request(program, intervalPeriod={"start": "0001-01-01", "duration": "PT1H"})
        )

    carry_out()

    assert Circuit.objects.get().host == other_side.root
    assert Circuit.objects.get().open_until is not None
