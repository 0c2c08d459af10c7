"""Deliveries in the admin: what was sent to whom, how that went; and what was given up is sent again from here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from vtn.admin.addresses import page_address
from vtn.admin.base import ReadOnlyAdmin
from vtn.admin.described import Described, describe, linked, next_attempt, request_text
from vtn.admin.lists import MOST_COUNTED, BoundedList, ChannelFilter, TypeFilter
from vtn.deliveries import store
from vtn.deliveries.models import Delivery
from vtn.models import OutboxEntry
from vtn.relay.wake import wake

_AT_A_TIME = 500


class DeliveryChangeList(BoundedList):
    """Asks for the recipients of a page all at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = describe(self.result_list)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "state", "recipient", "what", "reason", "attempts", "due", "status", "channel")
    list_filter = ("state", ChannelFilter, TypeFilter, "operation")
    # As it is asked, `get_search_results` says.
    search_fields = ("object_id__exact", "host__exact")
    search_help_text = format_lazy(
        gettext_lazy("An object's id or a host, as a whole. Lists count to {most}."), most=f"{MOST_COUNTED:,}"
    )
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *(
            "state",
            "reason",
            "by_hand",
            "recipient",
            "channel",
            "operation",
            "object_type",
            "object_id",
            "change",
        ),
        *("attempts", "due", "made_at", "tried_at", "ended_at", "replayed_at"),
        *("request_as_sent", "status", "answer_as_read"),
    )
    readonly_fields = fields
    actions = ("send_again",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Whoever may change deliveries can do this to them, and nothing else."""
        return request.user.has_perm("vtn.change_delivery")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).defer("answer")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedList]:
        return DeliveryChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        return None if found is None else describe([found])[0]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        can_be_sent = obj.state == Delivery.State.DEAD and self.has_replay_permission(request)
        return [name for name in self.fields if name != "by_hand" or can_be_sent]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """An id has neither dots nor colons (`objectID` of both files), so only one column has to be looked at. By the
        changes of the object there is an index (contacts are told of none)."""
        wanted = search_term.strip()
        if "." in wanted or ":" in wanted:
            queryset = queryset.filter(host__in=_hosts(wanted))
        elif wanted:
            changes = [
                *OutboxEntry.objects.filter(object_id=wanted).values_list("id", flat=True)[:MOST_COUNTED]
            ]
            of_changes = Q(entry_id__in=changes) | Q(entry_id=None)
            queryset = queryset.filter(of_changes, object_id=wanted)
        return queryset, False

    @admin.display(description=gettext_lazy("to"))
    def recipient(self, delivery: Any) -> SafeString | str:
        described: Described | None = delivery.described
        if described is None:
            return _("%(channel)s %(id)s, at %(host)s") % {
                "channel": delivery.channel,
                "id": delivery.recipient_id,
                "host": delivery.host,
            }
        return format_html("{}<br>{}", linked(described.owner), described.url)

    @admin.display(description=gettext_lazy("what"))
    def what(self, delivery: Delivery) -> SafeString:
        return format_html("{} {}<br>{}", delivery.operation, delivery.object_type, delivery.object_id)

    @admin.display(description=gettext_lazy("due"))
    def due(self, delivery: Delivery) -> Any:
        return next_attempt(delivery)

    @admin.display(description=gettext_lazy("change"))
    def change(self, delivery: Delivery) -> SafeString | str:
        page = page_address("vtn_outboxentry", delivery.entry_id)
        return format_html('<a href="{}">{}</a>', page, _("Change %(id)s") % {"id": delivery.entry_id})

    @admin.display(description=gettext_lazy("request"))
    def request_as_sent(self, delivery: Any) -> SafeString:
        return format_html("<pre>{}</pre>", request_text(delivery, delivery.described))

    @admin.display(description=gettext_lazy("answer"))
    def answer_as_read(self, delivery: Delivery) -> SafeString | str:
        return format_html("<pre>{}</pre>", delivery.answer) if delivery.answer else "–"

    @admin.display(description=gettext_lazy("by hand"))
    def by_hand(self, delivery: Delivery) -> SafeString:
        """A button of the form that the whole page is."""
        page = reverse("admin:vtn_delivery_send_again", args=[delivery.pk])
        return format_html('<input type="submit" formaction="{}" value="{}">', page, _("Send again"))

    def get_urls(self) -> list[URLPattern]:
        send_again = self.admin_site.admin_view(require_POST(self.send_one_again))
        name = "vtn_delivery_send_again"
        return [path("<path:object_id>/send-again/", send_again, name=name), *super().get_urls()]

    def send_one_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        delivery = self.get_object(request, object_id)
        if delivery is None:
            raise Http404
        self._replay(request, Delivery.objects.filter(pk=delivery.pk))
        return HttpResponseRedirect(page_address("vtn_delivery", delivery.pk))

    @admin.action(description=gettext_lazy("Send again what was given up"), permissions=["replay"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> HttpResponse | None:
        """The selected ones, or all that match; asked once more, with their number."""
        if "confirmed" in request.POST:
            self._replay(request, queryset)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Send again"),
            "number": queryset.filter(state=Delivery.State.DEAD).count(),
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/vtn/delivery/send_again.html", context)

    def _replay(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        if not self.has_replay_permission(request):
            raise PermissionDenied
        number = _replayed(deliveries, by=request.user)
        if number:
            transaction.on_commit(wake, robust=True)
            self.message_user(
                request,
                _("Deliveries that are sent again: %(number)s") % {"number": number},
                messages.SUCCESS,
            )
        else:
            self.message_user(
                request, _("None of them was given up; nothing is sent again."), messages.WARNING
            )


def _replayed(deliveries: QuerySet[Delivery], *, by: Any) -> int:
    """Sends what was given up of these again, some at a time; one that is given up once more meanwhile is not."""
    dead = deliveries.filter(state=Delivery.State.DEAD).order_by("id")
    number, last = 0, 0
    while some := list(dead.filter(id__gt=last)[:_AT_A_TIME]):
        with transaction.atomic():
            number += store.replay([each.id for each in some])
            LogEntry.objects.log_actions(by.pk, some, CHANGE, "Sent again by hand.")
        last = some[-1].id
    return number


def _hosts(text: str) -> list[str]:
    """What somebody may mean who names a host, with the scheme or the port or without."""
    return [text, f"https://{text}", f"http://{text}", f"https://{text}:443", f"http://{text}:80"]
