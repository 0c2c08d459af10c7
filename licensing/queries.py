"""What licences say: of whom, and whether a controller may run, with how many kW, at a moment.

Capacities of several licences add up. Interpretation: a null kW ("null = no limit, or not covered", of which the
documents say neither) says nothing; only where no licence names a number is there none.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from licensing.models import Controller, Customer, Datalink, License, Membership
from vtn import errors
from vtn.caller import Caller, Scope


@dataclass(frozen=True, slots=True)
class Capacity:
    """In kW; None is no number."""

    grid_kw: int | None = None
    solar_kw: int | None = None
    battery_kw: int | None = None
    ev_kw: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a controller at a moment. `why_not` says in words why it is not licensed, and is empty if it is."""

    node_id: str
    why_not: str
    capacity: Capacity

    @property
    def is_licensed(self) -> bool:
        return not self.why_not


def licences_of_controller(caller: Caller, node_id: str) -> list[License]:
    """All that are claimed for it, also those that do not hold. Raises `Forbidden`, `NotFound`: a controller that is
    another customer's is not there."""
    _require_read(caller)
    controllers = Controller.objects.filter(node_id=node_id)
    if not caller.is_business:
        controllers = controllers.filter(customer__in=_customers_of(caller))
    if not controllers.exists():
        raise errors.NotFound(f"There is no controller '{node_id}'")
    return list(_in_order(License.objects.filter(datalink__controller__node_id=node_id)))


def licences_of_customer(caller: Caller, customer_id: uuid.UUID) -> list[License]:
    """Through their orders, with their datalinks. Raises `Forbidden`, for what is another's too: it is documented so,
    and nobody comes upon a UUID by guessing; and `NotFound`."""
    _require_read(caller)
    if not Customer.objects.filter(id=customer_id).exists():
        raise errors.NotFound(f"There is no customer '{customer_id}'")
    if not caller.is_business and not _customers_of(caller).filter(customer=customer_id).exists():
        raise errors.Forbidden("The customer is another")
    return list(_in_order(License.objects.filter(order__customer=customer_id)))


def standings(node_ids: Collection[str], at: datetime) -> dict[str, Standing]:
    """By node id, with two queries; what is no controller of ours is not in there."""
    if not node_ids:
        return {}
    datalinks = Prefetch("datalinks", Datalink.objects.select_related("license").order_by("created_at", "id"))
    known = Controller.objects.filter(node_id__in=node_ids).prefetch_related(datalinks)
    return {each.node_id: _standing(each, at) for each in known}


def is_licensed(node_id: str, at: datetime) -> bool:
    """Whether there is such a controller, and a licence that covers it then."""
    found = standings([node_id], at).get(node_id)
    return found is not None and found.is_licensed


def capacity(node_id: str, at: datetime) -> Capacity | None:
    """The kW that it is licensed for then; None if it is not licensed."""
    found = standings([node_id], at).get(node_id)
    return found.capacity if found is not None and found.is_licensed else None


def expiring(*, now: datetime, within: timedelta) -> Iterator[tuple[License, datetime]]:
    """Licences that hold, or will, and their ends, which come within this time; the longest in force first."""
    rows = License.objects.filter(activated_at__isnull=False).filter(
        Q(duration__gt=0) | Q(deactivated_at__isnull=False)
    )
    for license in rows.select_related("order__customer", "datalink__controller").order_by("activated_at"):
        end = license.ends_at
        if end is not None and now < end <= now + within:
            yield license, end


def _standing(controller: Controller, at: datetime) -> Standing:
    licences = [datalink.license for datalink in controller.datalinks.all()]
    reasons = [(license, license.why_not(at)) for license in licences]
    holding = [license for license, reason in reasons if not reason]
    if holding:
        return Standing(controller.node_id, "", _sum(holding))
    why_not = _("controller %s has no licence") % controller
    if reasons:
        listed = ", ".join(f"{license} {reason}" for license, reason in reasons)
        why_not = _("controller %(controller)s has no licence in force: %(reasons)s") % {
            "controller": controller,
            "reasons": listed,
        }
    return Standing(controller.node_id, why_not, Capacity())


def _sum(licences: Iterable[License]) -> Capacity:
    def total(numbers: Iterable[int | None]) -> int | None:
        named = [number for number in numbers if number is not None]
        return sum(named) if named else None

    rows = list(licences)
    return Capacity(
        grid_kw=total(each.grid_kw for each in rows),
        solar_kw=total(each.solar_kw for each in rows),
        battery_kw=total(each.battery_kw for each in rows),
        ev_kw=total(each.ev_kw for each in rows),
    )


def _customers_of(caller: Caller) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(client_id=caller.client_id).values("customer")


def _require_read(caller: Caller) -> None:
    """What belongs to clients is read with the scope that VENs and reports are (`OpenAdrView.require_read_own`)."""
    caller.require(Scope.READ_VEN_OBJECTS, Scope.READ_ALL)


def _in_order(licences: QuerySet[License]) -> QuerySet[License]:
    return licences.select_related("datalink").order_by("created_at", "id")
