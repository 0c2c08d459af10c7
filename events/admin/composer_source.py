"""What the composer begins from: nothing, a template, an event that is changed or copied, or a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, QueryDict
from django.utils.dateparse import parse_datetime

from events.drafts.models import EventDraft, Operation
from events.drafts.plans import request_of
from events.models import Event
from programs.models import Program

OF_ITS_OWN = frozenset({"programID", "eventName", "priority", "targets"})


@dataclass(frozen=True, kw_only=True)
class Source:
    """`content` is the request that is begun from, all of which stays that the composer does not show. `key` is the
    same for whoever opens the same thing again."""

    key: str
    program: Program
    content: dict[str, Any]
    operation: Operation = Operation.CREATE
    event_id: str | None = None
    began_from: datetime | None = None
    draft: EventDraft | None = None
    template: EventDraft | None = None

    @property
    def kept_members(self) -> dict[str, Any]:
        return {name: value for name, value in self.content.items() if name not in OF_ITS_OWN}


def source_of(query: QueryDict, seen: str = "") -> Source | None:
    """None where nothing is chosen yet. `seen` is the version of the event that a form was begun from, which is older
    than the event's own where somebody else has changed it since. Raises `Http404`."""
    if draft_id := query.get("draft"):
        return _of_draft(draft_or_404(draft_id))
    if event_id := query.get("event"):
        event = _event(event_id)
        return Source(
            key=f"event:{event.id}",
            program=event.program,
            content=request_of(event),
            operation=Operation.UPDATE,
            event_id=event.id,
            began_from=_moment(seen) or event.modified_at,
        )
    if event_id := query.get("copy"):
        event = _event(event_id)
        return Source(key=f"copy:{event.id}", program=event.program, content=request_of(event))
    if template_id := query.get("template"):
        template = draft_or_404(template_id)
        return Source(
            key=f"template:{template.pk}",
            program=template.program,
            content=template.content,
            template=template,
        )
    if program_id := query.get("program"):
        program = Program.objects.filter(id=program_id).first()
        if program is None:
            raise Http404
        return Source(key=f"program:{program.id}", program=program, content={})
    return None


def _of_draft(draft: EventDraft) -> Source:
    return Source(
        key=f"draft:{draft.pk}",
        program=draft.program,
        content=draft.content,
        operation=Operation(draft.operation),
        event_id=draft.event_id,
        began_from=draft.began_from,
        draft=draft,
    )


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None


def draft_or_404(draft_id: str) -> EventDraft:
    # A longer number would not fit into the column.
    is_id = draft_id.isdecimal() and len(draft_id) < 18
    found = EventDraft.objects.select_related("program", "calendar")
    draft = found.filter(pk=int(draft_id)).first() if is_id else None
    if draft is None:
        raise Http404
    return draft


def _event(event_id: str) -> Event:
    event = Event.objects.select_related("program").filter(id=event_id).first()
    if event is None:
        raise Http404
    return event
