"""What the overview says of events, of whoever has them and owes reports on them, and of backends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from events import overview
from events.admin.drawing import draw
from events.bindings.models import Binding
from events.models import Event
from participants import fleet
from participants.fleet import EventFacts
from vtn.admin.addresses import list_address, page_address
from vtn.counting import Count, counts
from vtn.deliveries.models import Circuit
from vtn.panels import Cell, Figure, Panel, Table
from vtn.shown_moments import TO_THE_MINUTE, moment_text

_SHOWN_BINDINGS, _MOST_HOSTS = 10, 100


def timeline(now: datetime) -> Panel:
    """Active and coming events of all programs, drawn and as a table."""
    active, coming = counts(overview.active(now), overview.coming(now))
    events, moment = overview.drawn(now), now.isoformat()
    is_active = {"span__overlap": f"[{moment},{moment}]"}
    is_coming = {
        "span__overlap": f"[{moment},{(now + fleet.DAY).isoformat()})",
        "span__startswith__gt": moment,
    }
    return Panel(
        name="events",
        title=_("Events"),
        needs="events.view_event",
        figures=(
            Figure(_("active now"), str(active), list_address("events_event", **is_active)),
            Figure(_("beginning within a day"), str(coming), list_address("events_event", **is_coming)),
        ),
        drawing=draw(events, now),
        tables=(_events_table(events),),
        is_wide=True,
    )


def versions(now: datetime) -> Panel:
    """Of each running event, who has its present version."""
    events = overview.running(now)
    found = counts(*(narrow(event) for event in events for narrow in (fleet.meant_for, fleet.that_have)))
    rows = tuple(
        _standing(event, meant, has, "has", "lacks")
        for event, meant, has in zip(events, found[::2], found[1::2], strict=True)
    )
    heads = (_("running event"), _("VENs"), _("have it"), _("have not asked since"))
    return Panel(
        name="versions",
        title=_("Who has the running events"),
        needs="participants.view_ven",
        tables=(Table(_("By polls since the last change"), heads, rows, _("Nothing is running.")),),
    )


def missing_reports(now: datetime) -> Panel:
    """Of each event of the last day that asks for reports, who has sent none."""
    events = overview.awaiting_reports(now)
    found = counts(*(narrow(event) for event in events for narrow in (fleet.meant_for, fleet.that_reported)))
    rows = tuple(
        _standing(event, meant, sent, "reported", "owes")
        for event, meant, sent in zip(events, found[::2], found[1::2], strict=True)
    )
    heads = (_("event"), _("VENs"), _("have reported"), _("have not"))
    return Panel(
        name="reports",
        title=_("Missing reports"),
        needs="events.view_report",
        tables=(Table(_("Events of the last day"), heads, rows, _("Nobody was asked for reports.")),),
    )


def backends(now: datetime) -> Panel:
    """Bindings and what stands in their way: a fault of theirs, or a host that is left alone."""
    on = Binding.objects.filter(is_enabled=True)
    left_alone = Circuit.objects.filter(open_until__gt=now)
    following, troubled = counts(on, on.exclude(trouble=""))
    unreached = on.filter(host__in=left_alone.values("host")).values_list("host", flat=True)[:_MOST_HOSTS]
    shown = list(on.order_by("name").only("name", "host", "trouble")[:_SHOWN_BINDINGS])
    circuits = {each.host: each for each in Circuit.objects.filter(host__in=[each.host for each in shown])}
    rows = tuple(
        (
            Cell(each.name, page_address("events_binding", each.pk)),
            Cell(_circuit(circuits.get(each.host), now), list_address("vtn_circuit", host=each.host)),
            Cell(each.trouble or "–"),
        )
        for each in shown
    )
    heads = (_("binding"), _("its host"), _("trouble"))
    return Panel(
        name="backends",
        title=_("Backends"),
        needs="events.view_binding",
        figures=(
            Figure(
                _("following events"), str(following), list_address("events_binding", is_enabled__exact="1")
            ),
            Figure(
                _("in trouble"),
                str(troubled),
                list_address("events_binding", is_enabled__exact="1", trouble__gt=""),
                troubled.number > 0,
            ),
            _left_alone(sorted(unreached)),
        ),
        tables=(Table(_("Bindings"), heads, rows, _("No other system follows events.")),),
    )


def _standing(event: EventFacts, meant: Count, done: Count, has: str, lacks: str) -> tuple[Cell, ...]:
    def vens(name: str) -> str:
        return list_address("participants_ven", **{name: event.id})

    return (
        Cell(event.name, page_address("events_event", event.id)),
        Cell(str(meant), vens("sees")),
        Cell(str(done), vens(has)),
        Cell(_("who?") if meant.is_more else str(meant.less(done)), vens(lacks)),
    )


def _events_table(events: Sequence[Event]) -> Table:
    rows = tuple(
        (
            Cell(str(event), page_address("events_event", event.id)),
            Cell(name),
            Cell(_moment(event.starts_at, _("always there"))),
            Cell(_moment(event.ends_at, _("open"))),
        )
        for name, group in groupby(events, key=lambda each: each.program.program_name)
        for event in group
    )
    heads = (_("event"), _("program"), _("starts"), _("ends"))
    return Table(_("The same as a table"), heads, rows, _("No event is active or coming."))


def _circuit(circuit: Circuit | None, now: datetime) -> str:
    if circuit is None:
        return _("is called")
    if circuit.open_until is None or circuit.open_until <= now:
        return _("has failed %d times in a row") % circuit.failures
    return _("left alone until %s") % _moment(circuit.open_until, "")


def _left_alone(hosts: list[str]) -> Figure:
    """How many bindings have one of these hosts, each as often as they have."""
    link = list_address("events_binding", is_enabled__exact="1", host__in=",".join(hosts or ["-"]))
    return Figure(_("left alone"), str(len(hosts)), link, bool(hosts))


def _moment(moment: datetime | None, otherwise: str) -> str:
    return moment_text(moment, otherwise, TO_THE_MINUTE)
