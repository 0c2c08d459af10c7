# ruff: noqa: F401, F811 - fixtures of other folders are taken by name
"""Programs as files in the admin: the same services as the commands, behind a look first."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.models import Event
from programs.admin import files
from programs.models import Program
from tests.programs.test_files import changed, counted, exported, filled
from tests.vtn.admin.conftest import log_in

IMPORT = reverse("admin:programs_program_import")


def page_of(staff, **sent):
    return staff.post(IMPORT, sent)


def upload(document):
    return SimpleUploadedFile("program.json", document, "application/json")


def kept_in(response):
    return re.search(r'name="kept" value="([^"]+)"', response.content.decode()).group(1)


@pytest.fixture
def another(filled):
    """A file of the program under a name that is free."""
    return changed(exported(filled["id"]), lambda it: None)


def test_a_viewer_takes_a_program_out(log_in, filled):
    viewer = log_in("viewer")
    page = reverse("admin:programs_program_export", args=[filled["id"]])

    response = viewer.get(page)

    assert response.getvalue() == exported(filled["id"])
    assert response.headers["Content-Disposition"] == 'attachment; filename="day-ahead.json"'
    assert page in viewer.get(reverse("admin:programs_program_change", args=[filled["id"]])).content.decode()
    assert viewer.get(reverse("admin:programs_program_export", args=["nothing"])).status_code == 404


def test_whoever_sees_no_events_takes_none_out(log_in, filled):
    person = User.objects.create_user("half", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_program"))
    staff = log_in()
    staff.force_login(person)

    assert staff.get(reverse("admin:programs_program_export", args=[filled["id"]])).status_code == 403
    shown = staff.get(reverse("admin:programs_program_change", args=[filled["id"]]))
    assert "Export as a file" not in shown.content.decode()


def test_a_look_first_and_then_the_program_without_sending_the_file_again(log_in, another):
    staff, before = log_in("administrator"), counted()

    looked = page_of(staff, file=upload(another), look="")
    assert "The file is good" in looked.content.decode()
    assert looked.context["loaded"].counts == {"events": 3}
    assert counted() == before
    made = page_of(staff, kept=kept_in(looked), create="")

    program = Program.objects.get(program_name="another")
    assert made.headers["Location"] == reverse("admin:programs_program_change", args=[program.id])
    assert Event.objects.filter(program=program).count() == 3
    assert json.loads(exported(program.id)) == json.loads(another)


def test_a_double_click_makes_one(log_in, another):
    staff = log_in("administrator")
    kept = kept_in(page_of(staff, file=upload(another), look=""))
    page_of(staff, kept=kept, create="")
    after = counted()

    second = page_of(staff, kept=kept, create="")

    assert "There is already a program named" in second.content.decode()
    assert counted() == after


@pytest.mark.parametrize("sent", ["file", "kept"])
def test_faults_are_told_with_their_place_and_nothing_is_made(log_in, filled, sent):
    def spoil(written):
        written["program"]["request"]["programName"] = "<script>alert(1)</script>"
        for event in written["parts"]["events"]:
            event["request"]["priority"] = -1

    document, before, staff = changed(exported(filled["id"]), spoil), counted(), log_in("administrator")
    what = upload(document) if sent == "file" else files._packed(document)

    for button in ("look", "create"):
        if sent == "file":
            what.seek(0)
        refused = page_of(staff, **{sent: what, button: ""})
        faults = refused.context["faults"]
        assert [fault.split(" ")[1] for fault in faults] == ["[0]", "[1]", "[2]"]
        assert refused.context["loaded"] is None

    assert counted() == before


def test_script_in_a_name_is_text(log_in, filled):
    name = "<script>alert(1)</script>"
    document = changed(exported(filled["id"]), lambda it: it["program"]["request"].update(programName=name))
    staff = log_in("administrator")

    looked = page_of(staff, file=upload(document), look="")
    made = staff.post(IMPORT, {"kept": kept_in(looked), "create": ""}, follow=True)

    for page in (looked, made):
        assert name not in page.content.decode()
        assert "&lt;script&gt;alert(1)" in page.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kept": "no base64!"},
        {"kept": "bm8gemxpYg=="},
        {"file": SimpleUploadedFile("empty.json", b"")},
        {"file": SimpleUploadedFile("image.png", b"\x89PNG\x00\xff")},
    ],
)
def test_what_is_no_file_is_told_and_nothing_is_made(log_in, db, sent):
    refused = page_of(log_in("administrator"), **sent, create="")

    assert refused.status_code == 200
    assert "errorlist" in refused.content.decode()
    assert not Program.objects.exists()


def test_what_unpacks_to_more_than_may_be_sent_is_refused(log_in, settings, another):
    settings.MAX_UPLOAD_BYTES = len(another) - 1
    before = counted()

    refused = page_of(log_in("administrator"), kept=files._packed(another), create="")

    assert "did not come back whole" in refused.content.decode()
    assert counted() == before


def test_more_than_a_page_makes_is_for_the_command(log_in, another, monkeypatch):
    monkeypatch.setattr(files, "MOST_OBJECTS", 2)
    before = counted()

    refused = page_of(log_in("administrator"), kept=files._packed(another), create="")

    assert "use manage.py import_program" in refused.content.decode()
    assert counted() == before


@pytest.mark.parametrize("role", ["viewer", "operator", "approver"])
def test_others_import_nothing(log_in, another, role):
    staff, before = log_in(role), counted()

    assert staff.get(IMPORT).status_code == 403
    assert page_of(staff, kept=files._packed(another), create="").status_code == 403
    assert IMPORT not in staff.get(reverse("admin:programs_program_changelist")).content.decode()
    assert counted() == before


def test_four_eyes_come_in_with_whoever_may_switch_them(log_in, filled):
    document = changed(exported(filled["id"]), lambda it: it.update(fourEyes=True))
    person = User.objects.create_user("half", is_staff=True)
    codenames = ("add_program", "view_program", "add_event", "view_event")
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    staff, before = log_in("administrator"), counted()

    staff.force_login(person)
    refused = page_of(staff, kept=files._packed(document), create="")

    assert "which you may not switch" in refused.content.decode()
    assert counted() == before
    person.user_permissions.add(Permission.objects.get(codename="set_four_eyes"))
    page_of(staff, kept=files._packed(document), create="")
    assert Program.objects.get(program_name="another").four_eyes
