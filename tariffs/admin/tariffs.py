"""Tariffs in the admin: what they are, what is wrong with them, and how a week of them looks."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from tariffs.rates import services
from tariffs.rates.book import RateBook
from tariffs.rates.checks import check_tariff
from tariffs.rates.findings import Finding, findings
from tariffs.rates.kinds import UNITS, Kind
from tariffs.rates.models import Tariff, TariffRate, TariffVersion
from tariffs.rates.queries import rate_books
from tariffs.rates.weeks import spans_of_week
from tariffs.timings.week_grid import monday_of, week_grid
from vtn.admin.base import ServiceAdmin, TabularInline
from vtn.admin.fields import refusals_shown

_DAYS = 366


class TariffForm(forms.ModelForm):
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[(unit, unit) for unit in UNITS],
        initial="KWH",
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Tariff
        fields = ("name", "kind", "tpid", "time_zone", "unit", "currency")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            kind = Kind(cleaned.get("kind", self.instance.kind))
            with refusals_shown():
                check_tariff(**{**cleaned, "kind": kind})
        return cleaned


class VersionInline(TabularInline):
    """To look at, with the way to each; they are changed on pages of their own."""

    model = TariffVersion
    fields = ("valid_from", "asks")
    readonly_fields = fields
    ordering = ("-valid_from",)
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[TariffVersion]:
        return super().get_queryset(request).select_related("tariff").prefetch_related("rates")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("rates"))
    def asks(self, version: TariffVersion) -> str:
        return ", ".join(f"{rate.tag} {_shown(rate)}" for rate in version.rates.all())


@admin.register(Tariff)
class TariffAdmin(ServiceAdmin):
    form = TariffForm
    change_form_template = "admin/tariffs/tariff/change_form.html"
    list_display = ("name", "kind", "tpid", "time_zone", "unit", "currency", "modified_at")
    list_filter = ("kind",)
    search_fields = ("name", "tpid")
    search_help_text = gettext_lazy("A part of a name or of a tariff plan")
    ordering = ("name",)
    inlines = (VersionInline,)
    fields = (
        *("name", "kind", "tpid", "time_zone", "unit", "currency"),
        *("faults", "week", "created_at", "modified_at"),
    )
    derived_fields: ClassVar[tuple[str, ...]] = ("faults", "week", "created_at", "modified_at")
    readonly_fields = derived_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "kind") if obj else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    @admin.display(description=gettext_lazy("what is wrong in the year to come"))
    def faults(self, tariff: Tariff) -> SafeString | str:
        found = findings(*_from_today(tariff), _DAYS)
        if not found:
            return _("Nothing: one rate applies at any time.")
        items = format_html_join("", "<li>{}{}</li>", ((_severity(each), each.text) for each in found))
        return format_html("<ul>{}</ul>", items)

    @admin.display(description=gettext_lazy("this week"))
    def week(self, tariff: Tariff) -> str:
        book, today = _from_today(tariff)
        monday = monday_of(today)
        grid = week_grid(monday, book.zone, spans_of_week(book, monday))
        caption = _("What %(tariff)s asks in the week of %(monday)s") % {"tariff": tariff, "monday": monday}
        return render_to_string("tariffs/week_grid.html", {"grid": grid, "caption": caption})

    def save_model(self, request: HttpRequest, obj: Tariff, form: Any, change: bool) -> None:
        self.adopt(obj, services.save_tariff(caller=self.caller(request), tariff=obj, now=timezone.now()))

    def delete_model(self, request: HttpRequest, obj: Tariff) -> None:
        services.delete_tariff(caller=self.caller(request), tariff=obj, now=timezone.now())


def _from_today(tariff: Tariff) -> tuple[RateBook, date]:
    today = timezone.localdate(timezone=tariff.zone)
    return rate_books([tariff], since=monday_of(today))[tariff.pk], today


def _severity(finding: Finding) -> str:
    return "" if finding.keeps_from_publishing else _("For your information: ")


def _shown(rate: TariffRate) -> str:
    amounts = [str(amount) for amount in (rate.imported, rate.exported) if amount is not None]
    return " / ".join(amounts)
