"""The first page of the admin: what every app says of itself now, and again every few seconds."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from vtn.panels import Panel
from vtn.wiring import all_wired

OVERVIEW_TEMPLATE = "admin/vtn/overview.html"


def with_panels(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called by unfold for the index."""
    return {**context, "panels": panels_for(request), "now": timezone.now()}


@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The panels alone, for the page to put in the place of those it has. Whoever is no longer logged in gets none: a
    login page would make no sense there, and a browser takes each refusal for a fault of the page."""
    if not admin.site.has_permission(request):
        return HttpResponse(status=204)
    return render(request, "admin/vtn/panels.html", with_panels(request, {}))


def panels_for(request: HttpRequest) -> list[Panel]:
    """Those that this person may see."""
    now = timezone.now()
    described = (describe(now) for describe in all_wired("panels"))
    return [panel for panel in described if request.user.has_perm(panel.needs)]
