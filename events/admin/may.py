"""Who may do what with drafts and events: Django's permissions, and the rule of four eyes."""

from __future__ import annotations

from typing import Any

from events.drafts.models import EventDraft, Operation
from programs.models import Program

_ALONE = {
    Operation.CREATE: "events.add_event",
    Operation.UPDATE: "events.change_event",
    Operation.DELETE: "events.delete_event",
}


def may_publish(user: Any, program: Program, operation: str) -> bool:
    """What somebody wrote: an approver may, and, unless the program wants four eyes, whoever may change events."""
    if user.has_perm("events.publish_eventdraft"):
        return True
    return not program.four_eyes and user.has_perm(_ALONE[Operation(operation)])


def may_publish_own(user: Any, program: Program, operation: str) -> bool:
    """What this person writes just now: never where the program wants four eyes."""
    return not program.four_eyes and may_publish(user, program, operation)


def next_step(user: Any, program: Program, operation: str) -> EventDraft.Status:
    """What becomes of a change that somebody has made up their mind about."""
    is_alone = may_publish_own(user, program, operation)
    return EventDraft.Status.PUBLISHED if is_alone else EventDraft.Status.WAITING
