"""What the page of a VEN says of deliveries to its client."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from participants.admin.ven_deliveries import deliveries_to
from participants.models import Callback, Publication, Ven
from participants.queries import deliveries as queries
from tests.conftest import event_request
from tests.notifications.conftest import carry_out, laboratory, subscribe, subscriber  # noqa: F401
from tests.twins.subscriber import Answer
from vtn.deliveries.models import Delivery
from vtn.models import OutboxEntry


@pytest.fixture
def admin(db, client):
    client.force_login(User.objects.create_superuser("berta"))
    return client


@pytest.fixture
def told(business, house, neighbour, subscribe):  # noqa: F811
    """A house that is told of events, at two callbacks, and a neighbour at a third."""
    program = business.post("/programs", {"programName": "day-ahead"}).json()
    subscribe(house, "/a", objects=["EVENT"])
    subscribe(house, "/b", objects=["EVENT"])
    subscribe(neighbour, "/c", objects=["EVENT"])

    def publish():
        answer = business.post("/events", event_request(program))
        assert answer.status_code == 201
        carry_out()

    return publish


def page_of(admin, client_id="house"):
    ven = Ven.objects.get(client_id=client_id)
    return admin.get(reverse("admin:participants_ven_change", args=[ven.pk])).content.decode()


def test_it_shows_what_arrived_what_failed_and_when_it_is_tried_again(admin, told, subscriber):  # noqa: F811
    subscriber.answer("/b", Answer(500, b"no"))
    told()

    page = page_of(admin)

    arrived, failed, others = Delivery.objects.order_by("host", "recipient_id")
    assert (arrived.state, failed.state) == ("delivered", "waiting")
    assert reverse("admin:vtn_delivery_change", args=[arrived.id]) in page
    assert reverse("admin:vtn_delivery_change", args=[others.id]) not in page
    row = page[page.index(reverse("admin:vtn_delivery_change", args=[failed.id])) :].split("</tr>")[0]
    assert subscriber.url("/b") in row
    assert failed.reason in row
    assert timezone.localtime(failed.due_at).strftime("%Y-%m-%d %H:%M:%S") in row


def test_the_list_behind_it_has_exactly_those(admin, told):
    told()
    page = page_of(admin)
    link = next(part.split('"')[0] for part in page.split('href="') if "recipient_id__in" in part)

    found = admin.get(link.replace("&amp;", "&")).context["cl"].queryset

    assert list(found) == to_the_house()
    assert (len(found), Delivery.objects.count()) == (2, 3)


def test_two_queries_find_the_last_ones_however_many_there_are(admin, told, django_assert_num_queries):
    for _ in range(15):
        told()
    mine = [each.id for each in to_the_house()]

    with django_assert_num_queries(2):
        found = queries.told_to("house", most=10)

    assert [each.id for each in found.latest] == mine[:10]
    assert (len(mine), len(found.callbacks), found.is_more) == (30, 2, False)
    record = Ven.objects.get(client_id="house")
    with django_assert_num_queries(2):
        deliveries_to(record)


def to_the_house():
    """All deliveries to its callbacks, the newest first."""
    callbacks = Callback.objects.filter(subscription__client_id="house").values("id")
    return list(Delivery.objects.filter(recipient_id__in=callbacks).order_by("-id"))


def test_beyond_some_callbacks_the_newest_are_taken_and_that_is_said(admin, told, monkeypatch):
    told()
    for module in ("participants.queries.deliveries", "participants.admin.ven_deliveries"):
        monkeypatch.setattr(f"{module}.MOST_CALLBACKS", 1)

    page = page_of(admin)

    assert "These are those of its 1 newest callbacks." in page
    assert "/b" in page
    assert len(queries.told_to("house", most=20).latest) == 1


def test_a_client_that_is_told_nothing(admin, told):
    Ven.objects.filter(client_id="neighbour").update(client_id="nobody-yet")
    assert "Its client has no subscription with a callback." in page_of(admin, "nobody-yet")
    Ven.objects.filter(client_id="nobody-yet").update(client_id=None)
    assert page_of(admin, None)


def test_what_the_broker_has_not_taken_is_said_where_there_is_one(admin, told, settings):
    told()
    assert "MQTT: " not in page_of(admin)
    settings.MQTT_URL = "mqtt://broker.example"
    entry = OutboxEntry.objects.latest("id")
    Publication.objects.create(entry=entry, refused_at=timezone.now(), reason="no")

    assert "MQTT: 0 changes wait for the broker, 1 were refused by it, for all VENs." in page_of(admin)


def test_whoever_may_not_see_deliveries_sees_none(client, told):
    told()
    watcher = User.objects.create_user("carl", is_staff=True)
    watcher.user_permissions.add(Permission.objects.get(codename="view_ven"))
    client.force_login(watcher)

    page = page_of(client)

    assert "house" in page
    assert "vtn/delivery" not in page
