"""What the overview says of deliveries and of the last day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from vtn.admin.addresses import list_address
from vtn.counting import MOST, counts
from vtn.deliveries.models import Circuit, Delivery
from vtn.models import OutboxEntry
from vtn.panels import Figure, Panel
from vtn.polling.models import Poller

_DAY = timedelta(days=1)


def deliveries(now: datetime) -> Panel:
    waiting, dead, failing, left_alone = counts(
        Delivery.objects.filter(state=Delivery.State.WAITING),
        Delivery.objects.filter(state=Delivery.State.DEAD),
        Circuit.objects.all(),
        Circuit.objects.filter(open_until__gt=now),
    )
    is_open = list_address("vtn_circuit", open_until__gt=now.isoformat())
    return Panel(
        name="deliveries",
        title=_("Deliveries"),
        needs="vtn.view_delivery",
        figures=(
            Figure(_("waiting"), str(waiting), list_address("vtn_delivery", state__exact="waiting")),
            Figure(
                _("given up"), str(dead), list_address("vtn_delivery", state__exact="dead"), dead.number > 0
            ),
            Figure(_("hosts that fail"), str(failing), list_address("vtn_circuit"), failing.number > 0),
            Figure(_("hosts left alone"), str(left_alone), is_open, left_alone.number > 0),
        ),
    )


def last_day(now: datetime) -> Panel:
    since = now - _DAY
    ended = Delivery.objects.filter(ended_at__gte=since)
    delivered, dead = Delivery.State.DELIVERED.value, Delivery.State.DEAD.value
    # Nothing has an index on the time of changes: the newest entries are looked at, to the limit. Nor has what was
    # given up one on its end, of which there may be much from before: the newest is looked at first.
    newest = OutboxEntry.objects.order_by("-id").values("id")[: MOST + 1]
    changes, asked, arrived, given_up = counts(
        OutboxEntry.objects.filter(id__in=newest, made_at__gte=since),
        Poller.objects.filter(polled_at__gte=since),
        ended.filter(state=delivered),
        Delivery.objects.filter(id__in=ended.filter(state=dead).order_by("-id").values("id")[: MOST + 1]),
    )
    moment = since.isoformat()

    def deliveries_in(state: str) -> str:
        return list_address("vtn_delivery", state__exact=state, ended_at__gte=moment)

    return Panel(
        name="day",
        title=_("The last day"),
        needs="vtn.view_outboxentry",
        figures=(
            Figure(_("changes"), str(changes), list_address("vtn_outboxentry", made_at__gte=moment)),
            Figure(_("clients that asked"), str(asked), list_address("vtn_poller", polled_at__gte=moment)),
            Figure(_("notifications that arrived"), str(arrived), deliveries_in(delivered)),
            Figure(_("notifications given up"), str(given_up), deliveries_in(dead), given_up.number > 0),
        ),
    )
