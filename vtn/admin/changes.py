"""The audit in the admin: who changed what, when, from what to what. Nobody can edit it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vtn.admin.addresses import list_address
from vtn.admin.base import ReadOnlyAdmin
from vtn.admin.lists import RecordedTypeFilter
from vtn.deliveries.models import Delivery
from vtn.deliveries.queries import deliveries_of
from vtn.models import OutboxEntry
from vtn.wire import body


@admin.register(OutboxEntry)
class OutboxEntryAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "operation", "object_type", "object_id", "made_by")
    list_filter = (RecordedTypeFilter, "operation")
    search_fields = ("object_id__exact", "made_by")
    search_help_text = gettext_lazy("An object's id, or who made the change")
    ordering = ("-id",)
    fields = (
        *("made_at", "made_by", "operation", "object_type", "object_id", "program_id"),
        *("deliveries", "was", "became"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxEntry]:
        """Without the objects, which are long, and shown on one page only."""
        return super().get_queryset(request).defer("before", "after", "literals")

    @admin.display(description=gettext_lazy("deliveries"))
    def deliveries(self, entry: OutboxEntry) -> SafeString | str:
        """How many of each state came of it, with their list."""
        of_it = {"object_id": entry.object_id, "entry_id": entry.pk}
        counted = deliveries_of(entry).order_by("state").values_list("state").annotate(number=Count("id"))
        lines = (
            (
                list_address("vtn_delivery", **of_it, state__exact=state),
                number,
                _(Delivery.State(state).label).lower(),
            )
            for state, number in counted
        )
        return format_html_join(SafeString("<br>"), '<a href="{}">{} {}</a>', lines) or _("none")

    @admin.display(description=gettext_lazy("before"))
    def was(self, entry: OutboxEntry) -> SafeString | str:
        return pretty(entry.before)

    @admin.display(description=gettext_lazy("after"))
    def became(self, entry: OutboxEntry) -> SafeString | str:
        return pretty(entry.after)


def pretty(value: Any) -> SafeString | str:
    """JSON to read, or a dash where there is none."""
    return format_html("<pre>{}</pre>", body.indented(value)) if value is not None else "–"
