"""Circuits in the admin: the hosts that failed lately, and the way to have them called again now."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vtn.admin.addresses import list_address
from vtn.admin.base import ReadOnlyAdmin
from vtn.deliveries.calling_again import call_again
from vtn.deliveries.models import Circuit, Delivery
from vtn.relay.wake import wake


@admin.register(Circuit)
class CircuitAdmin(ReadOnlyAdmin):
    list_display = ("host", "failures", "left_alone_until", "reason", "deliveries")
    search_fields = ("host",)
    search_help_text = gettext_lazy("A part of a host")
    ordering = ("host",)
    fields = ("host", "failures", "left_alone_until", "reason", "deliveries")
    readonly_fields = fields
    actions = ("call_again_now",)

    @admin.display(description=gettext_lazy("left alone until"), ordering="open_until")
    def left_alone_until(self, circuit: Circuit) -> Any:
        return circuit.open_until or _("is called")

    @admin.display(description=gettext_lazy("deliveries"))
    def deliveries(self, circuit: Circuit) -> SafeString:
        waiting = list_address("vtn_delivery", host=circuit.host, state__exact=Delivery.State.WAITING.value)
        return format_html('<a href="{}">{}</a>', waiting, _("what waits"))

    @admin.action(description=gettext_lazy("Call again now"), permissions=["close"])
    def call_again_now(self, request: HttpRequest, queryset: QuerySet[Circuit]) -> None:
        closed, user = list(queryset), cast(AbstractBaseUser, request.user)
        with transaction.atomic():
            call_again([each.host for each in closed], lease=settings.DELIVERY_LEASE)
            LogEntry.objects.log_actions(user.pk, closed, CHANGE, "Called again by hand.")
            transaction.on_commit(wake, robust=True)
        self.message_user(
            request, _("Hosts that are called again: %(number)s") % {"number": len(closed)}, messages.SUCCESS
        )

    def has_close_permission(self, request: HttpRequest) -> bool:
        """Whoever may change circuits can do this to them, and nothing else."""
        return request.user.has_perm("vtn.change_circuit")
