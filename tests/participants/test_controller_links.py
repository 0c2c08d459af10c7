"""What becomes of the links of controllers when the VEN or the resource that they lead to is deleted."""

import pytest

from licensing.models import Controller
from participants.models import ControllerLink, Ven
from participants.services import controllers, resources, vens
from tests.participants.conftest import NOW, STAFF, make_resource, make_ven
from vtn import errors
from vtn.caller import ROLE_SCOPES, Caller, Role
from vtn.models import OutboxEntry

ITS_CLIENT = Caller("house", Role.VEN, ROLE_SCOPES[Role.VEN])


@pytest.fixture
def linked(db):
    """A house that is a controller, and its boiler, which is another; the neighbour is a third one."""
    house, neighbour = make_ven("House", client_id="house"), make_ven("Neighbour")
    boiler = make_resource(house.id, "boiler")
    controllers.bind_controller(caller=STAFF, node_id="1", ven_id=house.id, now=NOW)
    controllers.bind_controller(caller=STAFF, node_id="2", resource_id=boiler.id, now=NOW)
    controllers.bind_controller(caller=STAFF, node_id="3", ven_id=neighbour.id, now=NOW)
    OutboxEntry.objects.all().delete()
    return house, boiler


def recorded():
    entries = OutboxEntry.objects.order_by("id")
    return list(entries.values_list("operation", "object_type", "before__nodeId", "after", "made_by"))


def test_a_deleted_ven_leaves_an_entry_for_each_link_to_it_and_to_its_resources(linked):
    house, _ = linked

    vens.delete_ven(caller=ITS_CLIENT, ven_id=house.id, now=NOW)

    assert recorded() == [
        ("DELETE", "CONTROLLER_LINK", "2", None, "client:house"),
        ("DELETE", "RESOURCE", None, None, "client:house"),
        ("DELETE", "CONTROLLER_LINK", "1", None, "client:house"),
        ("DELETE", "VEN", None, None, "client:house"),
    ]
    assert [link.controller.node_id for link in ControllerLink.objects.all()] == ["3"]
    assert Controller.objects.count() == 3


def test_a_deleted_resource_leaves_an_entry_for_its_link_alone(linked):
    _, boiler = linked

    resources.delete_resource(caller=STAFF, resource_id=boiler.id, now=NOW)

    assert recorded() == [
        ("DELETE", "CONTROLLER_LINK", "2", None, "staff:anna"),
        ("DELETE", "RESOURCE", None, None, "staff:anna"),
    ]
    assert ControllerLink.objects.count() == 2


def test_a_ven_that_may_not_be_deleted_keeps_its_links(linked):
    house, _ = linked
    stranger = Caller("stranger", Role.VEN, ROLE_SCOPES[Role.VEN])

    with pytest.raises(errors.NotFound):
        vens.delete_ven(caller=stranger, ven_id=house.id, now=NOW)

    assert (Ven.objects.count(), ControllerLink.objects.count(), recorded()) == (2, 3, [])
