"""Many VENs from a table: all of them, each with credentials that are seen once, or none."""

from __future__ import annotations

import csv
import io
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from participants.models import Client, ClientSecret, Resource, Ven
from participants.onboarding.looking import look_at
from participants.onboarding.services import OnboardingRefused, onboard
from participants.onboarding.table import MOST_LINES
from participants.services.clients import create_client
from tests.conftest import NOON, Actor
from tests.participants.test_vens_concurrency import in_a_thread
from tests.programs.test_program_concurrency import somebody_waits
from vtn import errors
from vtn.caller import Caller, Role
from vtn.models import OutboxEntry
from vtn.wire.spreadsheet import UnreadableTable

STAFF = Caller.staff("tests")
RESOURCES = '"[{""resourceName"": ""car"", ""targets"": [""cars""]}]"'
ATTRIBUTES = '"[{""type"": ""LOCATION"", ""values"": [{""x"": 5.1, ""y"": 52.1}]}]"'
TABLE = f"""name,client_id,targets,resources,attributes
house 1,house-1,north|street 5,heat pump|battery,PLACE=Utrecht
house-2,,"[""a|b""]",{RESOURCES},{ATTRIBUTES}
"""


def browser_of(role):
    person = User.objects.create_user(f"the-{role}", is_staff=True)
    person.groups.set([Group.objects.get(name=role)])
    browser = Browser()
    browser.force_login(person)
    return browser


@pytest.fixture
def administrator(db):
    return browser_of("administrator")


def counted():
    return [model.objects.count() for model in (Client, ClientSecret, Ven, Resource, OutboxEntry)]


def page():
    return reverse("admin:participants_ven_onboard")


def test_each_line_becomes_a_ven_that_can_log_in(administrator):
    response = administrator.post(page(), {"text": TABLE, "create": ""})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["name"], row["client_id"]) for row in rows] == [
        ("house 1", "house-1"),
        ("house-2", "house-2"),
    ]
    asked = {"client_id": "house-1", "client_secret": rows[0]["client_secret"]}
    granted = Browser().post(
        "/openadr3/3.1.0/auth/token",
        urlencode({"grant_type": "client_credentials", **asked}),
        content_type="application/x-www-form-urlencoded",
    )
    assert granted.status_code == 200
    house = Actor(token=granted.json()["access_token"])
    (ven,) = house.get("/vens").json()
    assert (ven["venName"], ven["targets"]) == ("house 1", ["north", "street 5"])
    assert ven["attributes"] == [{"type": "PLACE", "values": ["Utrecht"]}]
    assert [each["resourceName"] for each in house.get("/resources").json()] == ["heat pump", "battery"]
    second = Ven.objects.get(ven_name="house-2")
    assert second.targets == ["a|b"]
    assert second.resources.get().targets == ["cars"]


def test_the_secrets_are_kept_as_hashes_and_nobody_gets_them_again(administrator):
    rows = administrator.post(page(), {"text": TABLE, "create": ""}).content.decode("utf-8-sig")
    secrets = [row["client_secret"] for row in csv.DictReader(io.StringIO(rows))]

    before = counted()
    again = administrator.post(page(), {"text": TABLE, "create": ""})

    assert again["Content-Type"].startswith("text/html")
    assert "Nothing was created" in again.text
    assert "There is already a VEN of this name" in again.text
    assert counted() == before
    kept = [
        *ClientSecret.objects.values_list("hash", flat=True),
        *map(str, OutboxEntry.objects.values_list("after")),
    ]
    assert not any(secret in text for secret in secrets for text in kept)


def test_looking_creates_nothing_and_tells_what_would_be(administrator):
    before = counted()

    response = administrator.post(
        page(), {"file": SimpleUploadedFile("vens.csv", TABLE.encode()), "look": ""}
    )

    assert "All lines are good; nothing is created yet" in response.text
    assert "heat pump, battery" in response.text
    assert response.context["form"].initial["text"] == TABLE  # there to be created
    assert counted() == before


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_spreadsheets_write_other_separators_ends_and_marks(db, separator, ending):
    lines = [["Name ", "TARGETS"], ["house", "north|south"], ["", ""]]
    text = ending.join(separator.join(line) for line in lines)

    (newcomer,) = look_at(b"\xef\xbb\xbf" + text.encode()).newcomers

    assert (newcomer.name, newcomer.content.targets) == ("house", ("north", "south"))


