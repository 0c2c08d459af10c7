"""The audit in the admin: who changed what, when, from what to what. Nobody can edit it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from vtn.models import OutboxEntry
from vtn.wire import body


@admin.register(OutboxEntry)
class OutboxEntryAdmin(admin.ModelAdmin):
    list_display = ("made_at", "operation", "object_type", "object_id", "made_by")
    list_filter = ("object_type", "operation")
    search_fields = ("object_id__exact", "made_by")
    search_help_text = "An object's id, or who made the change"
    ordering = ("-id",)
    fields = ("made_at", "made_by", "operation", "object_type", "object_id", "was", "became")
    readonly_fields = fields
    show_full_result_count = False

    @admin.display(description="before")
    def was(self, entry: OutboxEntry) -> SafeString | str:
        return pretty(entry.before)

    @admin.display(description="after")
    def became(self, entry: OutboxEntry) -> SafeString | str:
        return pretty(entry.after)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def pretty(value: Any) -> SafeString | str:
    """JSON to read, or a dash where there is none."""
    return format_html("<pre>{}</pre>", body.indented(value)) if value is not None else "–"
