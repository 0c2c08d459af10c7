"""The admin pages of VENs, above all of the targets that are granted to them, and of what these open."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.admin.forms import CheckedTargets
from participants.admin.maps import map_of_ven
from participants.admin.onboarding import OnboardingPage
from participants.admin.resources import ResourceInline
from participants.admin.standing import STANDING
from participants.admin.ven_deliveries import deliveries_to
from participants.admin.ven_shown import credentials_of, grant_of, opened_by, ways_to_rotate
from participants.content import VenContent
from participants.fleet import holders_of
from participants.models import Client, Ven
from participants.services import resources, vens
from participants.wire.vens import v310
from vtn.admin.addresses import list_address, page_address
from vtn.admin.base import ServiceAdmin
from vtn.admin.content import ContentForm
from vtn.admin.few import FewInline, linked_count
from vtn.admin.fields import TargetsField, refusals_shown
from vtn.admin.pollers import polls_table
from vtn.counting import CountOf
from vtn.polling.models import Poller
from vtn.wiring import wired


class VenForm(CheckedTargets, ContentForm):
    own_members = frozenset({"venName", "targets"})
    targets = TargetsField(
        help_text=gettext_lazy(
            "What this VEN is granted, one target per line. It sees the programs and events that have one of "
            "these, or one of its resources' targets, and those without targets."
        )
    )

    class Meta:
        model = Ven
        fields = ("ven_name", "client_id", "targets")
        help_texts = {"client_id": gettext_lazy("Whose VEN this is; that client may be enrolled later.")}

    @refusals_shown()
    def clean_client_id(self) -> str | None:
        vens.require_no_business(self.cleaned_data["client_id"])
        return self.cleaned_data["client_id"]

    def members(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        client = {"clientID": cleaned["client_id"]} if cleaned["client_id"] else {}
        return {"venName": cleaned["ven_name"], **client}

    def parse(self, written: dict[str, Any]) -> VenContent:
        return v310.parse_staff_ven(written)


@admin.register(Ven)
class VenAdmin(OnboardingPage, FewInline, ServiceAdmin):
    form = VenForm
    change_form_template = "admin/vtn/content_form.html"
    change_list_template = "admin/participants/ven/change_list.html"
    inlines = (ResourceInline,)
    few = ("resources_count", "resources")
    list_display = ("ven_name", "client", "last_poll", "targets", "modified_at", "id")
    list_filter = STANDING
    telling_letters = 3
    search_fields = (
        "ven_name",
        "id__exact",
        "client_id",
        "resources__resource_name",
    )
    search_help_text = gettext_lazy("A name, an id, a client, a target or the name of a resource")
    ordering = ("ven_name",)
    derived_fields = (
        "client",
        "credentials",
        "rotate",
        "granted",
        "all_resources",
        "places",
        "opened",
        "further",
        "last_polls",
        "reports",
        "deliveries",
        "id",
        "created_at",
        "modified_at",
    )
    fields = (*VenForm.Meta.fields, "rest", *derived_fields)
    readonly_fields = derived_fields
    # What is shown of other objects, to whoever may see those, or change them.
    needs = {
        "rotate": "participants.change_client",
        "places": "participants.view_resource",
        "reports": "events.view_report",
        "deliveries": "vtn.view_delivery",
    }

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        may = request.user.has_perm
        return [name for name in fields if name not in self.needs or may(self.needs[name])]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ven]:
        clients = Client.objects.filter(client_id=OuterRef("client_id"))
        pollers = Poller.objects.filter(client_id=OuterRef("client_id"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                client_name=Subquery(clients.values("name")),
                asked_at=Subquery(pollers.values("polled_at")),
                resources_count=CountOf(Ven, "resources"),
            )
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Also by what no path leads to: the name of its client, and targets, as a whole, which have an index."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if wanted := search_term.strip():
            found |= queryset.filter(id__in=holders_of([wanted]))
        if self.is_telling(wanted):
            clients = Client.objects.filter(name__icontains=wanted).values("client_id")
            found |= queryset.filter(client_id__in=clients)
        return found, duplicates

    @admin.display(description=gettext_lazy("resources"))
    def all_resources(self, ven: Any) -> SafeString:
        """Those of a VEN with many are changed on pages of their own."""
        return linked_count(ven.resources_count, list_address("participants_resource", q=ven.pk))

    @admin.display(description=gettext_lazy("places"))
    def places(self, ven: Ven) -> SafeString | str:
        return map_of_ven(ven)

    @admin.display(description=gettext_lazy("client"), ordering="client_id")
    def client(self, ven: Any) -> SafeString | str:
        if ven.client_id is None:
            return _("nobody's yet")
        if ven.client_name is None:
            return _("%(id)s: there is no such client yet") % {"id": ven.client_id}
        page = page_address("participants_client", ven.client_id)
        return format_html('<a href="{}">{}</a>', page, ven.client_name)

    @admin.display(description=gettext_lazy("last poll"))
    def last_poll(self, ven: Any) -> Any:
        return ven.asked_at or _("never")

    @admin.display(description=gettext_lazy("last polls"))
    def last_polls(self, ven: Ven) -> SafeString | str:
        return polls_table(ven.client_id) if ven.client_id else "–"

    @admin.display(description=gettext_lazy("reports it was asked for"))
    def reports(self, ven: Ven) -> SafeString | str:
        """Reports are beyond this app, so they are asked for by wiring."""
        return wired("ven_reports")(ven)

    @admin.display(description=gettext_lazy("deliveries"))
    def deliveries(self, ven: Ven) -> SafeString | str:
        return deliveries_to(ven)

    @admin.display(description=gettext_lazy("what the grant opens"))
    def opened(self, ven: Ven) -> SafeString:
        return opened_by(ven)

    @admin.display(description=gettext_lazy("credentials"))
    def credentials(self, ven: Any) -> SafeString | str:
        return "–" if ven.client_name is None else credentials_of(ven)

    @admin.display(description=gettext_lazy("by hand"))
    def rotate(self, ven: Any) -> SafeString | str:
        return "–" if ven.client_name is None else ways_to_rotate(ven)

    @admin.display(description=gettext_lazy("what it is granted"))
    def granted(self, ven: Ven) -> SafeString | str:
        return grant_of(ven)

    @admin.display(description=gettext_lazy("further"))
    def further(self, ven: Ven) -> SafeString:
        """What apps above this one have to say of it."""
        links = ((address, title) for title, address in wired("ven_pages")(ven))
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a></li>', links))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        caller, now = self.caller(request), timezone.now()
        if not change:
            self.adopt(obj, vens.create_ven(caller=caller, content=form.content, now=now).ven)
            return
        if "client_id" in form.changed_data:
            saved = vens.set_client(caller=caller, ven_id=obj.pk, client_id=obj.client_id, now=now)
            self.adopt(obj, saved)
        if {*form.changed_data} - {"client_id"}:
            saved = vens.update_ven(caller=caller, ven_id=obj.pk, content=form.content, now=now).ven
            self.adopt(obj, saved)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        who: dict[str, Any] = {"caller": self.caller(request), "now": timezone.now()}
        for resource in formset.deleted_objects:
            resources.delete_resource(**who, resource_id=resource.pk)
        contents = {each.instance: each.content for each in formset.forms if each.has_changed()}
        for resource, _fields in formset.changed_objects:
            resources.update_resource(**who, resource_id=resource.pk, content=contents[resource])
        for resource in formset.new_objects:
            resources.create_resource(**who, content=contents[resource], ven_id=form.instance.pk)

    def get_urls(self) -> list[URLPattern]:
        onboard = self.admin_site.admin_view(self.onboard)
        return [path("onboard/", onboard, name="participants_ven_onboard"), *super().get_urls()]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        vens.delete_ven(caller=self.caller(request), ven_id=obj.pk, now=timezone.now())
