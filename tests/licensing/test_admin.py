"""Licences in the admin, used as a member of staff uses it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from licensing.models import Controller, Customer, Datalink, License, Membership, Order
from licensing.queries import standings
from participants.models import ControllerLink
from tests.conftest import NOON
from tests.participants.conftest import make_ven
from vtn.models import OutboxEntry


@pytest.fixture
def admin(scene, client):
    client.force_login(User.objects.create_superuser("berta"))
    return client


@pytest.fixture
def onlooker(scene, client):
    """May look at licences, and change nothing."""
    user = User.objects.create_user("otto", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_license"))
    client.force_login(user)
    return client


def page(name, *args):
    return reverse(f"admin:licensing_{name}", args=args)


def audit():
    entries = OutboxEntry.objects.order_by("id")
    return [(each.operation, each.object_type, each.made_by) for each in entries]


def license_form(license, **changes):
    fields = ("key", "type", "grid_kw", "solar_kw", "battery_kw", "ev_kw", "duration")
    kept = {name: getattr(license, name) for name in fields}
    form = {**kept, "order": license.order_id, "deactivated_at_0": "", "deactivated_at_1": "", **changes}
    return {name: "" if value is None else value for name, value in form.items()}


def test_every_page_opens(admin, scene, license):
    made = license("SGO-1", node="12", activated_at=NOON, grid_kw=40)
    ControllerLink.objects.create(controller=Controller.objects.get(node_id="12"), ven=make_ven("v"))

    for thing in (scene.bakery, Order.objects.first(), made, Controller.objects.get(node_id="12")):
        name = thing._meta.model_name
        for url in (page(f"{name}_changelist"), page(f"{name}_add"), page(f"{name}_change", thing.pk)):
            assert admin.get(url).status_code == 200, url
        assert admin.get(page(f"{name}_history", thing.pk)).status_code == 200
    shown = admin.get(page("controller_change", Controller.objects.get(node_id="12").pk)).content.decode()
    assert "yes; grid, kW: 40" in shown
    assert admin.get(reverse("admin:participants_controllerlink_changelist")).status_code == 200
    assert admin.get(reverse("admin:participants_controllerlink_add")).status_code == 200


@pytest.mark.parametrize("name", ["license", "controller", "customer", "order"])
def test_a_list_takes_the_same_number_of_queries_for_any_number(admin, scene, license, name):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert admin.get(page(f"{name}_changelist")).status_code == 200
        return len(caught)

    license("SGO-0", node="12")
    queries()
    before = queries()
    for number in range(1, 5):
        license(f"SGO-{number}", node="13" if number % 2 else None)
        other = Customer.objects.create(name=f"Customer {number}")
        Order.objects.create(customer=other, reference="1")
        Controller.objects.create(node_id=f"{number}00", customer=other)

    assert queries() == before


def test_a_customer_is_created_with_its_members(admin):
    form = {
        "name": "Bank",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-client_id": "bank-app",
    }

    assert admin.post(page("customer_add"), form).status_code == 302

    assert Membership.objects.get(customer__name="Bank").client_id == "bank-app"
    assert audit() == [("CREATE", "CUSTOMER", "staff:berta"), ("CREATE", "MEMBERSHIP", "staff:berta")]


def test_a_licence_is_changed_but_not_its_activation(admin, license):
    made = license("SGO-1", activated_at=NOON)

    response = admin.post(
        page("license_change", made.pk),
        license_form(made, grid_kw=50, deactivated_at_0="2027-01-01", deactivated_at_1="00:00:00"),
    )

    assert response.status_code == 302, response.content
    made.refresh_from_db()
    assert (made.grid_kw, made.activated_at, made.created_at) == (50, NOON, NOON)
    assert made.deactivated_at.isoformat() == "2027-01-01T00:00:00+00:00"
    assert audit() == [("UPDATE", "LICENSE", "staff:berta")]


def test_a_licence_is_activated_and_claimed_by_buttons(admin, license):
    made = license("SGO-1")
    shown = admin.get(page("license_change", made.pk)).content.decode()
    assert page("license_activate", made.pk) in shown
    assert page("license_claim", made.pk) in shown

    admin.post(page("license_activate", made.pk))
    admin.post(page("license_claim", made.pk), {"node_id": "14"})

    made.refresh_from_db()
    assert made.activated_at is not None
    assert made.datalink.controller.node_id == "14"
    shown = admin.get(page("license_change", made.pk)).content.decode()
    assert page("license_activate", made.pk) not in shown
    assert page("license_claim", made.pk) not in shown


def test_a_second_activation_or_claim_says_why_not(admin, license):
    made = license("SGO-1", node="12", activated_at=NOON)

    answers = [
        admin.post(page("license_activate", made.pk), follow=True),
        admin.post(page("license_claim", made.pk), {"node_id": "13"}, follow=True),
        admin.post(page("license_claim", made.pk), {}, follow=True),
    ]

    texts = ["License is already activated", "License is already claimed", "A node id is missing"]
    assert [text in answer.content.decode() for text, answer in zip(texts, answers, strict=True)] == [
        True
    ] * 3
    assert audit() == []


def test_who_may_only_look_changes_nothing(onlooker, license):
    made = license("SGO-1")
    assert onlooker.get(page("license_change", made.pk)).status_code == 200

    statuses = [
        onlooker.post(page("license_activate", made.pk)).status_code,
        onlooker.post(page("license_claim", made.pk), {"node_id": "12"}).status_code,
        onlooker.get(page("license_import")).status_code,
    ]

    assert statuses == [403, 403, 403]
    assert (audit(), Datalink.objects.exists()) == ([], False)


def test_a_table_is_uploaded_and_each_line_has_its_word(admin):
    assert page("license_import") in admin.get(page("license_changelist")).content.decode()

    def upload(text, **fields):
        file = SimpleUploadedFile("licences.csv", text.encode())
        return admin.post(page("license_import"), {"file": file, **fields}).content.decode()

    table = "key;customer;nodeId\nSGO-1;Bakery;12\n"
    dry = upload(table, is_dry_run="on")
    assert "1 licences would be created" in dry
    assert not License.objects.exists()

    assert "some lines are at fault" in upload(table + "SGO-1;Bakery;\n")
    assert "the key is that of line 2" in upload(table + "SGO-1;Bakery;\n")
    assert "names a column “a”" in upload("a,b\n")
    assert not License.objects.exists()

    assert "1 licences were created" in upload(table)
    assert License.objects.get().datalink.controller.node_id == "12"


def test_what_others_hang_on_is_not_deleted(admin, scene, license):
    license("SGO-1", node="12")

    for name, thing in (("customer", scene.bakery), ("controller", Controller.objects.get(node_id="12"))):
        admin.post(page(f"{name}_delete", thing.pk), {"post": "yes"}, follow=True)

    assert Customer.objects.filter(pk=scene.bakery.pk).exists()
    assert Controller.objects.filter(node_id="12").exists()
    assert audit() == []


def test_a_controller_is_linked_and_unlinked(admin):
    ven, controller = make_ven("v"), Controller.objects.get(node_id="12")
    add = reverse("admin:participants_controllerlink_add")
    entries = OutboxEntry.objects.count()

    both = admin.post(add, {"controller": controller.pk, "ven": ven.pk, "resource": "nope"})
    assert both.status_code == 200
    neither = admin.post(add, {"controller": controller.pk, "ven": "", "resource": ""})
    assert "A controller is one VEN or one resource" in neither.content.decode()
    assert (ControllerLink.objects.count(), OutboxEntry.objects.count()) == (0, entries)

    assert admin.post(add, {"controller": controller.pk, "ven": ven.pk, "resource": ""}).status_code == 302
    link = ControllerLink.objects.get()
    history = reverse("admin:participants_controllerlink_history", args=[link.pk])
    assert "berta" in admin.get(history).content.decode()
    admin.post(reverse("admin:participants_controllerlink_delete", args=[link.pk]), {"post": "yes"})

    assert not ControllerLink.objects.exists()
    assert [kind for _, kind, _ in audit()][-2:] == ["CONTROLLER_LINK"] * 2


@pytest.mark.parametrize("name", ["order", "controller"])
def test_many_licences_are_in_their_list_and_the_page_is_saved_without_them(admin, scene, license, name):
    controller, order = Controller.objects.get(node_id="12"), scene.bakery.orders.get()
    for number in range(20):
        license(f"SGO-{number}", node="12")
    license("SGO-other", customer="Florist", node="13")
    thing, prefix = {"order": (order, "licenses"), "controller": (controller, "datalinks")}[name]
    few = admin.get(page(f"{name}_change", thing.pk)).text
    license("SGO-20", node="12")

    many = admin.get(page(f"{name}_change", thing.pk)).text

    assert (f"{prefix}-TOTAL_FORMS" in few, f"{prefix}-TOTAL_FORMS" in many) == (True, False)
    link = re.search(r'href="(/admin/licensing/license/[?][^"]+)">21<', many)[1]
    assert {each.key for each in admin.get(link).context["cl"].queryset} == {f"SGO-{n}" for n in range(21)}
    form = {"reference": "2026-2", "node_id": "112", "customer": scene.bakery.pk}
    assert admin.post(page(f"{name}_change", thing.pk), form).status_code == 302
    thing.refresh_from_db()
    assert str(thing) == {"order": "2026-2 of Bakery", "controller": "112"}[name]
    assert (License.objects.count(), Datalink.objects.count()) == (22, 22)


def test_a_reason_is_in_the_language_of_the_page_and_in_english_elsewhere(admin, license):
    license("SGO-1", node="12")
    controller = Controller.objects.get(node_id="12")

    page_in_dutch = admin.get(page("controller_change", controller.pk), headers={"Accept-Language": "nl"})

    assert "SGO-1 is niet geactiveerd" in page_in_dutch.content.decode()
    assert standings(["12"], NOON)["12"].why_not == (
        "controller 12 has no licence in force: SGO-1 is not activated"
    )
