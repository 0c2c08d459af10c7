"""What the changes of the last hour cost in small and in large tables, as a mirror of a list asks for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from events.queries import EventFilter, visible_events
from participants.queries.resources import ResourceFilter, visible_resources
from participants.queries.vens import VenFilter, visible_vens
from programs.queries import ProgramFilter, visible_programs
from tests.benchmarks import seed, sizes, tombstones
from tests.benchmarks.comparison import Ask, compare
from tests.benchmarks.sizes import PageCost
from vtn.caller import Caller, Role, Scope
from vtn.dialect import Dialect
from vtn.launcher.home import Home
from vtn.mirror import Since
from vtn.paging import Page

_BUSINESS = Caller("bench-business", Role.BL, frozenset(Scope))
_READER = Caller(
    "bench-ven", Role.VEN, frozenset(Scope), granted=frozenset({seed.POPULAR, seed.RARE, *seed.SITES})
)
_PAGE = Page(skip=0, limit=50)
_AN_HOUR_AGO = seed.LAST_CREATED_AT - timedelta(hours=1)

# Asks for what has changed since: who, what else the list is narrowed to, since when.
_List = Callable[[Caller, dict[str, Any], Since], bytes]


def of_fleet(owner: Caller) -> dict[str, Ask]:
    """Of VENs, resources and programs. `owner` is the client of a VEN."""
    return {
        **_questions("VENs", _vens, owner),
        **_questions("resources", _resources, owner),
        **_questions("programs", _programs, _READER),
    }


def compare_events(small: int, large: int, *, repeats: int, tell: Callable[[str], None]) -> list[PageCost]:
    """Of events, in the databases of `sizes`."""
    databases = sizes.filled(small, tell), sizes.filled(large, tell)
    for database, rows in zip(databases, (small, large), strict=True):
        with seed.connected(Home.from_environment().postgres_url(database)) as connection:
            tombstones.fill(connection, rows)
    asked = _questions("events", _events, _READER) | _of_two(
        "events", "BL, program", _events, _BUSINESS, _IN_PROGRAM
    )
    return compare(databases, lambda database: asked, repeats=repeats)


_IN_PROGRAM = {"program_id": seed.USUAL_PROGRAM}
_NARROWED: dict[str, dict[str, Any]] = {
    "": {},
    "rare target": {"asked": frozenset({seed.RARE})},
    "popular target": {"asked": frozenset({seed.POPULAR})},
}


def _questions(kind: str, list_of: _List, ven: Caller) -> dict[str, Ask]:
    asked = _of_two(kind, "VEN", list_of, ven, {})
    for name, narrowed in _NARROWED.items():
        asked |= _of_two(kind, ", ".join(filter(None, ("BL", name))), list_of, _BUSINESS, narrowed)
    return asked


def _of_two(kind: str, who: str, list_of: _List, caller: Caller, narrowed: dict[str, Any]) -> dict[str, Ask]:
    """Without and with what was deleted."""
    return {
        f"{name} {kind} of the last hour, {who}": lambda since=since: list_of(caller, narrowed, since)
        for name, since in {
            "changed": Since(_AN_HOUR_AGO, with_deleted=False),
            "changed or deleted": Since(_AN_HOUR_AGO, with_deleted=True),
        }.items()
    }


def _vens(caller: Caller, narrowed: dict[str, Any], since: Since) -> bytes:
    return visible_vens(caller, VenFilter(**narrowed, since=since), page=_PAGE, dialect=Dialect.V310).body


def _resources(caller: Caller, narrowed: dict[str, Any], since: Since) -> bytes:
    wanted = ResourceFilter(**narrowed, since=since)
    return visible_resources(caller, wanted, page=_PAGE, dialect=Dialect.V310).body


def _programs(caller: Caller, narrowed: dict[str, Any], since: Since) -> bytes:
    wanted = ProgramFilter(**narrowed, since=since)
    return visible_programs(caller, wanted, page=_PAGE, dialect=Dialect.V310).body


def _events(caller: Caller, narrowed: dict[str, Any], since: Since) -> bytes:
    wanted = EventFilter(**narrowed, since=since)
    return visible_events(caller, wanted, page=_PAGE, dialect=Dialect.V310, now=seed.LAST_CREATED_AT).body
