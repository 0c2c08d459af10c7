"""Versions of tariffs in the admin: each with all its rates, which are saved together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from tariffs.rates import services
from tariffs.rates.checks import check_rates
from tariffs.rates.curve import Rate, Value
from tariffs.rates.kinds import Kind
from tariffs.rates.models import TariffRate, TariffVersion
from vtn.admin.addresses import page_address
from vtn.admin.base import ServiceAdmin, TabularInline
from vtn.admin.fields import refusals_shown


class RateFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        # Without a tariff the form above has said so.
        if not any(self.errors) and self.instance.tariff_id is not None:
            with refusals_shown():
                check_rates(Kind(self.instance.tariff.kind), self.rates)

    @property
    def rates(self) -> Sequence[Rate]:
        """As they are to be: those that are left, and new ones."""
        written = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        return [
            Rate(each["tag"], Value(each["imported"], each["exported"]), each["weight"])
            for each in written
            if each.get("tag")
        ]


class RateInline(TabularInline):
    model = TariffRate
    formset = RateFormSet
    fields = ("tag", "imported", "exported", "weight")
    ordering = ("-weight", "tag")
    extra = 3


class VersionForm(forms.ModelForm):
    class Meta:
        model = TariffVersion
        fields = ("tariff", "valid_from")


@admin.register(TariffVersion)
class TariffVersionAdmin(ServiceAdmin):
    form = VersionForm
    inlines = (RateInline,)
    list_display = ("tariff", "valid_from")
    list_select_related = ("tariff",)
    search_fields = ("tariff__name",)
    ordering = ("tariff__name", "-valid_from")
    autocomplete_fields = ("tariff",)
    fields = ("tariff", "valid_from")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("tariff",) if obj else ()

    def save_model(self, request: HttpRequest, obj: TariffVersion, form: Any, change: bool) -> None:
        """With its rates, and not before they are known."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        [rates] = formsets
        rates.save(commit=False)  # so that it knows what has changed, for the log
        services.save_version(
            caller=self.caller(request), version=form.instance, rates=rates.rates, now=timezone.now()
        )

    def delete_model(self, request: HttpRequest, obj: TariffVersion) -> None:
        services.delete_version(caller=self.caller(request), version=obj, now=timezone.now())

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A version has none of its own: what happens to it happens to its tariff."""
        version = self.get_object(request, object_id)
        if version is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:tariffs_tariff_history", args=[version.tariff_id]))

    def response_post_save_add(self, request: HttpRequest, obj: TariffVersion) -> HttpResponse:
        return _to_tariff(obj)

    def response_post_save_change(self, request: HttpRequest, obj: TariffVersion) -> HttpResponse:
        return _to_tariff(obj)


def _to_tariff(version: TariffVersion) -> HttpResponse:
    """Where one sees what the version makes of it."""
    return HttpResponseRedirect(page_address("tariffs_tariff", version.tariff_id))
