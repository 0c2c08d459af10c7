"""Reads of timings, one query each."""

from __future__ import annotations

from django.db.models import QuerySet

from tariffs.timings.models import StoredTiming
from vtn import errors
from vtn.caller import Caller, Scope


class NoSuchTiming(errors.NotFound):
    """No timing of this plan has this tag."""

    def __init__(self, tpid: str, tag: str) -> None:
        super().__init__(f"There is no timing '{tag}' in the tariff plan '{tpid}'")


class SeveralTimings(errors.Conflict):
    """The tag alone does not say which timing is meant."""


def require_read(caller: Caller) -> None:
    """When prices change is no secret among those who may read prices: any client may know."""
    caller.require(Scope.READ_TARGETS, Scope.READ_ALL)


def timing_of(caller: Caller, tpid: str, tag: str) -> StoredTiming:
    """Raises `NoSuchTiming`."""
    require_read(caller)
    found = None if _holds_nul(tpid, tag) else StoredTiming.objects.filter(tpid=tpid, tag=tag).first()
    if found is None:
        raise NoSuchTiming(tpid, tag)
    return found


def timing_named(caller: Caller, tag: str) -> StoredTiming:
    """The timing with this tag, where only one plan has one. Raises `NoSuchTiming`, `SeveralTimings`."""
    require_read(caller)
    found = [] if _holds_nul(tag) else list(StoredTiming.objects.filter(tag=tag).order_by("tpid")[:2])
    if not found:
        raise NoSuchTiming("*any", tag)
    if len(found) > 1:
        plans = " and ".join(f"'{each.tpid}'" for each in found)
        raise SeveralTimings(f"there is a timing '{tag}' in the tariff plans {plans}: say TPid")
    return found[0]


def timings_in(
    caller: Caller, tpid: str, *, search: str = "", skip: int = 0, limit: int | None = None
) -> QuerySet[StoredTiming]:
    """Those of a plan, by tag; `search` is part of it."""
    require_read(caller)
    if _holds_nul(tpid, search):
        return StoredTiming.objects.none()
    found = StoredTiming.objects.filter(tpid=tpid).order_by("tag")
    if search:
        found = found.filter(tag__contains=search)
    return found[skip : None if limit is None else skip + limit]


def plan_names() -> list[str]:
    """The plans that have timings."""
    return list(StoredTiming.objects.values_list("tpid", flat=True).distinct().order_by("tpid"))


def _holds_nul(*texts: str) -> bool:
    """PostgreSQL refuses to look for one."""
    return any("\0" in text for text in texts)
