"""The admin of clients, secrets, VENs and resources, used as a member of staff uses it."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from participants import hashers
from participants.models import Client, ClientSecret, Resource, Ven
from participants.services import client_secrets, clients, resources, vens
from tests.participants.conftest import NOW, STAFF
from vtn.caller import ROLE_SCOPES, Role
from vtn.models import OutboxEntry


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
        "client": ven.client_id or "",
        "targets": "\r\n".join(ven.targets),
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
    resources.create_resource(caller=STAFF, ven_id=record.id, resource_name="a", targets=["x"], now=NOW)
    resources.create_resource(caller=STAFF, ven_id=record.id, resource_name="b", now=NOW)
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
    resources.create_resource(caller=STAFF, ven_id=record.id, resource_name="a", targets=["x", "y"], now=NOW)
    before = everything()

    same = (record.resources.get(), {"resource_name": "a", "targets": "x\r\ny"})
    assert admin.post(change_url(record), ven_form(record, [same])).status_code == 302

    assert everything() == before


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
    "changes", [{"targets": "x" * 129}, {"ven_name": "Taken"}, {"ven_name": ""}, {"client": "retailer"}]
)
def test_a_ven_that_cannot_be_is_an_error_of_the_form(admin, ven, retailer, changes):
    vens.create_ven(caller=STAFF, ven_name="Taken", now=NOW)
    record = Ven.objects.get(client_id=ven.client_id)
    before = everything()

    response = admin.post(change_url(record), ven_form(record, **changes))

    assert response.status_code == 200
    assert response.context["errors"]
    assert everything() == before


def test_vens_are_found_by_name_client_target_and_resource(admin, ven):
    record = Ven.objects.get()
    resources.create_resource(
        caller=STAFF, ven_id=record.id, resource_name="boiler", targets=["hot"], now=NOW
    )
    vens.create_ven(caller=STAFF, ven_name="Other", now=NOW)
    url = reverse("admin:participants_ven_changelist")

    for words in ("VEN north", "ven-north", "north", "boiler", "hot"):
        found = [ven.pk for ven in admin.get(url, {"q": words}).context["cl"].queryset]
        assert found == [record.pk], words


def test_a_ven_is_deleted_from_its_page_and_from_the_list(admin, ven):
    other = vens.create_ven(caller=STAFF, ven_name="Other", now=NOW)

    admin.post(reverse("admin:participants_ven_delete", args=[other.pk]), {"post": "yes"})
    assert [record.client_id for record in Ven.objects.all()] == [ven.client_id]
    admin.post(
        reverse("admin:participants_ven_changelist"),
        {"action": "delete_selected", "_selected_action": [Ven.objects.get().pk], "post": "yes"},
    )
    assert not Ven.objects.exists()


def test_every_page_opens(admin, ven):
    record = Ven.objects.get()
    Ven.objects.update(attributes=[{"type": "<b>", "values": [0.1]}])

    for model in ("client", "ven"):
        assert admin.get(reverse(f"admin:participants_{model}_changelist")).status_code == 200
        assert admin.get(reverse(f"admin:participants_{model}_add")).status_code == 200
    assert admin.get(change_url(Client.objects.get())).status_code == 200
    page = admin.get(change_url(record)).content.decode()
    assert "[{&quot;type&quot;:&quot;&lt;b&gt;&quot;,&quot;values&quot;:[0.1]}]" in page
