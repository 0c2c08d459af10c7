"""The page "History" of an object: every change of it from every door, as the audit has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from vtn.admin.differences import Difference, differences
from vtn.admin.lists import BoundedPaginator
from vtn.models import OutboxEntry
from vtn.wire import body

_PHASE = OutboxEntry.Operation.PHASE
_PER_PAGE = 25
_SHOWN_LINES = 100


class Line(NamedTuple):
    path: str
    before: str
    after: str


class Happened(NamedTuple):
    """An entry of the audit, to read."""

    entry: OutboxEntry
    who: str
    door: str
    lines: Sequence[Line]
    more: int


class AuditedHistory:
    """For model admins whose objects are changed by services alone: what the doors do stands beside what staff do."""

    object_history_template = "admin/vtn/history.html"
    object_type: str | None = None  # in the audit; the model's name says it unless this does

    def history_view(
        self: Any, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        kind = self.object_type or self.opts.model_name.upper()
        entries = OutboxEntry.objects.filter(object_id=str(found.pk), object_type=kind).order_by("-id")
        page = BoundedPaginator(entries, _PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %s") % found,
            "subtitle": None,
            "opts": self.opts,
            "original": found,
            "page": page,
            "changes": [_happened(entry) for entry in page],
            "by_hand": _by_hand(found),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)


def _by_hand(found: Any) -> list[LogEntry]:
    """What staff did to it that is no change: a test, a secret. What a form has saved the audit has, and better."""
    logged = LogEntry.objects.filter(content_type=get_content_type_for_model(found), object_id=str(found.pk))
    return list(
        logged.exclude(change_message__startswith="[").select_related("user").order_by("-id")[:_PER_PAGE]
    )


def _happened(entry: OutboxEntry) -> Happened:
    kind, _colon, name = entry.made_by.partition(":")
    found = _said_by_clock(entry) if entry.operation == _PHASE else differences(entry.before, entry.after)
    lines = [_line(each) for each in found[:_SHOWN_LINES]]
    return Happened(entry, name or kind, door_of(entry), lines, len(found) - len(lines))


def _said_by_clock(entry: OutboxEntry) -> list[Difference]:
    """The phase that begins and what is in force in it: nothing else of the event is any different."""
    return [each for each in differences(None, entry.after) if each.path in ("phase", "intervals")]


def door_of(entry: OutboxEntry) -> str:
    """Where a change came in, as far as the one who made it tells; nowhere, if the clock did."""
    if entry.operation == _PHASE:
        return ""
    if entry.made_by == "staff:manage.py":
        return _("a command")
    if " " in entry.made_by:
        return _("the VTN itself")  # as with "staff:the publisher": nobody's username has a space
    return _("an API") if entry.made_by.startswith("client:") else _("this admin")


def _line(found: Difference) -> Line:
    return Line(
        found.path,
        "–" if found.is_added else _text(found.before),
        "–" if found.is_removed else _text(found.after),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else body.encode_text(value)
