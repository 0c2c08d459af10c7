"""Counts what is sent, for whoever watches the system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from vtn.deliveries.models import Delivery
from vtn.deliveries.store import Ended

_COUNT = """
    INSERT INTO vtn_tally AS tally (hour, channel, attempts, failures, delivered, dead, seconds)
    VALUES (date_trunc('hour', now()), %(channel)s, %(attempts)s, %(failures)s, %(delivered)s, %(dead)s, %(seconds)s)
    ON CONFLICT (hour, channel) DO UPDATE SET
        attempts = tally.attempts + excluded.attempts,
        failures = tally.failures + excluded.failures,
        delivered = tally.delivered + excluded.delivered,
        dead = tally.dead + excluded.dead,
        seconds = tally.seconds + excluded.seconds
"""


def count(ended: Iterable[Ended], ages: Mapping[int, float]) -> None:
    """`ages` are the seconds from the changes, by delivery, of those that count."""
    counted = [each for each in ended if each.claimed.id in ages]
    for channel in sorted({each.claimed.channel for each in counted}):
        mine = [each for each in counted if each.claimed.channel == channel]
        states = Counter(each.state for each in mine)
        arrived = [ages[each.claimed.id] for each in mine if each.state == Delivery.State.DELIVERED]
        parameters: dict[str, Any] = {
            "channel": channel,
            "attempts": len(mine) - states[Delivery.State.DROPPED],
            "failures": states[Delivery.State.WAITING] + states[Delivery.State.DEAD],
            "delivered": len(arrived),
            "dead": states[Delivery.State.DEAD],
            "seconds": sum(arrived),
        }
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, parameters)
