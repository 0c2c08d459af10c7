"""Writers who want each other's names, and who want the same VEN, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction

from participants.models import Client, Resource, Ven
from participants.services import clients, vens
from tests.participants.conftest import NOW, STAFF, make_resource, make_ven, ven_content
from tests.programs.test_program_concurrency import somebody_waits
from vtn import errors
from vtn.caller import Role
from vtn.models import OutboxEntry

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(pool, act):
    def run():
        try:
            return act()
        finally:
            connection.close()

    return pool.submit(run)


def test_of_many_renames_in_a_circle_each_is_done_or_refused(business, house, own):
    ven_id = own(house)["id"]
    circle = [make_resource(ven_id, name) for name in ("a", "b", "c")]
    wanted = {circle[0].id: "b", circle[1].id: "c", circle[2].id: "a"}

    def rename(resource_id, name):
        body = {"objectType": "BL_RESOURCE_REQUEST", "venID": ven_id, "resourceName": name}
        return business.put(f"/resources/{resource_id}", body).status_code

    with ThreadPoolExecutor(6) as pool:
        asked = [
            in_a_thread(pool, lambda resource_id=resource_id, name=name: rename(resource_id, name))
            for _ in range(5)
            for resource_id, name in wanted.items()
        ]
        answers = {each.result() for each in asked}

    assert answers == {409}  # each name is taken until its owner gives it up, which none can do first
    assert sorted(Resource.objects.values_list("resource_name", flat=True)) == ["a", "b", "c"]


def test_renames_to_and_fro_leave_two_names(business, house, own):
    ven_id = own(house)["id"]
    one, other = make_resource(ven_id, "a"), make_resource(ven_id, "b")

    def rename(resource_id, name):
        body = {"objectType": "BL_RESOURCE_REQUEST", "venID": ven_id, "resourceName": name}
        return business.put(f"/resources/{resource_id}", body).status_code

    with ThreadPoolExecutor(6) as pool:
        asked = [
            in_a_thread(pool, lambda resource_id=resource_id, name=name: rename(resource_id, name))
            for _ in range(8)
            for resource_id, name in ((one.id, "b"), (one.id, "x"), (other.id, "a"), (other.id, "y"))
        ]
        answers = {each.result() for each in asked}

    assert answers <= {200, 409}
    assert 200 in answers
    assert len(set(Resource.objects.values_list("resource_name", flat=True))) == 2


def test_of_two_vens_that_swap_their_names_one_is_refused(business, house, neighbour, own):
    ours, theirs = own(house), own(neighbour)
    before = OutboxEntry.objects.count()
    body = {"objectType": "BL_VEN_REQUEST", "clientID": "house", "venName": "neighbour"}

    with ThreadPoolExecutor() as pool, suppress(IntegrityError), transaction.atomic():
        Ven.objects.filter(id=theirs["id"]).update(ven_name="not settled yet")
        answer = in_a_thread(pool, lambda: business.put(f"/vens/{ours['id']}", body))
        while not somebody_waits():
            pass
        Ven.objects.filter(id=theirs["id"]).update(ven_name="house")  # now both wait for each other

    assert answer.result().json()["detail"] == "There is already a VEN named 'neighbour'"
    assert answer.result().status_code == 409
    assert OutboxEntry.objects.count() == before


@pytest.mark.parametrize("dialect", ["3.1.0", "3.0.1"])
def test_of_two_vens_that_one_client_makes_at_once_one_is_refused(newcomer, dialect):
    def create(number):
        form = {"objectType": "VEN_VEN_REQUEST"} if dialect == "3.1.0" else {}
        return newcomer.at(dialect).post("/vens", {**form, "venName": f"{number}"}).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(
            each.result() for each in [in_a_thread(pool, lambda n=n: create(n)) for n in range(4)]
        )

    assert answers == [201, 409, 409, 409]
    assert Ven.objects.count() == 1


def test_a_resource_of_a_ven_that_is_being_deleted_is_not_there(business, house, boiler, own):
    ven_id = own(house)["id"]
    body = {"objectType": "BL_RESOURCE_REQUEST", "venID": ven_id, "resourceName": "b"}

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            Ven.objects.select_for_update().get(id=ven_id)
            put = in_a_thread(pool, lambda: business.put(f"/resources/{boiler.id}", body))
            while not somebody_waits():
                pass
            Ven.objects.filter(id=ven_id).delete()
        answer = put.result()

    assert (answer.status_code, answer.json()["detail"]) == (404, f"There is no resource '{boiler.id}'")


def make_business(client_id):
    return clients.create_client(caller=STAFF, client_id=client_id, name="Later", role=Role.BL, now=NOW)


def create_of(client_id):
    make_ven("new", client_id=client_id)


def update_to(client_id):
    content = ven_content("nobody's", client_id=client_id)
    vens.update_ven(caller=STAFF, ven_id=Ven.objects.get().id, content=content, now=NOW)


def give_to(client_id):
    vens.set_client(caller=STAFF, ven_id=Ven.objects.get().id, client_id=client_id, now=NOW)


def at_once(first, second):
    """What becomes of the second, which begins before the first has committed."""
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            first()
            asked = in_a_thread(pool, second)
            while not (somebody_waits() or asked.done()):
                pass
        return asked.exception()


@pytest.mark.parametrize("take", [create_of, update_to, give_to])
def test_a_client_that_becomes_business_logic_meanwhile_gets_no_ven(take):
    make_ven("nobody's")

    refused = at_once(lambda: make_business("later"), lambda: take("later"))

    assert isinstance(refused, errors.Invalid)
    assert refused.detail == "clientID: 'later' is business logic, and no VEN"
    assert not Ven.objects.filter(client_id="later").exists()


@pytest.mark.parametrize("take", [create_of, update_to, give_to])
def test_a_client_that_gets_a_ven_meanwhile_does_not_become_business_logic(take):
    make_ven("nobody's")

    refused = at_once(lambda: take("later"), lambda: make_business("later"))

    assert isinstance(refused, clients.HasVen)
    assert not Client.objects.exists()
