"""Writes new licences with a fixed number of statements, with the customers, orders and controllers that they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from licensing.documents import recorded, recorded_license
from licensing.importing.stored import Stored
from licensing.models import Controller, Customer, Datalink, License, Order
from licensing.services.changes import changed
from licensing.wire.table import Row
from vtn import outbox
from vtn.caller import Caller
from vtn.outbox import Entry

_AT_ONCE = 2_000
# What was done to customers, orders and controllers, by what a row calls them.
Changes = dict[tuple[str | None, ...], Entry]


def write(rows: Sequence[Row], stored: Stored, *, caller: Caller, now: datetime) -> None:
    """In the transaction in which `stored` was read for these rows. Adds to it what is created."""
    needed = [
        _write_customers(rows, stored),
        _write_orders(rows, stored),
        _write_controllers(rows, stored),
    ]
    licences = [_license(row, stored, now) for row in rows]
    License.objects.bulk_create(licences, batch_size=_AT_ONCE)
    _write_datalinks(rows, licences, stored, caller, now)
    outbox.record_all(list(_entries(rows, licences, needed)), caller=caller, now=now)


def _write_customers(rows: Sequence[Row], stored: Stored) -> Changes:
    names = dict.fromkeys(row.customer for row in rows if row.customer not in stored.customers)
    created = Customer.objects.bulk_create([Customer(name=name) for name in names], batch_size=_AT_ONCE)
    stored.customers.update({each.name: each for each in created})
    return {("customer", each.name): changed(each, None, recorded(each)) for each in created}


def _write_orders(rows: Sequence[Row], stored: Stored) -> Changes:
    keys = dict.fromkeys(key for row in rows if (key := _order_of(row)) not in stored.orders)
    orders = [Order(customer=stored.customers[name], reference=reference) for name, reference in keys]
    created = dict(zip(keys, Order.objects.bulk_create(orders, batch_size=_AT_ONCE), strict=True))
    stored.orders.update(created)
    return {("order", *key): changed(each, None, recorded(each)) for key, each in created.items()}


def _write_controllers(rows: Sequence[Row], stored: Stored) -> Changes:
    """Those that were nobody's are now the customers'."""
    created: list[Controller] = []
    given: dict[str, dict[str, Any]] = {}  # what they were before, by their node ids
    for row in rows:
        if row.node_id is None:
            continue
        controller = stored.controllers.get(row.node_id)
        if controller is None:
            controller = stored.controllers[row.node_id] = Controller(node_id=row.node_id)
            created.append(controller)
        elif controller.customer is None:
            given[row.node_id] = recorded(controller)
        if controller.customer is None:
            controller.customer = stored.customers[row.customer]
    Controller.objects.bulk_create(created, batch_size=_AT_ONCE)
    updated = [stored.controllers[node_id] for node_id in given]
    Controller.objects.bulk_update(updated, ["customer"], batch_size=_AT_ONCE)
    return {
        ("controller", each.node_id): changed(each, given.get(each.node_id), recorded(each))
        for each in (*created, *updated)
    }


def _license(row: Row, stored: Stored, now: datetime) -> License:
    return License(
        key=row.key,
        order=stored.orders[_order_of(row)],
        grid_kw=row.grid_kw,
        solar_kw=row.solar_kw,
        battery_kw=row.battery_kw,
        ev_kw=row.ev_kw,
        type=row.type,
        created_at=row.created_at or now,
        activated_at=row.activated_at,
        duration=row.duration,
        deactivated_at=row.deactivated_at,
    )


def _write_datalinks(
    rows: Sequence[Row], licences: Sequence[License], stored: Stored, caller: Caller, now: datetime
) -> None:
    claimed = [
        Datalink(
            license=license,
            controller=stored.controllers[row.node_id],
            created_at=now,
            claimed_by=caller.name,
        )
        for row, license in zip(rows, licences, strict=True)
        if row.node_id is not None
    ]
    Datalink.objects.bulk_create(claimed, batch_size=_AT_ONCE)


def _entries(rows: Sequence[Row], licences: Sequence[License], needed: Iterable[Changes]) -> Iterator[Entry]:
    """Before each licence what was created for it."""
    waiting = {key: entry for changes in needed for key, entry in changes.items()}
    for row, license in zip(rows, licences, strict=True):
        for key in (
            ("customer", row.customer),
            ("order", *_order_of(row)),
            ("controller", row.node_id),
        ):
            if entry := waiting.pop(key, None):
                yield entry
        yield changed(license, None, recorded_license(license, row.node_id))


def _order_of(row: Row) -> tuple[str, str]:
    return row.customer, row.order
