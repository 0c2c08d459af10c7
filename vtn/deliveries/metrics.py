"""How deliveries fare, in numbers for whoever watches the system (`vtn.api.metrics`).

One query, which looks at what waits, at what was given up and at the counts of a month, and never at what has arrived.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from vtn.deliveries.store import AT_ONCE
from vtn.wiring import wired_by_name

_BY_CHANNEL: dict[str, tuple[type[Any], str, str]] = {
    "waiting": (GaugeMetricFamily, "vtn_deliveries_waiting", "Deliveries that are still on their way"),
    "attempts": (CounterMetricFamily, "vtn_delivery_attempts", "Attempts, since the month began"),
    "failures": (CounterMetricFamily, "vtn_delivery_failures", "Attempts that failed, since the month began"),
    "delivered": (CounterMetricFamily, "vtn_deliveries_delivered", "Arrived, since the month began"),
    "dead": (CounterMetricFamily, "vtn_deliveries_given_up", "Given up, since the month began"),
    "seconds": (
        CounterMetricFamily,
        "vtn_delivery_seconds",
        "From the changes to the arrival of those that arrived, since the month began",
    ),
}
_OF_ALL = {
    "overdue": (
        "vtn_deliveries_oldest_due_seconds",
        "For how long the oldest has been due that nobody sends",
    ),
    "dead_letters": ("vtn_dead_letters", "Deliveries that were given up and lie there"),
    "untold": ("vtn_changes_untold", "Changes of which it is not known yet who is to be told"),
    "oldest_untold": ("vtn_changes_oldest_untold_seconds", "The age of the oldest of these"),
    "circuits": ("vtn_circuits_open", "Hosts that are left alone for a while because they fail"),
}

# The tallies of long ago are deleted, and what counts must not go down by that. It begins anew each month instead, as
# after a restart: who reads counters expects that.
# Of what is due at once the first hundred stand for all: they were posted first, and some of them sent again by hand.
_MEASURE = """
    SELECT 'waiting', channel, count(*)::float FROM vtn_delivery WHERE state = 'waiting' GROUP BY channel
    UNION ALL
    SELECT counted.*
    FROM (
        SELECT channel, sum(attempts) AS attempts, sum(failures) AS failures, sum(delivered) AS delivered,
            sum(dead) AS dead, sum(seconds) AS seconds
        FROM vtn_tally WHERE hour >= date_trunc('month', now()) GROUP BY channel
    ) AS tally, LATERAL (VALUES
        ('attempts', channel, attempts::float), ('failures', channel, failures::float),
        ('delivered', channel, delivered::float), ('dead', channel, dead::float), ('seconds', channel, seconds)
    ) AS counted
    UNION ALL
    SELECT 'overdue', NULL, coalesce(extract(epoch FROM max(now() - since)), 0)::float
    FROM (
        (
            SELECT coalesce(replayed_at, made_at) AS since FROM vtn_delivery
            WHERE state = 'waiting' AND due_at <= %(at_once)s ORDER BY due_at, id LIMIT 100
        ) UNION ALL (
            SELECT due_at FROM vtn_delivery
            WHERE state = 'waiting' AND due_at > %(at_once)s AND due_at <= now() ORDER BY due_at LIMIT 1
        )
    ) AS due
    UNION ALL
    SELECT 'dead_letters', NULL, count(*) FROM vtn_delivery WHERE state = 'dead'
    UNION ALL
    SELECT 'untold', NULL, count(*) FROM vtn_untold
    UNION ALL
    SELECT 'oldest_untold', NULL, coalesce((
        SELECT extract(epoch FROM now() - made_at) FROM vtn_outboxentry
        WHERE id = (SELECT min(entry_id) FROM vtn_untold)
    ), 0)::float
    UNION ALL
    SELECT 'circuits', NULL, count(*) FROM vtn_circuit WHERE open_until > now()
"""


def measure() -> Iterator[Metric]:
    """All of it; a channel that has sent nothing yet has its zeros."""
    found = _measured()
    channels = sorted({*wired_by_name("channels"), *(channel for _, channel in found if channel)})
    for fact, (kind, name, meaning) in _BY_CHANNEL.items():
        family = kind(name, meaning, labels=["channel"])
        for channel in channels:
            family.add_metric([channel], found.get((fact, channel), 0.0))
        yield family
    for fact, (name, meaning) in _OF_ALL.items():
        yield GaugeMetricFamily(name, meaning, value=found[fact, None])


def _measured() -> dict[tuple[str, str | None], float]:
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, {"at_once": AT_ONCE})
        return {(fact, channel): max(value, 0.0) for fact, channel, value in cursor.fetchall()}
