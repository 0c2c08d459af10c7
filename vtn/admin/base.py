"""What all admin pages have in common: they write through services, in the name of a member of staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from vtn.admin.lists import BoundedPaginator
from vtn.caller import Caller
from vtn.errors import VtnError


class ReadOnlyAdmin(admin.ModelAdmin):
    """An admin in which nobody adds, edits or deletes."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ServiceAdmin(admin.ModelAdmin):
    """An admin that changes nothing itself: it calls the services that the doors call.

    Forms find most mistakes first; what a service still refuses is shown as a message, and nothing is saved.
    """

    show_full_result_count = False
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
