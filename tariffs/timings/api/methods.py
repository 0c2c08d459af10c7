"""The methods of the engine: those of July 2013 as `Apier`, and today's as `APIerSv1` and `APIerSv2`, on one store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from tariffs.timings import queries, services
from tariffs.timings.activity import is_active
from tariffs.timings.content import IN_2013, TimingContent
from tariffs.timings.wire import today, v2013
from tariffs.timings.wire.instants import parse_instant
from tariffs.timings.wire.jsonrpc import Fault, Struct
from vtn import errors
from vtn.caller import Caller

OK = "OK"
_WORDS = ("Years", "Months", "MonthDays", "WeekDays", "Time")


@dataclass(frozen=True)
class Asked:
    """What a method is given: checked arguments, as far as they are there."""

    arguments: Mapping[str, Any]
    caller: Caller
    now: datetime

    def text(self, name: str) -> str:
        return self.arguments.get(name, "")


@dataclass(frozen=True)
class Method:
    """`gap` stands between an error's name and its text; in 2013 there was none. `trims` says that a text of spaces
    counts as missing, as it does today."""

    takes: Struct
    mandatory: tuple[str, ...]
    run: Callable[[Asked], Any]
    gap: str = " "
    trims: bool = True

    def call(self, asked: Asked) -> Any:
        """Raises `Fault`."""
        missing = [name for name in self.mandatory if self._is_missing(asked.text(name))]
        if missing:
            raise Fault(f"MANDATORY_IE_MISSING:{self.gap}[{' '.join(missing)}]")
        try:
            return self.run(asked)
        except queries.NoSuchTiming:
            raise Fault("NOT_FOUND") from None
        except services.TimingExists:
            raise Fault("DUPLICATE") from None
        except errors.VtnError as refusal:
            raise self.server_error(refusal) from None

    def server_error(self, refusal: errors.VtnError) -> Fault:
        return Fault(f"SERVER_ERROR:{self.gap}{refusal.detail}")

    def _is_missing(self, text: str) -> bool:
        return not (text.strip() if self.trims else text)


def method_named(name: str) -> Method:
    """In the words of Go's net/rpc for what there is not. Raises `Fault`."""
    service, dot, method = name.rpartition(".")
    if not dot:
        raise Fault(f"rpc: service/method request ill-formed: {name}")
    if service not in _SERVICES:
        raise Fault(f"rpc: can't find service {name}")
    if method not in _SERVICES[service]:
        raise Fault(f"rpc: can't find method {name}")
    return _SERVICES[service][method]


def _set_2013(asked: Asked) -> str:
    services.create_timing(
        caller=asked.caller, content=_content(asked, "TimingId"), now=asked.now, limits=IN_2013
    )
    return OK


def _get_2013(asked: Asked) -> dict[str, Any]:
    return v2013.render(queries.timing_of(asked.caller, asked.text("TPid"), asked.text("TimingId")).content)


def _set(asked: Asked) -> str:
    services.set_timing(caller=asked.caller, content=_content(asked, "ID"), now=asked.now)
    return OK


def _get(asked: Asked) -> dict[str, Any]:
    return today.render(queries.timing_of(asked.caller, asked.text("TPid"), asked.text("ID")).content)


def _ids(asked: Asked) -> list[str]:
    """An empty list is NOT_FOUND, in both versions."""
    skip, limit = asked.arguments.get("Offset", 0), asked.arguments.get("Limit")
    if skip < 0 or (limit is not None and limit < 0):
        raise errors.Invalid("Limit and Offset must not be negative")
    found = queries.timings_in(
        asked.caller, asked.text("TPid"), search=asked.text("SearchTerm"), skip=skip, limit=limit
    )
    tags = list(found.values_list("tag", flat=True))
    if not tags:
        raise Fault("NOT_FOUND")
    return tags


def _remove(asked: Asked) -> str:
    """What is not there is as good as removed, says today's engine."""
    services.require_write(asked.caller)
    try:
        services.delete_timing(
            caller=asked.caller, tpid=asked.text("TPid"), tag=asked.text("ID"), now=asked.now
        )
    except queries.NoSuchTiming:
        return OK
    return OK


def _is_active_at(asked: Asked) -> bool:
    """With our extension TPid; without it the tag has to be one plan's alone."""
    tpid, tag = asked.text("TPid"), asked.text("TimingID")
    stored = queries.timing_of(asked.caller, tpid, tag) if tpid else queries.timing_named(asked.caller, tag)
    at = parse_instant(asked.text("Time"), settings.TARIFFS_TIME_ZONE, now=asked.now)
    return is_active(stored.timing, at)


def _content(asked: Asked, id_name: str) -> TimingContent:
    return TimingContent(asked.text("TPid"), asked.text(id_name), *map(asked.text, _WORDS))


def _texts(name: str, *fields: str, **others: type[str] | type[int]) -> Struct:
    return Struct(name, {**dict.fromkeys(fields, str), **others})


def _in_2013(takes: Struct, run: Callable[[Asked], Any]) -> Method:
    return Method(takes, tuple(takes.fields), run, gap="", trims=False)


_APIER = {
    "SetTPTiming": _in_2013(_texts("ApierTPTiming", "TPid", "TimingId", *_WORDS), _set_2013),
    "GetTPTiming": _in_2013(_texts("AttrGetTPTiming", "TPid", "TimingId"), _get_2013),
    "GetTPTimingIds": _in_2013(_texts("AttrGetTPTimingIds", "TPid"), _ids),
}
_ONE = _texts("AttrGetTPTiming", "TPid", "ID")
_PAGE: dict[str, type[str] | type[int]] = {"Limit": int, "Offset": int, "SearchTerm": str}
_TODAY = {
    "SetTPTiming": Method(_texts("ApierTPTiming", "TPid", "ID", *_WORDS), ("TPid", "ID", *_WORDS), _set),
    "GetTPTiming": Method(_ONE, ("TPid", "ID"), _get),
    "GetTPTimingIds": Method(_texts("AttrGetTPTimingIds", "TPid", **_PAGE), ("TPid",), _ids),
    "RemoveTPTiming": Method(_ONE, ("TPid", "ID"), _remove),
    "TimingIsActiveAt": Method(
        _texts("TimeParams", "TimingID", "Time", "TPid"), ("TimingID", "Time"), _is_active_at
    ),
}
# Names are case-sensitive. `APIerSv2` has all that `APIerSv1` has.
_SERVICES = {"Apier": _APIER, "APIerSv1": _TODAY, "APIerSv2": _TODAY}
