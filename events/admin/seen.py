"""The lists of programs, events and reports as a VEN is answered, for staff to look at: read only, and on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from events.queries import EventFilter, visible_events
from events.reports.queries import ReportFilter, visible_reports
from participants.models import Ven
from participants.queries import caller_of
from programs.queries import ProgramFilter, visible_programs
from vtn import errors
from vtn.caller import Caller, scopes_to_read, scopes_to_read_own
from vtn.dialect import Dialect
from vtn.paging import Page
from vtn.polling.answers import Answer
from vtn.wire import body

_PAGE = "admin/events/why/seen.html"


def seen(request: HttpRequest, ven_id: str, collection: str) -> HttpResponse:
    """The page of a list that this VEN is answered with, by the query that answers it. Who looked stands in the history
    of the VEN."""
    if collection not in _READS:
        raise Http404
    if not request.user.has_perms(("participants.view_ven", _READS[collection][0])):
        raise PermissionDenied
    ven = get_object_or_404(Ven, pk=ven_id)
    dialect = Dialect.V301 if request.GET.get("dialect") == Dialect.V301.value else Dialect.V310
    context: dict[str, Any] = {}
    try:
        page = Page.parse({"skip": request.GET.get("skip", "0")})
        context = _answered(ven, collection, page, dialect)
    except errors.VtnError as refusal:
        context = {"refusal": refusal.detail}
    _keep_record(request, ven, collection, dialect)
    shared = {
        **admin.site.each_context(request),
        "title": _("What %(ven)s is answered: %(what)s") % {"ven": ven, "what": collection},
        "ven": ven,
        "collection": collection,
        "collections": list(_READS),
        "dialect": dialect.value,
        "dialects": [each.value for each in reversed(Dialect)],
    }
    return TemplateResponse(request, _PAGE, {**shared, **context})


def _answered(ven: Ven, collection: str, page: Page, dialect: Dialect) -> dict[str, Any]:
    """Raises what the client of the VEN would be refused with."""
    caller = None if ven.client_id is None else caller_of(ven.client_id)
    if caller is None:
        raise errors.BadCredentials(_("No enabled client belongs to this VEN, so nobody is answered."))
    found = body.decode_text(_READS[collection][1](caller, page, dialect).body)
    return {
        "answer": body.indented(found),
        "count": len(found),
        "first": page.skip + 1,
        "last": page.skip + len(found),
        "next": page.skip + page.limit if len(found) == page.limit else None,
        "previous": max(page.skip - settings.PAGE_LIMIT, 0) if page.skip else None,
    }


def _keep_record(request: HttpRequest, ven: Ven, collection: str, dialect: Dialect) -> None:
    """It changes nothing, so it stands under what staff did by hand (vtn/admin/history.py)."""
    LogEntry.objects.log_actions(
        cast(int, request.user.pk),
        [ven],
        CHANGE,
        change_message=f"Looked at its {collection} as it is answered in {dialect.value}.",
        single_object=True,
    )


def _programs(caller: Caller, page: Page, dialect: Dialect) -> Answer:
    _require_read(caller, dialect)
    return visible_programs(caller, ProgramFilter(), page=page, dialect=dialect)


def _events(caller: Caller, page: Page, dialect: Dialect) -> Answer:
    _require_read(caller, dialect)
    return visible_events(caller, EventFilter(), page=page, dialect=dialect, now=timezone.now())


def _reports(caller: Caller, page: Page, dialect: Dialect) -> Answer:
    caller.require(*scopes_to_read_own(caller.role, dialect))
    return visible_reports(caller, ReportFilter(), page=page, dialect=dialect)


def _require_read(caller: Caller, dialect: Dialect) -> None:
    if not caller.holds(*scopes_to_read(caller.role, dialect)):
        raise errors.Forbidden(_("The record of the client has not the scope that reading this takes."))


# What staff must be allowed to see themselves, and what reads it.
_READS: dict[str, tuple[str, Callable[[Caller, Page, Dialect], Answer]]] = {
    "programs": ("programs.view_program", _programs),
    "events": ("events.view_event", _events),
    "reports": ("events.view_report", _reports),
}
