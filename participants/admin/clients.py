"""The admin pages of clients and their secrets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from participants.models import Client, ClientSecret, Ven
from participants.services import client_secrets, clients
from vtn.admin.base import ServiceAdmin, TabularInline
from vtn.admin.fields import refusals_shown
from vtn.caller import Role, Scope
from vtn.counting import CountOf
from vtn.errors import VtnError


class ClientForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, scope.value) for scope in Scope],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        required=False,
    )

    class Meta:
        model = Client
        fields = ("name", "scopes", "is_enabled")

    @refusals_shown()
    def clean_scopes(self) -> list[str]:
        return clients.checked_scopes(Role(self.instance.role), self.cleaned_data["scopes"])


class NewClientForm(forms.ModelForm):
    class Meta:
        model = Client
        fields = ("client_id", "name", "role")
        help_texts = {
            "role": gettext_lazy("Does not change later. The client starts with all scopes of its role.")
        }


class NewSecretForm(forms.Form):
    label = forms.CharField(
        max_length=128,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Where it is used, or who has it."),
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Expires"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=gettext_lazy("Empty: never."),
    )


class SecretInline(TabularInline):
    """Secrets have their expiry changed here, and are revoked; their text is nowhere."""

    model = ClientSecret
    fields = ("label", "created_at", "expires_at")
    readonly_fields = ("label", "created_at")
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Client)
class ClientAdmin(ServiceAdmin):
    list_display = ("client_id", "name", "role", "is_enabled", "usable_secrets", "ven", "modified_at")
    list_filter = ("role", "is_enabled")
    search_fields = ("client_id", "name")
    telling_letters = 3
    ordering = ("client_id",)
    actions = ("enable", "disable")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        usable = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        counted = CountOf(Client, "secrets", usable)
        ven_name = Subquery(Ven.objects.filter(client_id=OuterRef("client_id")).values("ven_name"))
        return super().get_queryset(request).annotate(usable_secrets_count=counted, ven_name=ven_name)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Also by the name of the VEN, to which no path leads."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if self.is_telling(wanted := search_term.strip()):
            vens = Ven.objects.filter(ven_name__icontains=wanted).values("client_id")
            found |= queryset.filter(client_id__in=vens)
        return found, duplicates

    @admin.display(description=gettext_lazy("usable secrets"), ordering="usable_secrets_count")
    def usable_secrets(self, client: Any) -> int:
        return client.usable_secrets_count

    @admin.display(description=gettext_lazy("VEN"), ordering="ven_name")
    def ven(self, client: Any) -> str | None:
        return client.ven_name

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a client leaves behind belongs to its id, which must not come to mean another: disable it."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(
            request, obj, change, **{"form": ClientForm if obj else NewClientForm, **kwargs}
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return NewClientForm.Meta.fields
        return ("client_id", "name", "role", "scopes", "is_enabled", "created_at", "modified_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("client_id", "role", "created_at", "modified_at") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [SecretInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        who: dict[str, Any] = {
            "caller": self.caller(request),
            "client_id": obj.client_id,
            "now": timezone.now(),
        }
        if not change:
            clients.create_client(**who, name=obj.name, role=Role(obj.role))
            return
        if "name" in form.changed_data:
            clients.rename_client(**who, name=obj.name)
        if "scopes" in form.changed_data:
            clients.set_scopes(**who, scopes=obj.scopes)
        if "is_enabled" in form.changed_data:
            clients.set_enabled(**who, is_enabled=obj.is_enabled)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        who: dict[str, Any] = {"caller": self.caller(request), "now": timezone.now()}
        for secret in formset.deleted_objects:
            client_secrets.revoke_secret(**who, secret_id=secret.pk)
        for secret, _fields in formset.changed_objects:
            client_secrets.set_secret_expiry(**who, secret_id=secret.pk, expires_at=secret.expires_at)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """A client without a secret is of no use, so that comes next."""
        self.message_user(
            request,
            _("The client %(id)s was created. It needs a secret.") % {"id": obj.client_id},
            messages.SUCCESS,
        )
        return HttpResponseRedirect(reverse("admin:participants_client_add_secret", args=[obj.pk]))

    @admin.action(description=gettext_lazy("Enable selected clients"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Client]) -> None:
        self._set_enabled(request, queryset, True)

    @admin.action(
        description=gettext_lazy("Disable selected clients: they are out at once"), permissions=["change"]
    )
    def disable(self, request: HttpRequest, queryset: QuerySet[Client]) -> None:
        self._set_enabled(request, queryset, False)

    def _set_enabled(self, request: HttpRequest, queryset: QuerySet[Client], is_enabled: bool) -> None:
        for client in queryset:
            clients.set_enabled(
                caller=self.caller(request),
                client_id=client.client_id,
                is_enabled=is_enabled,
                now=timezone.now(),
            )

    def get_urls(self) -> list[URLPattern]:
        add_secret = self.admin_site.admin_view(self.add_secret)
        name = "participants_client_add_secret"
        return [path("<path:object_id>/add-secret/", add_secret, name=name), *super().get_urls()]

    def add_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Makes one more secret and shows it, this once; not in a message, which would pass through a cookie."""
        client = self.get_object(request, object_id)
        if client is None:
            raise Http404
        if not self.has_change_permission(request, client):
            raise PermissionDenied
        form = NewSecretForm(request.POST or None)
        context = {**self.admin_site.each_context(request), "client": client, "form": form, "opts": self.opts}
        if form.is_valid():
            try:
                context["secret"] = client_secrets.add_secret(
                    caller=self.caller(request), client_id=client.pk, now=timezone.now(), **form.cleaned_data
                ).text
                self.log_change(request, client, "Added a secret.")
            except VtnError as refusal:
                form.add_error(None, refusal.detail)
        response = TemplateResponse(request, "admin/participants/client/add_secret.html", context)
        response["Cache-Control"] = "no-store"
        return response
