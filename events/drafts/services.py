"""Everything that changes drafts. Publishing one changes events, through the service that the doors call, in the same
transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from events.drafts import publishing
from events.drafts.models import EventDraft
from events.drafts.plans import Plan, checked
from events.services import UnknownProgram
from programs.models import Program
from vtn import errors
from vtn.audit import record_described
from vtn.caller import Caller

Status = EventDraft.Status


class NoSuchDraft(errors.NotFound):
    """No draft has this id."""


class DraftChanged(errors.Conflict):
    """Somebody else has changed the draft, or decided about it, since it was shown."""


class SentBefore(errors.Conflict):
    """A form that was sent once comes again, and says something else."""


class NotOpen(errors.Conflict):
    """The draft has been published or withdrawn, and stays as it is."""


@transaction.atomic
def write_draft(
    *,
    caller: Caller,
    plan: Plan,
    token: str,
    then: EventDraft.Status,
    now: datetime,
    draft_id: int | None = None,
    version: int | None = None,
) -> EventDraft:
    """Makes a draft, or replaces the one of this id as of this version, and leaves it as `then` says: kept as a draft,
    waiting for approval, or published. What comes with the token of the last time was done then, and is not done again.

    Raises `NoSuchDraft`, `DraftChanged`, `NotOpen`, `SentBefore`, `Invalid` for bad content, and all that
    `publish_draft` does.
    """
    caller.require_staff()
    checked(plan.content)
    draft, is_new = _new(plan, token, now) if draft_id is None else (_locked(draft_id), False)
    if not is_new and draft.token == token:
        return _done_before(draft, plan, then)
    before = None if is_new else draft.described()
    if not is_new:
        _require(draft, version)
        _fill_in(draft, plan, token)
    _authored(draft, caller)
    draft.status, draft.decided_by = Status.DRAFT if then is Status.PUBLISHED else then, ""
    return _decided(draft, before, caller, now, publish=then is Status.PUBLISHED)


def submit_draft(*, caller: Caller, draft_id: int, version: int, now: datetime) -> EventDraft:
    """Asks for approval. Raises `NoSuchDraft`, `DraftChanged`, `NotOpen`."""
    return _change(caller, draft_id, version, now, Status.WAITING)


def withdraw_draft(*, caller: Caller, draft_id: int, version: int, now: datetime) -> EventDraft:
    """Nothing will come of it. Raises as `submit_draft` does."""
    return _change(caller, draft_id, version, now, Status.WITHDRAWN)


def reject_draft(*, caller: Caller, draft_id: int, version: int, reason: str, now: datetime) -> EventDraft:
    """Gives it back to its authors. Raises as `submit_draft` does."""

    def give_back(draft: EventDraft) -> None:
        draft.reason = reason

    return _change(caller, draft_id, version, now, Status.DRAFT, give_back)


@transaction.atomic
def publish_draft(*, caller: Caller, draft_id: int, version: int, now: datetime) -> EventDraft:
    """Makes, changes or deletes the events of the draft.

    Raises `NotAlone` where the program wants four eyes and the caller has had a hand in the draft, `EventChanged` where
    the event is another than the one it was begun from, and what the services of events raise; and as `submit_draft`.
    """
    caller.require_staff()
    draft = _locked(draft_id)
    if draft.status == Status.PUBLISHED and draft.decided_by == caller.name:
        return draft
    _require(draft, version)
    return _decided(draft, draft.described(), caller, now, publish=True)


@transaction.atomic
def _change(
    caller: Caller,
    draft_id: int,
    version: int,
    now: datetime,
    status: EventDraft.Status,
    change: Callable[[EventDraft], None] | None = None,
) -> EventDraft:
    caller.require_staff()
    draft = _locked(draft_id)
    if draft.status == status and draft.decided_by == caller.name:
        return draft  # a second click
    _require(draft, version)
    before = draft.described()
    draft.status, draft.decided_by = status, caller.name
    if change is not None:
        change(draft)
    return _decided(draft, before, caller, now, publish=False)


def _done_before(draft: EventDraft, plan: Plan, then: EventDraft.Status) -> EventDraft:
    """A browser's way back shows a form that was sent, with which somebody may have gone on."""
    is_same = (draft.content, draft.is_template, draft.status) == (plan.content, plan.is_template, then)
    if not is_same:
        raise SentBefore(_("This form has been sent already; open the draft that it made to go on with it"))
    return draft


def _new(plan: Plan, token: str, now: datetime) -> tuple[EventDraft, bool]:
    """The draft, and whether this call has made it: of two with one token the second waits for the first."""
    # A program that is there cannot be deleted until the transaction ends.
    if not Program.objects.select_for_update(no_key=True).filter(id=plan.program_id).exists():
        raise UnknownProgram(_("There is no such program"))
    draft = EventDraft(created_at=now, modified_at=now, version=0)
    _fill_in(draft, plan, token)
    fields = {
        field.attname: getattr(draft, field.attname)
        for field in EventDraft._meta.concrete_fields
        if not field.primary_key and field.attname != "token"
    }
    return EventDraft.objects.select_for_update().get_or_create(token=token, defaults=fields)


def _fill_in(draft: EventDraft, plan: Plan, token: str) -> None:
    if draft.pk is not None and draft.program_id != plan.program_id:
        raise errors.Invalid(_("A draft stays in its program"))
    series = plan.series
    draft.program_id, draft.operation, draft.token = plan.program_id, plan.operation.value, token
    draft.name, draft.is_template, draft.reason = plan.name, plan.is_template, plan.reason
    draft.content, draft.zone = plan.content, plan.zone
    draft.action = plan.action
    draft.event_id, draft.began_from = plan.event_id, plan.began_from
    draft.days, draft.weekdays = (list(series.days), list(series.weekdays)) if series else ([], [])
    draft.until, draft.calendar = (series.until, series.calendar) if series else (None, None)


def _decided(
    draft: EventDraft, before: dict | None, caller: Caller, now: datetime, *, publish: bool
) -> EventDraft:
    """Saves and records it, published or not."""
    if publish:
        if draft.is_template:
            raise errors.Invalid(_("A template is not published; begin an event from it"))
        draft.made = publishing.carry_out(draft, caller=caller, now=now)
        draft.status, draft.decided_by = Status.PUBLISHED, caller.name
    draft.version += 1
    draft.modified_at = now
    draft.save()
    _record(draft, before, caller, now)
    return draft


def _authored(draft: EventDraft, caller: Caller) -> None:
    draft.authors = list(dict.fromkeys([*draft.authors, caller.name]))


def _locked(draft_id: int) -> EventDraft:
    draft = EventDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NoSuchDraft(_("There is no such draft"))
    return draft


def _require(draft: EventDraft, version: int | None) -> None:
    if not draft.is_open:
        status = {"status": draft.get_status_display()}
        raise NotOpen(_("The draft is %(status)s already, and stays as it is") % status)
    if draft.version != version:
        said = {"who": draft.decided_by or draft.authors[-1]}
        raise DraftChanged(
            _(
                "%(who)s has changed this draft since you opened it. Nothing of yours was saved; look at it again"
            )
            % said
        )


def _record(draft: EventDraft, before: dict | None, caller: Caller, now: datetime) -> None:
    after = draft.described()
    record_described(
        "EVENT_DRAFT", draft.pk, before, after, caller=caller, now=now, program_id=draft.program_id
    )
