"""What is done for MQTT outside of requests."""

from __future__ import annotations

import logging
from collections.abc import Collection

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from participants.mqtt.access import Concerned
from participants.mqtt.broker import broker_rules
from participants.mqtt.dynamic_security import SomebodyElseIsAtIt, bring_up_to_date
from participants.mqtt.publishing import publish_waiting
from vtn.notifiers.mqtt import BrokerAway

logger = logging.getLogger(__name__)

# Seconds of work before others get their turn.
_RUN_FOR = 10.0
# Seconds until a broker that was away is tried again: doubled at each failure.
_FIRST_WAIT, _LONGEST_WAIT = 2, 60
_WAITING, _WAITS = "mqtt:waiting", "mqtt:waits"
# Seconds until access is looked at again after somebody else was at it, and until such a task is taken for lost.
_FOLLOW_UP_AFTER, _FOLLOW_UP_LOST_AFTER = 1, 60
_FOLLOW_UP = "mqtt:access:follow-up"


@shared_task
def publish() -> None:
    """Woken by each change, and by the sweep. A broker that is away is left in peace for a while."""
    if not settings.MQTT_URL or cache.get(_WAITING):
        return
    try:
        is_more = publish_waiting(broker_rules(), now=timezone.now(), run_for=_RUN_FOR)
    except BrokerAway as reason:
        _wait(str(reason))
        return
    cache.delete(_WAITS)
    if is_more:
        publish.apply_async(retry=False)


@shared_task
def bring_access_up_to_date(client_ids: Collection[str] = (), ven_ids: Collection[str] = ()) -> None:
    """Of those named; with none, as the sweep calls it, of all: a broker that was away, or has lost its file, catches
    up."""
    if not settings.MQTT_URL or not settings.MQTT_DYNAMIC_SECURITY:
        return
    only = Concerned(frozenset(client_ids), frozenset(ven_ids))
    try:
        changed = bring_up_to_date(only or None)
    except BrokerAway as reason:
        logger.warning("The MQTT broker was not told who may read what: it %s", reason)
        return
    except SomebodyElseIsAtIt:
        # One for all who find that: it brings everybody up to date.
        if cache.add(_FOLLOW_UP, True, timeout=_FOLLOW_UP_LOST_AFTER):
            follow_up_access.apply_async(countdown=_FOLLOW_UP_AFTER, retry=False)
        return
    if changed:
        logger.info("MQTT access: %s changes at the broker", changed)


@shared_task
def follow_up_access() -> None:
    """For those who have found somebody else at it."""
    # Before anything is read: who comes now may be too late for this one.
    cache.delete(_FOLLOW_UP)
    bring_access_up_to_date()


def _wait(reason: str) -> None:
    waits = min(_FIRST_WAIT * 2 ** cache.get(_WAITS, 0), _LONGEST_WAIT)
    cache.set(_WAITS, cache.get(_WAITS, 0) + 1, timeout=10 * _LONGEST_WAIT)
    cache.set(_WAITING, True, timeout=waits)
    logger.warning("The MQTT broker %s; trying again in %s s", reason, waits)
