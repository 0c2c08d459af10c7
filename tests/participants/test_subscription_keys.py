"""The key that signs what a subscription is told: its owner reads it and changes it, and nobody else."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.serializers import serialize
from django.db import connection, transaction
from django.utils import timezone

from participants import tokens
from participants.models import Subscription
from participants.signing_keys import new_key, unsealed_keys
from tests.conftest import Actor
from tests.participants.conftest import assert_problem
from tests.participants.subscribing import plant
from tests.participants.test_vens_concurrency import in_a_thread
from tests.vtn.polling.conftest import door as door
from vtn.caller import Role
from vtn.models import OutboxEntry, Untold

pytestmark = pytest.mark.usefixtures("laboratory")

DIALECTS = ["3.1.0", "3.0.1", "/api/openadr/v1"]


@pytest.fixture
def path(house) -> str:
    """Of the key of a subscription of the house."""
    return f"/subscriptions/{plant('house')}/signingKey"


def overlap_is_over() -> None:
    Subscription.objects.update(old_key_until=timezone.now() - timedelta(seconds=1))


def who_wait() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def everything() -> list[Any]:
    """All that a change of key could change."""
    return [list(model.objects.order_by("pk").values()) for model in (Subscription, OutboxEntry, Untold)]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("who", ["house", "utility"])
def test_its_owner_reads_the_key_that_signs(house, business, dialect, who):
    actor, role = {"house": (house, Role.VEN), "utility": (business, Role.BL)}[who]
    subscription = Subscription.objects.get(id=plant(who, role))

    answer = actor.at(dialect).get(f"/subscriptions/{subscription.id}/signingKey")

    signs = unsealed_keys(subscription.sealed_keys, subscription.id, old_key_until=None, now=timezone.now())
    assert answer.json() == {"keys": signs}
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_change_of_key_leaves_the_old_one_for_a_while(house, path, settings, dialect):
    settings.SIGNING_KEY_OVERLAP = 3_600.0
    actor = house.at(dialect)
    (old,) = actor.get(path).json()["keys"]

    began = timezone.now()
    answer = actor.post(path, {})
    ended = timezone.now()

    changed = answer.json()
    until = Subscription.objects.get().old_key_until
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert changed["keys"][1:] == [old] != changed["keys"][:1]
    assert changed["oldKeyUntil"] == until.isoformat().replace("+00:00", "Z")
    assert began <= until - timedelta(hours=1) <= ended
    assert actor.get(path).json() == changed

    overlap_is_over()

    assert actor.get(path).json() == {"keys": changed["keys"][:1]}


def test_the_next_change_waits_until_the_old_key_is_gone(house, path):
    changed = house.post(path, {}).json()
    before = everything()

    answer = house.post(path, {})

    assert_problem(
        answer,
        409,
        "Conflict",
        "The key was changed lately, and the one of before still signs; oldKeyUntil says until when",
    )
    assert everything() == before
    overlap_is_over()
    assert house.post(path, {}).json()["keys"][1] == changed["keys"][0]


def test_without_an_overlap_the_old_key_is_gone_at_once(house, path, settings):
    settings.SIGNING_KEY_OVERLAP = 0.0

    seen = [house.get(path), house.post(path, {}), house.post(path, {}), house.get(path)]

    keys = [answer.json()["keys"] for answer in seen]
    assert [len(each) for each in keys] == [1, 1, 1, 1]
    assert keys[2] == keys[3]
    assert len({each for (each,) in keys}) == 3


def test_the_audit_has_it_without_the_key_and_nobody_is_told(house, path):
    before = Subscription.objects.values("modified_at", "document_310").get()
    Untold.objects.all().delete()

    changed = house.post(path, {}).json()

    entry = OutboxEntry.objects.latest("id")
    known = {"id": path.split("/")[2], "objectType": "SIGNING_KEY", "clientID": "house"}
    assert (entry.object_type, entry.object_id, entry.operation) == ("SIGNING_KEY", known["id"], "UPDATE")
    assert (entry.before, entry.after) == (known, {**known, "oldKeyUntil": changed["oldKeyUntil"]})
    assert entry.made_by == "client:house"
    assert not Untold.objects.exists()
    assert Subscription.objects.values("modified_at", "document_310").get() == before
    stored = serialize("json", [*OutboxEntry.objects.all(), *Subscription.objects.all()])
    assert not [key for key in changed["keys"] if key in stored]


def test_a_key_that_cannot_be_opened_is_mended_by_a_new_one(house, path):
    Subscription.objects.update(sealed_keys=[new_key("another subscription")])
    assert house.get(path).status_code == 500

    keys = house.post(path, {}).json()

    assert (len(keys["keys"]), "oldKeyUntil" in keys) == (1, False)
    assert house.get(path).json() == keys


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_business_is_told_why_it_may_not(business, path, dialect, method):
    before = everything()

    answer = business.at(dialect).get(path) if method == "get" else business.at(dialect).post(path, {})

    detail = "Only its own client reads and changes the key of a subscription: it proves who calls"
    assert_problem(answer, 403, "Forbidden", detail)
    assert everything() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_for_others_it_is_not_there(neighbour, path, method):
    before = everything()

    answer = neighbour.get(path) if method == "get" else neighbour.post(path, {})

    assert_problem(answer, 404, "Not Found", f"There is no subscription '{path.split('/')[2]}'")
    assert everything() == before


def test_reading_and_changing_need_their_scopes(house, path):
    before = everything()
    reader, writer = (
        Actor(token=tokens.issue(client_id="house", scopes=[scope]).text)
        for scope in ("read_ven_objects", "write_subscriptions")
    )

    assert_problem(reader.post(path, {}), 403, "Forbidden", "This needs the scope write_subscriptions")
    assert_problem(writer.get(path), 403, "Forbidden", "This needs the scope read_ven_objects")
    assert everything() == before
    assert reader.get(path).status_code == writer.post(path, {}).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete"])
def test_a_key_is_not_chosen_and_not_deleted(house, path, method):
    before = everything()

    answer = house.delete(path) if method == "delete" else house.put(path, {"keys": ["mine"]})

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_one_is_made(house, path):
    (old,) = house.get(path).json()["keys"]

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            Subscription.objects.select_for_update().get()
            asked = [in_a_thread(pool, lambda: house.post(path, {})) for _ in range(2)]
            while who_wait() < 2:
                pass
        answers = {each.result().status_code: each.result() for each in asked}

    assert sorted(answers) == [200, 409]
    assert house.get(path).json()["keys"] == answers[200].json()["keys"]
    assert answers[200].json()["keys"][1] == old


@pytest.mark.django_db(transaction=True)
def test_a_subscription_that_is_written_meanwhile_loses_neither(house, path, program):
    """What was written and the new key: whichever comes last must not write the other one over."""
    subscription_path = path.removesuffix("/signingKey")
    body = house.get(subscription_path).json() | {"clientName": "written anew"}

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            Subscription.objects.select_for_update().get()
            asked = [
                in_a_thread(pool, lambda: house.post(path, {})),
                in_a_thread(pool, lambda: house.put(subscription_path, json.dumps(body))),
            ]
            while who_wait() < 2:
                pass
        answers = [each.result() for each in asked]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert house.get(path).json() == answers[0].json()
    assert house.get(subscription_path).json()["clientName"] == "written anew"


def test_nothing_of_it_is_kept(door, house, path):
    """A poll that could be answered from memory would give away a key that has been changed."""
    first = door.get(house.token, path)
    house.post(path, {})

    second = door.get(house.token, path)

    assert len(json.loads(first.data)["keys"]) == 1
    assert len(json.loads(second.data)["keys"]) == 2
