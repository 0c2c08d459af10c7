"""How publishing goes, in numbers for whoever watches the system (`vtn.api.metrics`)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from tariffs.publishing.models import Publication


def measure() -> Iterator[Metric]:
    now = timezone.now()
    found = Publication.objects.filter(is_enabled=True).aggregate(
        troubled=Count("pk", filter=~Q(trouble="")), oldest=Min("next_at", filter=Q(next_at__lte=now))
    )
    yield GaugeMetricFamily(
        "vtn_tariffs_in_trouble", "Publications of tariffs that could not be published", found["troubled"]
    )
    waited = 0.0 if found["oldest"] is None else (now - found["oldest"]).total_seconds()
    yield GaugeMetricFamily(
        "vtn_tariffs_oldest_due_seconds", "For how long the oldest publication has been due", waited
    )
