"""Takes over licences from a table: all of them or none, with a word on each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

from licensing.documents import recorded
from licensing.models import Controller, Customer, Datalink, License, Order
from licensing.services.changes import Operation, record, require_staff
from licensing.services.register import save
from licensing.wire.table import Line, Row
from vtn.caller import Caller
from vtn.constraints import refused_by
from vtn.errors import Conflict


class Found(StrEnum):
    NEW = "new"
    THERE = "there already"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one line of the table."""

    number: int
    key: str
    found: Found
    text: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """`is_done` says that what is new was created; without it nothing was."""

    verdicts: Sequence[Verdict]
    is_done: bool

    @property
    def is_good(self) -> bool:
        return not self.count(Found.FAULT)

    def count(self, found: Found) -> int:
        return sum(verdict.found is found for verdict in self.verdicts)


def import_licenses(*, caller: Caller, lines: Sequence[Line], is_dry: bool, now: datetime) -> Imported:
    """Creates the licences that are not there yet, with their customers, orders and controllers. Nothing is created if
    a line is at fault: its licence cannot be read, is there twice, or is there otherwise. Raises `Forbidden`, and
    `Conflict` if somebody else has just created the same."""
    require_staff(caller)
    taken = {
        name: Conflict("Somebody else creates the same at this moment; try again")
        for name in (
            "licensing_license_key_key",
            "licensing_customer_name_key",
            "licensing_controller_node_id_key",
        )
    }
    with refused_by(taken), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('licensing.import'))")
        verdicts = _Judge(lines).verdicts(lines)
        imported = Imported(verdicts, is_done=False)
        if is_dry or not imported.is_good:
            return imported
        new = {verdict.key for verdict in verdicts if verdict.found is Found.NEW}
        writer = _Writer(caller, now)
        for line in lines:
            if line.row is not None and line.row.key in new:
                writer.write(line.row)
    return Imported(verdicts, is_done=True)


class _Judge:
    """Knows what is stored of what the lines name, with a fixed number of queries."""

    def __init__(self, lines: Sequence[Line]) -> None:
        rows = [line.row for line in lines if line.row is not None]
        stored = License.objects.filter(key__in=[row.key for row in rows])
        related = stored.select_related("order__customer", "datalink__controller")
        self._licences = {license.key: license for license in related}
        nodes = {row.node_id for row in rows if row.node_id is not None}
        controllers = Controller.objects.filter(node_id__in=nodes).select_related("customer")
        self._owners = {
            each.node_id: None if each.customer is None else each.customer.name for each in controllers
        }
        self._seen: dict[str, int] = {}

    def verdicts(self, lines: Sequence[Line]) -> list[Verdict]:
        return [self._verdict(line) for line in lines]

    def _verdict(self, line: Line) -> Verdict:
        row = line.row
        if row is None:
            return Verdict(line.number, "", Found.FAULT, line.fault)
        fault = self._fault(row)
        self._seen.setdefault(row.key, line.number)
        if fault:
            return Verdict(line.number, row.key, Found.FAULT, fault)
        return Verdict(line.number, row.key, Found.THERE if row.key in self._licences else Found.NEW)

    def _fault(self, row: Row) -> str:
        if row.key in self._seen:
            return f"the key is that of line {self._seen[row.key]}"
        if row.key in self._licences:
            differs = _differences(self._licences[row.key], row)
            return f"the key is there already, with another {', '.join(differs)}" if differs else ""
        if row.node_id is not None:
            owner = self._owners.setdefault(row.node_id, row.customer)
            if owner not in (None, row.customer):
                return f"nodeId: the controller {row.node_id} is of the customer '{owner}'"
        return ""


def _differences(license: License, row: Row) -> list[str]:
    """What the line says otherwise than what is stored; what it leaves out it does not say."""
    datalink = getattr(license, "datalink", None)
    stored = {
        "customer": license.order.customer.name,
        "order": license.order.reference,
        "type": license.type,
        "duration": license.duration,
        "nodeId": None if datalink is None else datalink.controller.node_id,
        **{name: getattr(license, name) for name in (*_CAPACITIES, *_MOMENTS)},
    }
    written = {
        "customer": row.customer,
        "order": row.order,
        "type": row.type,
        "duration": row.duration,
        "nodeId": row.node_id,
        **{name: getattr(row, name) for name in (*_CAPACITIES, *_MOMENTS)},
    }
    return [
        name.replace("_", " ")
        for name, value in written.items()
        if value != stored[name] and not (value is None and name in _NEED_NOT_BE_SAID)
    ]


_CAPACITIES = ("grid_kw", "solar_kw", "battery_kw", "ev_kw")
_MOMENTS = ("created_at", "activated_at", "deactivated_at")
_NEED_NOT_BE_SAID = frozenset({"nodeId", *_MOMENTS})


class _Writer:
    """Creates what a line names and is not there, and remembers it for the next line."""

    def __init__(self, caller: Caller, now: datetime) -> None:
        self._caller, self._now = caller, now
        self._customers: dict[str, Customer] = {}
        self._orders: dict[tuple[str, str], Order] = {}
        self._controllers: dict[str, Controller] = {}

    def write(self, row: Row) -> None:
        license = License.objects.create(
            key=row.key,
            order=self._order(row),
            grid_kw=row.grid_kw,
            solar_kw=row.solar_kw,
            battery_kw=row.battery_kw,
            ev_kw=row.ev_kw,
            type=row.type,
            created_at=row.created_at or self._now,
            activated_at=row.activated_at,
            duration=row.duration,
            deactivated_at=row.deactivated_at,
        )
        if row.node_id is not None:
            license.datalink = Datalink.objects.create(
                license=license,
                controller=self._controller(row.node_id, row.customer),
                created_at=self._now,
                claimed_by=self._caller.name,
            )
        record(
            license,
            Operation.CREATE,
            before=None,
            after=recorded(license),
            caller=self._caller,
            now=self._now,
        )

    def _customer(self, name: str) -> Customer:
        if name not in self._customers:
            found = Customer.objects.filter(name=name).first()
            self._customers[name] = found or save(
                caller=self._caller, thing=Customer(name=name), now=self._now
            )
        return self._customers[name]

    def _order(self, row: Row) -> Order:
        key = row.customer, row.order
        if key not in self._orders:
            customer = self._customer(row.customer)
            found = Order.objects.filter(customer=customer, reference=row.order).first()
            order = Order(customer=customer, reference=row.order)
            self._orders[key] = found or save(caller=self._caller, thing=order, now=self._now)
        return self._orders[key]

    def _controller(self, node_id: str, customer_name: str) -> Controller:
        """One that was nobody's is now this customer's."""
        if node_id not in self._controllers:
            controller = Controller.objects.filter(node_id=node_id).first() or Controller(node_id=node_id)
            if controller.customer is None:
                controller.customer = self._customer(customer_name)
                controller = save(caller=self._caller, thing=controller, now=self._now)
            self._controllers[node_id] = controller
        return self._controllers[node_id]
