"""What staff keep, nobody else changes."""

from __future__ import annotations

import pytest

from licensing.importing.services import import_licenses
from licensing.models import Customer, License
from licensing.services.register import delete, ensure_controller, save
from tests.conftest import NOON
from tests.licensing.conftest import STAFF
from vtn.caller import Caller, Role, Scope
from vtn.errors import Forbidden, Invalid
from vtn.models import OutboxEntry

RETAILER = Caller("retailer", Role.BL, frozenset(Scope))


@pytest.mark.parametrize(
    "do",
    [
        lambda scene: save(caller=RETAILER, thing=Customer(name="Bank"), now=NOON),
        lambda scene: delete(caller=RETAILER, thing=scene.bakery, now=NOON),
        lambda scene: ensure_controller(caller=RETAILER, node_id="99", now=NOON),
        lambda scene: import_licenses(caller=RETAILER, lines=[], is_dry_run=False, now=NOON),
    ],
)
def test_business_logic_does_not_keep_the_register(scene, do):
    with pytest.raises(Forbidden):
        do(scene)

    assert Customer.objects.count() == 2
    assert not OutboxEntry.objects.exists()


def test_what_is_saved_as_it_is_leaves_no_entry(scene):
    save(caller=STAFF, thing=scene.bakery, now=NOON)

    assert not OutboxEntry.objects.exists()


def test_a_deleted_licence_frees_its_controller(scene, license):
    made = license("SGO-1", node="12")

    delete(caller=STAFF, thing=made, now=NOON)

    assert not License.objects.exists()
    entry = OutboxEntry.objects.get()
    assert (entry.operation, entry.before["node_id"], entry.after) == ("DELETE", "12", None)


@pytest.mark.parametrize("node_id", ["", "x" * 129, "a\nb"])
def test_a_node_id_is_a_plain_text(scene, node_id):
    with pytest.raises(Invalid):
        ensure_controller(caller=STAFF, node_id=node_id, now=NOON)
