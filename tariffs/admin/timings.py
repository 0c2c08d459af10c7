"""Timings in the admin: what each says, a week of it, and files in and out."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tariffs.timings import queries, services
from tariffs.timings.activity import windows
from tariffs.timings.content import LISTS
from tariffs.timings.importing import import_file
from tariffs.timings.models import StoredTiming
from tariffs.timings.week_grid import monday_of, week_grid
from tariffs.timings.wire import csv_table
from vtn.admin.base import ServiceAdmin
from vtn.admin.uploads import UploadField
from vtn.errors import VtnError

_TEXTS = (*LISTS, "time")
_LISTED_PLANS = 200


class TimingForm(forms.ModelForm):
    """Takes what the engine takes; what is odd about it is told on the page of the timing."""

    class Meta:
        model = StoredTiming
        fields = ("tpid", "tag", *_TEXTS)
        help_texts = {
            "years": gettext_lazy(
                "Numbers with a semicolon between them, such as 2026;2027. Empty or *any: every year."
            ),
            "months": gettext_lazy("1 to 12. Empty or *any: every month."),
            "month_days": gettext_lazy("1 to 31. Empty or *any: every day."),
            "week_days": gettext_lazy("1 is Monday, 6;7 the weekend. Empty or *any: every day."),
            "time": gettext_lazy(
                "When it starts and, after a semicolon, ends: 16:00:00;21:00:00. Without an end, at midnight."
            ),
        }


class UploadForm(forms.Form):
    tpid = forms.CharField(label=gettext_lazy("Tariff plan"), max_length=64)
    file = UploadField(label=gettext_lazy("Timings.csv"))
    is_replacing = forms.BooleanField(
        label=gettext_lazy("Delete the plan's timings that the file does not have"), required=False
    )


class PlanFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("tariff plan"), "tpid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in queries.plan_names()[:_LISTED_PLANS]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(tpid=self.value())


@admin.register(StoredTiming)
class TimingAdmin(ServiceAdmin):
    form = TimingForm
    object_type = "TIMING"
    list_display = ("tag", "tpid", *_TEXTS, "modified_at")
    list_filter = (PlanFilter,)
    search_fields = ("tag", "tpid", "id__exact")
    search_help_text = gettext_lazy("An ID or a tariff plan")
    ordering = ("tpid", "tag")
    derived_fields = ("remarks", "week", "id", "created_at", "modified_at")
    fields = ("tpid", "tag", *_TEXTS, *derived_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whoever renames a timing means another one."""
        return (*self.derived_fields, "tpid", "tag") if obj else self.derived_fields

    @admin.display(description=gettext_lazy("to be noted"))
    def remarks(self, stored: StoredTiming) -> SafeString | str:
        told = format_html_join(
            mark_safe("<br>"), "{}", ((text,) for text in csv_table.doubts(stored.content))
        )
        return told or "–"

    @admin.display(description=gettext_lazy("this week"))
    def week(self, stored: StoredTiming) -> SafeString:
        zone = settings.TARIFFS_TIME_ZONE
        monday = monday_of(timezone.now().astimezone(zone).date())
        since = datetime.combine(monday, time(), zone)
        found = list(windows(stored.timing, since, since + timedelta(days=8), zone))
        context = {"grid": week_grid(monday, zone, {stored.tag: found}), "caption": _("When it is active")}
        return render_to_string("tariffs/week_grid.html", context)

    def save_model(self, request: HttpRequest, obj: StoredTiming, form: Any, change: bool) -> None:
        saved, _ = services.set_timing(caller=self.caller(request), content=obj.content, now=timezone.now())
        self.adopt(obj, saved)

    def delete_model(self, request: HttpRequest, obj: StoredTiming) -> None:
        services.delete_timing(caller=self.caller(request), tpid=obj.tpid, tag=obj.tag, now=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.upload), name="tariffs_storedtiming_import"),
            path("export/", view(self.download), name="tariffs_storedtiming_export"),
            *super().get_urls(),
        ]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Says what would become of each line of a file, and does it when asked to store."""
        if not self.has_add_permission(request) or not self.has_change_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        is_dry_run = "store" not in request.POST
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import timings"),
            "form": form,
            "is_dry_run": is_dry_run,
        }
        if form.is_valid():
            self._require_replacing(request, form.cleaned_data["is_replacing"])
            try:
                context["report"] = import_file(
                    caller=self.caller(request),
                    tpid=form.cleaned_data["tpid"],
                    document=form.cleaned_data["file"].read(),
                    is_replacing=form.cleaned_data["is_replacing"],
                    is_dry_run=is_dry_run,
                    now=timezone.now(),
                )
            except VtnError as refusal:
                form.add_error(None, refusal.detail)
        return TemplateResponse(request, "admin/tariffs/storedtiming/import.html", context)

    def _require_replacing(self, request: HttpRequest, is_replacing: bool) -> None:
        if is_replacing and not self.has_delete_permission(request):
            raise PermissionDenied

    def download(self, request: HttpRequest) -> HttpResponse:
        """The timings of a plan as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = list(queries.timings_in(self.caller(request), request.GET.get("tpid", "")))
        if not found:
            raise Http404
        lines = csv_table.write(stored.content for stored in found)
        headers = {"Content-Disposition": 'attachment; filename="Timings.csv"'}
        return HttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With the plan that the list is narrowed to, which can be exported."""
        context = {"plan": request.GET.get("tpid"), **(extra_context or {})}
        return super().changelist_view(request, extra_context=context)
