"""What all admin pages have in common: they write through services, in the name of a member of staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from unfold import admin as unfold
from unfold.widgets import INPUT_CLASSES

from vtn.admin.deletion import deleted_objects
from vtn.admin.held import HeldByForm
from vtn.admin.history import AuditedHistory
from vtn.admin.lists import BoundedList, BoundedPaginator
from vtn.admin.once import ShownOnce
from vtn.admin.searching import SearchedApart
from vtn.caller import Caller
from vtn.decimal_input import DecimalInput
from vtn.errors import VtnError

_WIDGETS: Any = {models.DecimalField: {"widget": DecimalInput({"class": " ".join(INPUT_CLASSES)})}}


class PlainAdmin(SearchedApart, ShownOnce, unfold.ModelAdmin):
    """The look that all pages have, and no count of a whole table on any of them."""

    formfield_overrides = _WIDGETS
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    list_per_page = 25
    list_filter_sheet = False
    warn_unsaved_form = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BoundedList

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **options: Any) -> Any:
        found = super().get_paginator(request, queryset, *args, **options)
        found.every = self.get_queryset(request)
        return found

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        return deleted_objects(objs, request, self.admin_site)


class ReadOnlyAdmin(PlainAdmin):
    """An admin in which nobody adds, edits or deletes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TabularInline(ShownOnce, unfold.TabularInline):
    """Rows of fields, each of which has a name of its own for those who do not see the head of its column."""

    formfield_overrides = _WIDGETS

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", capfirst(str(field.label)))
        return field


class ServiceAdmin(AuditedHistory, HeldByForm, PlainAdmin):
    """An admin that changes nothing itself: it calls the services that the doors call.

    Forms find most mistakes first; what a service still refuses is shown as a message, and nothing is saved.
    """

    derived_fields: ClassVar[tuple[str, ...]] = ("id", "created_at", "modified_at")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the VTN adds is shown once it is there."""
        fields = super().get_fields(request, obj)
        return fields if obj else [name for name in fields if name not in self.derived_fields]

    def caller(self, request: HttpRequest) -> Caller:
        """Who acts; Django has checked that this person may."""
        return Caller.staff(request.user.get_username())

    def adopt(self, obj: Model, saved: Model) -> None:
        """The admin goes on with `obj` after saving (log, redirect); make it what the service has stored."""
        obj.__dict__.update(saved.__dict__)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answered(request, super().changelist_view, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answered(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._answered(request, super().delete_view, *args, **kwargs)

    def _answered(self, request: HttpRequest, view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except VtnError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
