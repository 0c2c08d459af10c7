"""What is in a program, of apps above this one: `WIRING["program_parts"]` names it, by its member in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from vtn.caller import Caller
from vtn.wiring import wired_by_name


class Part(Protocol):
    """One kind of objects that belong to a program."""

    permission: str  # what staff need to bring some in
    permission_to_see: str  # and to take them out

    def export(self, program_id: str) -> Iterator[dict[str, Any]]:
        """Each as it stands in the file, in the order of lists."""

    def check(self, written: Sequence[Any]) -> list[str]:
        """What is wrong with those of a file; nothing else is asked of them than of a request."""

    def create(self, written: Sequence[Any], *, program_id: str, caller: Caller, now: datetime) -> None:
        """Makes them, inside the caller's transaction. They were checked."""


def parts() -> dict[str, Part]:
    return {name: made() for name, made in wired_by_name("program_parts").items()}
