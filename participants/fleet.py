"""Which VENs an event is meant for, which of them have it, and which have not asked for long: querysets, so that the
number on the overview and the list behind it are the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Collate

from participants.models import ResourceTarget, Ven, VenTarget
from vtn.polling.models import Poll, Poller
from vtn.polling.questions import holding

_ANSWERED = (200, 304)
_ENOUGH = 5_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What has to be known of an event here; `reporters` are the ids of the clients that have reported on it."""

    id: str
    name: str
    program_id: str
    targets: Collection[str]
    version_at: datetime
    reporters: QuerySet[Any, Any]


def meant_for(event: EventFacts) -> QuerySet[Ven]:
    """Those that may see it (3.1.0 Definition, "BL created object privacy")."""
    if not event.targets:
        return Ven.objects.all()
    own = VenTarget.objects.filter(target__in=event.targets).values("ven_id")
    of_resources = ResourceTarget.objects.filter(target__in=event.targets).values("ven_id")
    return Ven.objects.filter(id__in=own.union(of_resources))


def that_have(event: EventFacts) -> QuerySet[Ven]:
    """Those of them that have asked for it since it was last written (`vtn.polling.queries.sent_in_poll`)."""
    return meant_for(event).filter(client_id__in=_askers(event))


def some_that_have(event: EventFacts) -> QuerySet[Ven]:
    """To count to a thousand: all of them, or very many. Of an event for everybody the polls are looked at first, of
    which each VEN has at most three; in a large fleet all of them would take half a second."""
    if event.targets:
        return that_have(event)
    return Ven.objects.filter(client_id__in=_askers(event)[:_ENOUGH])


def that_lack(event: EventFacts) -> QuerySet[Ven]:
    return meant_for(event).filter(~Exists(_askers(event).filter(client_id=OuterRef("client_id"))))


def that_reported(event: EventFacts) -> QuerySet[Ven]:
    """Reports spell their client in the collation "C", in which no VEN is indexed by its client."""
    reporters = event.reporters.annotate(whose=Collate("client_id", "default")).values("whose")
    return meant_for(event).filter(client_id__in=reporters)


def that_owe_a_report(event: EventFacts) -> QuerySet[Ven]:
    return meant_for(event).filter(~Exists(event.reporters.filter(client_id=OuterRef("client_id"))))


# The same as `by_last_poll` in one pass.
_COUNT = """
    SELECT count(*) FILTER (WHERE polled_at > %(late)s),
        count(*) FILTER (WHERE polled_at <= %(late)s AND polled_at > %(silent)s),
        count(*) FILTER (WHERE polled_at <= %(silent)s), count(*) FILTER (WHERE polled_at IS NULL)
    FROM participants_ven LEFT JOIN vtn_poller USING (client_id)
"""


def counted_by_last_poll(now: datetime) -> dict[str, int]:
    """How many VENs there are in each group of `by_last_poll`."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"late": now - HOUR, "silent": now - DAY})
        return dict(zip(by_last_poll(now), cursor.fetchone(), strict=True))


def by_last_poll(now: datetime) -> dict[str, QuerySet[Ven]]:
    """All VENs, each in one of these, by when their clients last asked for anything."""
    pollers = Poller.objects.filter(client_id=OuterRef("client_id"))
    late, silent = now - HOUR, now - DAY
    return {
        "hour": Ven.objects.filter(Exists(pollers.filter(polled_at__gt=late))),
        "late": Ven.objects.filter(Exists(pollers.filter(polled_at__lte=late, polled_at__gt=silent))),
        "silent": Ven.objects.filter(Exists(pollers.filter(polled_at__lte=silent))),
        "never": Ven.objects.filter(~Exists(pollers)),
    }


def _askers(event: EventFacts) -> QuerySet[Any, Any]:
    asked = Poll.objects.filter(about__in=holding(event.id, event.program_id), polled_at__gt=event.version_at)
    return asked.filter(status__in=_ANSWERED).values("client_id")
