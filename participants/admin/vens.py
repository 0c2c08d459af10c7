"""The admin pages of VENs and resources, above all of the targets that are granted to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from participants.models import Resource, Ven
from participants.services import resources, vens
from participants.services.validation import checked_targets
from vtn.admin.base import ServiceAdmin
from vtn.admin.fields import TargetsField
from vtn.errors import Invalid
from vtn.wire import body


class TargetsForm(forms.ModelForm):
    """Checks targets as the services do, so that a mistake is shown beside its field."""

    targets = TargetsField()

    def clean_targets(self) -> list[str]:
        try:
            return checked_targets(self.cleaned_data["targets"])
        except Invalid as error:
            raise forms.ValidationError(error.detail) from None


class VenForm(TargetsForm):
    targets = TargetsField(
        help_text="What this VEN is granted, one target per line. It sees the programs and events that have one of "
        "these, or one of its resources' targets, and those without targets."
    )

    class Meta:
        model = Ven
        fields = ("ven_name", "client", "targets")


class ResourceForm(TargetsForm):
    class Meta:
        model = Resource
        fields = ("resource_name", "targets")


class ResourceInline(admin.TabularInline):
    model = Resource
    form = ResourceForm
    extra = 0


@admin.display(description="targets")
def shown_targets(ven: Ven | Resource) -> str:
    return ", ".join(ven.targets)


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
    derived_fields = ("id", "attributes_as_written", "created_at", "modified_at")
    fields = (*VenForm.Meta.fields, *derived_fields)
    readonly_fields = derived_fields

    @admin.display(description="attributes")
    def attributes_as_written(self, ven: Ven) -> str:
        return format_html("<pre>{}</pre>", body.encode_text(ven.attributes)) if ven.attributes else "-"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        content: dict[str, Any] = {
            "caller": self.caller(request),
            "ven_name": obj.ven_name,
            "client_id": obj.client_id,
            "targets": obj.targets,
            "now": timezone.now(),
        }
        saved = vens.update_ven(ven_id=obj.pk, **content) if change else vens.create_ven(**content)
        self.adopt(obj, saved)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        who: dict[str, Any] = {"caller": self.caller(request), "now": timezone.now()}
        for resource in formset.deleted_objects:
            resources.delete_resource(**who, resource_id=resource.pk)
        for resource, _ in formset.changed_objects:
            resources.update_resource(
                **who,
                resource_id=resource.pk,
                resource_name=resource.resource_name,
                targets=resource.targets,
            )
        for resource in formset.new_objects:
            resources.create_resource(
                **who,
                ven_id=form.instance.pk,
                resource_name=resource.resource_name,
                targets=resource.targets,
            )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        vens.delete_ven(caller=self.caller(request), ven_id=obj.pk, now=timezone.now())
