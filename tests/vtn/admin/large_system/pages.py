"""The pages of the admin that staff use, with an address for each in a system that `filling` has made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tests.vtn.admin.large_system.filling import System

# Of these a certain one is looked at, which has more than others.
_ONE = {"participants.ven": "ven-1", "participants.client": "client-1", "programs.program": "program-1"}
_SEARCHED = ("7", "nowhere")


@dataclass(frozen=True, slots=True)
class Page:
    """`sent` is a form, for pages that answer one."""

    name: str
    path: str
    sent: dict[str, Any] | None = field(default=None, compare=False)

    def ask(self, staff: Client) -> Any:
        response = (
            staff.get(self.path, follow=True) if self.sent is None else staff.post(self.path, self.sent)
        )
        assert response.status_code == 200, (self.name, self.path, response.status_code, response.headers)
        return response


def all_pages(staff: Client, system: System) -> Iterator[Page]:
    """Asks for each list, to see what it can be narrowed down to."""
    yield Page("overview", reverse("admin:index"))
    yield Page("overview: its figures anew", reverse("overview"))
    yield from _overview_links(staff)
    for model, page in admin.site._registry.items():
        yield from _of_model(staff, model, page, system)
    yield from _composer(system)
    yield from _about_vens(system)


def _overview_links(staff: Client) -> Iterator[Page]:
    """The lists behind the figures."""
    panels = staff.get(reverse("admin:index")).context["panels"]
    for panel in panels:
        for figure in panel.figures:
            yield Page(f"overview: {panel.name}, {figure.label}", figure.link)
        for table in panel.tables if panel.name in ("versions", "reports") else ():
            for head, cell in zip(table.heads, table.rows[0], strict=True):
                yield Page(f"overview: {panel.name}, {head}", cell.link)


def _of_model(staff: Client, model: type[Model], page: Any, system: System) -> Iterator[Page]:
    label = model._meta.label_lower
    address = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed = reverse(f"{address}_changelist")
    shown = staff.get(listed).context["cl"]
    yield Page(f"{label}: list", listed)
    yield Page(f"{label}: last page", f"{listed}?p={shown.paginator.num_pages}")
    for term in _SEARCHED if page.search_fields else ():
        yield Page(f"{label}: search for {term}", f"{listed}?q={term}")
    for spec in shown.filter_specs:
        choices = [*spec.choices(shown)]
        yield Page(f"{label}: by {spec.title}", listed + choices[min(1, len(choices) - 1)]["query_string"])
    yield from _of_one(staff, model, address, system)
    for name in page.autocomplete_fields:
        query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={name}"
        yield Page(f"{label}: choices of {name}", f"{reverse('admin:autocomplete')}?{query}&term=7")


def _of_one(staff: Client, model: type[Model], address: str, system: System) -> Iterator[Page]:
    """Those that a superuser may open: of some objects none is added."""
    label = model._meta.label_lower
    key = {**_ONE, "events.event": f"event-{system.running}"}.get(label)
    key = key or model._default_manager.order_by("pk").values_list("pk", flat=True)[0]
    for name in ("add", "change", "history"):
        try:
            path = reverse(f"{address}_{name}", args=[] if name == "add" else [key])
        except NoReverseMatch:
            continue
        if staff.get(path).status_code != 403:
            yield Page(f"{label}: {name}", path)


def _composer(system: System) -> Iterator[Page]:
    """The form for what is new, for a change and for a draft; and a day and a month of quarters of an hour looked at,
    in a program with others at the same time."""
    compose = reverse("admin:events_eventdraft_compose")
    begun = {
        "choice": "",
        "new event": "?program=program-1",
        "change": f"?event=event-{system.running}",
        "draft": "?draft=1",
    }
    for name, query in begun.items():
        yield Page(f"composer: {name}", compose + query)
    for intervals in (96, 2_976):
        for whom, targets in (("all", ""), ("some", "group-1")):
            sent = _composed(intervals, targets)
            yield Page(f"composer: preview of {intervals} for {whom}", f"{compose}?program=program-1", sent)


def _composed(intervals: int, targets: str) -> dict[str, Any]:
    return {
        "token": "a token",
        "event_name": "composed",
        "priority": "1",
        "targets": targets,
        "payload_types": "PRICE",
        "start_date": timezone.now().date().isoformat(),
        "start_time": "00:00",
        "zone": "Europe/Brussels",
        "turn": "",
        "step": "15",
        "grid": "\n".join(str(number % 97 / 10) for number in range(intervals)),
        "action": "preview",
    }


def _about_vens(system: System) -> Iterator[Page]:
    why = reverse("why")
    yield Page("why: asked for nothing", why)
    for ven, whose in (("ven-1", "a VEN"), ("ven-2", "an aggregator")):
        for event in (1, system.running):
            which = "old" if event == 1 else "running"
            yield Page(f"why: {whose}, the {which} event", f"{why}?ven={ven}&event=event-{event}")
        for collection in ("programs", "events", "reports"):
            yield Page(f"view as {whose}: {collection}", reverse("seen", args=[ven, collection]))
    yield Page("why: by parts of names", f"{why}?ven=77&event=77")
    yield Page("VEN page of an aggregator", reverse("admin:participants_ven_change", args=["ven-2"]))
