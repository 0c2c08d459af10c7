"""The admin pages of resources, on their own and as parts of the page of their VEN."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.admin.forms import CheckedTargets
from participants.admin.maps import ResourceChangeList
from participants.content import ResourceContent
from participants.models import Resource, ResourceTarget
from participants.services import resources
from participants.wire.resources import v310
from vtn.admin.base import ServiceAdmin, TabularInline
from vtn.admin.content import ContentForm
from vtn.admin.fields import TargetsField
from vtn.caller import Role

_GRANTED = gettext_lazy("Granted to the client of its VEN as well, one target per line.")


class ResourceForm(CheckedTargets, ContentForm):
    own_members = frozenset({"resourceName", "venID", "targets"})
    targets = TargetsField(help_text=_GRANTED)

    class Meta:
        model = Resource
        fields = ("ven", "resource_name", "targets")

    def members(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        ven = cleaned.get("ven") or self.instance.ven
        return {
            "objectType": "BL_RESOURCE_REQUEST",
            "venID": ven.id,
            "resourceName": cleaned["resource_name"],
        }

    def parse(self, written: dict[str, Any]) -> ResourceContent:
        return v310.parse_resource(written, Role.BL)


class ShortResourceForm(CheckedTargets, forms.ModelForm):
    """On the page of its VEN a resource has its name and targets; the rest of it stays as it is."""

    targets = TargetsField()

    class Meta:
        model = Resource
        fields = ("resource_name", "targets")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As `TabularInline` does for the fields of the model.
        self.fields["targets"].widget.attrs["aria-label"] = _("Targets")

    @property
    def content(self) -> ResourceContent:
        resource = self.instance
        kept = {} if resource._state.adding else resource.content
        members = {name: value for name, value in kept.items() if name != "targets"}
        return ResourceContent(
            resource_name=resource.resource_name,
            targets=tuple(resource.targets),
            members={**members, "resourceName": resource.resource_name},
            literals=resource.literals or {},
        )


class ResourceInline(TabularInline):
    model = Resource
    form = ShortResourceForm
    extra = 0
    show_change_link = True


@admin.register(Resource)
class ResourceAdmin(ServiceAdmin):
    form = ResourceForm
    change_form_template = "admin/vtn/content_form.html"
    list_after_template = "admin/participants/resource/map.html"
    list_display = ("resource_name", "ven", "targets", "created_at", "modified_at", "id")
    list_select_related = ("ven",)
    search_fields = ("resource_name", "id__exact", "ven__id__exact", "ven__ven_name")
    telling_letters = 3
    search_help_text = gettext_lazy("A name, an id, the id or the name of a VEN, or a target")
    ordering = ("resource_name", "created_at", "id")
    autocomplete_fields = ("ven",)
    fields = ("ven", "resource_name", "targets", "rest", "id", "created_at", "modified_at")
    readonly_fields = ("id", "created_at", "modified_at")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Also by a target, as a whole, which has an index."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if wanted := search_term.strip():
            having = ResourceTarget.objects.filter(target=wanted).values("resource_id")
            found |= queryset.filter(id__in=having)
        return found, duplicates

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ResourceChangeList]:
        return ResourceChangeList

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A resource stays with its VEN."""
        return (*self.readonly_fields, "ven") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Resource, form: Any, change: bool) -> None:
        caller, now = self.caller(request), timezone.now()
        if change:
            saved = resources.update_resource(
                caller=caller, resource_id=obj.pk, content=form.content, now=now
            )
        else:
            saved = resources.create_resource(caller=caller, content=form.content, now=now)
        self.adopt(obj, saved)

    def delete_model(self, request: HttpRequest, obj: Resource) -> None:
        resources.delete_resource(caller=self.caller(request), resource_id=obj.pk, now=timezone.now())
