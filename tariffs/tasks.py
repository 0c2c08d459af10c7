"""What is done for tariffs outside of requests."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tariffs.publishing import publisher
from tariffs.publishing.queries import count_due

# So many publications go into one transaction. It is short enough that nobody waits for it for long, and long enough
# that what is read for all of them at once costs each of them little.
CHUNK = 100
# A message of the beat before this one says nothing new: what it was for is in a row.
_EXPIRES = 60


@shared_task
def publish_due() -> None:
    """Has all workers see to what is due."""
    for _ in range(0, count_due(now=timezone.now()), CHUNK):
        publish_chunk.apply_async(retry=False, expires=_EXPIRES)


@shared_task
def publish_chunk() -> None:
    publisher.publish_due(now=timezone.now(), most=CHUNK)
