"""The page on which staff upload a document of day-ahead prices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tariffs.prices import Unit
from tariffs.services import Imported, import_day_ahead_prices
from tariffs.wire.documents import FORMATS, format_of, read
from vtn.admin.fields import ZoneField
from vtn.admin.uploads import UploadField
from vtn.caller import Caller
from vtn.errors import VtnError

_PAGE = "admin/tariffs/import_prices.html"


class PricesForm(forms.Form):
    document = UploadField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("A Publication_MarketDocument of ENTSO-E, or a CSV of time and price."),
    )
    program = forms.CharField(
        label=gettext_lazy("Program"),
        max_length=128,
        help_text=gettext_lazy("By name; it is made when it is missing."),
    )
    zone = ZoneField(
        label=gettext_lazy("Time zone"),
        initial="Europe/Brussels",
        help_text=gettext_lazy("Whose midnights divide the days."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        required=False,
        choices=[("", gettext_lazy("as the file's ending says")), *((each, each) for each in FORMATS)],
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        required=False,
        max_length=3,
        help_text=gettext_lazy("Of a CSV: EUR, unless you say. Of ENTSO-E's, a check."),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        required=False,
        choices=[("", "–"), *((unit.value, unit.value) for unit in Unit)],
        help_text=gettext_lazy("As above: KWH."),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Dry run"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Stores nothing, and tells what would be."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "document" in cleaned and not cleaned.get("format"):
            kind = format_of(cleaned["document"].name)
            if kind is None:
                self.add_error("format", _("The file's ending does not tell the format"))
            cleaned["format"] = kind
        return cleaned


def import_prices(request: HttpRequest) -> HttpResponse:
    """Says below the form what came of it. Whoever may add publications may do this."""
    if not request.user.has_perm("tariffs.add_publication"):
        raise PermissionDenied
    form = PricesForm(request.POST or None, request.FILES or None)
    context = {**admin.site.each_context(request), "title": _("Import day-ahead prices"), "form": form}
    if form.is_valid():
        try:
            context |= _imported(request.user.get_username(), form.cleaned_data)
        except VtnError as refusal:
            form.add_error(None, refusal.detail)
    return TemplateResponse(request, _PAGE, context)


def _imported(username: str, asked: dict[str, Any]) -> dict[str, Any]:
    series = read(
        asked["document"].read(),
        asked["format"],
        zone=asked["zone"],
        currency=asked["currency"],
        unit=asked["unit"],
    )
    imported = import_day_ahead_prices(
        caller=Caller.staff(username),
        program_name=asked["program"],
        series=series,
        zone=asked["zone"],
        attributes={},
        now=timezone.now(),
        is_dry_run=asked["dry_run"],
    )
    return {"outcomes": _outcomes(imported), "remarks": series.remarks, "is_dry_run": asked["dry_run"]}


def _outcomes(imported: Imported) -> list[tuple[str, int]]:
    return sorted((outcome.value, count) for outcome, count in imported.days.items())
