"""Which VEN or resource a controller is, in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from participants.models import ControllerLink
from participants.services import controllers
from vtn.admin.base import ServiceAdmin


@admin.register(ControllerLink)
class ControllerLinkAdmin(ServiceAdmin):
    object_type = "CONTROLLER_LINK"
    list_display = ("controller", "ven", "resource")
    list_select_related = ("controller", "ven", "resource")
    search_fields = ("controller__node_id", "ven__ven_name", "resource__resource_name")
    search_help_text = gettext_lazy("A node id, or the name of a VEN or of a resource")
    ordering = ("controller__node_id",)
    fields = ("controller", "ven", "resource")
    raw_id_fields = ("ven", "resource")
    autocomplete_fields = ("controller",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Another controller is another link."""
        return () if obj is None else ("controller",)

    def save_model(self, request: HttpRequest, obj: ControllerLink, form: Any, change: bool) -> None:
        saved = controllers.bind_controller(
            caller=self.caller(request),
            node_id=obj.controller.node_id,
            ven_id=obj.ven_id,
            resource_id=obj.resource_id,
            now=timezone.now(),
        )
        self.adopt(obj, saved)

    def delete_model(self, request: HttpRequest, obj: ControllerLink) -> None:
        controllers.unbind_controller(caller=self.caller(request), link=obj, now=timezone.now())
