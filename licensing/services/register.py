"""What staff keep: customers with their members, orders, licences and controllers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from licensing.documents import Registered, recorded
from licensing.models import Controller, License
from licensing.services.changes import record
from vtn import errors
from vtn.caller import Caller

Kept = TypeVar("Kept", bound=Registered)


class StillInUse(errors.Conflict):
    """Something else hangs on it, which has to go first."""


@transaction.atomic
def save(*, caller: Caller, thing: Kept, now: datetime) -> Kept:
    """Creates or replaces it. A licence's activation is not edited (`licensing.services.licences.activate`): what is
    stored stays, unless it is new. Raises `Forbidden`."""
    caller.require_staff()
    stored = _stored(thing).select_for_update().first()
    before = None if stored is None else recorded(stored)
    if isinstance(thing, License):
        thing.created_at = now if not isinstance(stored, License) else stored.created_at
        if isinstance(stored, License):
            thing.activated_at = stored.activated_at
    thing.save(force_insert=stored is None)
    after = recorded(thing)
    if before != after:
        record(thing, before, after, caller=caller, now=now)
    return thing


@transaction.atomic
def delete(*, caller: Caller, thing: Registered, now: datetime) -> None:
    """Raises `Forbidden`, `StillInUse`."""
    caller.require_staff()
    record(thing, recorded(thing), None, caller=caller, now=now)
    try:
        _stored(thing).delete()
    except ProtectedError as error:
        held_by = ", ".join(sorted({str(each._meta.verbose_name_plural) for each in error.protected_objects}))
        raise StillInUse(f"'{thing}' has {held_by}: they go first") from None


@transaction.atomic
def ensure_controller(*, caller: Caller, node_id: str, now: datetime) -> Controller:
    """The controller of this node id, made if it is not there. Raises `Forbidden`, `Invalid`."""
    caller.require_staff()
    controller = Controller.objects.filter(node_id=node_id).first()
    if controller is not None:
        return controller
    controller = Controller(node_id=node_id)
    try:
        controller.clean_fields()
    except ValidationError as error:
        raise errors.Invalid(f"node id: {'; '.join(error.messages)}") from None
    return save(caller=caller, thing=controller, now=now)


def _stored(thing: Registered) -> QuerySet[Any]:
    rows: Any = type(thing)._default_manager
    return rows.filter(pk=thing.pk)
