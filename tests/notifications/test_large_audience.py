"""Three thousand subscribers cost a change what ten do, and nothing where it is not for them."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import Callback, Client, Subscription, Ven, VenTarget
from tests.conftest import NOON, event_request
from tests.participants.subscribing import plant
from vtn.caller import Role
from vtn.deliveries.models import Delivery, Notification
from vtn.relay.telling import Telling
from vtn.wiring import all_wired

CROWD = 3_000


@pytest.fixture
def crowd(enrol):
    """So many VENs beside one, each with a target and a subscription of its own."""

    def gather(size):
        enrol("first", Role.VEN, targets=["first"])
        pattern = Subscription.objects.get(id=plant("first"))
        client, ven = Client.objects.get(client_id="first"), Ven.objects.get(client_id="first")
        callback = pattern.callbacks.get()
        names = [f"crowd-{number}" for number in range(size)]
        _copy(Client, client, [{"client_id": name, "name": name} for name in names])
        _copy(Ven, ven, [{"id": name, "client_id": name, "ven_name": name} for name in names])
        VenTarget.objects.bulk_create(
            [VenTarget(ven_id=name, target=name, created_at=NOON) for name in names]
        )
        _copy(Subscription, pattern, [{"id": name, "client_id": name} for name in names])
        _copy(Callback, callback, [{"id": None, "subscription_id": name} for name in names])
        with connection.cursor() as cursor:
            # What autovacuum does.
            cursor.execute("SELECT gin_clean_pending_list('callback_wants')")
            cursor.execute("ANALYZE")
        Telling(all_wired("tells"))()

    return gather


def _copy(model, pattern, differences):
    same = {field.attname: getattr(pattern, field.attname) for field in model._meta.concrete_fields}
    model.objects.bulk_create([model(**{**same, **each}) for each in differences])


def tell_all():
    """What it asked the database, less what is about transactions."""
    with CaptureQueriesContext(connection) as captured:
        Telling(all_wired("tells"))()
    return [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]


@pytest.mark.parametrize("size", [10, CROWD])
def test_a_change_for_everybody_is_the_same_few_statements(retailer, program, crowd, size):
    crowd(size)
    retailer.post("/events", event_request(program))

    statements = tell_all()

    assert Delivery.objects.filter(object_type="EVENT").count() == size + 1
    assert Notification.objects.count() == 1
    insertions = [each for each in statements if "INSERT INTO vtn_delivery" in each]
    audience = [each for each in statements if "participants_callback" in each]
    assert (len(insertions), len(audience)) == (1, 2)  # business logic and VENs


@pytest.mark.parametrize("kind", ["target", "owner"])
def test_a_change_for_one_ven_reads_nothing_of_the_others(retailer, program, crowd, kind):
    crowd(CROWD)
    if kind == "target":
        Callback.objects.filter(subscription_id="crowd-17").update(wants=["ven EVENT CREATE *"])
        retailer.post("/events", event_request(program, targets=["crowd-17"]))
    else:
        Callback.objects.filter(subscription_id="crowd-17").update(wants=["ven RESOURCE CREATE *"])
        resource = {"objectType": "BL_RESOURCE_REQUEST", "resourceName": "boiler", "venID": "crowd-17"}
        answer = retailer.post("/resources", {**resource, "clientID": "crowd-17"})
        assert answer.status_code == 201, answer.content

    statements = tell_all()

    told = Delivery.objects.filter(object_type__in=["EVENT", "RESOURCE"])
    assert [each.recipient_id for each in told] == [Callback.objects.get(subscription_id="crowd-17").id]
    audience = [each for each in statements if "participants_callback" in each]
    assert len(audience) == 2
    for each in audience:
        # Earlier tests have left dead rows in the indexes, which are looked at as well; never all of the crowd.
        assert sum(rows_read(node) for node in explained(each)) < CROWD / 3


def rows_read(node):
    """What one node of a plan has looked at in its table or index."""
    if "Scan" not in node["Node Type"]:
        return 0
    removed = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    return (node["Actual Rows"] + removed) * node["Actual Loops"]


def explained(query):
    """All nodes of the plan, as it was carried out."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query.replace("%", "%%"))
        found = cursor.fetchone()[0]
    (top,) = json.loads(found) if isinstance(found, str) else found
    nodes, found = [top["Plan"]], []
    while nodes:
        node = nodes.pop()
        found.append(node)
        nodes += node.get("Plans", [])
    return found
