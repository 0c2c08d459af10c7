"""From facts to steps and a verdict: the gate's own rules once more, each with its reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.period import Period
from events.why.facts import EventFacts, Facts, Granted, Question, VenFacts
from events.why.notes import notes_on
from events.why.steps import Says, Step, listed
from vtn.caller import Role, scopes_to_read
from vtn.dialect import Dialect
from vtn.shown_moments import moment_text
from vtn.visibility import Visibility

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reads_it`: by the event's own path. `is_listed`: on one of the pages of the list that was asked for."""

    may_ask: bool
    reads_it: bool
    is_listed: bool
    steps: tuple[Step, ...]


def explain(facts: Facts, question: Question) -> Verdict:
    """The steps in the order in which the gate takes them."""
    asking = (_client(facts.ven), _enabled(facts.ven), _scope(facts.ven, question.dialect))
    reading = (_targets(facts),)
    listing = (_asked(facts, question), _in_program(facts.event, question), _window(facts.event, question))
    may_ask = _all(asking)
    reads_it = may_ask and _all(reading)
    return Verdict(
        may_ask=may_ask,
        reads_it=reads_it,
        is_listed=reads_it and _all(listing),
        steps=(*asking, *reading, *listing, *notes_on(facts, question)),
    )


def overlaps(event: EventFacts, window: Period) -> bool:
    """Whether the event's span has a moment of the half-open window in it."""
    from_at, to_at = window
    if not window.has_time or (
        to_at is not None and event.starts_at is not None and event.starts_at >= to_at
    ):
        return False
    if from_at is None or event.ends_at is None:
        return True
    return event.ends_at > from_at or (event.is_instant and event.ends_at == from_at)


def _all(steps: tuple[Step, ...]) -> bool:
    return all(step.says is not Says.NO for step in steps)


def _step(name: str, is_so: bool, fact: str) -> Step:
    return Step(name, Says.YES if is_so else Says.NO, fact)


def _client(ven: VenFacts) -> Step:
    name = _("The VEN has a client")
    if ven.client_id is None:
        return _step(name, False, _("It belongs to nobody yet, so nobody can ask as this VEN."))
    if ven.client is None:
        return _step(name, False, _("It belongs to “%s”, and there is no such client yet.") % ven.client_id)
    role = _("business logic, which sees everything") if ven.client.role is Role.BL else _("VEN")
    return _step(
        name,
        True,
        _("It is “%(client)s”, with the role: %(role)s.") % {"client": ven.client_id, "role": role},
    )


def _enabled(ven: VenFacts) -> Step:
    is_enabled = ven.client is not None and ven.client.is_enabled
    if ven.client is None:
        fact = _("There is no client.")
    else:
        fact = _("It is enabled.") if is_enabled else _("It is disabled: every token of it is refused.")
    return _step(_("The client is enabled"), is_enabled, fact)


def _scope(ven: VenFacts, dialect: Dialect) -> Step:
    name = _("A token of the client may read events")
    if ven.client is None:
        return _step(name, False, _("There is no client."))
    held = ", ".join(sorted(ven.client.scopes)) or _("none")
    needed = "read_targets" if dialect is Dialect.V310 else "read_targets / read_all"
    told = _(
        "OpenADR %(dialect)s needs %(needed)s. The record has: %(held)s. A token that was asked for with fewer scopes "
        "has fewer."
    )
    fact = told % {"dialect": dialect.value, "needed": needed, "held": held}
    may = not ven.client.scopes.isdisjoint(scopes_to_read(ven.client.role, dialect))
    return _step(name, may, fact)


def _targets(facts: Facts) -> Step:
    """3.1.0 Definition, "Object Privacy": without targets it is for everybody, else for who is granted one of them."""
    name, ven, event = _("The event is meant for this VEN"), facts.ven, facts.event
    if not event.targets:
        return _step(name, True, _("The event has no targets: every VEN sees it."))
    told = _("The event's targets: %s.") % listed(event.targets)
    if ven.sees_everything:
        return _step(name, True, told)
    if ven.granted:
        return _step(name, True, " ".join([told, *map(_by_whom, ven.granted[:_NAMED])]))
    none = _("Neither the VEN (%(own)s) nor its resources (%(others)s) are granted one of them.")
    given = {"own": listed(ven.targets), "others": listed(ven.resource_targets)}
    return _step(name, False, f"{told} {none % given}")


def _by_whom(granted: Granted) -> str:
    by = [_("the VEN")] if granted.by_ven else []
    if granted.by_resources:
        told = ngettext("the resource “%(name)s”", "%(count)s resources, as “%(name)s”", granted.by_resources)
        by.append(told % {"count": granted.by_resources, "name": granted.resource_name})
    return _("“%(target)s” is granted by %(by)s.") % {
        "target": granted.target,
        "by": _(" and by ").join(by),
    }


def _asked(facts: Facts, question: Question) -> Step:
    name, asked = _("The list is asked for with its targets"), question.understood.asked
    if asked is None:
        return Step(name, Says.YES, _("The question names no targets, so all that are granted count."))
    granted = None if facts.ven.sees_everything else frozenset(each.target for each in facts.ven.granted)
    is_admitted = Visibility.of(granted, asked).admits(facts.event.targets)
    told = _("It asks for %s.") % listed(sorted(asked))
    if not is_admitted and not facts.event.targets:
        told = f"{told} {_('Events without targets are left out of such a list.')}"
    return _step(name, is_admitted, told)


def _in_program(event: EventFacts, question: Question) -> Step:
    name, program_id = _("The list has the event's program"), question.understood.program_id
    told = _("The event is of “%s”.") % event.program_name
    return _step(name, program_id in (None, event.program_id), told)


def _window(event: EventFacts, question: Question) -> Step:
    name, windows = _("The list has the event's time"), question.understood.windows(question.now)
    is_inside = all(overlaps(event, window) for window in windows)
    told = _("It is from %(start)s to %(end)s.") % {
        "start": moment_text(event.starts_at),
        "end": moment_text(event.ends_at),
    }
    if not windows:
        return _step(name, True, f"{told} {_('The question has no window.')}")
    if not is_inside and question.understood.active and not overlaps(event, Period(question.now, None)):
        return _step(name, False, f"{told} {_('It is over, and active=true leaves out what is.')}")
    return _step(name, is_inside, told)
