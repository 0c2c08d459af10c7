"""Subscriptions at both doors, with the checks of a laboratory: what is stored, and who may do what."""

from __future__ import annotations

from typing import Any

import pytest

from participants import tokens
from participants.models import Client, Subscription
from tests.conftest import Actor
from tests.participants.subscribing import URL, object_operation, plant, subscription_request
from vtn.caller import Role
from vtn.models import OutboxEntry, Tombstone

pytestmark = pytest.mark.usefixtures("laboratory")


@pytest.fixture
def rival(enrol):
    """Another client of business logic."""
    return enrol("rival", Role.BL)


def request_301(program: dict[str, Any], **members: Any) -> dict[str, Any]:
    return subscription_request(programID=program["id"], **members)


def changes() -> list[tuple[str, str]]:
    entries = OutboxEntry.objects.filter(object_type="SUBSCRIPTION").order_by("id")
    return list(entries.values_list("operation", "made_by"))


def refused(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    return answer.json()["detail"]


# -- The life of a subscription -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["house", "utility"])
def test_its_life_in_3_1_0(house, business, who):
    actor = {"house": house, "utility": business}[who]
    written = subscription_request(targets=["north"], X_note={"a": 0.10})

    created = actor.post("/subscriptions", written)

    assert created.status_code == 201
    subscription = created.json()
    assert subscription == {
        "id": subscription["id"],
        "createdDateTime": subscription["createdDateTime"],
        "modificationDateTime": subscription["createdDateTime"],
        "objectType": "SUBSCRIPTION",
        "clientID": who,
        "clientName": "my client",
        "objectOperations": [object_operation(bearerToken=None)],
        "targets": ["north"],
        "X_note": {"a": 0.10},
    }
    path = f"/subscriptions/{subscription['id']}"
    assert actor.get(path).json() == subscription
    assert actor.get("/subscriptions").json() == [subscription]

    replaced = actor.put(path, subscription_request(clientName="renamed")).json()

    assert replaced["clientName"] == "renamed"
    assert replaced["createdDateTime"] == subscription["createdDateTime"] < replaced["modificationDateTime"]
    assert not {"targets", "X_note"} & replaced.keys()
    assert actor.get(path).json() == replaced

    deleted = actor.delete(path)

    assert (deleted.status_code, deleted.json()) == (200, replaced)
    assert refused(actor.get(path), 404) == f"There is no subscription '{subscription['id']}'"
    assert actor.get("/subscriptions").json() == []
    assert changes() == [(operation, f"client:{who}") for operation in ("CREATE", "UPDATE", "DELETE")]
    assert Tombstone.objects.get().client_id == who


@pytest.mark.parametrize("root", ["3.0.1", "/api/openadr/v1"])
def test_its_life_in_3_0_1(house, program, root):
    old = house.at(root)
    targets = [{"type": "GROUP", "values": ["north", 7]}, {"type": "VEN_NAME", "values": ["a"]}]
    created = old.post("/subscriptions", request_301(program, targets=targets))

    assert created.status_code == 201
    subscription = created.json()
    assert subscription == {
        "id": subscription["id"],
        "createdDateTime": subscription["createdDateTime"],
        "modificationDateTime": subscription["createdDateTime"],
        "objectType": "SUBSCRIPTION",
        "clientName": "my client",
        "programID": program["id"],
        "objectOperations": [object_operation(bearerToken=None)],
        "targets": targets,
    }
    path = f"/subscriptions/{subscription['id']}"
    assert old.get(path).json() == subscription
    assert house.get(path).json() == {
        **subscription,
        "clientID": "house",
        "targets": ["north", "7", "VEN_NAME:a"],
    }
    assert (
        old.put(path, request_301(program)).json()["modificationDateTime"] > subscription["createdDateTime"]
    )
    assert old.delete(path).status_code == 200
    assert not Subscription.objects.exists()


def test_one_without_a_program_is_shown_without_in_3_0_1(house):
    subscription = house.post("/subscriptions", subscription_request(programID=None)).json()

    assert "programID" not in subscription
    assert "programID" not in house.at("3.0.1").get(f"/subscriptions/{subscription['id']}").json()


def test_what_the_vtn_adds_is_not_taken_from_a_body(house):
    mine = {
        "id": "x",
        "createdDateTime": "2020-01-01T00:00:00Z",
        "objectType": "EVENT",
        "clientID": "business",
    }

    subscription = house.post("/subscriptions", subscription_request(**mine)).json()

    assert (subscription["clientID"], subscription["objectType"]) == ("house", "SUBSCRIPTION")
    assert subscription["id"] != "x"
    assert subscription["createdDateTime"] > "2020"


def test_who_wrote_it_and_how_is_remembered(house, business, program):
    house.post("/subscriptions", subscription_request())
    business.at("3.0.1").post("/subscriptions", request_301(program))
    by_ven, by_business = Subscription.objects.order_by("created_at")

    assert (by_ven.client_id, by_ven.role, by_ven.dialect) == ("house", "ven", "3.1.0")
    assert (by_business.client_id, by_business.role, by_business.dialect) == ("utility", "bl", "3.0.1")

    house.at("3.0.1").put(f"/subscriptions/{by_ven.id}", request_301(program))
    by_ven.refresh_from_db()

    assert (by_ven.client_id, by_ven.role, by_ven.dialect) == ("house", "ven", "3.0.1")


# -- Objects and operations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
@pytest.mark.parametrize(
    "operations",
    [["READ", "CREATE", "UPDATE", "DELETE"], ["GET", "POST", "PUT", "DELETE"], ["POST", "READ"], []],
)
def test_either_vocabulary_comes_back_as_it_was_sent(house, program, dialect, operations):
    written = request_301(program, objectOperations=[object_operation(operations=operations)])

    subscription = house.at(dialect).post("/subscriptions", written).json()

    for door in (house, house.at("3.0.1")):
        read = door.get(f"/subscriptions/{subscription['id']}").json()
        assert read["objectOperations"] == [object_operation(operations=operations, bearerToken=None)]


def test_what_is_wanted_is_kept_in_one_vocabulary(house):
    operations = [
        object_operation(objects=["EVENT", "PROGRAM"], operations=["POST", "CREATE", "PUT"]),
        object_operation(objects=["EVENT"], operations=["GET", "DELETE"], callbackUrl=URL + "/2"),
    ]

    house.post("/subscriptions", subscription_request(objectOperations=operations))

    subscription = Subscription.objects.get()
    assert subscription.object_types == ["EVENT", "PROGRAM"]
    assert [each.wants for each in subscription.callbacks.order_by("place")] == [
        ["ven EVENT CREATE *", "ven EVENT UPDATE *", "ven PROGRAM CREATE *", "ven PROGRAM UPDATE *"],
        ["ven EVENT DELETE *", "ven EVENT READ *"],
    ]


def test_a_mechanism_is_a_webhook_or_refused(house):
    webhook = object_operation(mechanism="WEBHOOK")
    written = house.post("/subscriptions", subscription_request(objectOperations=[webhook]))
    assert written.json()["objectOperations"] == [{**webhook, "bearerToken": None}]

    for other in ("WEBSOCKET", "", 1):
        operations = [object_operation(), object_operation(mechanism=other)]
        answer = house.post("/subscriptions", subscription_request(objectOperations=operations))
        assert refused(answer, 400) == "objectOperations[1].mechanism: only WEBHOOK is offered"
    assert Subscription.objects.count() == 1


# -- Refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
@pytest.mark.parametrize(
    ("members", "detail"),
    [
        ({"clientName": ""}, "clientName: Expected `str` of length >= 1"),
        ({"clientName": "x" * 129}, "clientName: Expected `str` of length <= 128"),
        ({"clientName": None}, "Object missing required field `clientName`"),
        ({"objectOperations": None}, "Object missing required field `objectOperations`"),
        ({"objectOperations": {}}, "objectOperations: Expected `array`, got `object`"),
        ({"objectOperations": [{}]}, "objectOperations[0]: Object missing required field `objects`"),
        (
            {"objectOperations": [object_operation(callbackUrl=None)]},
            "objectOperations[0]: Object missing required field `callbackUrl`",
        ),
        (
            {"objectOperations": [object_operation(objects=["INTERVAL"])]},
            "objectOperations[0].objects[0]: Invalid enum value 'INTERVAL'",
        ),
        (
            {"objectOperations": [object_operation(operations=["PATCH"])]},
            "objectOperations[0].operations[0]: Invalid enum value 'PATCH'",
        ),
        (
            {"objectOperations": [object_operation(callbackUrl=URL + f"/{n}") for n in range(11)]},
            "objectOperations: there are more than 10 callback URLs",
        ),
        ({"objectOperations": [object_operation()] * 101}, "objectOperations: there are more than 100"),
        ({"programID": "nothing"}, "programID: there is no program 'nothing'"),
        (
            {"objectOperations": [object_operation(callbackUrl="https://user:secret@receiver.example")]},
            "objectOperations[0].callbackUrl: credentials in a URL are not accepted; there is bearerToken",
        ),
    ],
)
def test_a_bad_one_is_refused_with_its_member_and_leaves_nothing(house, program, dialect, members, detail):
    answer = house.at(dialect).post("/subscriptions", {**request_301(program), **members})

    assert refused(answer, 400) == detail
    assert not Subscription.objects.exists()
    assert changes() == []


def test_a_program_is_required_in_3_0_1(house):
    answer = house.at("3.0.1").post("/subscriptions", subscription_request())

    assert refused(answer, 400) == "Object missing required field `programID`"
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_a_program_that_its_client_does_not_see_does_not_exist(business, house, stranger, dialect):
    hidden = business.post("/programs", {"programName": "for the north", "targets": ["north"]}).json()

    answer = stranger.at(dialect).post("/subscriptions", request_301(hidden))

    assert refused(answer, 400) == f"programID: there is no program '{hidden['id']}'"
    assert not Subscription.objects.exists()
    assert house.at(dialect).post("/subscriptions", request_301(hidden)).status_code == 201


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_a_bad_replacement_changes_nothing(house, program, dialect):
    before = house.post("/subscriptions", request_301(program)).json()
    path = f"/subscriptions/{before['id']}"

    for members in ({"clientName": 1}, {"programID": "nothing"}, {"objectOperations": [{}]}):
        assert house.at(dialect).put(path, {**request_301(program), **members}).status_code == 400

    assert house.get(path).json() == before
    assert len(changes()) == 1


# -- Whose it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_that_of_another_does_not_exist_for_a_ven(house, stranger, business, program, dialect):
    foreign = [
        plant("stranger", programID=program["id"]),
        plant("utility", Role.BL, programID=program["id"]),
    ]
    mine = plant("house", programID=program["id"])
    door = house.at(dialect)

    assert [each["id"] for each in door.get("/subscriptions").json()] == [mine]
    for subscription_id in foreign:
        path = f"/subscriptions/{subscription_id}"
        for answer in (door.get(path), door.put(path, request_301(program)), door.delete(path)):
            assert refused(answer, 404) == f"There is no subscription '{subscription_id}'"
    assert Subscription.objects.count() == 3
    assert len(changes()) == 3


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_business_logic_reads_and_deletes_all_and_replaces_its_own(business, rival, house, program, dialect):
    theirs = [
        plant("house", programID=program["id"]),
        plant("rival", Role.BL, programID=program["id"]),
    ]
    own = plant("utility", Role.BL, programID=program["id"])
    door = business.at(dialect)

    assert {each["id"] for each in door.get("/subscriptions").json()} == {*theirs, own}
    assert door.put(f"/subscriptions/{own}", request_301(program)).status_code == 200
    for subscription_id in theirs:
        path = f"/subscriptions/{subscription_id}"
        assert door.get(path).status_code == 200
        assert refused(door.put(path, request_301(program)), 403) == (
            "Only its own client changes a subscription; business logic may delete it"
        )
        assert door.delete(path).status_code == 200
    assert [each.id for each in Subscription.objects.all()] == [own]
    assert refused(door.put("/subscriptions/nothing", request_301(program)), 404)


def test_a_ven_that_is_deleted_leaves_the_subscriptions_of_its_client(house, business):
    mine = plant("house")
    (listed,) = house.get("/vens").json()

    assert business.delete(f"/vens/{listed['id']}").status_code == 200

    assert [each["id"] for each in house.get("/subscriptions").json()] == [mine]


def test_a_program_that_is_deleted_leaves_its_subscriptions(business, house, program):
    mine = plant("house", programID=program["id"])

    assert business.delete(f"/programs/{program['id']}").status_code == 200

    assert house.get(f"/subscriptions/{mine}").json()["programID"] == program["id"]


# -- Scopes ---------------------------------------------------------------------------------------------------


def with_scopes(actor: Actor, client_id: str, *scopes: str) -> Actor:
    Client.objects.filter(client_id=client_id).update(scopes=[*scopes])
    actor.token = tokens.issue(client_id=client_id, scopes=scopes).text
    return actor


@pytest.mark.parametrize("who", ["house", "utility"])
def test_who_may_not_write_is_told_so(house, business, who):
    actor = {"house": house, "utility": business}[who]
    mine = plant(who, Role.BL if who == "utility" else Role.VEN)
    reader = with_scopes(actor, who, "read_all", "read_ven_objects")

    for dialect in ("3.1.0", "3.0.1"):
        door = reader.at(dialect)
        for answer in (
            door.post("/subscriptions", {}),
            door.put(f"/subscriptions/{mine}", {}),
            door.delete(f"/subscriptions/{mine}"),
        ):
            assert refused(answer, 403) == "This needs the scope write_subscriptions"
    assert len(changes()) == 1


def test_reading_takes_the_scope_of_the_dialect(house):
    mine = plant("house")
    foreign = plant("stranger")

    wide = with_scopes(house, "house", "read_all")
    assert refused(wide.get("/subscriptions"), 403) == "This needs the scope read_ven_objects"
    assert refused(wide.get(f"/subscriptions/{mine}"), 403)
    assert [each["id"] for each in wide.at("3.0.1").get("/subscriptions").json()] == [mine]
    assert wide.at("3.0.1").get(f"/subscriptions/{foreign}").status_code == 404


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_nobody_does_nothing(nobody, dialect):
    mine = plant("house")
    door = nobody.at(dialect)

    for answer in (
        door.get("/subscriptions"),
        door.post("/subscriptions", {}),
        door.get(f"/subscriptions/{mine}"),
        door.put(f"/subscriptions/{mine}", {}),
        door.delete(f"/subscriptions/{mine}"),
    ):
        assert answer.status_code == 401
    assert Subscription.objects.count() == 1


def test_other_methods_are_not_there(house):
    assert house.put("/subscriptions", {}).status_code == 405
    assert house.delete("/subscriptions").status_code == 405
    assert house.post("/subscriptions/x", {}).status_code == 405


# -- How much it costs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_the_number_of_queries(house, business, program, dialect, django_assert_num_queries):
    """One finds the caller, and one the rest of a read."""
    token = [object_operation(bearerToken="secret")]
    mine = [plant("house", programID=program["id"], objectOperations=token) for _ in range(20)]
    house, business = house.at(dialect), business.at(dialect)
    path = f"/subscriptions/{mine[0]}"

    for reader in (house, business):
        with django_assert_num_queries(2):
            assert len(reader.get("/subscriptions").json()) == 20
        with django_assert_num_queries(2):
            asked = {"objects": "EVENT", "programID": program["id"]}
            assert len(reader.get("/subscriptions", asked).json()) == 20
        with django_assert_num_queries(2):
            assert reader.get(path).status_code == 200
        with django_assert_num_queries(3):
            assert len(reader.get("/subscriptions", {"modifiedSince": "2020-01-01T00:00:00Z"}).json()) == 20
    # In a savepoint: the program, the row, the ways to it, the callbacks, the record.
    with django_assert_num_queries(8):
        assert house.post("/subscriptions", request_301(program)).status_code == 201
    # And the row twice: before the callbacks are asked, and locked; ways and callbacks that are too many, and what is
    # on its way.
    with django_assert_num_queries(12):
        assert house.put(path, request_301(program)).status_code == 200
    # The row, once more for its callbacks, their end and that of the ways, its end, the record and the tombstone.
    with django_assert_num_queries(10):
        assert house.delete(path).status_code == 200
