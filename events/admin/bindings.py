"""Bindings in the admin: which other systems follow which events, how that goes, and the ways to try it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from events.admin.binding_form import BindingForm
from events.admin.binding_trials import BindingTrials
from events.backends.registry import names, offered
from events.bindings import services
from events.bindings.fan_out import CHANNEL
from events.bindings.models import Binding
from events.bindings.queries import Counts, counts_of, rivals_of
from programs.models import Program
from vtn.admin.addresses import list_address
from vtn.admin.base import ServiceAdmin
from vtn.admin.lists import BoundedList
from vtn.deliveries.models import Delivery
from vtn.shown_moments import moment_text
from vtn.wire import body

_CHOOSE = "admin/events/binding/choose.html"


class BindingChangeList(BoundedList):
    """Asks for what the rows of a page need all at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        shown: list[Any] = list(self.result_list)
        counts = counts_of([each.pk for each in shown])
        programs = _names(program_id for each in shown for program_id in each.program_ids)
        for each in shown:
            each.counts, each.programs_by_id = counts.get(each.pk, Counts()), programs
        self.result_list: Any = shown


@admin.register(Binding)
class BindingAdmin(BindingTrials, ServiceAdmin):
    form = BindingForm
    change_form_template = "admin/events/binding/change_form.html"
    list_display = (
        *("name", "backend", "is_enabled", "programs", "which_targets", "trouble_since"),
        *("pushed_at", "waiting", "given_up"),
    )
    search_fields = ("name", "host")
    search_help_text = gettext_lazy("A part of a name or of a host")
    ordering = ("name",)
    actions = ("enable", "disable")
    fields = (
        *("name", "backend", "is_enabled", "programs", "targets", "mapping"),
        *("host", "trouble_since", "pushed_at", "waiting", "given_up", "created_at", "modified_at"),
    )
    derived_fields: ClassVar[tuple[str, ...]] = (
        *("host", "trouble_since", "pushed_at", "waiting", "given_up", "created_at", "modified_at"),
    )
    readonly_fields = ("backend", *derived_fields)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look reads the settings, which else are a form of their own."""
        fields = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fields
        return [*fields, "settings_as_kept"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedList]:
        return BindingChangeList

    @admin.display(description=gettext_lazy("programs"))
    def programs(self, binding: Any) -> str:
        return ", ".join(_named(binding.program_ids, getattr(binding, "programs_by_id", None))) or _("all")

    @admin.display(description=gettext_lazy("settings"))
    def settings_as_kept(self, binding: Binding) -> SafeString:
        return format_html("<pre>{}</pre>", body.indented(binding.settings))

    @admin.display(description=gettext_lazy("targets"))
    def which_targets(self, binding: Binding) -> str:
        return ", ".join(binding.targets) or _("all")

    @admin.display(description=gettext_lazy("trouble"), ordering="troubled_at")
    def trouble_since(self, binding: Binding) -> SafeString | str:
        if binding.troubled_at is None:
            return "–"
        since = {"since": moment_text(binding.troubled_at)}
        told = _("since %(since)s; all waits until it is saved") % since
        return format_html("<b>{}</b><br>{}", binding.trouble, told)

    @admin.display(description=gettext_lazy("waiting"))
    def waiting(self, binding: Binding) -> SafeString:
        return _deliveries(binding, Delivery.State.WAITING, _counts(binding).waiting)

    @admin.display(description=gettext_lazy("given up"))
    def given_up(self, binding: Binding) -> SafeString:
        return _deliveries(binding, Delivery.State.DEAD, _counts(binding).dead)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """First the backend is chosen, then its form is filled in."""
        if request.GET.get("backend") in names():
            return super().add_view(request, form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add binding: which backend?"),
            "offered": offered(),
        }
        return TemplateResponse(request, _CHOOSE, context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        if obj is not None:
            return form
        return type(
            "NewBindingForm", (form,), {"__init__": _of_backend(form, request.GET.get("backend", ""))}
        )

    def save_model(self, request: HttpRequest, obj: Binding, form: Any, change: bool) -> None:
        caller = self.caller(request)
        saved = services.save_binding(
            caller=caller, binding=obj, settings=form.settings_data, now=timezone.now()
        )
        self.adopt(obj, saved)
        if rivals := rivals_of(saved):
            listed = ", ".join(f"“{rival}”" for rival in rivals)
            text = _(
                "The same backend follows some of the same events for %(others)s: the last one to push wins."
            )
            self.message_user(request, text % {"others": listed}, messages.WARNING)

    def delete_model(self, request: HttpRequest, obj: Binding) -> None:
        services.delete_binding(caller=self.caller(request), binding=obj, now=timezone.now())

    @admin.action(description=gettext_lazy("Enable selected bindings"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Binding]) -> None:
        self._set_enabled(request, queryset, True)

    @admin.action(
        description=gettext_lazy("Disable selected bindings: nothing is pushed any more"),
        permissions=["change"],
    )
    def disable(self, request: HttpRequest, queryset: QuerySet[Binding]) -> None:
        self._set_enabled(request, queryset, False)

    def _set_enabled(self, request: HttpRequest, queryset: QuerySet[Binding], is_enabled: bool) -> None:
        for binding in queryset:
            services.set_enabled(
                caller=self.caller(request), binding=binding, is_enabled=is_enabled, now=timezone.now()
            )

    def get_urls(self) -> list[URLPattern]:
        check = self.admin_site.admin_view(require_POST(self.check_connection))
        dry_run = self.admin_site.admin_view(self.dry_run)
        return [
            path("<int:object_id>/check/", check, name="events_binding_check"),
            path("<int:object_id>/dry-run/", dry_run, name="events_binding_dry_run"),
            *super().get_urls(),
        ]


def _of_backend(form: Any, backend: str) -> Any:
    """Makes a form for a new binding of this backend."""

    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("instance") is None:
            kwargs["instance"] = Binding()
        kwargs["instance"].backend = backend
        form.__init__(self, *args, **kwargs)

    return made


def _names(ids: Iterable[str]) -> dict[str, str]:
    return dict(Program.objects.filter(id__in=set(ids)).values_list("id", "program_name"))


def _named(program_ids: list[str], programs: dict[str, str] | None) -> list[str]:
    """Programs by name; those that are gone by their ids."""
    known = _names(program_ids) if programs is None else programs
    return [known.get(each, f"(deleted) {each}") for each in program_ids]


def _counts(binding: Any) -> Counts:
    """Those that the list has asked for, or asked for now."""
    return getattr(binding, "counts", None) or counts_of([binding.pk]).get(binding.pk, Counts())


def _deliveries(binding: Binding, state: Delivery.State, number: int) -> SafeString:
    page = list_address("vtn_delivery", channel=CHANNEL, recipient_id=binding.pk, state__exact=state.value)
    return format_html('<a href="{}">{}</a>', page, number)
