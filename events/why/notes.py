"""What is worth knowing, and decides nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from events.why.facts import Facts, Question, VenFacts
from events.why.steps import Says, Step
from vtn.dialect import Dialect
from vtn.shown_moments import moment_text


def notes_on(facts: Facts, question: Question) -> list[Step]:
    event, notes = facts.event, []
    if question.wanted.active and question.dialect is Dialect.V301:
        ignored = _("3.0.1 does not know active=true; it is ignored.")
        notes.append(Step(_("The dialect"), Says.NOTE, ignored))
    if facts.change_waits:
        waits = _("Staff have a change of it that is not published. VENs see the event as it was before.")
        notes.append(Step(_("Drafts"), Says.NOTE, waits))
    sees_program = not event.program_targets or facts.program_is_granted or facts.ven.sees_everything
    told = (
        _("The VEN sees the program as well.")
        if sees_program
        else _(
            "The VEN does not see the program. That hides nothing: events do not have their program's targets."
        )
    )
    return [_secret(facts.ven), *notes, Step(_("The program"), Says.NOTE, told), _polled(facts)]


def _polled(facts: Facts) -> Step:
    name = _("The last poll")
    if facts.polled_at is None:
        return Step(name, Says.NOTE, _("The client has never asked for anything."))
    told = _("The client last asked for something at %s.") % moment_text(facts.polled_at)
    if facts.sent_at is None:
        since = _("It has not asked for the event since that was last changed, at %s.")
        return Step(name, Says.NOTE, f"{told} {since % moment_text(facts.event.version_at)}")
    sent = _("At %s it asked for a list that the event was on, if it might see it, in its present version.")
    return Step(name, Says.NOTE, f"{told} {sent % moment_text(facts.sent_at)}")


def _secret(ven: VenFacts) -> Step:
    """No more than a note: a token may be out, or come from another identity provider."""
    has_one = ven.client is not None and ven.client.has_usable_secret
    fact = (
        _("It has a secret that has not expired.")
        if has_one
        else _("It has no secret that is still good, so it gets no new token here.")
    )
    return Step(_("The client can ask for a token"), Says.NOTE, fact)
