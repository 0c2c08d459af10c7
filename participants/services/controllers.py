"""Says which VEN or resource a controller is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from licensing.models import Controller
from licensing.services.register import ensure_controller
from participants.models import ControllerLink, Resource, Ven
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller

_LINK = "CONTROLLER_LINK"


@transaction.atomic
def bind_controller(
    *,
    caller: Caller,
    node_id: str,
    ven_id: str | None = None,
    resource_id: str | None = None,
    now: datetime,
) -> ControllerLink:
    """From now on the controller is this VEN, or this resource, and no other; one that is not known yet is made.
    Nothing is written where nothing changes. Raises `Forbidden`, `Invalid`."""
    caller.require_staff()
    if (ven_id is None) == (resource_id is None):
        raise errors.Invalid("A controller is one VEN or one resource")
    _require_there(ven_id, resource_id)
    controller = ensure_controller(caller=caller, node_id=node_id, now=now)
    # Two that bind the same controller take turns, so that the second finds what the first has made.
    Controller.objects.select_for_update().get(pk=controller.pk)
    link = ControllerLink.objects.filter(controller=controller).first()
    before = None if link is None else _recorded(link)
    link = link or ControllerLink(controller=controller)
    link.ven_id, link.resource_id = ven_id, resource_id
    if before != _recorded(link):
        link.save()
        record_described(_LINK, link.pk, before, _recorded(link), caller=caller, now=now)
    return link


@transaction.atomic
def unbind_controller(*, caller: Caller, link: ControllerLink, now: datetime) -> None:
    """The controller stays, and is nothing that we know of. Raises `Forbidden`."""
    caller.require_staff()
    _drop(link, caller, now)


def drop_links(links: QuerySet[ControllerLink], caller: Caller, now: datetime) -> None:
    """For whoever deletes what they lead to, which need not be staff: inside that transaction, before it goes."""
    found = links.select_related("controller").select_for_update(of=("self",))
    for link in found.order_by("id"):
        _drop(link, caller, now)


def _drop(link: ControllerLink, caller: Caller, now: datetime) -> None:
    record_described(_LINK, link.pk, _recorded(link), None, caller=caller, now=now)
    ControllerLink.objects.filter(pk=link.pk).delete()


def _require_there(ven_id: str | None, resource_id: str | None) -> None:
    if ven_id is not None and not Ven.objects.filter(id=ven_id).exists():
        raise errors.Invalid(f"There is no VEN '{ven_id}'")
    if resource_id is not None and not Resource.objects.filter(id=resource_id).exists():
        raise errors.Invalid(f"There is no resource '{resource_id}'")


def _recorded(link: ControllerLink) -> dict[str, Any]:
    return {"nodeId": link.controller.node_id, "venID": link.ven_id, "resourceID": link.resource_id}
