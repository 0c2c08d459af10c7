"""Publications in the admin: what is published where, when next, and what stands in the way."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tariffs.admin.prices import import_prices
from tariffs.publishing import publisher, services
from tariffs.publishing.models import Publication
from vtn.admin.addresses import page_address
from vtn.admin.base import ServiceAdmin

_READ = ("next_at", "looked_at", "published_at", "trouble", "created_at", "modified_at")


class PublicationForm(forms.ModelForm):
    class Meta:
        model = Publication
        fields = (
            *("program", "tariff", "cut", "publish_at", "default_imported", "default_exported"),
            "is_enabled",
        )
        help_texts = {
            "publish_at": gettext_lazy("In the tariff's time zone. Today is published at once."),
            "default_imported": gettext_lazy(
                "Where no rate applies. Without it a day with a gap is not published."
            ),
            "is_enabled": gettext_lazy("The events of a publication that is disabled stay as they are."),
        }


class InTrouble(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("trouble"), "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("in trouble")), ("no", _("fine"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.exclude(trouble="") if self.value() == "yes" else queryset.filter(trouble="")


@admin.register(Publication)
class PublicationAdmin(ServiceAdmin):
    form = PublicationForm
    change_form_template = "admin/tariffs/publication/change_form.html"
    change_list_template = "admin/tariffs/publication/change_list.html"
    list_display = ("tariff", "program", "is_enabled", "published_at", "next_at", "trouble")
    list_filter = ("is_enabled", InTrouble, "kind")
    list_select_related = ("tariff", "program")
    search_fields = ("tariff__name", "program__program_name")
    search_help_text = gettext_lazy("A part of the name of a tariff or of a program")
    ordering = ("tariff__name", "program__program_name")
    actions = ("publish_now",)
    autocomplete_fields = ("program", "tariff")
    fields = (
        *("program", "tariff", "cut", "publish_at", "default_imported", "default_exported", "is_enabled"),
        *_READ,
    )
    derived_fields: ClassVar[tuple[str, ...]] = _READ
    readonly_fields = _READ

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*_READ, "program", "tariff") if obj else _READ

    def save_model(self, request: HttpRequest, obj: Publication, form: Any, change: bool) -> None:
        saved = services.save_publication(caller=self.caller(request), publication=obj, now=timezone.now())
        self.adopt(obj, saved)

    def delete_model(self, request: HttpRequest, obj: Publication) -> None:
        services.delete_publication(caller=self.caller(request), publication=obj, now=timezone.now())

    @admin.action(description=gettext_lazy("Publish selected publications now"), permissions=["change"])
    def publish_now(self, request: HttpRequest, queryset: QuerySet[Publication]) -> None:
        for publication in queryset:
            self._publish(request, publication)

    def publish_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Says on the publication's page what came of it."""
        publication = Publication.objects.filter(pk=object_id).first()
        if publication is None:
            raise Http404
        if not self.has_change_permission(request, publication):
            raise PermissionDenied
        self._publish(request, publication)
        return HttpResponseRedirect(page_address("tariffs_publication", publication.pk))

    def get_urls(self) -> list[URLPattern]:
        publish = self.admin_site.admin_view(require_POST(self.publish_view))
        return [
            path("import-prices/", self.admin_site.admin_view(import_prices), name="tariffs_import_prices"),
            path("<int:object_id>/publish/", publish, name="tariffs_publication_publish"),
            *super().get_urls(),
        ]

    def _publish(self, request: HttpRequest, publication: Publication) -> None:
        now = timezone.now()
        if not publisher.publish_one(publication.pk, now=now):
            self.message_user(
                request,
                _("“%(name)s” is disabled: nothing is published.") % {"name": publication},
                messages.WARNING,
            )
            return
        publication.refresh_from_db()
        if publication.trouble:
            self.message_user(request, f"“{publication}”: {publication.trouble}", messages.ERROR)
        elif publication.published_at == now:
            self.message_user(
                request, _("“%(name)s” was published.") % {"name": publication}, messages.SUCCESS
            )
        else:
            self.message_user(
                request, _("“%(name)s”: all was as it should be.") % {"name": publication}, messages.SUCCESS
            )
