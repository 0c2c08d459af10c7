"""How callbacks fare, in numbers for whoever watches the system (`vtn.api.metrics`)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily, Metric

from participants.models import Callback
from participants.models.callbacks import HEALTH

_COUNTED = ("failing", "broken", "gone")


def measure() -> Iterator[Metric]:
    """By their health. Those that work are not counted: they are too many to be looked at each time."""
    found = Callback.objects.filter(failing_since__isnull=False).aggregate(
        **{health: Count("pk", filter=HEALTH[health]) for health in _COUNTED}
    )
    family = GaugeMetricFamily(
        "vtn_callbacks", "Callbacks that are not told, by their health", labels=["health"]
    )
    for health, number in found.items():
        family.add_metric([health], number)
    yield family