def test_every_bad_line_is_told_and_nothing_is_made(enrol):
    enrol("ven", Role.VEN, targets=["north"])
    table = "\n".join(
        [
            "name;client_id;targets;resources;attributes",
            "good;;;;",
            ";;;;",
            f"{'x' * 129};;;;",
            "good;other;;;",
            "ven;fresh;;;",
            "odd id;with space;;;",
            "twins;;;a|a;",
            "broken;;[1;;",
            "number;;[1];;",
            "no value;;;;PLACE",
            "no name;;;[{}];",
            "bad\tname;;;;",
        ]
    )
    before = counted()

    with pytest.raises(OnboardingRefused) as refusal:
        onboard(caller=STAFF, document=table.encode(), now=NOON)

    faults = {fault.line: fault.text for fault in refusal.value.report.faults}
    assert sorted(faults) == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]  # line 3 is empty
    assert faults[5] == "name: line 2 has the same"
    assert faults[6] == "There is already a VEN of this name"
    assert faults[7] == "client_id: 1 to 128 visible ASCII characters without spaces"
    assert faults[8] == "resources: two have the same name"
    assert faults[9].startswith("The body is not JSON")
    assert faults[10].startswith("targets[0]: Expected `str`")
    assert faults[11] == "attributes: “PLACE” is not TYPE=value"
    assert faults[12].startswith("resources: ")
    assert counted() == before


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (b"", "columns"),
        (b"name", "no lines"),
        (b"naam\nhouse", "naam"),
        (b"client_id\nhouse", "name"),
        (b"name,name\na,b", "twice"),
        (b"name\nhouse,more", "Line 2"),
        (b'name\n"open', "Line"),
        ("name\nhüs".encode("latin-1"), "UTF-8"),
        (b"name\nh\0", "NUL"),
        (b"name\n" + b"house\n" * (MOST_LINES + 1), "more than"),
    ],
)
def test_what_is_no_such_table_is_refused_as_a_whole(administrator, table, told):
    before = counted()

    with pytest.raises(UnreadableTable, match=told):
        onboard(caller=STAFF, document=table, now=NOON)
    response = administrator.post(page(), {"file": SimpleUploadedFile("x.csv", table), "create": ""})

    assert response.status_code == 200
    assert response.context["form"].errors
    assert counted() == before


@pytest.mark.django_db(transaction=True)
def test_a_client_that_is_made_in_between_undoes_all_of_it():
    """The table is found good, and then somebody else is quicker."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            create_client(caller=STAFF, client_id="house-2", name="mine", role=Role.VEN, now=NOON)
            onboarding = in_a_thread(pool, lambda: onboard(caller=STAFF, document=TABLE.encode(), now=NOON))
            deadline = time.monotonic() + 30
            while not somebody_waits() and time.monotonic() < deadline:
                time.sleep(0.02)
            assert somebody_waits()
        with pytest.raises(OnboardingRefused) as refusal:
            onboarding.result()

    (fault,) = refusal.value.report.faults
    assert (fault.line, fault.text) == (3, "There is already a client of this id")
    assert list(Client.objects.values_list("client_id", flat=True)) == ["house-2"]
    assert not Ven.objects.exists()


def test_script_in_a_name_is_only_a_name(administrator):
    response = administrator.post(page(), {"text": "name\n<script>alert(1)</script>", "look": ""})

    assert "<script>alert(1)" not in response.text
    assert "&lt;script&gt;alert(1)" in response.text


@pytest.mark.parametrize("role", ["operator", "approver", "viewer"])
def test_others_than_administrators_may_not(db, role):
    browser, before = browser_of(role), counted()

    assert browser.get(page()).status_code == 403
    assert browser.post(page(), {"text": TABLE, "create": ""}).status_code == 403
    assert "onboard" not in browser.get(reverse("admin:participants_ven_changelist")).text
    assert counted() == before


def test_business_logic_may_not_either(db):
    retailer = Caller(client_id="retailer", role=Role.BL, scopes=frozenset())
    with pytest.raises(errors.Forbidden):
        onboard(caller=retailer, document=TABLE.encode(), now=NOON)

    assert not Client.objects.exists()


def test_looking_takes_as_many_queries_for_many_lines(db, django_assert_num_queries):
    with django_assert_num_queries(4):
        look_at(("name\n" + "\n".join(f"house {number}" for number in range(300))).encode())


def test_a_command_does_the_same_and_keeps_the_file_to_its_owner(db, tmp_path, capsys):
    table, credentials = tmp_path / "vens.csv", tmp_path / "credentials.csv"
    table.write_text(TABLE)

    call_command("onboard_vens", str(table), "--dry-run")
    assert "2 lines are good, 0 are refused" in capsys.readouterr().out
    assert not Client.objects.exists()

    call_command("onboard_vens", str(table), "--credentials", str(credentials))
    assert len(credentials.read_text().splitlines()) == 3
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    assert Ven.objects.count() == 2


def test_a_command_overwrites_no_file_and_leaves_none_of_what_was_refused(db, tmp_path, capsys):
    table, credentials = tmp_path / "vens.csv", tmp_path / "credentials.csv"
    table.write_text("name\na\na\n")

    with pytest.raises(CommandError, match="1 of the lines"):
        call_command("onboard_vens", str(table), "--credentials", str(credentials))
    assert "line 3: a: name: line 2 has the same" in capsys.readouterr().out
    assert not credentials.exists()

    credentials.write_text("precious")
    table.write_text("name\na\n")
    with pytest.raises(CommandError):
        call_command("onboard_vens", str(table), "--credentials", str(credentials))
    assert credentials.read_text() == "precious"
    assert not Client.objects.exists()
