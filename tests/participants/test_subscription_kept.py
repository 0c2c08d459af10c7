"""Kept answers about subscriptions: none outlives a write, and nobody gets the tokens of another out of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.participants.subscribing import object_operation, plant, subscription_request
from tests.vtn.polling.conftest import Door
from tests.vtn.polling.conftest import door as door
from vtn.caller import Role

pytestmark = pytest.mark.usefixtures("laboratory")

DIALECTS = ("3.1.0", "3.0.1")


def names(door: Door, actor: Any, dialect: str, query: dict[str, str]) -> list[str]:
    found = json.loads(door.poll(actor.token, "/subscriptions", dialect, query=query).data)
    return [each["clientName"] for each in found]


def test_every_write_ends_the_answers_that_it_changes(door, house, business, program):
    """Of the owner and of business logic, in both dialects, of lists and of filters."""

    def are_read(*expected: list[str]) -> None:
        queries: list[dict[str, str]] = [{}, {"programID": program["id"]}, {"clientName": "x"}]
        for actor in (house, business):
            for dialect in DIALECTS:
                assert [names(door, actor, dialect, query) for query in queries] == [*expected]

    are_read([], [], [])
    created = house.post("/subscriptions", subscription_request(clientName="x")).json()
    are_read(["x"], [], ["x"])
    path = f"/subscriptions/{created['id']}"
    house.put(path, subscription_request(clientName="y", programID=program["id"]))
    are_read(["y"], ["y"], [])
    house.put(path, subscription_request(clientName="x"))
    are_read(["x"], [], ["x"])
    business.delete(path)
    are_read([], [], [])


def test_each_client_has_kept_answers_of_its_own(door, enrol, business, house):
    rival = enrol("rival", Role.BL)
    token = [object_operation(bearerToken="secret")]
    owners = {
        plant("utility", Role.BL, objectOperations=token): business,
        plant("rival", Role.BL, objectOperations=token): rival,
        plant("house", objectOperations=token): house,
    }

    for _ in range(2):
        for dialect in DIALECTS:
            for actor in (business, rival, house):
                for subscription_id, shown in seen_by(door, actor, dialect, [*owners]).items():
                    assert shown == ("secret" if owners[subscription_id] is actor else None)


def seen_by(door: Door, actor: Any, dialect: str, ids: list[str]) -> dict[str, Any]:
    """The token that each subscription is shown with, in the list and by itself."""
    found = json.loads(door.poll(actor.token, "/subscriptions", dialect).data)
    for each in ids:
        answer = door.poll(actor.token, f"/subscriptions/{each}", dialect)
        assert (answer.status_code == 200) is any(item["id"] == each for item in found)
        if answer.status_code == 200:
            found.append(json.loads(answer.data))
    shown: dict[str, Any] = {}
    for each in found:
        (operation,) = each["objectOperations"]
        assert shown.setdefault(each["id"], operation.get("bearerToken")) == operation.get("bearerToken")
    return shown


def test_they_are_kept(door, house):
    path = f"/subscriptions/{plant('house')}"

    for question in ("/subscriptions", path):
        door.get(house.token, question)
        with CaptureQueriesContext(connection) as queries:
            assert door.get(house.token, question).status_code == 200
        assert len(queries) == 0
