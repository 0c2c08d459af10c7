"""The admin pages of VENs and resources, above all of the targets that are granted to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from participants import services
from participants.admin.base import ServiceAdmin, staff
from participants.admin.fields import TargetsField
from participants.models import Resource, Ven
from vtn.wire import body


class VenForm(forms.ModelForm):
    targets = TargetsField(
        help_text="What this VEN is granted, one target a line. It sees the programs and events that have one of "
        "these, or one of its resources' targets, and those without targets."
    )

    class Meta:
        model = Ven
        fields = ("ven_name", "client", "targets")


class ResourceForm(forms.ModelForm):
    targets = TargetsField()

    class Meta:
        model = Resource
        fields = ("resource_name", "targets")


class ResourceInline(admin.TabularInline):
    model = Resource
    form = ResourceForm
    extra = 0


def shown_targets(ven: Ven | Resource) -> str:
    return ", ".join(ven.targets)


shown_targets.short_description = "targets"  # type: ignore[attr-defined]


@admin.register(Ven)
class VenAdmin(ServiceAdmin):
    form = VenForm
    inlines = (ResourceInline,)
    list_display = ("ven_name", "client", shown_targets, "modified_at")
    list_select_related = ("client",)
    search_fields = (
        "ven_name",
        "client__client_id",
        "client__name",
        "targets__icontains",
        "resources__resource_name",
        "resources__targets__icontains",
    )
    autocomplete_fields = ("client",)
    ordering = ("ven_name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = VenForm.Meta.fields
        return (*fields, *self.get_readonly_fields(request, obj)) if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("id", "attributes_as_written", "created_at", "modified_at") if obj else ()

    @admin.display(description="attributes")
    def attributes_as_written(self, ven: Ven) -> str:
        return format_html("<pre>{}</pre>", body.encode_text(ven.attributes)) if ven.attributes else "-"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        content: dict[str, Any] = {
            "caller": staff(request),
            "ven_name": obj.ven_name,
            "client_id": obj.client_id,
            "targets": obj.targets,
            "now": timezone.now(),
        }
        if change:
            services.update_ven(ven_id=obj.pk, **content)
        else:
            created = services.create_ven(**content)
            obj.pk = created.pk  # what the resources beside it and the admin's log refer to

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        who: dict[str, Any] = {"caller": staff(request), "now": timezone.now()}
        for resource in formset.deleted_objects:
            services.delete_resource(**who, resource_id=resource.pk)
        for resource, _ in formset.changed_objects:
            services.update_resource(
                **who,
                resource_id=resource.pk,
                resource_name=resource.resource_name,
                targets=resource.targets,
            )
        for resource in formset.new_objects:
            services.create_resource(
                **who,
                ven_id=form.instance.pk,
                resource_name=resource.resource_name,
                targets=resource.targets,
            )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.delete_ven(caller=staff(request), ven_id=obj.pk, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Ven]) -> None:
        for ven in queryset:
            self.delete_model(request, ven)
