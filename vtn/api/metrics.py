"""Numbers for whoever watches the system, as Prometheus reads them. Who measures what is named in the wiring."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from vtn import problem
from vtn.wiring import all_wired


class _Measured(Collector):
    """All that is measured, now."""

    def collect(self) -> Iterator[Metric]:
        for measure in all_wired("metrics"):
            yield from measure()


@csrf_exempt
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without a METRICS_TOKEN: who does not ask for it does not have it. 503 while the database cannot be asked."""
    if not settings.METRICS_TOKEN:
        return problem.not_found(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token.strip(), settings.METRICS_TOKEN):
        return _refused()
    try:
        text = generate_latest(_Measured())
    except DatabaseError:
        return JsonResponse(problem.problem(503, "The database does not answer"), status=503)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


def _refused() -> HttpResponse:
    body = problem.problem(401, "This needs the token that METRICS_TOKEN names")
    return JsonResponse(body, status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
