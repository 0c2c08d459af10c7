"""What is stored of all that a table of licences names, read with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from licensing.models import Controller, Customer, License, Order
from licensing.wire.table import Row


@dataclass(frozen=True, slots=True)
class Stored:
    """By keys, names, customers' names with references, and node ids."""

    licences: dict[str, License]
    customers: dict[str, Customer]
    orders: dict[tuple[str, str], Order]
    controllers: dict[str, Controller]

    def owners(self) -> dict[str, str]:
        """Customers' names by the node ids of the controllers that are somebody's."""
        return {
            node_id: controller.customer.name
            for node_id, controller in self.controllers.items()
            if controller.customer is not None
        }


def stored_for(rows: Sequence[Row]) -> Stored:
    """In a transaction, until whose end none of it is deleted, and no controller is given to somebody."""
    names = {row.customer for row in rows}
    nodes = {row.node_id for row in rows if row.node_id is not None}
    licences = License.objects.filter(key__in=[row.key for row in rows])
    customers = Customer.objects.filter(name__in=names).order_by("id").select_for_update(no_key=True)
    orders = Order.objects.filter(customer__name__in=names, reference__in={row.order for row in rows})
    controllers = Controller.objects.filter(node_id__in=nodes).order_by("id").select_related("customer")
    return Stored(
        licences={
            each.key: each for each in licences.select_related("order__customer", "datalink__controller")
        },
        customers={each.name: each for each in customers},
        orders={
            (each.customer.name, each.reference): each
            for each in orders.order_by("id")
            .select_related("customer")
            .select_for_update(of=("self",), no_key=True)
        },
        controllers={each.node_id: each for each in controllers.select_for_update(of=("self",), no_key=True)},
    )
