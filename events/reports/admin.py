"""Reports in the admin: read, taken out as files, and deleted; nobody writes one there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.reports import services
from events.reports.charts.page import ChartPage
from events.reports.charts.shown import charts_of
from events.reports.download import download
from events.reports.export import FORMATS, Selection
from events.reports.models import Report
from events.reports.readings_shown import cells_of
from vtn.admin.base import ServiceAdmin
from vtn.admin.tables import heads
from vtn.shown_moments import showable
from vtn.wire import body

_SHOWN_READINGS = 200


@admin.register(Report)
class ReportAdmin(ChartPage, ServiceAdmin):
    change_list_template = "admin/events/report/change_list.html"
    list_display = (
        "__str__",
        "client_name",
        "client_id",
        "event_id",
        "resources",
        "starts_at",
        "ends_at",
        "created_at",
    )
    list_filter = (("created_at", admin.DateFieldListFilter),)
    search_fields = (
        "id__exact",
        "event_id__exact",
        "program_id__exact",
        "client_id__exact",
        "client_name__exact",
    )
    search_help_text = gettext_lazy(
        "A clientName, a resource's name, or the id of a report, event, program or client; as a whole"
    )
    ordering = ("-id",)
    fields = (
        "report_name",
        "client_name",
        "client_id",
        "event_id",
        "program_id",
        "starts_at",
        "ends_at",
        "charts",
        "readings_table",
        "written",
        "id",
        "created_at",
        "modified_at",
    )
    readonly_fields = fields
    actions = ("export_csv", "export_parquet")

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("events/reports/charts.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the documents, which are long, and shown on one page only."""
        return super().get_queryset(request).defer("document", "document_301")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """One question of two parts, each with its index: no list of names can be searched as a text."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if search_term:
            found |= queryset.filter(resource_names__contains=[search_term.strip()])
        return found, duplicates

    @admin.display(description=gettext_lazy("resources"))
    def resources(self, report: Report) -> str:
        return ", ".join(report.resource_names)

    @admin.display(description=gettext_lazy("starts"))
    def starts_at(self, report: Report) -> Any:
        return showable(report.starts_at)

    @admin.display(description=gettext_lazy("ends"))
    def ends_at(self, report: Report) -> Any:
        return showable(report.ends_at)

    @admin.display(description=gettext_lazy("charts"))
    def charts(self, report: Report) -> SafeString:
        """The numbers drawn, against the event's intervals; the table below says the same."""
        return charts_of(report)

    @admin.display(description=gettext_lazy("readings"))
    def readings_table(self, report: Report) -> SafeString | str:
        """The windows worked out, in the time zone of the admin."""
        readings = report.readings.order_by("position")
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            map(cells_of, readings[:_SHOWN_READINGS]),
        )
        more = readings.count() - _SHOWN_READINGS
        return format_html(
            "<table><tr>{}</tr>{}</table>{}",
            heads(_("resource"), _("interval"), _("from"), _("to"), _("type"), _("value")),
            rows,
            _("And %(number)s more; all are in an export.") % {"number": more} if more > 0 else "",
        )

    @admin.display(description=gettext_lazy("as written"))
    def written(self, report: Report) -> SafeString | str:
        return format_html("<pre>{}</pre>", body.indented(body.decode_text(report.document)))

    @admin.action(description=gettext_lazy("Export the readings as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: Any) -> StreamingHttpResponse:
        return _exported("csv", queryset)

    @admin.action(description=gettext_lazy("Export the readings as Parquet"), permissions=["view"])
    def export_parquet(self, request: HttpRequest, queryset: Any) -> StreamingHttpResponse:
        return _exported("parquet", queryset)

    def get_urls(self) -> list[URLPattern]:
        across = self.admin_site.admin_view(self.across)
        return [path("charts/", across, name="events_report_charts"), *super().get_urls()]

    def delete_model(self, request: HttpRequest, obj: Report) -> None:
        services.delete_report(caller=self.caller(request), report_id=obj.id, now=timezone.now())


def _exported(format_: str, reports: Any) -> StreamingHttpResponse:
    return download(format_, FORMATS[format_](Selection(report_ids=reports.order_by().values("id"))))
