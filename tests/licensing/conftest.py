"""The cast: Bakery, a customer of two clients, with a controller and licences; and Florist, another customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from licensing.models import Controller, Customer, Datalink, License, Membership, Order
from tests.conftest import NOON, Actor
from vtn.caller import Caller, Role

STAFF = Caller.staff("anna")


@dataclass(frozen=True)
class Scene:
    bakery: Customer
    florist: Customer


@pytest.fixture
def scene(db: None) -> Scene:
    """Controller 12 is Bakery's and 13 Florist's; 14 is nobody's."""
    bakery, florist = (Customer.objects.create(name=name) for name in ("Bakery", "Florist"))
    for customer in (bakery, florist):
        Order.objects.create(customer=customer, reference="2026-1")
        Membership.objects.create(customer=customer, client_id=customer.name.lower())
    for node_id, owner in (("12", bakery), ("13", florist), ("14", None)):
        Controller.objects.create(node_id=node_id, customer=owner)
    return Scene(bakery, florist)


@pytest.fixture
def license(scene: Scene) -> Callable[..., License]:
    return make_license


def make_license(key: str, *, customer: str = "Bakery", node: str | None = None, **members: Any) -> License:
    """A licence of a customer; with a node, claimed for it."""
    order = Order.objects.get(customer__name=customer)
    license = License.objects.create(key=key, order=order, **{"created_at": NOON, **members})
    if node is not None:
        claim_for(license, node)
    return license


def claim_for(license: License, node: str, at: datetime = NOON) -> Datalink:
    controller = Controller.objects.get(node_id=node)
    return Datalink.objects.create(
        license=license, controller=controller, created_at=at, claimed_by="staff:tests"
    )


@pytest.fixture
def baker(enrol: Callable[..., Actor], scene: Scene) -> Actor:
    """A client of role VEN that is a member of Bakery, at the licence door."""
    return enrol("bakery", Role.VEN).at("/v1/license")


@pytest.fixture
def outsider(enrol: Callable[..., Actor], scene: Scene) -> Actor:
    """A client that is a member of no customer."""
    return enrol("outsider", Role.VEN).at("/v1/license")


@pytest.fixture
def office(retailer: Actor, scene: Scene) -> Actor:
    """Business logic, at the licence door."""
    return retailer.at("/v1/license")
