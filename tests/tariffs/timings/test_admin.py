"""Timings in the admin: written through the services, a week to look at, files in and out."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as DjangoClient

from tariffs.models import StoredTiming
from tariffs.timings.content import TimingContent
from tariffs.timings.services import set_timing
from tests.conftest import NOON
from tests.tariffs.timings.test_import import TWO
from vtn.caller import Caller
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db

LIST = "/admin/tariffs/storedtiming/"
PEAK = {
    "tpid": "PLAN",
    "tag": "PEAK",
    "years": "*any",
    "months": "",
    "month_days": "",
    "week_days": "1;2;3;4;5",
} | {"time": "08:00:00;19:00:00"}


@pytest.fixture
def staff(db) -> DjangoClient:
    User.objects.create_superuser("ann", password="a long password")
    client = DjangoClient()
    client.login(username="ann", password="a long password")
    return client


@pytest.fixture
def stored(db) -> StoredTiming:
    return set_timing(caller=Caller.staff("tests"), content=TimingContent(**PEAK), now=NOON)[0]


def upload(staff: DjangoClient, document: bytes, **more: str) -> str:
    file = SimpleUploadedFile("Timings.csv", document)
    response = staff.post(f"{LIST}import/", {"tpid": "PLAN", "file": file, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_a_timing_is_added_changed_and_deleted_in_the_name_of_staff(staff):
    assert staff.post(f"{LIST}add/", PEAK).status_code == 302
    added = StoredTiming.objects.get()
    staff.post(f"{LIST}{added.pk}/change/", {**PEAK, "time": "09:00:00"})
    assert StoredTiming.objects.get().time == "09:00:00"
    staff.post(f"{LIST}{added.pk}/delete/", {"post": "yes"})

    assert not StoredTiming.objects.exists()
    entries = OutboxEntry.objects.filter(object_type="TIMING").order_by("id")
    assert [(each.operation, each.made_by) for each in entries] == [
        ("CREATE", "staff:ann"),
        ("UPDATE", "staff:ann"),
        ("DELETE", "staff:ann"),
    ]


def test_its_page_shows_a_week_and_what_is_odd(staff, stored):
    StoredTiming.objects.update(months="13;x")

    page = staff.get(f"{LIST}{stored.pk}/change/").content.decode()

    assert "When it is active (UTC)" in page
    assert "there is no month 13" in page
    assert "is no number and is passed over" in page


def test_a_second_timing_of_that_name_is_refused(staff, stored):
    response = staff.post(f"{LIST}add/", {**PEAK, "time": "01:00:00"})

    assert response.status_code == 200
    assert StoredTiming.objects.get().time == PEAK["time"]


def test_the_list_leads_to_import_and_to_the_export_of_its_plan(staff, stored):
    page = staff.get(LIST, {"tpid": "PLAN"}).content.decode()

    assert f"{LIST}import/" in page
    assert f"{LIST}export/?tpid=PLAN" in page


def test_a_file_is_tried_and_then_stored(staff):
    page = upload(staff, TWO, **{"try": "1"})
    assert "What would become of it" in page
    assert "2 created" in page
    assert not StoredTiming.objects.exists()

    assert "Stored" in upload(staff, TWO, store="1")
    assert StoredTiming.objects.count() == 2


def test_what_is_wrong_with_a_file_is_told_by_line(staff, stored):
    page = upload(staff, TWO + b"A,,\n", store="1", is_replacing="on")

    assert "Line 4: 3 columns instead of 6" in page
    assert [*StoredTiming.objects.values_list("tag", flat=True)] == ["PEAK"]


def test_a_plan_is_exported_as_a_file(staff, stored):
    response = staff.get(f"{LIST}export/", {"tpid": "PLAN"})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode().splitlines()[1] == "PEAK,*any,,,1;2;3;4;5,08:00:00;19:00:00"
    assert staff.get(f"{LIST}export/", {"tpid": "OTHER"}).status_code == 404


@pytest.mark.parametrize(
    ("permissions", "data"),
    [((), {}), (("add",), {}), (("add", "change"), {"is_replacing": "on"})],
)
def test_who_may_not_may_not(stored, permissions, data):
    user = User.objects.create_user("bob", password="a long password", is_staff=True)
    for name in permissions:
        user.user_permissions.add(Permission.objects.get(codename=f"{name}_storedtiming"))
    bob = DjangoClient()
    bob.login(username="bob", password="a long password")

    response = bob.post(
        f"{LIST}import/", {"tpid": "PLAN", "file": SimpleUploadedFile("a.csv", TWO), "store": "1", **data}
    )

    assert response.status_code == 403
    assert StoredTiming.objects.count() == 1
