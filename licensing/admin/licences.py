"""Licences in the admin: kept, activated, claimed, and imported from a table."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from licensing.admin.customers import RegisterAdmin
from licensing.importing.services import import_licenses
from licensing.importing.verdicts import Found
from licensing.models import License
from licensing.services import licences
from licensing.wire import table
from vtn.admin.addresses import page_address
from vtn.admin.uploads import UploadField
from vtn.errors import VtnError

_IMPORT = "admin/licensing/license/import.html"


class ImportForm(forms.Form):
    file = UploadField(
        label=gettext_lazy("CSV file"),
        help_text=format_lazy(gettext_lazy("Columns: {columns}"), columns=", ".join(table.COLUMNS)),
    )
    is_dry_run = forms.BooleanField(
        label=gettext_lazy("Dry run: only say what would be done"), required=False, initial=True
    )


class ClaimForm(forms.Form):
    node_id = forms.CharField(label=gettext_lazy("Node id"), max_length=128)


@admin.register(License)
class LicenseAdmin(RegisterAdmin):
    change_list_template = "admin/licensing/license/change_list.html"
    change_form_template = "admin/licensing/license/change_form.html"
    list_display = ("key", "customer", "type", "grid_kw", "state", "ends", "controller")
    list_select_related = ("order__customer", "datalink__controller")
    list_filter = (("activated_at", admin.EmptyFieldListFilter), "type")
    search_fields = ("key", "order__customer__name", "order__reference", "datalink__controller__node_id")
    search_help_text = gettext_lazy("A key, a customer, an order or a node id")
    ordering = ("key",)
    actions = ("activate_now",)
    derived_fields: ClassVar[tuple[str, ...]] = ("activated_at", "ends", "controller", "created_at", "id")
    fields = (
        *("key", "order", "type", "grid_kw", "solar_kw", "battery_kw", "ev_kw", "duration", "deactivated_at"),
        *derived_fields,
    )
    readonly_fields = derived_fields
    autocomplete_fields = ("order",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """As the page of a controller with many links to them."""
        return lookup == "datalink__controller" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("customer"), ordering="order__customer__name")
    def customer(self, license: License) -> str:
        return str(license.order.customer)

    @admin.display(description=gettext_lazy("now"))
    def state(self, license: License) -> str:
        return license.why_not(timezone.now()) or _("in force")

    @admin.display(description=gettext_lazy("ends"))
    def ends(self, license: License) -> Any:
        """What was set, or what follows from its duration."""
        return license.ends_at or "–"

    @admin.display(description=gettext_lazy("controller"), ordering="datalink__controller__node_id")
    def controller(self, license: License) -> str:
        datalink = getattr(license, "datalink", None)
        return "–" if datalink is None else str(datalink.controller)

    @admin.action(description=gettext_lazy("Activate selected licences from now on"), permissions=["change"])
    def activate_now(self, request: HttpRequest, queryset: Any) -> None:
        for license in queryset:
            self._activate(request, license)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name="licensing_license_import"),
            path(
                "<uuid:pk>/activate/",
                view(require_POST(self.activate_one)),
                name="licensing_license_activate",
            ),
            path("<uuid:pk>/claim/", view(require_POST(self.claim_one)), name="licensing_license_claim"),
            *super().get_urls(),
        ]

    def activate_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        license = self._own(request, pk)
        self._activate(request, license)
        return HttpResponseRedirect(page_address("licensing_license", pk))

    def claim_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        license, form = self._own(request, pk), ClaimForm(request.POST)
        if form.is_valid():
            try:
                licences.claim(
                    caller=self.caller(request),
                    key=license.key,
                    node_id=form.cleaned_data["node_id"],
                    now=timezone.now(),
                )
                self.message_user(
                    request, _("%(license)s is claimed.") % {"license": license}, messages.SUCCESS
                )
            except VtnError as refusal:
                self.message_user(request, refusal.detail, messages.ERROR)
        else:
            self.message_user(request, _("A node id is missing, or too long."), messages.ERROR)
        return HttpResponseRedirect(page_address("licensing_license", pk))

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Says what would become of each line, and does it where that was asked for."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import licences"),
            "form": form,
        }
        if form.is_valid():
            try:
                imported = import_licenses(
                    caller=self.caller(request),
                    lines=table.read(form.cleaned_data["file"].read()),
                    is_dry_run=form.cleaned_data["is_dry_run"],
                    now=timezone.now(),
                )
                context |= {"imported": imported, "new": imported.count(Found.NEW)}
            except VtnError as refusal:
                form.add_error("file", refusal.detail)
        return TemplateResponse(request, _IMPORT, context)

    def _own(self, request: HttpRequest, pk: Any) -> License:
        license = License.objects.filter(pk=pk).first()
        if license is None:
            raise Http404
        if not self.has_change_permission(request, license):
            raise PermissionDenied
        return license

    def _activate(self, request: HttpRequest, license: License) -> None:
        try:
            licences.activate(
                caller=self.caller(request), key=license.key, activated_at=None, now=timezone.now()
            )
            self.message_user(
                request, _("%(license)s is activated.") % {"license": license}, messages.SUCCESS
            )
        except VtnError as refusal:
            self.message_user(request, f"{license}: {refusal.detail}", messages.ERROR)
