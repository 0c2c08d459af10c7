"""What licences will decide about an event that somebody is composing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from events.backends.base import EventChange, IntervalInForce
from events.backends.made_up import made_up
from events.bindings.licences import Asked, verdicts
from events.content import EventContent
from events.timeline import Phase


def licence_warnings(content: EventContent, now: datetime) -> list[str]:
    """In words, by the licences of now; empty if there is nothing to say."""
    (verdict,) = verdicts([Asked(_active(content, now))], now=now, limit="warn")
    out = sorted(set(content.targets) - set(verdict.change.targets))
    said = {"targets": ", ".join(out)}
    left_out = (
        _("No backend is told of it for %(targets)s: no licence covers their controllers") % said
        if out
        else ""
    )
    return [text for text in (verdict.refusal, verdict.warning, left_out) if text]


def _active(content: EventContent, now: datetime) -> EventChange:
    """With the payloads of all its intervals at once: each limit among them will be in force."""
    intervals = tuple(
        IntervalInForce(each["id"], now, None, each["payloads"])
        for each in content.members.get("intervals", ())
    )
    change = made_up(Phase.ACTIVE, program_id=content.program_id, targets=content.targets)
    return replace(change, intervals=intervals, event=content.members)
