"""Participants of Ecosuite's demand response in the admin: how they are told of events, and what they stand for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from participants.contacts.contact import contacts_of, require_callable_webhook
from participants.enrolment import LONGEST_CODE, Links, ParticipantContent
from participants.models import Participant, Resource, Ven
from participants.queries.participants import participants
from participants.services.participants import delete_participant, enrol_participant, update_participant
from vtn.admin.addresses import page_address
from vtn.admin.base import ServiceAdmin
from vtn.admin.fields import TargetsField, refusals_shown

_SHOWN = 100


class ParticipantForm(forms.ModelForm):
    secret = forms.CharField(
        label=gettext_lazy("webhook's secret"),
        required=False,
        widget=UnfoldAdminPasswordWidget(),
        help_text=gettext_lazy(
            "What the webhook's calls are signed with. Left empty, the one that is stored stays."
        ),
    )
    vens = TargetsField(
        label=gettext_lazy("VENs"),
        help_text=gettext_lazy(
            "Those that see its events, by name or id, one per line. Left empty, a new participant stands for "
            "the VEN of the same name, if staff or business logic have named it."
        ),
    )
    resources = TargetsField(
        help_text=gettext_lazy("Resources whose VENs see its events, by id, one per line.")
    )

    class Meta:
        model = Participant
        fields = ("code", "contact_user", "phone_contact", "webhook")
        help_texts = {
            "code": format_lazy(
                gettext_lazy("What DR events name it by, for good; at most {most} characters."),
                most=LONGEST_CODE,
            ),
            "contact_user": gettext_lazy("An e-mail address is written to; anything else is a name."),
            "phone_contact": gettext_lazy("A telephone number gets text messages."),
            "webhook": gettext_lazy("A URL that is called, https."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & {"contact_user", "phone_contact", "webhook"}:  # a viewer has none
            self.fields[name].widget = UnfoldAdminTextInputWidget()
        if not self.instance._state.adding:
            self.fields["vens"].initial = self.instance.ven_ids
            self.fields["resources"].initial = self.instance.resource_ids

    @refusals_shown()
    def clean_webhook(self) -> str:
        webhook = self.cleaned_data["webhook"]
        if webhook:
            require_callable_webhook(webhook)
        return webhook

    def clean_vens(self) -> frozenset[str]:
        """Ids come first: a name might look like one."""
        named = self.cleaned_data["vens"]
        by_name = dict(Ven.objects.filter(ven_name__in=named).values_list("ven_name", "id"))
        known = by_name | {id_: id_ for id_ in Ven.objects.filter(id__in=named).values_list("id", flat=True)}
        if missing := [name for name in named if name not in known]:
            raise forms.ValidationError(_("There is no VEN '%(name)s'") % {"name": missing[0]})
        return frozenset(known[name] for name in named)

    def clean_resources(self) -> frozenset[str]:
        named = frozenset(self.cleaned_data["resources"])
        missing = named.difference(Resource.objects.filter(id__in=named).values_list("id", flat=True))
        if missing:
            raise forms.ValidationError(_("There is no resource '%(name)s'") % {"name": min(missing)})
        return named

    @property
    def content(self) -> ParticipantContent:
        cleaned = self.cleaned_data
        says_links = not {"vens", "resources"}.isdisjoint(self.changed_data)
        return ParticipantContent(
            code=self.instance.code,
            contact_user=cleaned["contact_user"],
            phone_contact=cleaned["phone_contact"],
            webhook=cleaned["webhook"],
            webhook_secret=cleaned["secret"] or None,
            links=Links(cleaned["vens"], cleaned["resources"]) if says_links else None,
            members=self.instance.content,
        )


@admin.register(Participant)
class ParticipantAdmin(ServiceAdmin):
    form = ParticipantForm
    list_display = ("code", "contact_user", "phone_contact", "is_linked", "modified_at")
    search_fields = ("code", "id__exact", "contact_user", "phone_contact")
    search_help_text = gettext_lazy("A code, an id or a contact")
    ordering = ("code",)
    derived_fields = ("stands_for", "told_by", "target", "id", "created_at", "modified_at")
    fields = (*ParticipantForm.Meta.fields, "secret", "vens", "resources", *derived_fields)
    readonly_fields = derived_fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return participants().order_by()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "code") if obj else self.readonly_fields

    @admin.display(description=gettext_lazy("linked"), boolean=True)
    def is_linked(self, participant: Any) -> bool:
        return bool(participant.ven_ids or participant.resource_ids)

    @admin.display(description=gettext_lazy("stands for"))
    def stands_for(self, participant: Any) -> SafeString | str:
        vens = Ven.objects.filter(id__in=participant.ven_ids).order_by("ven_name")
        resources = Resource.objects.filter(id__in=participant.resource_ids).order_by("resource_name")
        pages = [
            (page_address(f"participants_{each._meta.model_name}", each.pk), each)
            for each in (*vens[:_SHOWN], *resources[:_SHOWN])
        ]
        if not pages:
            return _("Nothing: nobody sees the events that are meant for it alone.")
        return format_html_join(", ", '<a href="{}">{}</a>', pages)

    @admin.display(description=gettext_lazy("is told by"))
    def told_by(self, participant: Participant) -> SafeString | str:
        lines = [
            (contact.protocol.value, _("to %(url)s") % {"url": contact.endpoint})
            for contact in contacts_of(participant)
        ]
        if not lines:
            return _("Nothing that can be written to.")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} {}</li>", lines))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        caller, now = self.caller(request), timezone.now()
        if change:
            saved = update_participant(caller=caller, participant_id=obj.pk, content=form.content, now=now)
        else:
            saved = enrol_participant(caller=caller, content=form.content, now=now)
        self.adopt(obj, saved)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_participant(caller=self.caller(request), participant_id=obj.pk, now=timezone.now())
