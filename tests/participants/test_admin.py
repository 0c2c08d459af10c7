"""The admin of clients, secrets, VENs and resources, used as a member of staff uses it."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from events.services import create_event
from events.wire.v310 import parse_event
from participants import hashers
from participants.models import Client, ClientSecret, Resource, Ven
from participants.services import client_secrets, clients, vens
from programs.services import create_program
from programs.wire.v310 import parse_program
from tests.participants.conftest import NOW, STAFF, make_resource, make_ven
from vtn.caller import ROLE_SCOPES, Role
from vtn.models import OutboxEntry


def make_program(name, *targets):
    content = parse_program({"programName": name, "targets": [*targets]})
    return create_program(caller=STAFF, content=content, now=NOW)


def make_event(program, *targets):
    content = parse_event({"programID": program.id, "targets": [*targets]})
    return create_event(caller=STAFF, content=content, now=NOW)


@pytest.fixture
def admin(db, client):
    client.force_login(User.objects.create_superuser("berta"))
    return client


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Client, ClientSecret, Ven, Resource, OutboxEntry)
    ]


def change_url(record):
    return reverse(f"admin:participants_{record._meta.model_name}_change", args=[record.pk])


def client_form(client, *, secrets=(), **changes):
    """What the browser sends for the page of a client as it is, but for the changes."""
    form = {"name": client.name, "scopes": client.scopes, "is_enabled": "on", **changes}
    form |= {"secrets-TOTAL_FORMS": len(secrets), "secrets-INITIAL_FORMS": len(secrets)}
    for number, (secret, fields) in enumerate(secrets):
        form |= {f"secrets-{number}-id": secret.pk, f"secrets-{number}-client": client.pk}
        form |= {f"secrets-{number}-{name}": value for name, value in fields.items()}
    return {name: value for name, value in form.items() if value is not None}


def test_a_client_is_created_and_then_needs_a_secret(admin):
    form = {"client_id": "v/1", "name": "Veld", "role": "ven"}

    response = admin.post(reverse("admin:participants_client_add"), form)

    client = Client.objects.get()
    assert (client.client_id, client.name, client.role, client.scopes) == (
        "v/1",
        "Veld",
        "ven",
        sorted(ROLE_SCOPES[Role.VEN]),
    )
    assert response["Location"] == reverse("admin:participants_client_add_secret", args=["v/1"])
    assert OutboxEntry.objects.get().made_by == "staff:berta"


def test_a_new_secret_is_shown_once_and_nowhere_else(admin, retailer):
    client = Client.objects.get()
    url = reverse("admin:participants_client_add_secret", args=[client.pk])
    assert admin.get(url).status_code == 200

    response = admin.post(url, {"label": "the new box", "expires_at_0": "", "expires_at_1": ""})

    text = re.search(r'id="client-secret" readonly size="60" value="([^"]+)"', response.content.decode())[1]
    secret = ClientSecret.objects.latest("id")
    assert secret.label == "the new box"
    assert hashers.matches(text, [secret.hash])
    assert "no-store" in response["Cache-Control"]
    assert text not in str(response.cookies)
    for page in (url, change_url(client), reverse("admin:participants_client_changelist")):
        shown = admin.get(page).content.decode()
        assert text not in shown
        assert secret.hash not in shown


def test_a_secret_beyond_the_fifth_is_refused_on_the_page(admin, retailer):
    for _ in range(4):
        client_secrets.add_secret(caller=STAFF, client_id="retailer", now=NOW)
    before = everything()

    response = admin.post(reverse("admin:participants_client_add_secret", args=["retailer"]), {"label": ""})

    assert "The client has 5 secrets already; revoke one first" in response.content.decode()
    assert everything() == before


def test_name_scopes_and_state_of_a_client_are_changed(admin, retailer):
    client = Client.objects.get()
    secret = client.secrets.get()
    same = (secret, {"expires_at_0": "", "expires_at_1": ""})

    form = client_form(client, secrets=[same], name="Other", scopes=["read_all"], is_enabled=None)
    response = admin.post(change_url(client), form)

    assert response.status_code == 302
    client.refresh_from_db()
    assert (client.name, client.scopes, client.is_enabled) == ("Other", ["read_all"], False)
    assert client.secrets.get() == secret


def test_a_scope_that_the_role_cannot_hold_is_an_error_of_the_form(admin, ven):
    client = Client.objects.get()
    before = everything()

    response = admin.post(change_url(client), client_form(client, scopes=["write_programs"]))

    assert response.status_code == 200
    assert "a client with the role ven cannot hold write_programs" in response.content.decode()
    assert everything() == before


def test_a_secret_is_revoked_and_another_one_ended(admin, retailer):
    client_secrets.add_secret(caller=STAFF, client_id="retailer", now=NOW)
    client = Client.objects.get()
    first, second = client.secrets.order_by("id")

    secrets = [
        (first, {"DELETE": "on", "expires_at_0": "", "expires_at_1": ""}),
        (second, {"expires_at_0": "2030-01-02", "expires_at_1": "03:04:05"}),
    ]
    admin.post(change_url(client), client_form(client, secrets=secrets))

    left = client.secrets.get()
    assert (left.pk, left.expires_at.isoformat()) == (second.pk, "2030-01-02T03:04:05+00:00")


def test_clients_are_found_and_filtered(admin, retailer, ven):
    url = reverse("admin:participants_client_changelist")

    def found(**query):
        return {client.pk for client in admin.get(url, query).context["cl"].queryset}

    assert found() == {"retailer", "ven-north"}
    assert found(q="retail") == {"retailer"}
    assert found(q="VEN north") == {"ven-north"}
    assert found(role__exact="bl") == {"retailer"}
    assert found(is_enabled__exact="0") == set()


def test_clients_are_disabled_and_enabled_from_the_list(admin, retailer, ven):
    url = reverse("admin:participants_client_changelist")

    admin.post(url, {"action": "disable", "_selected_action": ["retailer", "ven-north"]})
    assert not Client.objects.filter(is_enabled=True).exists()
    admin.post(url, {"action": "enable", "_selected_action": ["retailer"]})
    assert list(Client.objects.filter(is_enabled=True).values_list("pk", flat=True)) == ["retailer"]


def test_a_client_is_not_deleted(admin, retailer):
    url = reverse("admin:participants_client_delete", args=["retailer"])

    assert admin.post(url, {"post": "yes"}).status_code == 403
    assert Client.objects.exists()


def test_who_may_only_look_makes_no_secret(client, retailer):
    watcher = User.objects.create_user("carl", is_staff=True)
    watcher.user_permissions.add(Permission.objects.get(codename="view_client"))
    client.force_login(watcher)
    before = everything()

    for url in (
        reverse("admin:participants_client_add_secret", args=["retailer"]),
        change_url(Client.objects.get()),
    ):
        assert client.post(url, {"label": "mine", "name": "mine"}).status_code == 403
    client.post(
        reverse("admin:participants_client_changelist"),
        {"action": "disable", "_selected_action": ["retailer"]},
    )

    assert everything() == before


def ven_form(ven, rows=(), **changes):
    form = {
        "ven_name": ven.ven_name,
        "client_id": ven.client_id or "",
        "targets": "\r\n".join(ven.targets),
        "rest": "{}",
        **changes,
    }
    known = sum(1 for resource, _ in rows if resource is not None)
    form |= {"resources-TOTAL_FORMS": len(rows), "resources-INITIAL_FORMS": known}
    for number, (resource, fields) in enumerate(rows):
        form |= {
            f"resources-{number}-ven": "" if ven._state.adding else ven.pk,
            f"resources-{number}-id": resource.pk if resource else "",
        }
        form |= {f"resources-{number}-{name}": value for name, value in fields.items()}
    return form


def test_a_ven_is_created_with_its_grant_and_resources(admin, db):
    clients.create_client(caller=STAFF, client_id="c", name="C", role=Role.VEN, now=NOW)
    new = Ven(ven_name="House", client_id="c", targets=["a, b", "c"])

    admin.post(
        reverse("admin:participants_ven_add"),
        ven_form(new, [(None, {"resource_name": "Boiler", "targets": " hot \r\n\r\n"})]),
    )

    ven = Ven.objects.get()
    assert (ven.ven_name, ven.client_id, ven.targets) == ("House", "c", ["a, b", "c"])
    assert [(resource.resource_name, resource.targets) for resource in ven.resources.all()] == [
        ("Boiler", ["hot"])
    ]


def test_grants_are_changed_and_resources_come_and_go(admin, ven):
    record = Ven.objects.get()
    make_resource(record.id, "a", targets=["x"])
    make_resource(record.id, "b")
    first, second = record.resources.order_by("resource_name")

    changed = [
        (first, {"resource_name": "a2", "targets": "x\r\ny"}),
        (second, {"resource_name": "b", "targets": "", "DELETE": "on"}),
        (None, {"resource_name": "c", "targets": "z"}),
    ]
    response = admin.post(change_url(record), ven_form(record, changed, targets="north\r\nsouth"))

    assert response.status_code == 302
    record.refresh_from_db()
    assert record.targets == ["north", "south"]
    found = record.resources.order_by("resource_name").values_list("resource_name", "targets")
    assert list(found) == [("a2", ["x", "y"]), ("c", ["z"])]


def test_saving_a_ven_as_it_is_changes_nothing(admin, ven):
    record = Ven.objects.get()
    make_resource(record.id, "a", targets=["x", "y"])
    before = everything()

    same = (record.resources.get(), {"resource_name": "a", "targets": "x\r\ny"})
    assert admin.post(change_url(record), ven_form(record, [same])).status_code == 302

    assert everything() == before


def test_a_ven_with_more_resources_than_a_form_can_send_is_saved_without_them(admin, ven):
    record = Ven.objects.get()
    for number in range(101):
        make_resource(record.id, f"r{number}", targets=["x"])
    before = list(Resource.objects.order_by("id").values())

    page = admin.get(change_url(record)).content.decode()
    answer = admin.post(change_url(record), ven_form(record, targets="north\r\nsouth"))

    assert "r100" not in page
    assert f"{reverse('admin:participants_resource_changelist')}?q={record.id}" in page
    assert answer.status_code == 302
    record.refresh_from_db()
    assert record.targets == ["north", "south"]
    assert list(Resource.objects.order_by("id").values()) == before

    found = admin.get(reverse("admin:participants_resource_changelist"), {"q": record.id})
    assert "101 resources" in found.content.decode()


def test_a_target_with_spaces_at_its_ends_is_kept_by_saving_its_ven(admin, ven):
    record = Ven.objects.get()
    vens.set_targets(caller=STAFF, ven_id=record.id, targets=[" a ", "b"], now=NOW)
    before = everything()

    page = admin.get(change_url(record))
    shown = page.context["adminform"].form["targets"].value()
    assert shown == '[" a ","b"]'
    assert admin.post(change_url(record), ven_form(record, targets=shown)).status_code == 302

    assert everything() == before


@pytest.mark.parametrize(
    "changes", [{"targets": "x" * 129}, {"ven_name": "Taken"}, {"ven_name": ""}, {"client_id": "retailer"}]
)
def test_a_ven_that_cannot_be_is_an_error_of_the_form(admin, ven, retailer, changes):
    make_ven("Taken")
    record = Ven.objects.get(client_id=ven.client_id)
    before = everything()

    response = admin.post(change_url(record), ven_form(record, **changes))

    assert response.status_code == 200
    assert response.context["errors"]
    assert everything() == before


def test_vens_are_found_by_name_client_target_and_resource(admin, ven):
    record = Ven.objects.get()
    make_resource(record.id, "boiler", targets=["hot"])
    make_ven("Other")
    url = reverse("admin:participants_ven_changelist")

    for words in ("VEN north", "ven-north", "north", "boiler", "hot"):
        found = [ven.pk for ven in admin.get(url, {"q": words}).context["cl"].queryset]
        assert found == [record.pk], words


def test_one_or_two_letters_are_looked_for_in_its_own_names_alone(admin, ven):
    record = Ven.objects.get()
    make_resource(record.id, "boiler")
    vens, of_resources = (reverse(f"admin:participants_{each}_changelist") for each in ("ven", "resource"))

    def found(url, words):
        return admin.get(url, {"q": words}).context["cl"].queryset.count()

    assert (found(vens, "bo"), found(vens, "boi"), found(vens, "no")) == (0, 1, 1)
    assert (found(of_resources, "no"), found(of_resources, "nor"), found(of_resources, "oi")) == (0, 1, 1)
    assert found(of_resources, record.id) == 1


def test_a_ven_is_deleted_from_its_page_and_from_the_list(admin, ven):
    other = make_ven("Other")

    admin.post(reverse("admin:participants_ven_delete", args=[other.pk]), {"post": "yes"})
    assert [record.client_id for record in Ven.objects.all()] == [ven.client_id]
    admin.post(
        reverse("admin:participants_ven_changelist"),
        {"action": "delete_selected", "_selected_action": [Ven.objects.get().pk], "post": "yes"},
    )
    assert not Ven.objects.exists()


def test_every_page_opens(admin, ven):
    record = Ven.objects.get()
    resource = make_resource(record.id, "boiler")
    Ven.objects.update(content={"venName": "VEN north", "attributes": [{"type": "<b>", "values": [0.1]}]})

    for model in ("client", "ven", "resource"):
        assert admin.get(reverse(f"admin:participants_{model}_changelist")).status_code == 200
        assert admin.get(reverse(f"admin:participants_{model}_add")).status_code == 200
    assert admin.get(change_url(Client.objects.get())).status_code == 200
    page = admin.get(change_url(record)).content.decode()
    assert "&quot;type&quot;: &quot;&lt;b&gt;&quot;" in page
    assert admin.get(change_url(resource)).status_code == 200


def opened(admin, ven):
    page = admin.get(change_url(ven)).content.decode()
    return page[page.index("<ul>") : page.index("And all that have no targets.")]


def test_the_page_of_a_ven_shows_what_its_grant_opens(admin, ven):
    record = Ven.objects.get()
    make_resource(record.id, "boiler", targets=["hot"])
    seen = [make_program("seen", "north"), make_program("seen by its resource", "x", "hot")]
    make_program("hidden", "south")
    make_program("for everybody")
    event = make_event(seen[0], "north", "hot")
    make_event(seen[0], "south")

    shown = opened(admin, record)

    assert shown.count("<li>") == 2
    assert "2 programs: " in shown
    assert "1 events: " in shown
    for each in (*seen, event):
        assert (
            reverse(f"admin:{each._meta.app_label}_{each._meta.model_name}_change", args=[each.pk]) in shown
        )
    assert "hidden" not in shown
    vens.set_targets(caller=STAFF, ven_id=record.id, targets=["south"], now=NOW)
    assert "hidden" in opened(admin, record)


def test_a_grant_of_nothing_opens_nothing(admin, db):
    record = make_ven("House")
    make_program("for everybody")
    make_program("for some", "north")

    shown = opened(admin, record)

    assert "0 programs<" in shown
    assert "0 events<" in shown


def test_much_that_is_opened_is_counted_to_a_thousand(admin, ven, monkeypatch):
    monkeypatch.setattr("events.opened._COUNTED", 2)
    for number in range(3):
        make_program(f"{number}", "north")

    assert "2+ programs: " in opened(admin, Ven.objects.get())


def test_a_ven_tells_whether_its_client_is_there(admin, ven):
    known, early, nobodys = Ven.objects.get(), make_ven("Early", client_id="late"), make_ven("Nobody's")

    assert reverse("admin:participants_client_change", args=["ven-north"]) in page_of(admin, known)
    assert "late: there is no such client yet" in page_of(admin, early)
    assert "nobody&#x27;s yet" in page_of(admin, nobodys)
    assert "late: there is no such client yet" in (
        admin.get(reverse("admin:participants_ven_changelist")).content.decode()
    )


def page_of(admin, record):
    return admin.get(change_url(record)).content.decode()


def test_staff_give_a_ven_to_another_client_and_its_resources_go_along(admin, ven):
    clients.create_client(caller=STAFF, client_id="d", name="D", role=Role.VEN, now=NOW)
    record = Ven.objects.get()
    resource = make_resource(record.id, "boiler", targets=["hot"])
    same = (resource, {"resource_name": "boiler", "targets": "hot"})

    assert admin.post(change_url(record), ven_form(record, [same], client_id="d")).status_code == 302

    entries = list(OutboxEntry.objects.order_by("id").values_list("object_type", "before", "after"))[-2:]
    assert [kind for kind, _, _ in entries] == ["VEN", "RESOURCE"]
    assert [(before["clientID"], after["clientID"]) for _, before, after in entries] == [
        ("ven-north", "d")
    ] * 2
    assert (
        admin.post(change_url(record), ven_form(Ven.objects.get(), [same], client_id="")).status_code == 302
    )
    assert Ven.objects.get().client_id is None


def test_what_a_client_wrote_of_a_ven_and_of_a_resource_is_kept_and_edited(admin, db):
    record = make_ven("House")
    Ven.objects.update(content={"venName": "House", "attributes": [{"type": "A", "values": [7]}], "x": 1})
    resource = make_resource(record.id, "boiler")
    rest = admin.get(change_url(record)).context["adminform"].form.fields["rest"].initial

    admin.post(change_url(record), ven_form(Ven.objects.get(), ven_name="Renamed", rest=rest))
    admin.post(
        change_url(resource),
        {"resource_name": "pump", "targets": "hot\r\ncold", "rest": '{"watts": 5}'},
    )

    content = Ven.objects.get().content
    assert content == {"venName": "Renamed", "attributes": [{"type": "A", "values": [7]}], "x": 1}
    resource.refresh_from_db()
    assert (resource.content, resource.targets) == ({"watts": 5, "resourceName": "pump"}, ["hot", "cold"])


def test_a_resource_is_created_and_deleted_on_its_own_page(admin, db):
    record = make_ven("House")
    form = {"ven": record.pk, "resource_name": "boiler", "targets": "hot", "rest": "{}"}

    admin.post(reverse("admin:participants_resource_add"), form)

    resource = Resource.objects.get()
    assert (resource.ven_id, resource.resource_name, resource.targets) == (record.id, "boiler", ["hot"])
    before = everything()
    taken = admin.post(reverse("admin:participants_resource_add"), form)
    assert "This VEN already has a resource of this name" in taken.content.decode()
    assert everything() == before
    found = admin.get(reverse("admin:participants_resource_changelist"), {"q": "hot"}).context["cl"].queryset
    assert list(found) == [resource]
    admin.post(reverse("admin:participants_resource_delete", args=[resource.pk]), {"post": "yes"})
    assert not Resource.objects.exists()
