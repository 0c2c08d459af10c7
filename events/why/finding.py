"""Finds out what an explanation is made from, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from events.drafts.models import EventDraft, Operation
from events.models import Event, EventTarget
from events.why.facts import ClientFacts, EventFacts, Facts, Granted, Question, VenFacts
from participants.models import Client, ClientSecret, ResourceTarget, Ven
from participants.queries.vens import granted_to
from vtn.caller import Role, Scope
from vtn.polling.queries import last_poll, sent_in_poll
from vtn.visibility import Visibility

_MOST_SHOWN = 20
MOST_COUNTED = 50_000


def facts_of(ven: Ven, event: Event, question: Question) -> Facts:
    """The event comes with its program. Seven queries more."""
    sent = None
    if ven.client_id is not None:
        sent = sent_in_poll(
            ven.client_id, event_id=event.id, program_id=event.program_id, version_at=event.modified_at
        )
    granted = _granted(ven, {*event.targets, *event.program.targets})
    return Facts(
        ven=_ven(ven, question.now, [each for each in granted if each.target in event.targets]),
        event=_event(event),
        program_is_granted=any(each.target in event.program.targets for each in granted),
        polled_at=None if ven.client_id is None else last_poll(ven.client_id),
        sent_at=None if sent is None else sent.polled_at,
        change_waits=_open_drafts().filter(event_id=event.id).exists(),
    )


def place_of(ven: Ven, facts: Facts, event: Event, question: Question) -> int:
    """How many events stand before this one in the list that the VEN asks for, and gets: at most `MOST_COUNTED`. One or
    two queries."""
    wanted, windows = question.understood, question.understood.windows(question.now)
    granted = None if facts.ven.sees_everything else granted_to(ven)
    visibility = Visibility.of(granted, wanted.asked)
    inside = Q(*(Q(span__overlap=window.range) for window in windows if window.has_time))
    if visibility.everything:
        found = Event.objects.filter(inside, _before(event, "id"))
        return (found.filter(program_id=wanted.program_id) if wanted.program_id else found)[
            :MOST_COUNTED
        ].count()
    targets = [*visibility.targets, *([EventTarget.UNTARGETED] if visibility.untargeted else [])]
    ways = EventTarget.objects.filter(inside, _before(event, "event_id"))
    if wanted.program_id is None:
        ways = ways.filter(target__in=targets)
    else:
        ways = ways.filter(
            target_in_program__in=[EventTarget.in_program(wanted.program_id, target) for target in targets]
        )
    return ways.values("event_id").distinct()[:MOST_COUNTED].count()


def found_vens(text: str) -> list[Ven]:
    """The VEN of this id or name, or else those whose names have the text in them."""
    exact = list(Ven.objects.filter(Q(id=text) | Q(ven_name=text))[:2])
    return exact or list(Ven.objects.filter(ven_name__icontains=text).order_by("ven_name")[:_MOST_SHOWN])


def found_events(text: str) -> list[Event]:
    """The same of events, the newest first."""
    events = Event.objects.select_related("program").order_by("-created_at", "-id")
    return list(events.filter(id=text)) or list(events.filter(event_name__icontains=text)[:_MOST_SHOWN])


def found_drafts(text: str) -> list[EventDraft]:
    """Events that are not there yet, for nobody has published them."""
    drafts = _open_drafts().filter(operation=Operation.CREATE, is_template=False)
    named = Q(name__icontains=text) | Q(content__eventName__icontains=text)
    return list(drafts.filter(named).select_related("program").order_by("-modified_at")[:_MOST_SHOWN])


def _open_drafts() -> QuerySet[EventDraft]:
    return EventDraft.objects.filter(status__in=(EventDraft.Status.DRAFT, EventDraft.Status.WAITING))


def _before(event: Event, id_column: str) -> Q:
    """Order of every list: creation, then id."""
    tied = Q(**{"created_at": event.created_at, f"{id_column}__lt": event.id})
    return Q(created_at__lt=event.created_at) | tied


def _ven(ven: Ven, now: datetime, granted: Collection[Granted]) -> VenFacts:
    of_resources = ResourceTarget.objects.filter(ven_id=ven.id).values_list("target", flat=True)
    return VenFacts(
        name=ven.ven_name,
        client_id=ven.client_id,
        client=_client(ven.client_id, now),
        targets=ven.targets,
        resource_targets=list(of_resources.order_by("target").distinct()[: _MOST_SHOWN + 1]),
        granted=tuple(granted),
    )


def _client(client_id: str | None, now: datetime) -> ClientFacts | None:
    client = Client.objects.filter(client_id=client_id).first()
    if client is None:
        return None
    return ClientFacts(
        role=Role(client.role),
        is_enabled=client.is_enabled,
        scopes=frozenset(map(Scope, client.scopes)),
        has_usable_secret=ClientSecret.objects.filter(client_id=client_id).usable(now).exists(),
    )


def _granted(ven: Ven, targets: Collection[str]) -> list[Granted]:
    """Which of these are granted (3.1.0 Definition, "BL created object privacy")."""
    rows = ResourceTarget.objects.filter(ven_id=ven.id, target__in=targets).values("target")
    counted = rows.annotate(count=Count("resource_id"), name=Min("resource_name"))
    resources = {row["target"]: (row["count"], row["name"]) for row in counted}
    return [
        Granted(target, target in ven.targets, *resources.get(target, (0, "")))
        for target in sorted(targets)
        if target in ven.targets or target in resources
    ]


def _event(event: Event) -> EventFacts:
    return EventFacts(
        name=str(event),
        program_id=event.program_id,
        program_name=event.program.program_name,
        targets=tuple(event.targets),
        program_targets=tuple(event.program.targets),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        version_at=event.modified_at,
    )
