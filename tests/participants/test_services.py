"""What changes clients, their secrets and what is granted to them, and what each change leaves in the record."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from participants import tasks
from participants.models import Client, ClientSecret, Resource, Ven
from participants.services import client_secrets, clients, resources, vens
from participants.services.clients import ScopesNotGrantable
from tests.participants.conftest import (
    NOW,
    STAFF,
    known_client,
    make_resource,
    make_ven,
    resource_content,
    ven_content,
)
from vtn import errors
from vtn.caller import ROLE_SCOPES, Caller, Role, Scope
from vtn.models import OutboxEntry

BUSINESS = Caller("retailer", Role.BL, frozenset(Scope))
A_VEN = Caller("ven", Role.VEN, ROLE_SCOPES[Role.VEN])
LATER = NOW + timedelta(hours=1)


def entries():
    return list(
        OutboxEntry.objects.order_by("id").values_list("operation", "object_type", "object_id", "made_by")
    )


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Client, ClientSecret, Ven, Resource, OutboxEntry)
    ]


@pytest.fixture
def client(db):
    return clients.create_client(caller=STAFF, client_id="c", name="C", role=Role.VEN, now=NOW)


@pytest.fixture
def ven_record(client):
    return make_ven("V", client_id="c", targets=["a"])


def test_a_client_starts_enabled_with_the_scopes_of_its_role_and_no_secret(client):
    client.refresh_from_db()

    assert (client.client_id, client.name, client.role, client.is_enabled) == ("c", "C", "ven", True)
    assert client.scopes == sorted(ROLE_SCOPES[Role.VEN])
    assert (client.created_at, client.modified_at) == (NOW, NOW)
    assert not client.secrets.exists()
    assert entries() == [("CREATE", "CLIENT", "c", "staff:anna")]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "c"}, clients.ClientTaken),
        ({"name": "C"}, clients.ClientTaken),
        ({"client_id": ""}, errors.Invalid),
        ({"client_id": "a b"}, errors.Invalid),
        ({"client_id": "a\n"}, errors.Invalid),
        ({"client_id": "é"}, errors.Invalid),
        ({"client_id": "a" * 129}, errors.Invalid),
        ({"name": ""}, errors.Invalid),
        ({"name": "a\0"}, errors.Invalid),
        ({"name": "a" * 129}, errors.Invalid),
        ({"scopes": ["write_programs"]}, ScopesNotGrantable),
        ({"scopes": ["read_everything"]}, ScopesNotGrantable),
        ({"caller": BUSINESS}, errors.Forbidden),
    ],
)
def test_a_client_that_cannot_be_is_refused_and_leaves_nothing_behind(client, changes, error):
    before = everything()

    with pytest.raises(error):
        clients.create_client(
            **{"caller": STAFF, "client_id": "new", "name": "New", "role": Role.VEN, "now": NOW, **changes}
        )

    assert everything() == before


def test_a_client_that_a_ven_belongs_to_already_is_not_business_logic(db):
    make_ven("V", client_id="later")
    before = everything()

    with pytest.raises(clients.HasVen):
        clients.create_client(caller=STAFF, client_id="later", name="Later", role=Role.BL, now=NOW)

    assert everything() == before


def test_business_logic_may_be_given_the_writing_of_reports_by_name(db):
    client = clients.create_client(
        caller=STAFF, client_id="b", name="B", role=Role.BL, scopes=["write_reports", "read_all"], now=NOW
    )

    assert client.scopes == ["read_all", "write_reports"]


def test_each_change_is_recorded_with_what_was_before_and_after(client):
    clients.rename_client(caller=STAFF, client_id="c", name="D", now=LATER)
    clients.set_scopes(caller=STAFF, client_id="c", scopes=["read_all"], now=LATER)
    clients.set_enabled(caller=STAFF, client_id="c", is_enabled=False, now=LATER)

    assert entries()[1:] == [("UPDATE", "CLIENT", "c", "staff:anna")] * 3
    last = OutboxEntry.objects.latest("id")
    assert last.before == {
        "clientID": "c",
        "clientName": "D",
        "role": "ven",
        "scopes": ["read_all"],
        "isEnabled": True,
        "secrets": [],
    }
    assert last.after == {**last.before, "isEnabled": False}
    client.refresh_from_db()
    assert (client.name, client.scopes, client.is_enabled) == ("D", ["read_all"], False)


def test_a_change_that_waited_for_another_is_the_later_one(ven_record):
    resource = make_resource(ven_record.id, "r")
    changes = [
        lambda now: clients.rename_client(caller=STAFF, client_id="c", name=f"C {now}", now=now),
        lambda now: vens.set_targets(caller=STAFF, ven_id=ven_record.id, targets=[str(now)], now=now),
        lambda now: resources.update_resource(
            caller=STAFF,
            resource_id=resource.id,
            content=resource_content("r", targets=[str(now)]),
            now=now,
        ),
    ]
    for change in changes:
        change(LATER)

        assert change(NOW).modified_at == LATER + timedelta(microseconds=1)

    client_secrets.add_secret(caller=STAFF, client_id="c", now=NOW)
    assert Client.objects.get().modified_at == LATER + timedelta(microseconds=2)


def test_what_is_as_wanted_already_is_no_change(client):
    before = everything()

    clients.rename_client(caller=STAFF, client_id="c", name="C", now=LATER)
    clients.set_scopes(caller=STAFF, client_id="c", scopes=ROLE_SCOPES[Role.VEN], now=LATER)
    clients.set_enabled(caller=STAFF, client_id="c", is_enabled=True, now=LATER)

    assert everything() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda caller: clients.rename_client(caller=caller, client_id="c", name="D", now=NOW),
        lambda caller: clients.set_scopes(caller=caller, client_id="c", scopes=[], now=NOW),
        lambda caller: clients.set_enabled(caller=caller, client_id="c", is_enabled=False, now=NOW),
        lambda caller: client_secrets.add_secret(caller=caller, client_id="c", now=NOW),
    ],
)
def test_no_token_allows_a_change_of_clients(client, change):
    before = everything()

    with pytest.raises(errors.Forbidden):
        change(BUSINESS)

    assert everything() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda: clients.rename_client(caller=STAFF, client_id="x", name="D", now=NOW),
        lambda: clients.set_scopes(caller=STAFF, client_id="x", scopes=[], now=NOW),
        lambda: clients.set_enabled(caller=STAFF, client_id="x", is_enabled=False, now=NOW),
        lambda: client_secrets.add_secret(caller=STAFF, client_id="x", now=NOW),
        lambda: client_secrets.revoke_secret(caller=STAFF, secret_id=0, now=NOW),
        lambda: vens.update_ven(caller=STAFF, ven_id="x", content=ven_content("V"), now=NOW),
        lambda: vens.set_client(caller=STAFF, ven_id="x", client_id="c", now=NOW),
        lambda: vens.set_targets(caller=STAFF, ven_id="x", targets=[], now=NOW),
        lambda: make_resource("x", "r"),
        lambda: resources.delete_resource(caller=STAFF, resource_id="x", now=NOW),
        lambda: vens.delete_ven(caller=STAFF, ven_id="x", now=NOW),
    ],
)
def test_what_does_not_exist_is_not_found(client, change):
    before = everything()

    with pytest.raises(errors.NotFound):
        change()

    assert everything() == before


def test_a_secret_is_kept_as_a_hash_and_never_recorded(client):
    generated = client_secrets.add_secret(caller=STAFF, client_id="c", label="first", now=NOW)
    chosen = client_secrets.add_secret(caller=STAFF, client_id="c", text="correct horse", now=NOW)

    stored = str(everything())
    assert generated.text not in stored
    assert "correct horse" not in stored
    assert generated.text not in repr(generated)
    recorded = str(list(OutboxEntry.objects.values()))
    assert generated.secret.hash not in recorded
    assert chosen.secret.hash not in recorded
    assert OutboxEntry.objects.latest("id").after["secrets"] == [
        {"id": generated.secret.pk, "label": "first", "expiresDateTime": None},
        {"id": chosen.secret.pk, "label": "", "expiresDateTime": None},
    ]


def test_generated_secrets_get_the_quick_hash_and_chosen_ones_the_slow(client):
    client_secrets.add_secret(caller=STAFF, client_id="c", now=NOW)
    client_secrets.add_secret(caller=STAFF, client_id="c", text="1001", now=NOW)

    kinds = [secret.hash.partition("$")[0] for secret in ClientSecret.objects.order_by("id")]
    assert kinds == ["sha256_generated", "scrypt"]


@pytest.mark.parametrize(
    "options",
    [
        {"text": ""},
        {"text": "a" * 4097},
        {"text": "a\0"},
        {"text": "a\n"},
        {"expires_at": NOW},
        {"label": "l" * 129},
    ],
)
def test_a_secret_that_cannot_be_is_refused(client, options):
    before = everything()

    with pytest.raises(errors.Invalid):
        client_secrets.add_secret(caller=STAFF, client_id="c", now=NOW, **options)

    assert everything() == before


def test_a_client_has_five_usable_secrets_at_most(client):
    for _ in range(4):
        client_secrets.add_secret(caller=STAFF, client_id="c", now=NOW)
    client_secrets.add_secret(caller=STAFF, client_id="c", expires_at=LATER, now=NOW)

    with pytest.raises(client_secrets.TooManySecrets):
        client_secrets.add_secret(caller=STAFF, client_id="c", now=NOW)
    client_secrets.add_secret(caller=STAFF, client_id="c", now=LATER)


def test_revoking_and_ending_secrets_is_recorded(client):
    first = client_secrets.add_secret(caller=STAFF, client_id="c", now=NOW).secret
    second = client_secrets.add_secret(caller=STAFF, client_id="c", now=NOW).secret

    client_secrets.revoke_secret(caller=STAFF, secret_id=first.pk, now=NOW)
    client_secrets.set_secret_expiry(caller=STAFF, secret_id=second.pk, expires_at=LATER, now=NOW)

    assert list(ClientSecret.objects.values_list("pk", "expires_at")) == [(second.pk, LATER)]
    assert OutboxEntry.objects.latest("id").after["secrets"] == [
        {"id": second.pk, "label": "", "expiresDateTime": "2026-03-01T13:00:00Z"}
    ]


def test_secrets_that_expired_long_ago_are_deleted(client):
    for days in (-40, -20, 20):
        secret = client_secrets.add_secret(caller=STAFF, client_id="c", label=str(days), now=NOW).secret
        client_secrets.set_secret_expiry(
            caller=STAFF, secret_id=secret.pk, expires_at=NOW + timedelta(days=days), now=NOW
        )
    client_secrets.add_secret(caller=STAFF, client_id="c", label="never", now=NOW)

    assert client_secrets.delete_expired_secrets(before=NOW - timedelta(days=30)) == 1
    assert sorted(ClientSecret.objects.values_list("label", flat=True)) == ["-20", "20", "never"]


def test_the_task_gives_expired_secrets_thirty_days(client, settings):
    client_secrets.add_secret(caller=STAFF, client_id="c", now=NOW)
    ClientSecret.objects.update(expires_at="2020-01-01T00:00:00Z")

    tasks.delete_expired_secrets()

    assert not ClientSecret.objects.exists()
    assert settings.CELERY_BEAT_SCHEDULE["delete secrets that expired long ago"]["task"] == (
        tasks.delete_expired_secrets.name
    )


def test_a_ven_is_recorded_as_310_spells_it(ven_record):
    entry = OutboxEntry.objects.latest("id")

    assert (entry.operation, entry.object_type, entry.before) == ("CREATE", "VEN", None)
    assert entry.after == {
        "id": ven_record.id,
        "createdDateTime": "2026-03-01T12:00:00Z",
        "modificationDateTime": "2026-03-01T12:00:00Z",
        "objectType": "VEN",
        "clientID": "c",
        "venName": "V",
        "targets": ["a"],
    }


def test_business_logic_grants_and_vens_do_not(ven_record):
    vens.set_targets(caller=BUSINESS, ven_id=ven_record.id, targets=["b", "a", "b"], now=LATER)
    assert Ven.objects.get().targets == ["b", "a"]

    before = everything()
    with pytest.raises(errors.Forbidden):
        vens.set_targets(caller=A_VEN, ven_id=ven_record.id, targets=["z"], now=LATER)
    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ven_name": "V"}, vens.VenTaken),
        ({"client_id": "c"}, vens.VenTaken),
        ({"client_id": "b"}, errors.Invalid),
    ],
)
def test_a_ven_that_cannot_be_is_refused_and_leaves_nothing_behind(ven_record, changes, error):
    known_client("b", Role.BL)
    known_client("d", Role.VEN)
    before = everything()

    with pytest.raises(error):
        make_ven(**{"ven_name": "W", "client_id": "d", **changes})

    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ven_name": "V"}, "There is already a VEN named 'V'"),
        ({"client_id": "c"}, "The client 'c' has a VEN already"),
    ],
)
def test_a_refusal_names_what_is_taken(ven_record, changes, said):
    known_client("d", Role.VEN)

    with pytest.raises(vens.VenTaken) as refused:
        make_ven(**{"ven_name": "W", "client_id": "d", **changes})

    assert refused.value.detail == said


def test_a_ven_moves_to_another_client_and_both_are_told(ven_record):
    known_client("d", Role.VEN)

    vens.set_client(caller=STAFF, ven_id=ven_record.id, client_id="d", now=LATER)

    entry = OutboxEntry.objects.latest("id")
    assert (entry.before["clientID"], entry.after["clientID"]) == ("c", "d")
    assert Ven.objects.get().client_id == "d"


def test_resources_have_names_of_their_own_in_each_ven(ven_record):
    make_resource(ven_record.id, "r")
    before = everything()

    with pytest.raises(resources.ResourceTaken):
        make_resource(ven_record.id, "r")

    assert everything() == before


def test_a_ven_is_deleted_with_its_resources_and_each_is_recorded(ven_record):
    resource = make_resource(ven_record.id, "r")

    vens.delete_ven(caller=STAFF, ven_id=ven_record.id, now=LATER)

    assert not Ven.objects.exists()
    assert not Resource.objects.exists()
    assert Client.objects.filter(client_id="c").exists()
    assert entries()[-2:] == [
        ("DELETE", "RESOURCE", resource.id, "staff:anna"),
        ("DELETE", "VEN", ven_record.id, "staff:anna"),
    ]


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE participants_client SET role = 'any'", "client_scopes_of_role"),
        ("UPDATE participants_client SET scopes = '{write_programs}'", "client_scopes_of_role"),
        ("UPDATE participants_client SET client_id = ''", "client_id_not_empty"),
        ("UPDATE participants_ven SET ven_name = ''", "ven_name_not_empty"),
    ],
)
def test_the_database_keeps_the_promises_by_itself(ven_record, statement, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
