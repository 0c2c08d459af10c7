"""Sees to it that a changed tariff is published: a row that is due is the promise, waking a worker is only a hint."""

from __future__ import annotations

from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Least

from tariffs.publishing.models import Publication

# Beat looks every minute for what is due; a message that is older says nothing new.
_EXPIRES = 60


def look_again(concerned: Q, *, now: datetime) -> bool:
    """Makes all enabled publications that this is about due, inside the transaction of the change. Tells whether there
    are any."""
    found = Publication.objects.filter(concerned, is_enabled=True).update(
        next_at=Least("next_at", Value(now))
    )
    if found:
        # robust=True, because a broker that is down must not turn a write that has been committed into an error.
        transaction.on_commit(wake, robust=True)
    return bool(found)


def wake() -> None:
    current_app.send_task("tariffs.tasks.publish_due", retry=False, expires=_EXPIRES, ignore_result=True)
