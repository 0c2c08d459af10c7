"""What each role may do, page by page."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.urls import NoReverseMatch, reverse

from events.models import Event
from participants.models import Client, Ven
from programs.models import Program
from tests.conftest import event_request
from vtn.models import OutboxEntry
from vtn.roles import keep_roles

ROLES = ("administrator", "operator", "approver", "viewer")
OURS = ("vtn", "participants", "programs", "events")
ACCOUNTS = ("auth.user", "auth.group")


def models():
    return [
        model
        for model in admin.site._registry
        if model._meta.app_label in OURS or model._meta.label_lower in ACCOUNTS
    ]


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def statuses(client, name):
    found = {}
    for model in models():
        try:
            found[model._meta.label_lower] = client.get(page(model, name)).status_code
        except NoReverseMatch:
            continue
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_every_list_and_only_administrators_see_accounts(log_in, role):
    seen = statuses(log_in(role), "changelist")

    closed = set() if role == "administrator" else set(ACCOUNTS)
    assert {label for label, status in seen.items() if status == 403} == closed
    assert {status for label, status in seen.items() if label not in closed} == {200}


@pytest.mark.parametrize(
    ("role", "may_add"),
    [
        ("viewer", set()),
        ("approver", set()),
        ("operator", {"events.event", "events.holidaycalendar"}),
        (
            "administrator",
            {
                *("events.event", "events.holidaycalendar", "programs.program", "events.binding"),
                *("participants.client", "participants.ven", "participants.resource"),
                *ACCOUNTS,
            },
        ),
    ],
)
def test_what_each_role_may_add(log_in, role, may_add):
    seen = statuses(log_in(role), "add")

    known = {"events.event", "events.holidaycalendar", "programs.program", "events.binding", *ACCOUNTS}
    known |= {"participants.client", "participants.ven", "participants.resource"}
    assert {label for label, status in seen.items() if status != 403} & known == may_add & set(seen)
    assert role in ("administrator", "operator") or set(seen.values()) == {403}


@pytest.fixture
def things(retailer, ven, program):
    """One of each that can be changed."""
    retailer.post("/events", event_request(program))
    return {model: model.objects.first() for model in (Program, Event, Ven, Client)}


@pytest.mark.parametrize(
    ("role", "may_change"),
    [
        ("viewer", set()),
        ("approver", set()),
        ("operator", {Event}),
        ("administrator", {Program, Event, Ven, Client}),
    ],
)
def test_what_each_role_may_change_and_delete(log_in, things, role, may_change):
    client, changes = log_in(role), OutboxEntry.objects.count()
    for model, thing in things.items():
        shown = client.get(page(model, "change", thing.pk))
        assert shown.status_code == 200
        assert (b'name="_save"' in shown.content) is (model in may_change)
        if model not in may_change:
            assert client.post(page(model, "change", thing.pk), {}).status_code == 403
        may_delete = model in may_change - {Client}  # of which nobody deletes one
        asked = client.get(page(model, "delete", thing.pk))
        assert (asked.status_code == 200) is may_delete, (model, asked.status_code)
    assert OutboxEntry.objects.count() == changes


def test_a_viewer_is_offered_nothing_but_exports(log_in, things):
    client = log_in("viewer")

    offered = set()
    for model in models():
        response = client.get(page(model, "changelist"))
        if response.status_code == 200 and response.context["action_form"]:
            offered |= {name for name, _ in response.context["action_form"].fields["action"].choices}

    assert offered <= {"", "export_csv", "export_parquet"}


def test_whoever_may_not_is_refused_an_action_that_is_sent_all_the_same(log_in, things):
    client = log_in("viewer")

    client.post(page(Client, "changelist"), {"action": "disable", "_selected_action": [things[Client].pk]})

    assert Client.objects.get(pk=things[Client].pk).is_enabled


def test_only_an_approver_publishes_drafts(db):
    publishing = Permission.objects.filter(codename="publish_eventdraft")
    holders = Group.objects.filter(permissions__in=publishing).values_list("name", flat=True)

    assert set(holders) == ({"approver", "administrator"} if publishing else set())


def test_an_administrator_makes_no_superuser_and_touches_none(log_in):
    root = User.objects.create_superuser("root", password="the root of it")
    client = log_in("administrator")
    other = User.objects.create_user("other", is_staff=True)
    fields = {"username": "other", "is_staff": "on", "is_active": "on", "is_superuser": "on"}

    saved = client.post(page(User, "change", other.pk), fields)
    refused = [
        client.post(page(User, "change", root.pk), {**fields, "username": "root2"}),
        client.post(
            reverse("admin:auth_user_password_change", args=[root.pk]),
            {"usable_password": "true", "password1": "Known to me 1", "password2": "Known to me 1"},
        ),
        client.post(page(User, "delete", root.pk), {"post": "yes"}),
    ]
    client.post(
        page(User, "changelist"),
        {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"},
    )

    assert saved.status_code == 302
    assert [answer.status_code for answer in refused] == [403, 403, 403]
    root.refresh_from_db()
    assert (root.username, root.check_password("the root of it")) == ("root", True)
    assert not User.objects.get(username="other").is_superuser


def test_the_roles_themselves_are_changed_by_nobody(log_in):
    client, viewer = log_in(), Group.objects.get(name="viewer")

    answers = [
        client.post(page(Group, "change", viewer.pk), {"name": "viewer", "permissions": []}),
        client.post(page(Group, "delete", viewer.pk), {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert Group.objects.get(name="viewer").permissions.exists()


def test_roles_are_put_right_by_each_migrate_and_other_groups_left_alone(db):
    mine = Group.objects.create(name="mine")
    extra = Permission.objects.get(codename="delete_program")
    Group.objects.get(name="viewer").permissions.add(extra)
    Group.objects.filter(name="operator").delete()
    before = {group.name: group.permissions.count() for group in Group.objects.all()}

    for _ in range(2):
        call_command("migrate", verbosity=0)
        keep_roles(using="default")

    after = {group.name: group.permissions.count() for group in Group.objects.all()}
    assert set(after) == {*ROLES, "mine"}
    assert after["viewer"] == before["viewer"] - 1
    assert mine.permissions.count() == 0
    assert Group.objects.get(name="operator").permissions.filter(codename="change_event").exists()
    assert not Group.objects.get(name="operator").permissions.filter(codename="change_program").exists()


@pytest.mark.parametrize(("role", "may"), [("administrator", True), ("operator", False), ("viewer", False)])
def test_the_ways_to_a_new_secret_and_to_fewer_are_shown_to_who_may_take_them(log_in, ven, role, may):
    resource = {"objectType": "VEN_RESOURCE_REQUEST", "resourceName": "battery"}
    ven_id = ven.post("/resources", resource).json()["venID"]
    staff, new_secret = log_in(role), page(Client, "add_secret", "ven")

    shown = staff.get(page(Ven, "change", ven_id)).content.decode()

    assert (staff.get(new_secret).status_code == 200) is may
    assert (new_secret in shown) is may
    assert ("End old ones, scopes" in shown) is may
    assert "good until" in shown


def test_a_viewer_reads_all_other_members_under_the_label_of_the_form(log_in, retailer):
    written = {"programName": "peaks", "country": "NL", "targets": ["north"]}
    program_id = retailer.post("/programs", written).json()["id"]

    shown = log_in("viewer").get(page(Program, "change", program_id)).content.decode()

    assert re.search(r"Content\s*</label>", shown)
    assert "<pre>{\n  &quot;country&quot;: &quot;NL&quot;\n}</pre>" in shown
