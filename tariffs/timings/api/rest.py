"""Timings in REST: what JSON-RPC does, and their windows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request

from tariffs.timings import queries, services
from tariffs.timings.activity import is_active, next_end, next_start, windows
from tariffs.timings.api import described
from tariffs.timings.models import StoredTiming
from tariffs.timings.wire.rest import parse_timing, render_activity, render_timing, render_window
from vtn import errors
from vtn.api.openadr import OpenAdrView
from vtn.caller import Scope
from vtn.local_time import NoSuchZone, zone_named
from vtn.paging import Page, parse_time
from vtn.wire import body

_LONGEST_PERIOD = timedelta(days=3_660)


class Timings(OpenAdrView):
    schema = described.TIMINGS

    def get(self, request: Request, tpid: str) -> HttpResponse:
        page = Page.parse(request.query_params)
        search = request.query_params.get("search", "")
        found = queries.timings_in(self.caller, tpid, search=search, skip=page.skip, limit=page.limit)
        return _json([_rendered(stored) for stored in found])


class OneTiming(OpenAdrView):
    schema = described.TIMING
    write_scope = Scope.WRITE_EVENTS

    def get(self, request: Request, tpid: str, tag: str) -> HttpResponse:
        return _json(_rendered(queries.timing_of(self.caller, tpid, tag)))

    def put(self, request: Request, tpid: str, tag: str) -> HttpResponse:
        stored, is_new = services.set_timing(
            caller=self.caller,
            content=parse_timing(request.data, tpid=tpid, tag=tag),
            now=timezone.now(),
        )
        return _json(_rendered(stored), status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def delete(self, request: Request, tpid: str, tag: str) -> HttpResponse:
        deleted = services.delete_timing(caller=self.caller, tpid=tpid, tag=tag, now=timezone.now())
        return _json(_rendered(deleted))


class Windows(OpenAdrView):
    schema = described.WINDOWS

    def get(self, request: Request, tpid: str, tag: str) -> HttpResponse:
        query = request.query_params
        start, end = _required(query, "start"), _required(query, "end")
        if not start <= end or end - start > _LONGEST_PERIOD:
            raise errors.Invalid("end: must be after start, by no more than ten years")
        timing = queries.timing_of(self.caller, tpid, tag).timing
        return _json([render_window(each) for each in windows(timing, start, end, _zone(query))])


class Activity(OpenAdrView):
    schema = described.ACTIVITY

    def get(self, request: Request, tpid: str, tag: str) -> HttpResponse:
        zone = _zone(request.query_params)
        at = _in_zone(parse_time(request.query_params, "at") or timezone.now(), zone)
        timing = queries.timing_of(self.caller, tpid, tag).timing
        return _json(
            render_activity(
                at,
                is_active=is_active(timing, at),
                next_start=next_start(timing, at, zone),
                next_end=next_end(timing, at, zone),
            )
        )


def _rendered(stored: StoredTiming) -> dict[str, Any]:
    return render_timing(stored.content, created_at=stored.created_at, modified_at=stored.modified_at)


def _json(value: Any, status_code: int = status.HTTP_200_OK) -> HttpResponse:
    return HttpResponse(
        body.encode(value),
        status=status_code,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _required(query: QueryDict, name: str) -> datetime:
    moment = parse_time(query, name)
    if moment is None:
        raise errors.Invalid(f"{name}: the parameter is missing")
    return moment


def _zone(query: QueryDict) -> ZoneInfo:
    name = query.get("timeZone")
    if name is None:
        return settings.TARIFFS_TIME_ZONE
    try:
        return zone_named(name)
    except NoSuchZone as refusal:
        raise errors.Invalid(f"timeZone: {refusal.detail}") from None


def _in_zone(at: datetime, zone: ZoneInfo) -> datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:
        raise errors.Invalid("at: beyond the calendar in this time zone") from None
