"""Controllers in the admin, with the licences that are claimed for them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licensing.admin.customers import RegisterAdmin
from licensing.models import Controller, Datalink
from licensing.queries import standings
from vtn.admin.addresses import list_address
from vtn.admin.base import TabularInline
from vtn.admin.few import FewInline, linked_count
from vtn.counting import CountOf


class DatalinkInline(TabularInline):
    """To read: a licence is claimed on its own page, once."""

    model = Datalink
    fields = ("license", "created_at", "claimed_by", "state")
    readonly_fields = fields
    verbose_name_plural = gettext_lazy("licences")
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("license", "controller")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("now"))
    def state(self, datalink: Datalink) -> str:
        return datalink.license.why_not(timezone.now()) or _("in force")


@admin.register(Controller)
class ControllerAdmin(FewInline, RegisterAdmin):
    inlines = (DatalinkInline,)
    few = ("claimed", "datalinks")
    list_display = ("node_id", "customer", "licences")
    list_select_related = ("customer",)
    search_fields = ("node_id", "customer__name", "datalinks__license__key")
    search_help_text = gettext_lazy("A node id, a customer or the key of a licence")
    ordering = ("node_id",)
    derived_fields = ("standing", "all_licences")
    fields = ("node_id", "customer", *derived_fields)
    readonly_fields = derived_fields
    autocomplete_fields = ("customer",)

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request).annotate(claimed=CountOf(Controller, "datalinks"))
        return found.prefetch_related("datalinks__license")

    @admin.display(description=gettext_lazy("licences"))
    def licences(self, controller: Controller) -> str:
        return ", ".join(str(datalink.license) for datalink in controller.datalinks.all()) or "–"

    @admin.display(description=gettext_lazy("licences"))
    def all_licences(self, controller: Any) -> SafeString:
        """Each has a page of its own."""
        return linked_count(
            controller.claimed, list_address("licensing_license", datalink__controller=str(controller.pk))
        )

    @admin.display(description=gettext_lazy("licensed"))
    def standing(self, controller: Controller) -> str:
        """Now, and for how much."""
        found = standings([controller.node_id], timezone.now())[controller.node_id]
        if not found.is_licensed:
            return _("no: %s") % found.why_not
        kw = found.capacity
        named = {
            _("grid, kW"): kw.grid_kw,
            _("solar, kW"): kw.solar_kw,
            _("battery, kW"): kw.battery_kw,
            _("charging, kW"): kw.ev_kw,
        }
        numbers = [f"{name}: {number}" for name, number in named.items() if number is not None]
        return "; ".join([_("yes"), *numbers])
