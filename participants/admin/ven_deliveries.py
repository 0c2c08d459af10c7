"""What a VEN was told of, on its page: the last deliveries to the callbacks of its client, and the way to more."""

from __future__ import annotations

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from participants.admin.callbacks import deliveries_table
from participants.callbacks import CHANNEL
from participants.models import Publication, Ven
from participants.queries.deliveries import MOST_CALLBACKS, told_to
from vtn.admin.addresses import list_address
from vtn.counting import counts

_LATEST = 20


def deliveries_to(ven: Ven) -> SafeString | str:
    """By webhooks, and where there is a broker what it was told. Three queries."""
    if ven.client_id is None:
        return "–"
    return format_html("{}{}", _by_webhooks(ven.client_id), _by_mqtt() if settings.MQTT_URL else "")


def _by_webhooks(client_id: str) -> SafeString:
    told = told_to(client_id, most=_LATEST)
    subscriptions = list_address("participants_subscription", q=client_id)
    if not told.callbacks:
        return format_html("<p>{}</p>", _("Its client has no subscription with a callback."))
    recipients = ",".join(str(each.id) for each in told.callbacks)
    every = list_address("vtn_delivery", channel=CHANNEL, recipient_id__in=recipients)
    more = _("These are those of its %s newest callbacks.") % MOST_CALLBACKS if told.is_more else ""
    return format_html(
        '{}<p>{} <a href="{}">{}</a> · <a href="{}">{}</a></p>',
        *(deliveries_table(told.latest, told.callbacks), more),
        *(every, _("All deliveries to it"), subscriptions, _("Its subscriptions")),
    )


def _by_mqtt() -> SafeString:
    """The broker, not the VTN, knows whom it has told: what is known is what it has not taken, for whomever."""
    waiting, refused = counts(Publication.objects.waiting(), Publication.objects.exclude(refused_at=None))
    said = _("MQTT: %(waiting)s changes wait for the broker, %(refused)s were refused by it, for all VENs.")
    page = list_address("participants_publication")
    return format_html('<p><a href="{}">{}</a></p>', page, said % {"waiting": waiting, "refused": refused})
