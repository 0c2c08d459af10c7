"""The overview says how things stand, and each of its figures leads to the list that shows exactly those."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.bindings.models import Binding
from events.models import Event
from participants.models import Ven
from tests.conftest import event_request
from vtn.caller import Role
from vtn.counting import Count, counts
from vtn.deliveries.models import Circuit, Delivery, Notification
from vtn.models import OutboxEntry
from vtn.polling.models import Poll, Poller

INDEX, FRAGMENT = reverse("admin:index"), reverse("overview")


def panels(staff: Any) -> dict[str, Any]:
    response = staff.get(INDEX)
    assert response.status_code == 200
    return {panel.name: panel for panel in response.context["panels"]}


def figures(panel: Any) -> list[str]:
    return [figure.value for figure in panel.figures]


def cells(panel: Any) -> list[list[str]]:
    return [[cell.text for cell in row] for row in panel.tables[0].rows]


def listed(staff: Any, link: str) -> Any:
    response = staff.get(html.unescape(link))
    assert response.status_code == 200, (link, response.status_code, response.headers.get("Location"))
    return response.context["cl"].queryset


@pytest.fixture
def running(retailer, program):
    """Makes events around now: (hours from now, length in hours, targets)."""

    def running(begins: float, hours: int, *targets: str, **members: Any) -> Event:
        start = (timezone.now() + timedelta(hours=begins)).strftime("%Y-%m-%dT%H:%M:%SZ")
        wanted = event_request(
            program,
            intervalPeriod={"start": start, "duration": f"PT{hours}H"},
            intervals=[{"id": 0, "payloads": [{"type": "SIMPLE", "values": [1]}]}],
            **({"targets": list(targets)} if targets else {}),
            **members,
        )
        answer = retailer.post("/events", wanted)
        assert answer.status_code == 201, answer.content
        return Event.objects.get(id=answer.json()["id"])

    return running


def polled(client_id: str, ago: timedelta, about: str = "events", status: int = 200) -> None:
    at = timezone.now() - ago
    Poller.objects.update_or_create(client_id=client_id, defaults={"polled_at": at})
    Poll.objects.create(client_id=client_id, path="/x", query=about, about=about, status=status, polled_at=at)


def test_every_figure_is_the_number_of_what_its_list_shows(log_in, running, ven, enrol):
    enrol("late", Role.VEN, targets=[])
    staff = log_in()
    running(-1, 3)
    running(-1, 3, "north")
    running(2, 1)
    running(-30, 1)
    polled("ven", timedelta(minutes=-1))
    polled("late", timedelta(hours=2))
    Circuit.objects.create(
        host="https://a", failures=9, open_until=timezone.now() + timedelta(hours=1), reason=""
    )
    Circuit.objects.create(host="https://b", failures=1, reason="")
    for state, ended in (("waiting", None), ("dead", 1), ("dead", 30), ("delivered", 1)):
        moment = None if ended is None else timezone.now() - timedelta(hours=ended)
        entry = OutboxEntry.objects.first()
        Delivery.objects.create(
            channel="webhook", recipient_id=1, host="https://a", entry=entry, object_type="EVENT", state=state,
            notification=Notification.objects.create(body="{}"), made_at=entry.made_at, ended_at=moment,
        )  # fmt: skip
    for name, trouble in (("fine", ""), ("troubled", "no token")):
        Binding.objects.create(
            name=name, backend="console", host="https://a" if trouble else "", trouble=trouble,
            created_at=timezone.now(), modified_at=timezone.now(),
        )  # fmt: skip

    shown = panels(staff)

    assert figures(shown["events"]) == ["2", "1"]
    assert figures(shown["vens"]) == ["1", "1", "0", "0"]
    assert figures(shown["deliveries"]) == ["1", "2", "2", "1"]
    assert figures(shown["backends"]) == ["2", "1", "1"]
    assert figures(shown["day"])[1:] == ["2", "1", "1"]
    for panel in shown.values():
        for figure in panel.figures:
            assert listed(staff, figure.link).count() == int(figure.value), (panel.name, figure)


def test_vens_are_told_apart_by_their_last_poll(log_in, ven, enrol):
    for name in ("late", "silent"):
        enrol(name, Role.VEN, targets=[])
    polled("ven", timedelta(minutes=59))
    polled("late", timedelta(minutes=61))
    polled("silent", timedelta(hours=25))
    staff = log_in()

    links = {figure.link.rpartition("=")[2]: figure.link for figure in panels(staff)["vens"].figures}

    found = {name: {each.client_id for each in listed(staff, link)} for name, link in links.items()}
    assert found == {"hour": {"ven"}, "late": {"late"}, "silent": {"silent"}, "never": set()}


def test_who_has_the_present_version_of_a_running_event(log_in, running, retailer, ven, enrol):
    enrol("south", Role.VEN, targets=["south"])
    enrol("deaf", Role.VEN, targets=["north"])
    event = running(-1, 3, "north", eventName="peak")
    polled("ven", timedelta(seconds=-5))
    polled("south", timedelta(seconds=-5))
    staff = log_in()

    [row] = panels(staff)["versions"].tables[0].rows

    assert [cell.text for cell in row] == ["peak", "2", "1", "1"]
    meant, has, lacks = ({each.client_id for each in listed(staff, cell.link)} for cell in row[1:])
    assert (meant, has, lacks) == ({"ven", "deaf"}, {"ven"}, {"deaf"})

    soon = (timezone.now() + timedelta(minutes=1)).isoformat()
    Event.objects.filter(id=event.id).update(modified_at=soon)  # as an edit does
    assert cells(panels(staff)["versions"]) == [["peak", "2", "0", "2"]]


def test_who_owes_a_report(log_in, running, ven, enrol):
    lazy = enrol("lazy", Role.VEN, targets=["north"])
    event = running(-1, 1, "north", reportDescriptors=[{"payloadType": "USAGE"}])
    running(-1, 1, "north")
    report = {"programID": event.program_id, "eventID": event.id, "clientName": "ven", "resources": []}
    assert ven.post("/reports", report).status_code == 201
    staff = log_in()

    [row] = panels(staff)["reports"].tables[0].rows

    assert [cell.text for cell in row] == ["prices", "2", "1", "1"]
    assert [each.client_id for each in listed(staff, row[3].link)] == ["lazy"]
    assert lazy.token


def test_a_ven_that_asks_for_many_pages_has_an_event_once(log_in, running, ven, enrol):
    enrol("other", Role.VEN, targets=[])
    running(-1, 3)
    for number in range(4):
        at = timezone.now() + timedelta(minutes=1)
        Poll.objects.create(
            client_id="ven", path="/events", query=f"skip={number}", about="events", status=200, polled_at=at
        )

    [row] = panels(log_in())["versions"].tables[0].rows

    assert [cell.text for cell in row[1:]] == ["2", "1", "1"]


def test_an_unknown_event_narrows_a_list_to_nothing(log_in, ven):
    assert listed(log_in(), f"{reverse('admin:participants_ven_changelist')}?lacks=nope").count() == 0
    assert Ven.objects.exists()


def test_the_timeline_is_drawn_and_is_a_table_and_names_are_text(log_in, running):
    running(-1, 3, eventName='<script>alert("x")</script>')
    running(5, 1, eventName="later")

    page = log_in().get(INDEX).content.decode()

    assert "<script>alert" not in page
    assert page.count("<rect ") == 2
    assert page.count('class="is-coming"') == 1
    assert page.count(">later</a>") == 1


def test_the_number_of_queries_does_not_grow(log_in, running, ven, stranger):
    staff = log_in()
    staff.get(FRAGMENT)
    running(-1, 3, reportDescriptors=[{"payloadType": "USAGE"}])
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(FRAGMENT).status_code == 200
        asked.append(len(queries))
        for _ in range(8):
            running(-1, 3, "north", reportDescriptors=[{"payloadType": "USAGE"}])
            polled(f"c{Poll.objects.count()}", timedelta(0))

    assert asked == [14, 14]


def test_the_fragment_is_for_staff_who_are_logged_in_and_no_cache_keeps_it(log_in, client):
    staff = log_in("viewer")

    assert staff.get(FRAGMENT).status_code == 200
    assert "no-store" in staff.get(FRAGMENT).headers["Cache-Control"]
    assert client.get(FRAGMENT).status_code == 204
    client.force_login(User.objects.create_user("no-staff"))
    assert client.get(FRAGMENT).status_code == 204


def test_a_panel_is_shown_to_whoever_may_see_what_it_counts(client, db):
    person = User.objects.create_user("carl", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="view_ven"))
    client.force_login(person)

    assert set(panels(client)) == {"versions", "vens"}


def test_counts_stop_at_a_limit(db, enrol):
    User.objects.bulk_create(User(username=f"u{number}") for number in range(4))

    assert counts(User.objects.all(), User.objects.none(), User.objects.filter(username="u1"), most=3) == [
        Count(3, is_more=True),
        Count(0),
        Count(1),
    ]
    assert str(Count(3, is_more=True)) == "3+"
    assert Count(5).less(Count(2)) == Count(3)


def test_the_page_of_a_ven_and_of_a_poller_show_what_was_asked_last(log_in, ven):
    polled("ven", timedelta(minutes=1), about="events.program.p1", status=304)
    staff, thing = log_in(), Ven.objects.get()

    ven_page = staff.get(reverse("admin:participants_ven_change", args=[thing.pk])).content.decode()
    poller = staff.get(reverse("admin:vtn_poller_change", args=["ven"])).content.decode()
    listed_ven = staff.get(reverse("admin:participants_ven_changelist")).content.decode()

    for page in (ven_page, poller):
        assert "<td>/x?events.program.p1</td>" in page
        assert "<td>304</td>" in page
    assert ">never<" not in listed_ven
