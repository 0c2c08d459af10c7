"""Who asked what, for people: each is one query, served by an index."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from vtn.polling.models import Poll, Poller
from vtn.polling.questions import holding

# A read that found nothing new has found that it was told before: 304 counts.
_ANSWERED = (200, 304)


def last_poll(client_id: str) -> datetime | None:
    """When this client last asked for anything; None: never."""
    return Poller.objects.filter(client_id=client_id).values_list("polled_at", flat=True).first()


def last_polls(client_ids: Collection[str]) -> dict[str, datetime]:
    """The same of several; who never asked is not in there."""
    return dict(Poller.objects.filter(client_id__in=client_ids).values_list("client_id", "polled_at"))


def polls_of(client_id: str) -> list[Poll]:
    """What it asked last, the newest first."""
    return list(Poll.objects.filter(client_id=client_id).order_by("-polled_at", "path", "query"))


def sent_in_poll(client_id: str, *, event_id: str, program_id: str, version_at: datetime) -> Poll | None:
    """The latest poll of this client since `version_at`, when the event was last written, whose answer holds it if the
    client may see it: so it has the present version. None: it has not asked since.

    Of a list it is taken that all pages were read (`vtn.polling.questions`).
    """
    asked = polls_holding(event_id=event_id, program_id=program_id, version_at=version_at)
    return asked.filter(client_id=client_id).order_by("-polled_at").first()


def polls_holding(*, event_id: str, program_id: str, version_at: datetime) -> QuerySet[Poll]:
    """Those of all clients whose answers hold this version of the event for whoever may see it."""
    asked = Poll.objects.filter(about__in=holding(event_id, program_id), polled_at__gt=version_at)
    return asked.filter(status__in=_ANSWERED)
