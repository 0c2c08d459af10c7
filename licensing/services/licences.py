"""What clients do to licences: they activate them, and claim them for controllers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from licensing.documents import recorded
from licensing.models import Controller, Datalink, License, Membership
from licensing.services.changes import record
from vtn import errors
from vtn.caller import Caller, Scope


class NoSuchLicense(errors.NotFound):
    """No licence has this key, or, in a claim, none that is the caller's."""


class NoSuchController(errors.NotFound):
    """There is no controller of this node id, or none that the caller has rights to."""


class AlreadyActivated(errors.Invalid):
    """A licence is activated once; its date stays as it is."""


class AlreadyClaimed(errors.Invalid):
    """A licence is claimed once, also for the same controller."""


@transaction.atomic
def activate(*, caller: Caller, key: str, activated_at: datetime | None, now: datetime) -> License:
    """The licence holds from `activated_at` on, which may be past or to come, or else from now on.

    Raises `NoSuchLicense`, `Forbidden`, `AlreadyActivated`.

    Interpretation: "403 no permission to activate", "404 licence not found" (License, activate). So whoever has the key
    of somebody else's licence is told 403, and nothing of the licence, not even whether it is activated.
    """
    caller.require(Scope.WRITE_VENS)
    license = _locked(caller, key)
    if license is None:
        if License.objects.filter(key=key).exists():
            raise errors.Forbidden("The licence is another customer's")
        raise NoSuchLicense(f"There is no licence '{key}'")
    if license.activated_at is not None:
        raise AlreadyActivated("License is already activated")
    before = recorded(license)
    license.activated_at = activated_at or now
    license.save(update_fields=["activated_at"])
    record(license, before, recorded(license), caller=caller, now=now)
    return license


@transaction.atomic
def claim(*, caller: Caller, key: str, node_id: str, now: datetime) -> Datalink:
    """Links the licence with the controller; of many at once one wins.

    Raises `NoSuchLicense`, `NoSuchController`, `Forbidden`, `AlreadyClaimed`.

    Interpretation: for a claim the documents know no 403 but "404 licence or controller not found". So what is somebody
    else's is not there, and a controller without a customer is there for business logic alone.
    """
    caller.require(Scope.WRITE_VENS)
    license = _locked(caller, key)
    if license is None:
        raise NoSuchLicense(f"There is no licence '{key}'")
    controller = _controller(caller, node_id)
    before = recorded(license)
    if before["node_id"] is not None:
        raise AlreadyClaimed("License is already claimed")
    datalink = Datalink.objects.create(
        license=license, controller=controller, created_at=now, claimed_by=caller.name
    )
    record(license, before, recorded(license), caller=caller, now=now)
    return datalink


def _locked(caller: Caller, key: str) -> License | None:
    """The lock makes all that is done to one licence happen one after the other. Nobody waits for a stranger."""
    return License.objects.of_members(caller).select_for_update(of=("self",)).filter(key=key).first()


def _controller(caller: Caller, node_id: str) -> Controller:
    """Locked, so that it is not deleted meanwhile."""
    found = Controller.objects.filter(node_id=node_id)
    if not caller.is_business:
        mine = Membership.objects.filter(client_id=caller.client_id).values("customer")
        found = found.filter(customer__in=mine)
    controller = found.select_for_update(of=("self",), no_key=True).first()
    if controller is None:
        raise NoSuchController(f"There is no controller '{node_id}'")
    return controller
