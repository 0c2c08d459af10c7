"""How callbacks fare, as the pages of subscriptions show it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.callbacks import CHANNEL
from participants.models import Callback, Subscription
from participants.models.callbacks import HEALTH
from vtn.admin.addresses import list_address, page_address
from vtn.admin.described import next_attempt
from vtn.admin.tables import heads
from vtn.deliveries.models import Delivery
from vtn.deliveries.queries import latest_to
from vtn.shown_moments import moment_text

_LATEST = 20


class HealthFilter(admin.SimpleListFilter):
    """Subscriptions of which a callback fares like this."""

    title, parameter_name = gettext_lazy("health"), "health"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(word, word) for word in HEALTH]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> QuerySet[Subscription]:
        wanted = HEALTH.get(self.value() or "")
        if wanted is None:
            return queryset
        return queryset.filter(Exists(Callback.objects.filter(wanted, subscription=OuterRef("pk"))))


def worst(callbacks: Iterable[Callback]) -> str:
    """The health of the one that fares worst."""
    found = {callback.health for callback in callbacks}
    return next((word for word in HEALTH if word in found), "–")


def health_table(callbacks: Iterable[Callback]) -> SafeString:
    rows = (
        (
            callback.url,
            callback.health,
            moment_text(callback.broken_at or callback.failing_since),
            callback.failures,
            callback.failure or "–",
            moment_text(callback.told_at),
            list_address("vtn_delivery", channel=CHANNEL, recipient_id=callback.id),
            _("deliveries"),
        )
        for callback in callbacks
    )
    return format_html(
        "<table><tr>{}<th></th></tr>{}</table>",
        heads(_("callback"), _("health"), _("since"), _("failures"), _("last failure"), _("last told")),
        format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
            '<td><a href="{}">{}</a></td></tr>',
            rows,
        ),
    )


def latest_deliveries(callbacks: Collection[Callback]) -> SafeString | str:
    recipients = [callback.id for callback in callbacks]
    return deliveries_table(latest_to(CHANNEL, recipients, most=_LATEST), callbacks)


def deliveries_table(deliveries: Iterable[Delivery], callbacks: Iterable[Callback]) -> SafeString | str:
    """Deliveries to these callbacks: how each stands, and when it is tried again."""
    urls = {callback.id: callback.url for callback in callbacks}
    rows = (
        (
            page_address("vtn_delivery", each.id),
            each,
            urls[each.recipient_id],
            each.get_state_display().lower(),
            moment_text(each.ended_at or each.tried_at),
            _next_attempt(each),
            each.reason or "–",
        )
        for each in deliveries
    )
    cells = '<td>{}</td><td class="is-whole">{}</td><td>{}</td><td>{}</td><td>{}</td>'
    found = format_html_join("", f'<tr><td><a href="{{}}">{{}}</a></td>{cells}</tr>', rows)
    head = heads(_("what"), _("callback"), _("state"), _("last tried"), _("next attempt"), _("reason"))
    if not found:
        return _("none")
    return format_html('<table class="is-wide"><tr>{}</tr>{}</table>', head, found)


def _next_attempt(delivery: Delivery) -> str:
    due = next_attempt(delivery)
    return due if isinstance(due, str) else moment_text(due)


def test_buttons(subscription: Subscription) -> SafeString:
    """Buttons of the form that the whole page is."""
    buttons = (
        (
            reverse("admin:participants_subscription_test", args=[subscription.pk, callback.pk]),
            _("Send a test notification"),
            _("to %(url)s") % {"url": callback.url},
        )
        for callback in subscription.callbacks.order_by("place")
    )
    return format_html_join(
        SafeString("<br>"),
        '<input type="submit" formaction="{}" value="{}"> {}',
        buttons,
    )
