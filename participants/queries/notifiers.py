"""Whether a caller sees what it asks the MQTT topics of."""

from __future__ import annotations

from collections.abc import Callable

from participants.models import Ven
from vtn import errors
from vtn.caller import Caller


class NothingToTellOf(errors.NotFound):
    """There is no such program or VEN, or none that the caller may see."""


def require_program(caller: Caller, program_id: str, sees_program: Callable[[Caller, str], bool]) -> None:
    """Raises `NothingToTellOf`."""
    if not sees_program(caller, program_id):
        raise NothingToTellOf(f"There is no program '{program_id}'")


def require_ven(caller: Caller, ven_id: str) -> None:
    """Raises `NothingToTellOf`: a VEN sees its own only."""
    if not Ven.objects.owned_by(caller.ownership).filter(id=ven_id).exists():
        raise NothingToTellOf(f"There is no VEN '{ven_id}'")
