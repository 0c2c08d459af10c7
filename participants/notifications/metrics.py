"""How callbacks fare, in numbers for whoever watches the system (`vtn.api.metrics`)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from prometheus_client.core import GaugeMetricFamily, Metric

from participants.models import Callback

_OF_ALL = {
    "failing": Q(broken_at=None, gone_at=None),
    "broken": Q(broken_at__isnull=False, gone_at=None),
    "gone": Q(gone_at__isnull=False),
}


def measure() -> Iterator[Metric]:
    """By their health. Those that work are not counted: they are too many to be looked at each time."""
    found = Callback.objects.filter(failing_since__isnull=False).aggregate(
        **{health: Count("pk", filter=condition) for health, condition in _OF_ALL.items()}
    )
    family = GaugeMetricFamily(
        "vtn_callbacks", "Callbacks that are not told, by their health", labels=["health"]
    )
    for health, number in found.items():
        family.add_metric([health], number)
    yield family
