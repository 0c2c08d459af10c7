"""The events of a program in its file (programs/files): one part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from events.content import EventContent
from events.models import Event
from events.services import create_event
from events.wire import v310
from programs.files.wire import Written, render_object, with_literals
from vtn import errors
from vtn.caller import Caller
from vtn.wire import body

_PROGRAM = "programID"  # the file's program has no id until it is made
_NONE_YET = "none-yet"


class EventsOfProgram:
    """All events that are there, with their report descriptors; no drafts, and nothing that VENs have sent."""

    permission, permission_to_see = "events.add_event", "events.view_event"

    def export(self, program_id: str) -> Iterator[dict[str, Any]]:
        events = Event.objects.filter(program_id=program_id).order_by("created_at", "id")
        columns = events.only("id", "content", "targets", "literals")
        return (render_object(event, _PROGRAM) for event in columns.iterator(chunk_size=500))

    def check(self, written: Sequence[Any]) -> list[str]:
        faults = []
        for place, item in enumerate(written):
            try:
                _content(item, _NONE_YET)
            except errors.Invalid as error:
                faults.append(f"[{place}] {error.detail}")
        return faults

    def create(self, written: Sequence[Any], *, program_id: str, caller: Caller, now: datetime) -> None:
        for item in written:
            create_event(caller=caller, content=_content(item, program_id), now=now)


def _content(item: Any, program_id: str) -> EventContent:
    """Raises `Invalid`."""
    written = body.conform(item, Written)
    content = v310.parse_event({**body.without_nulls(written.request), _PROGRAM: program_id})
    return with_literals(content, written)
