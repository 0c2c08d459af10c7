"""The pages of the admin by subject, as they stand in its margin."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What this person may see, from `SUBJECTS` of config/look.py. What none of those names comes last."""
    pages = _pages(request)
    groups: list[dict[str, Any]] = [
        {"items": [_item(_("Overview"), str(reverse_lazy("admin:index")), "dashboard")]}
    ]
    for title, symbols in settings.SUBJECTS:
        items = [_item(*pages.pop(label), symbol) for label, symbol in symbols.items() if label in pages]
        groups += [{"title": title, "separator": True, "items": items}] if items else []
    rest = [_item(title, link, "table") for title, link in pages.values()]
    return [*groups, *([{"title": _("More"), "separator": True, "items": rest}] if rest else [])]


def _pages(request: HttpRequest) -> dict[str, tuple[str, str]]:
    """Name and address of each list that this person may see, by the label of its model."""
    return {
        model._meta.label_lower: (
            capfirst(str(model._meta.verbose_name_plural)),
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        )
        for model, page in admin.site._registry.items()
        if page.has_view_or_change_permission(request)
    }


def _item(title: str, link: str, symbol: str) -> dict[str, Any]:
    return {"title": title, "link": link, "icon": symbol}
