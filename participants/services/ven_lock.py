"""Holds a VEN while it, or one of its resources, is changed, and the client id that it is given to."""

from __future__ import annotations

from participants.models import Ven
from participants.queries.vens import NoSuchVen
from vtn import errors
from vtn.caller import Caller
from vtn.turns import wait_for_turn


class NoVenYet(errors.Forbidden):
    """The client has no VEN that a resource could belong to."""


def locked_ven(caller: Caller, ven_id: str | None) -> Ven:
    """Nobody else changes the VEN or its resources until the caller's transaction ends. Raises `NoSuchVen`, also for a
    VEN that is not the caller's."""
    ven = Ven.objects.select_for_update().owned_by(caller.ownership).filter(id=ven_id).first()
    if ven is None:
        raise NoSuchVen(str(ven_id))
    return ven


def locked_own_ven(caller: Caller) -> Ven:
    """The same for the one VEN of a client. Raises `NoVenYet`."""
    ven = Ven.objects.select_for_update().filter(client_id=caller.client_id).first()
    if ven is None:
        raise NoVenYet("The client has no VEN, which resources belong to; create it first")
    return ven


def wait_for_client_id(client_id: str | None) -> None:
    """Nobody else makes the client or gives a VEN to it until the caller's transaction ends: whoever does either looks
    whether the other is there. Comes before all locks, so that no two wait for each other."""
    if client_id is not None:
        wait_for_turn(f"participants.client {client_id}")
