"""The admin pages of VENs, above all of the targets that are granted to them, and of what these open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from participants.admin.forms import CheckedTargets
from participants.admin.onboarding import OnboardingPage
from participants.admin.resources import ResourceInline
from participants.admin.standing import STANDING
from participants.admin.ven_shown import credentials_of, grant_of
from participants.content import VenContent
from participants.models import Client, Resource, Ven
from participants.services import resources, vens
from participants.wire.vens import v310
from vtn.admin.base import ServiceAdmin
from vtn.admin.content import ContentForm
from vtn.admin.fields import TargetsField
from vtn.admin.pollers import polls_table
from vtn.errors import Invalid
from vtn.polling.models import Poller
from vtn.wiring import wired

# A form has a few fields for each, and Django takes no more than 1 000 fields.
_MOST_INLINE = 100


class VenForm(CheckedTargets, ContentForm):
    own_members = frozenset({"venName", "targets"})
    targets = TargetsField(
        help_text="What this VEN is granted, one target per line. It sees the programs and events that have one of "
        "these, or one of its resources' targets, and those without targets."
    )

    class Meta:
        model = Ven
        fields = ("ven_name", "client_id", "targets")
        help_texts = {"client_id": "Whose VEN this is; that client may be enrolled later."}

    def clean_client_id(self) -> str | None:
        try:
            vens.require_no_business(self.cleaned_data["client_id"])
        except Invalid as error:
            raise forms.ValidationError(error.detail) from None
        return self.cleaned_data["client_id"]

    def members(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        client = {"clientID": cleaned["client_id"]} if cleaned["client_id"] else {}
        return {"venName": cleaned["ven_name"], **client}

    def parse(self, written: dict[str, Any]) -> VenContent:
        return v310.parse_staff_ven(written)


@admin.register(Ven)
class VenAdmin(OnboardingPage, ServiceAdmin):
    form = VenForm
    change_list_template = "admin/participants/ven/change_list.html"
    inlines = (ResourceInline,)
    list_display = ("ven_name", "client", "last_poll", "targets", "modified_at", "id")
    list_filter = STANDING
    search_fields = (
        "ven_name",
        "id__exact",
        "client_id",
        "client_name",
        "targets__icontains",
        "resources__resource_name",
        "resources__targets__icontains",
    )
    search_help_text = "A name, an id, a client, a target or the name of a resource"
    ordering = ("ven_name",)
    derived_fields = (
        "client",
        "credentials",
        "granted",
        "all_resources",
        "opened",
        "further",
        "last_polls",
        "id",
        "created_at",
        "modified_at",
    )
    fields = (*VenForm.Meta.fields, "rest", *derived_fields)
    readonly_fields = derived_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ven]:
        clients = Client.objects.filter(client_id=OuterRef("client_id"))
        pollers = Poller.objects.filter(client_id=OuterRef("client_id"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                client_name=Subquery(clients.values("name")), asked_at=Subquery(pollers.values("polled_at"))
            )
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A page that was sent with resources is read with them, whatever there are by now."""
        if request.method == "POST":
            return self.inlines if "resources-TOTAL_FORMS" in request.POST else ()
        return self.inlines if obj is None or obj.resources.count() <= _MOST_INLINE else ()

    @admin.display(description="resources")
    def all_resources(self, ven: Ven) -> SafeString:
        """Those of a VEN with many are changed on pages of their own."""
        listed = reverse("admin:participants_resource_changelist")
        return format_html('<a href="{}?q={}">{}</a>', listed, ven.pk, ven.resources.count())

    @admin.display(description="client", ordering="client_id")
    def client(self, ven: Any) -> SafeString | str:
        if ven.client_id is None:
            return "nobody's yet"
        if ven.client_name is None:
            return f"{ven.client_id}: there is no such client yet"
        page = reverse("admin:participants_client_change", args=[ven.client_id])
        return format_html('<a href="{}">{}</a>', page, ven.client_name)

    @admin.display(description="last poll")
    def last_poll(self, ven: Any) -> Any:
        return ven.asked_at or "never"

    @admin.display(description="last polls")
    def last_polls(self, ven: Ven) -> SafeString | str:
        return polls_table(ven.client_id) if ven.client_id else "–"

    @admin.display(description="what the grant opens")
    def opened(self, ven: Ven) -> SafeString:
        """Now, as it is stored. Programs and events are beyond this app, so what they are is asked for by wiring."""
        lines = [
            (f"{found.count}+" if found.is_more else found.count, found.name, _links(found.first))
            for found in wired("seen_with_targets")(_grant(ven))
        ]
        listed = format_html_join("", "<li>{} {}{}</li>", lines)
        return format_html("<ul>{}</ul>And all that have no targets.", listed)

    @admin.display(description=gettext_lazy("credentials"))
    def credentials(self, ven: Any) -> SafeString | str:
        return "–" if ven.client_name is None else credentials_of(ven)

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
        for resource, _ in formset.changed_objects:
            resources.update_resource(**who, resource_id=resource.pk, content=contents[resource])
        for resource in formset.new_objects:
            resources.create_resource(**who, content=contents[resource], ven_id=form.instance.pk)

    def get_urls(self) -> list[URLPattern]:
        onboard = self.admin_site.admin_view(self.onboard)
        return [path("onboard/", onboard, name="participants_ven_onboard"), *super().get_urls()]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        vens.delete_ven(caller=self.caller(request), ven_id=obj.pk, now=timezone.now())


def _grant(ven: Ven) -> frozenset[str]:
    """3.1.0 Definition, "BL created object privacy": its targets and those of its resources."""
    of_resources = Resource.objects.filter(ven=ven).values_list("targets", flat=True)
    return frozenset(ven.targets).union(*of_resources)


def _links(objects: list[Any]) -> SafeString:
    pages = [
        (reverse(f"admin:{each._meta.app_label}_{each._meta.model_name}_change", args=[each.pk]), each)
        for each in objects
    ]
    links = format_html_join(", ", '<a href="{}">{}</a>', pages)
    return format_html(": {}", links) if links else links
