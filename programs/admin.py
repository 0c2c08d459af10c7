"""Programs in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from programs import services
from programs.models import Program
from programs.wire import v310
from vtn.admin.base import ServiceAdmin
from vtn.admin.content import ContentForm


class ProgramForm(ContentForm):
    own_members = frozenset({"programName", "targets"})
    blank = {
        "payloadDescriptors": [
            {
                "objectType": "EVENT_PAYLOAD_DESCRIPTOR",
                "payloadType": "PRICE",
                "units": "KWH",
                "currency": "EUR",
            }
        ]
    }

    class Meta:
        model = Program
        fields = ("program_name", "four_eyes", "targets")

    def members(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        return {"programName": cleaned["program_name"]}

    def parse(self, written: dict[str, Any]) -> Any:
        return v310.parse_program(written)


@admin.register(Program)
class ProgramAdmin(ServiceAdmin):
    form = ProgramForm
    list_display = ("program_name", "events_count", "targets", "created_at", "modified_at", "id")
    search_fields = ("program_name", "id__exact", "targets__icontains")
    search_help_text = "A name, an id or a target"
    ordering = ("program_name",)
    fields = ("program_name", "four_eyes", "targets", "rest", "id", "created_at", "modified_at")
    readonly_fields = ("id", "created_at", "modified_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who writes events does not choose whether somebody looks at them."""
        may_switch = request.user.has_perm("programs.set_four_eyes")
        return self.readonly_fields if may_switch else (*self.readonly_fields, "four_eyes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        return super().get_queryset(request).annotate(counted=Count("events"))

    @admin.display(description="events", ordering="counted")
    def events_count(self, program: Any) -> int:
        return program.counted

    def save_model(self, request: HttpRequest, obj: Program, form: Any, change: bool) -> None:
        caller, now = self.caller(request), timezone.now()
        if change:
            saved = services.update_program(caller=caller, program_id=obj.id, content=form.content, now=now)
        else:
            saved = services.create_program(caller=caller, content=form.content, now=now)
        four_eyes = form.cleaned_data.get("four_eyes", saved.four_eyes)
        saved = services.set_four_eyes(caller=caller, program_id=saved.id, four_eyes=four_eyes, now=now)
        self.adopt(obj, saved)

    def delete_model(self, request: HttpRequest, obj: Program) -> None:
        services.delete_program(
            caller=self.caller(request), program_id=obj.id, delete_dependents=None, now=timezone.now()
        )
