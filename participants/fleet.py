"""Which VENs an event is meant for, which of them have it, and which have not asked for long: querysets, so that the
number on the overview and the list behind it are the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Collate

from participants.models import ResourceTarget, Ven, VenTarget
from vtn.counting import one_row
from vtn.polling.models import Poller
from vtn.polling.queries import polls_holding

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
    return Ven.objects.filter(id__in=holders_of(event.targets))


def holders_of(targets: Collection[str]) -> QuerySet[Any, Any]:
    """The ids of the VENs to which one of these is granted, or to a resource of theirs."""
    own = VenTarget.objects.filter(target__in=targets).values("ven_id")
    return own.union(ResourceTarget.objects.filter(target__in=targets).values("ven_id"))


def that_have(event: EventFacts) -> QuerySet[Ven]:
    """Those of them that have asked for it since it was last written (`vtn.polling.queries.sent_in_poll`)."""
    return meant_for(event).filter(client_id__in=_askers(event))


def that_lack(event: EventFacts) -> QuerySet[Ven]:
    return meant_for(event).filter(~Exists(_askers(event).filter(client_id=OuterRef("client_id"))))


def that_reported(event: EventFacts) -> QuerySet[Ven]:
    """Reports spell their client in the collation "C", in which no VEN is indexed by its client."""
    reporters = event.reporters.annotate(whose=Collate("client_id", "default")).values("whose")
    return meant_for(event).filter(client_id__in=reporters)


def that_owe_a_report(event: EventFacts) -> QuerySet[Ven]:
    return meant_for(event).filter(~Exists(event.reporters.filter(client_id=OuterRef("client_id"))))


# The same as `by_last_poll` in one pass through both tables in the order of their clients. That takes a third less time
# than to hash one of them.
_COUNT = """
    SET LOCAL enable_hashjoin = off;
    SELECT count(*) FILTER (WHERE polled_at > %(late)s),
        count(*) FILTER (WHERE polled_at <= %(late)s AND polled_at > %(silent)s),
        count(*) FILTER (WHERE polled_at <= %(silent)s), count(*) FILTER (WHERE polled_at IS NULL)
    FROM participants_ven LEFT JOIN vtn_poller USING (client_id)
"""


def counted_by_last_poll(now: datetime) -> dict[str, int]:
    """How many VENs there are in each group of `by_last_poll`."""
    found = one_row(_COUNT, {"late": now - HOUR, "silent": now - DAY})
    return dict(zip(by_last_poll(now), found, strict=True))


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
    asked = polls_holding(event_id=event.id, program_id=event.program_id, version_at=event.version_at)
    return asked.values("client_id")
