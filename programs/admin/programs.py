"""The pages of programs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy

from programs import services
from programs.admin.files import ProgramFilePages, may_export, may_import
from programs.models import Program
from programs.wire import v310
from vtn.admin.base import ServiceAdmin
from vtn.admin.content import ContentForm
from vtn.counting import CountOf, up_to_most

_SHOWN_EVENTS = 20


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
class ProgramAdmin(ProgramFilePages, ServiceAdmin):
    form = ProgramForm
    change_list_template = "admin/programs/program/change_list.html"
    change_form_template = "admin/programs/program/change_form.html"
    list_display = ("program_name", "events_count", "targets", "created_at", "modified_at", "id")
    search_fields = ("program_name", "id__exact", "targets__icontains")
    search_help_text = gettext_lazy("A name, an id or a target")
    ordering = ("program_name",)
    fields = ("program_name", "four_eyes", "targets", "rest", "id", "created_at", "modified_at")
    readonly_fields = ("id", "created_at", "modified_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who writes events does not choose whether somebody looks at them."""
        may_switch = request.user.has_perm("programs.set_four_eyes")
        return self.readonly_fields if may_switch else (*self.readonly_fields, "four_eyes")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name="programs_program_import"),
            path("<path:object_id>/export/", view(self.export_view), name="programs_program_export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"may_import": may_import(request), **(extra_context or {})})

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {"may_export": may_export(request), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        return super().get_queryset(request).annotate(counted=CountOf(Program, "events"))

    @admin.display(description=gettext_lazy("events"), ordering="counted")
    def events_count(self, program: Any) -> str:
        return up_to_most(program.counted)

    def save_model(self, request: HttpRequest, obj: Program, form: Any, change: bool) -> None:
        caller, now = self.caller(request), timezone.now()
        if change:
            saved = services.update_program(caller=caller, program_id=obj.id, content=form.content, now=now)
        else:
            saved = services.create_program(caller=caller, content=form.content, now=now)
        four_eyes = form.cleaned_data.get("four_eyes", saved.four_eyes)
        saved = services.set_four_eyes(caller=caller, program_id=saved.id, four_eyes=four_eyes, now=now)
        self.adopt(obj, saved)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """A program with events is not deleted: some of them are enough to say so. Django would ask for all."""
        events: Any = Program._meta.get_field("events").related_model
        found = events._default_manager.filter(program__in=[each.pk for each in objs])[:_SHOWN_EVENTS]
        if in_the_way := [str(event) for event in found]:
            return [], {}, set(), in_the_way
        return super().get_deleted_objects(objs, request)

    def delete_model(self, request: HttpRequest, obj: Program) -> None:
        services.delete_program(
            caller=self.caller(request), program_id=obj.id, delete_dependents=None, now=timezone.now()
        )
