"""What pages of VENs and of resources, and single ones, cost in small and in large tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from participants.models import Resource, Ven
from participants.queries.resources import (
    ResourceFilter,
    visible_resource,
    visible_resources,
    visible_resources_of,
)
from participants.queries.vens import VenFilter, visible_ven, visible_vens
from tests.benchmarks import fleet_seed, mirror_sizes, seed, tombstones
from tests.benchmarks.comparison import Ask, compare
from tests.benchmarks.sizes import PageCost, connected_to
from tests.benchmarks.stage import EMPTY_DATABASE, copy_database
from vtn.caller import Caller, Role, Scope
from vtn.dialect import Dialect
from vtn.launcher.home import Home
from vtn.paging import Page

_BUSINESS = Caller("bench-business", Role.BL, frozenset(Scope))
_PAGE = Page(skip=0, limit=50)
_TARGETS = {"rare target": seed.RARE, "popular target": seed.POPULAR, "unknown target": seed.UNKNOWN}
_OWN = frozenset({f"site-{fleet_seed.USUAL}"})
_NAMES = {
    "common name": fleet_seed.COMMON_NAME,
    "rare name": fleet_seed.RARE_NAME,
    "unknown name": fleet_seed.UNKNOWN_NAME,
}


@dataclass(frozen=True)
class _Fleet:
    """Who is asked for: a VEN with a few resources, and the one with many."""

    usual: Caller
    hot: Caller
    usual_id: str
    hot_id: str
    resource_id: str


def compare_fleets(small: int, large: int, *, repeats: int, tell: Callable[[str], None]) -> list[PageCost]:
    """Fills two databases and asks both the same questions in turn."""
    rows_of = {_filled(rows, tell): rows for rows in (small, large)}

    def questions(database: str) -> dict[str, Ask]:
        with connected_to(database):
            fleet = _fleet(rows_of[database])
        return {**_ven_questions(fleet), **_resource_questions(fleet), **mirror_sizes.of_fleet(fleet.usual)}

    first, second = rows_of
    return compare((first, second), questions, repeats=repeats)


def _filled(rows: int, tell: Callable[[str], None]) -> str:
    database = f"vtn_fleet_{rows}"
    tell(f"filling tables with {rows:,} VENs, resources, programs and tombstones each")
    copy_database(EMPTY_DATABASE, database)
    fleet_seed.fill(database, rows)
    with seed.connected(Home.from_environment().postgres_url(database)) as connection:
        tombstones.fill(connection, rows)
    return database


def _fleet(rows: int) -> _Fleet:
    usual, hot = (
        Ven.objects.get(client_id=f"client-{n}") for n in (fleet_seed.USUAL, fleet_seed.hot_of(rows))
    )
    of_usual = Resource.objects.filter(ven=usual).earliest("created_at")
    return _Fleet(_ven_caller(usual), _ven_caller(hot), usual.id, hot.id, of_usual.id)


def _ven_caller(ven: Ven) -> Caller:
    return Caller(str(ven.client_id), Role.VEN, frozenset(Scope), granted=frozenset(ven.targets))


def _ven_questions(fleet: _Fleet) -> dict[str, Ask]:
    """In 3.0.1 with the resources of each VEN inside."""
    asked: dict[str, Ask] = {}
    for dialect in Dialect:
        of = f"VENs, {dialect.value}"
        asked |= {
            f"{of}, BL, unfiltered": _vens(_BUSINESS, dialect),
            f"{of}, BL, name": _vens(_BUSINESS, dialect, ven_name=f"ven-{fleet_seed.USUAL}"),
            f"{of}, BL, unknown name": _vens(_BUSINESS, dialect, ven_name=fleet_seed.UNKNOWN_NAME),
            **{
                f"{of}, BL, {name}": _vens(_BUSINESS, dialect, asked=frozenset({target}))
                for name, target in _TARGETS.items()
            },
            f"{of}, VEN": _vens(fleet.usual, dialect),
            f"{of}, VEN, its own target": _vens(fleet.usual, dialect, asked=_OWN),
            f"one VEN, {dialect.value}, BL": _ven(_BUSINESS, fleet.usual_id, dialect),
            f"one VEN, {dialect.value}, VEN": _ven(fleet.usual, fleet.usual_id, dialect),
        }
    return asked


def _resource_questions(fleet: _Fleet) -> dict[str, Ask]:
    return {
        **{f"resources, BL, {name}": _resources(_BUSINESS, **wanted) for name, wanted in _FILTERS.items()},
        **_of_one_ven("VEN", fleet.usual, fleet.usual_id),
        **_of_one_ven("hot VEN", fleet.hot, fleet.hot_id),
        "one resource, 3.1.0, BL": _resource(_BUSINESS, fleet.resource_id),
        "one resource, 3.1.0, VEN": _resource(fleet.usual, fleet.resource_id),
        "one resource, 3.0.1, VEN": _resource(fleet.usual, fleet.resource_id, fleet.usual_id),
    }


_FILTERS: dict[str, dict[str, Any]] = {
    "unfiltered": {},
    **{name: {"resource_name": wanted} for name, wanted in _NAMES.items()},
    **{name: {"asked": frozenset({target})} for name, target in _TARGETS.items()},
    **{
        f"common name and {name}": {
            "resource_name": fleet_seed.COMMON_NAME,
            "asked": frozenset({target}),
        }
        for name, target in _TARGETS.items()
    },
}


def _of_one_ven(whose: str, ven: Caller, ven_id: str) -> dict[str, Ask]:
    """The target is that of one resource of the usual VEN, and of none of the hot one."""
    return {
        f"resources, 3.1.0, BL, venID of {whose}": _resources(_BUSINESS, ven_id=ven_id),
        f"resources, 3.1.0, BL, venID of {whose}, target": _resources(_BUSINESS, ven_id=ven_id, asked=_OWN),
        f"resources, 3.0.1, BL, of {whose}": _resources_of(_BUSINESS, ven_id),
        f"resources, 3.0.1, BL, of {whose}, target": _resources_of(_BUSINESS, ven_id, asked=_OWN),
        f"resources, 3.1.0, {whose}": _resources(ven),
        f"resources, 3.1.0, {whose}, target": _resources(ven, asked=_OWN),
        f"resources, 3.0.1, {whose}": _resources_of(ven, ven_id),
    }


def _vens(caller: Caller, dialect: Dialect, **wanted: Any) -> Ask:
    return lambda: visible_vens(caller, VenFilter(**wanted), page=_PAGE, dialect=dialect).body


def _ven(caller: Caller, ven_id: str, dialect: Dialect) -> Ask:
    return lambda: visible_ven(caller, ven_id, dialect).body


def _resources(caller: Caller, **wanted: Any) -> Ask:
    return lambda: visible_resources(caller, ResourceFilter(**wanted), page=_PAGE, dialect=Dialect.V310).body


def _resources_of(caller: Caller, ven_id: str, **wanted: Any) -> Ask:
    """The filter names the VEN of the path as well, as the view does it."""
    narrowed = ResourceFilter(ven_id=ven_id, **wanted)
    return lambda: visible_resources_of(caller, ven_id, narrowed, page=_PAGE, dialect=Dialect.V301).body


def _resource(caller: Caller, resource_id: str, ven_id: str | None = None) -> Ask:
    dialect = Dialect.V310 if ven_id is None else Dialect.V301
    return lambda: visible_resource(caller, resource_id, dialect, ven_id=ven_id).body
