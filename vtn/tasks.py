"""What is done for all kinds of objects outside of requests."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from vtn.deliveries import carrying, retention, store
from vtn.deliveries.rules import carrying_rules
from vtn.publishing import delete_tombstones
from vtn.relay.telling import Telling
from vtn.relay.wake import wake
from vtn.wiring import all_wired, wired_by_name

# After this a worker begins anew, so that it can be stopped in between; in seconds.
_RUN_FOR = 5.0
# What is old enough to go, and is not gone by then, goes the next time; in seconds.
_DELETE_FOR = 300.0


@shared_task
def carry_out() -> None:
    """Sees to what has changed, and sends what is due."""
    channels = {name: channel() for name, channel in wired_by_name("channels").items()}
    is_more = carrying.carry_out(
        channels,
        carrying_rules(),
        look_around=Telling(all_wired("tells")),
        call_for_help=wake,
        run_for=_RUN_FOR,
    )
    if is_more:
        wake()


@shared_task
def sweep() -> None:
    """Finds what nobody was woken for."""
    store.sweep(longest=carrying_rules().longest_wait)
    carry_out()


@shared_task
def delete_old_tombstones() -> None:
    delete_tombstones(before=timezone.now() - timedelta(days=settings.TOMBSTONE_DAYS))


@shared_task
def delete_old_deliveries() -> None:
    retention.delete_old(
        delivered_days=settings.DELIVERED_DAYS, dead_days=settings.DEAD_DAYS, run_for=_DELETE_FOR
    )
