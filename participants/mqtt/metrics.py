"""How far behind what the broker is told is, in numbers for whoever watches the system (`vtn.api.metrics`)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from prometheus_client.core import GaugeMetricFamily, Metric

_OF_ALL = {
    "vtn_publications_waiting": "Changes that the MQTT broker has not, or not wholly, taken receipt of",
    "vtn_publications_oldest_seconds": "The age of the oldest of these",
    "vtn_publications_refused": "Changes that the MQTT broker has refused and that lie there",
}
_MEASURE = """
    SELECT count(*) FILTER (WHERE refused_at IS NULL)::float,
        coalesce((
            SELECT extract(epoch FROM now() - made_at) FROM vtn_outboxentry
            WHERE id = (SELECT min(entry_id) FROM participants_publication WHERE refused_at IS NULL)
        ), 0)::float,
        count(refused_at)::float
    FROM participants_publication
"""


def measure() -> Iterator[Metric]:
    """Zeros, too, where there is no broker."""
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE)
        found = cursor.fetchone()
    for (name, meaning), value in zip(_OF_ALL.items(), found, strict=True):
        yield GaugeMetricFamily(name, meaning, value=max(value, 0.0))
