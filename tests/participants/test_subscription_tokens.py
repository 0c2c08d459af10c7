"""Bearer tokens: sealed where they are stored, and shown to nobody but their owner."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.serializers import serialize
from django.db import connection
from django.test import Client as DjangoClient

from participants import tokens
from participants.models import Client, Subscription
from tests.conftest import Actor
from tests.participants.subscribing import URL, object_operation, subscription_request
from vtn.caller import Role
from vtn.models import OutboxEntry

pytestmark = pytest.mark.usefixtures("laboratory")

SECRET = "NCEJGI9E8ER9802UT9HUG"
DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


@pytest.fixture
def rival(enrol):
    """Another client of business logic."""
    return enrol("rival", Role.BL)


def with_tokens(program: dict[str, Any], *tokens: str | None, **members: Any) -> dict[str, Any]:
    operations = [object_operation(bearerToken=token) for token in tokens]
    return subscription_request(programID=program["id"], objectOperations=operations, **members)


def tokens_of(subscription: dict[str, Any]) -> list[Any]:
    """What stands where a token would; `...` where the member is not there."""
    return [item.get("bearerToken", ...) for item in subscription["objectOperations"]]


def everything_stored() -> str:
    """All rows of the tables that a subscription is written to, as text."""
    rows = serialize("json", [*Subscription.objects.all(), *OutboxEntry.objects.all()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT stored::text FROM participants_subscription stored")
        subscriptions = cursor.fetchall()
        cursor.execute("SELECT entry::text FROM vtn_outboxentry entry")
        return f"{rows}{subscriptions}{cursor.fetchall()}"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("who", ["house", "utility"])
def test_the_owner_reads_what_it_wrote(house, business, program, dialect, who):
    owner = {"house": house, "utility": business}[who].at(dialect)
    written = [SECRET, None, "", "!~", "x" * 4096]

    created = owner.post("/subscriptions", with_tokens(program, *written))
    path = f"/subscriptions/{created.json()['id']}"

    assert tokens_of(created.json()) == written
    assert tokens_of(owner.get(path).json()) == written
    assert [tokens_of(each) for each in owner.get("/subscriptions").json()] == [written]
    since = owner.get("/subscriptions", {"modifiedSince": "2020-01-01T00:00:00Z"})
    assert [tokens_of(each) for each in since.json()] == [written]
    assert tokens_of(owner.put(path, with_tokens(program, "another", None)).json()) == ["another", None]
    assert tokens_of(owner.delete(path).json()) == ["another", None]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("who", ["house", "rival"])
def test_nobody_else_does(house, rival, business, program, dialect, who):
    owner = {"house": house, "rival": rival}[who]
    path = f"/subscriptions/{owner.post('/subscriptions', with_tokens(program, SECRET, None)).json()['id']}"
    reader = business.at(dialect)

    assert tokens_of(reader.get(path).json()) == [None, None]
    assert [tokens_of(each) for each in reader.get("/subscriptions").json()] == [[None, None]]
    since = reader.get("/subscriptions", {"modifiedSince": "2020-01-01T00:00:00Z"})
    assert [tokens_of(each) for each in since.json()] == [[None, None]]
    assert tokens_of(reader.delete(path).json()) == [None, None]


def test_what_is_stored_and_recorded_holds_none_of_it(house, program):
    misplaced = {"bearerToken": SECRET, "X_other": [{"bearerToken": SECRET}]}
    subscription = house.post("/subscriptions", with_tokens(program, SECRET, **misplaced)).json()
    path = f"/subscriptions/{subscription['id']}"
    house.put(path, with_tokens(program, SECRET, SECRET))

    assert subscription["id"] in everything_stored()
    assert SECRET not in everything_stored()
    assert "bearerToken" not in json.dumps([entry.after for entry in OutboxEntry.objects.all()])

    house.delete(path)

    assert SECRET not in everything_stored()
    assert "bearerToken" not in subscription
    assert subscription["X_other"] == [{}]


def test_equal_tokens_are_not_seen_to_be_equal(house, program):
    house.post("/subscriptions", with_tokens(program, SECRET, SECRET))

    first, second = Subscription.objects.get().sealed_tokens
    assert first != second


def test_a_sealed_token_is_worth_nothing_in_another_row(house, neighbour, program):
    theirs = house.post("/subscriptions", with_tokens(program, SECRET)).json()
    mine = neighbour.post("/subscriptions", with_tokens(program, "mine")).json()

    stolen = Subscription.objects.get(id=theirs["id"]).sealed_tokens
    Subscription.objects.filter(id=mine["id"]).update(sealed_tokens=stolen)
    answer = neighbour.get(f"/subscriptions/{mine['id']}")

    assert answer.status_code == 500
    assert SECRET not in answer.content.decode()


def test_a_replacement_replaces_the_tokens_as_well(house, program):
    subscription = house.post("/subscriptions", with_tokens(program, SECRET)).json()
    path = f"/subscriptions/{subscription['id']}"

    assert tokens_of(house.put(path, with_tokens(program, None)).json()) == [None]

    assert Subscription.objects.get().sealed_tokens == [None]
    assert tokens_of(house.get(path).json()) == [None]


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
@pytest.mark.parametrize("token", ["a b", "a\r\nHost: evil", "a\n", "ключ", "x" * 4097])
def test_a_token_that_is_no_part_of_a_header_is_refused(house, program, dialect, token):
    answer = house.at(dialect).post("/subscriptions", with_tokens(program, None, token))

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("objectOperations[1].bearerToken: Expected `str`")
    assert not Subscription.objects.exists()


def test_a_key_that_is_gone_is_nobodys_fault_but_ours(house, program, settings):
    subscription = house.post("/subscriptions", with_tokens(program, SECRET)).json()
    path = f"/subscriptions/{subscription['id']}"

    settings.SEALING_KEYS = ["a new one"]
    assert tokens_of(house.get(path).json()) == [SECRET]
    house.put(path, with_tokens(program, "sealed-with-the-new-one"))
    settings.SEALING_KEYS = []
    assert house.get(path).status_code == 500

    settings.SEALING_KEYS = ["a new one"]
    assert tokens_of(house.get(path).json()) == ["sealed-with-the-new-one"]


def test_what_no_key_opens_can_be_deleted(house, program, settings):
    settings.SEALING_KEYS = ["a key that is lost"]
    subscription = house.post("/subscriptions", with_tokens(program, SECRET, None)).json()
    settings.SEALING_KEYS = []

    deleted = house.delete(f"/subscriptions/{subscription['id']}")

    assert (deleted.status_code, tokens_of(deleted.json())) == (200, [None, None])
    assert not Subscription.objects.exists()


def test_tokens_are_put_under_a_new_key_before_the_old_one_goes(house, program, settings, capsys):
    subscription = house.post("/subscriptions", with_tokens(program, SECRET, None)).json()
    house.post("/subscriptions", with_tokens(program, None))
    path = f"/subscriptions/{subscription['id']}"
    changes = OutboxEntry.objects.count()

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next key", [settings.SECRET_KEY]
    call_command("reseal_tokens")
    settings.SECRET_KEY_FALLBACKS = []

    assert capsys.readouterr().out == "Objects whose secrets were sealed anew: 2\n"
    renewed = Actor(
        token=tokens.issue(client_id="house", scopes=Client.objects.get(client_id="house").scopes).text
    )
    assert renewed.get(path).json() == subscription
    assert OutboxEntry.objects.count() == changes


def test_staff_read_no_token_and_delete_through_the_service(house, program):
    subscription = house.post("/subscriptions", with_tokens(program, SECRET, targets=["north"])).json()
    User.objects.create_superuser("anna", password="x" * 12)
    admin = DjangoClient()
    admin.login(username="anna", password="x" * 12)
    root = "/admin/participants/subscription/"

    pages = {
        path: admin.get(root + path).content.decode()
        for path in ("", "?q=my+client", "?q=receiver.example", f"{subscription['id']}/change/")
    }
    for page in pages.values():
        assert URL in page
        assert SECRET not in page
        assert Subscription.objects.get().sealed_tokens[0] not in page
    assert "1, sealed" in pages[f"{subscription['id']}/change/"]
    assert URL not in admin.get(f"{root}?q=nothing").content.decode()
    assert admin.get(f"{root}add/").status_code == 403
    assert admin.post(f"{root}{subscription['id']}/change/", {"client_name": "x"}).status_code == 403

    admin.post(f"{root}{subscription['id']}/delete/", {"post": "yes"})

    assert not Subscription.objects.exists()
    last = OutboxEntry.objects.latest("id")
    assert (last.object_type, last.operation, last.made_by) == ("SUBSCRIPTION", "DELETE", "staff:anna")
