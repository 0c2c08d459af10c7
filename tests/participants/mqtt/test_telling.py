"""What the relay hands over is written down to be published, and whoever does that is woken after the commit."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from django.test import Client as HttpClient
from django.utils import timezone

from participants.models import Publication
from participants.mqtt import telling
from tests.participants.conftest import NOW, make_ven
from vtn.models import OutboxEntry
from vtn.relay.changes import Change


@pytest.fixture(autouse=True)
def configured(settings):
    settings.MQTT_URL, settings.MQTT_DYNAMIC_SECURITY = "mqtt://127.0.0.1:1", True


@pytest.fixture
def sent(monkeypatch):
    """The tasks that were sent, by their names and arguments."""
    found = []

    def send_task(name, kwargs, **options):
        found.append((name.rpartition(".")[2], kwargs))

    monkeypatch.setattr("participants.mqtt.telling.current_app.send_task", send_task)
    return found


def test_a_change_of_an_object_is_to_be_published_and_one_of_a_ven_is_access_as_well(
    db, business, relay, sent, django_capture_on_commit_callbacks
):
    business.post("/programs", {"programName": "day-ahead"})
    with django_capture_on_commit_callbacks(execute=True):
        relay()
    assert sent == [("publish", {})]
    assert Publication.objects.count() == 1

    ven = make_ven("VEN north", client_id="house")
    with django_capture_on_commit_callbacks(execute=True):
        relay()
    told = {"client_ids": ["house"], "ven_ids": [ven.id]}
    assert sent[1:] == [("publish", {}), ("bring_access_up_to_date", told)]
    assert Publication.objects.count() == 2


def test_what_the_clock_does_has_no_topic(db, sent, django_capture_on_commit_callbacks):
    began = Change(1, "EVENT", "an-event", "PHASE", None, NOW, {}, "{}", "{}")

    with django_capture_on_commit_callbacks(execute=True):
        telling.tell([began])

    assert sent == []
    assert not Publication.objects.exists()


def test_what_is_rolled_back_wakes_nobody(db, business, relay, sent, django_capture_on_commit_callbacks):
    business.post("/programs", {"programName": "day-ahead"})
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        relay()
        transaction.set_rollback(True)

    assert sent == []
    assert not Publication.objects.exists()


def test_a_client_that_changes_has_its_access_looked_at(db, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        telling.clients_changed(["house"])

    assert sent == [("bring_access_up_to_date", {"client_ids": ["house"], "ven_ids": []})]


def test_a_broker_that_asks_is_told_of_no_access(db, settings, sent, django_capture_on_commit_callbacks):
    settings.MQTT_DYNAMIC_SECURITY = False
    with django_capture_on_commit_callbacks(execute=True):
        telling.clients_changed(["house"])

    assert sent == []


def test_staff_publish_again_what_was_refused(db, business, relay):
    for name in ("refused", "waiting"):
        business.post("/programs", {"programName": name})
    relay()
    refused, waiting = OutboxEntry.objects.filter(object_type="PROGRAM").order_by("id")
    Publication.objects.filter(entry=refused).update(refused_at=timezone.now(), reason="Not authorized")
    get_user_model().objects.create_superuser("anna", password="correct horse")
    staff = HttpClient()
    staff.login(username="anna", password="correct horse")
    page = "/admin/participants/publication/"

    assert "Not authorized" in staff.get(page).content.decode()
    chosen = {"action": "publish_again", "_selected_action": [refused.pk, waiting.pk]}
    answer = staff.post(page, chosen, follow=True)

    assert "1 refused publications are waiting again." in answer.content.decode()
    assert set(Publication.objects.values_list("entry_id", "refused_at", "reason")) == {
        (refused.pk, None, ""),
        (waiting.pk, None, ""),
    }


def test_certificates_for_a_broker_are_for_its_account_alone(db, tmp_path):
    call_command("mqtt_certificates", str(tmp_path / "new"), host=["broker.example", "192.0.2.1"])
    first = (tmp_path / "new" / "server.pem").read_text()
    call_command("mqtt_certificates", str(tmp_path / "new"), host=["broker.example"])

    assert {path.name for path in (tmp_path / "new").iterdir()} == {"ca.pem", "server.pem", "server.key"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "new").iterdir())
    assert (tmp_path / "new" / "server.pem").read_text() != first
