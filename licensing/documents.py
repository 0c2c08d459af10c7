"""A licence as it is shown at the door, and as the record of changes has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import UNSET

from licensing.models import Controller, Customer, Datalink, License, Membership, Order
from licensing.wire.eniris import LicenseShown
from vtn.wire.metadata import date_time

Registered = Customer | Membership | Order | License | Controller

TYPES: dict[type[Registered], str] = {
    Customer: "CUSTOMER",
    Membership: "MEMBERSHIP",
    Order: "ORDER",
    License: "LICENSE",
    Controller: "CONTROLLER",
}


def shown(license: License, *, with_datalinks: bool = False) -> LicenseShown:
    return LicenseShown(
        id=str(license.id),
        key=license.key,
        grid_kw=license.grid_kw,
        solar_kw=license.solar_kw,
        battery_kw=license.battery_kw,
        ev_kw=license.ev_kw,
        creation_date=date_time(license.created_at),
        activation_date=_date_time(license.activated_at),
        duration=license.duration,
        deactivation_date=_date_time(license.ends_at),
        type=license.type,  # type: ignore[arg-type]  # a constraint of the table keeps it to these
        datalinks=[str(link.id) for link in _datalinks(license)] if with_datalinks else UNSET,
    )


def recorded(thing: Registered) -> dict[str, Any]:
    """All columns as they are stored, and of a licence the controller that it is claimed for."""
    if isinstance(thing, License):
        return recorded_license(thing, next((link.controller.node_id for link in _datalinks(thing)), None))
    return _columns(thing)


def recorded_license(license: License, node_id: str | None) -> dict[str, Any]:
    """The same where it is known what it is claimed for."""
    return {**_columns(license), "node_id": node_id}


def _columns(thing: Registered) -> dict[str, Any]:
    return {field.attname: _plain(getattr(thing, field.attname)) for field in thing._meta.concrete_fields}


def _datalinks(license: License) -> list[Datalink]:
    """A list, as the documents have it, though a licence is claimed once."""
    datalink = getattr(license, "datalink", None)
    return [] if datalink is None else [datalink]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return date_time(value)
    return value if value is None or isinstance(value, int) else str(value)


def _date_time(moment: datetime | None) -> str | None:
    return None if moment is None else date_time(moment)
