"""Holds a VEN while it, or one of its resources, is changed."""

from __future__ import annotations

from participants.models import Ven
from vtn import errors


class NoSuchVen(errors.NotFound):
    """No VEN has this id."""


def locked_ven(ven_id: str) -> Ven:
    """Nobody else changes the VEN or its resources until the caller's transaction ends. Raises `NoSuchVen`."""
    ven = Ven.objects.select_for_update().filter(id=ven_id).first()
    if ven is None:
        raise NoSuchVen(f"There is no VEN '{ven_id}'")
    return ven
