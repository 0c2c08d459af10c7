"""Shows DR events in a Tygron session: net clusters are cut off, curtailed, and connected again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

from django import forms

from events.backends.base import BackendRequest, Bound, EventChange, OnHold, Receipt, Refused
from events.backends.calling import host_of
from events.backends.masking import MASK
from events.backends.tygron import settings as tygron_settings
from events.backends.tygron.calls import Call, calls_of
from events.backends.tygron.engine import Engine
from events.backends.tygron.mapping import Cluster, Clusters, clusters_of, held, left_behind, reached, sharing
from events.backends.tygron.settings import TygronSettings
from events.backends.tygron.words import Mode
from events.timeline import Phase

Holders = list[tuple[EventChange, Sequence[Cluster]]]


class TygronBackend:
    """An `events.backends.base.Backend` (docs/tygron.md)."""

    title: ClassVar[str] = "Tygron"
    # What is set there is absolute.
    only_newest_matters: ClassVar[bool] = True
    SettingsForm: ClassVar[type[forms.Form]] = tygron_settings.SettingsForm

    def __init__(self, bound: Bound) -> None:
        self._mapping = bound.mapping
        self._settings = TygronSettings.of(bound.settings)
        self._engine = Engine(self._settings)

    @classmethod
    def check_mapping(cls, mapping: Mapping[str, Any]) -> None:
        """Raises `ValueError` with the path to what is wrong with its shape."""
        clusters_of(mapping)

    def shared_targets(self, change: EventChange) -> Sequence[str]:
        """Of the mapping, by which events reach a cluster that this one reaches or has left."""
        try:
            mapping = clusters_of(self._mapping)
        except ValueError:
            return []  # `push` says so
        now = reached(mapping, change.targets, self._settings) or ()
        before = reached(mapping, change.targets_before or (), self._settings) or ()
        return sharing(mapping, [*now, *before], self._settings)

    def host(self) -> str:
        return host_of(self._settings.base_url)

    def push(self, change: EventChange) -> Receipt:
        calls = self._calls(change)
        if not calls:
            return Receipt(nothing_to_do=True)
        reply = self._engine.make(calls)
        return Receipt(reply.status, "; ".join(call.body() for call in calls))

    def check_connection(self) -> str:
        mapped = {cluster.cluster for clusters in self._clusters().values() for cluster in clusters}
        found = self._engine.cluster_ids()
        missing = sorted(mapped - found)
        said = f"The session has {len(found)} net clusters, "
        if missing:
            return f"{said}but not these of the mapping: {', '.join(map(str, missing))}"
        return f"{said}all {len(mapped)} of the mapping among them" if mapped else f"{said}and none is mapped"

    def dry_run(self, change: EventChange) -> Sequence[BackendRequest]:
        calls = self._calls(change)
        if not calls:
            raise Refused("Its targets are mapped to no clusters: nothing would be called")
        headers = self._engine.headers(MASK)
        return [BackendRequest("POST", self._engine.url(call.path), headers, call.body()) for call in calls]

    def _calls(self, change: EventChange) -> list[Call]:
        """Those for what the event has left come first: there it is over."""
        mapping = self._clusters()
        clusters = reached(mapping, change.targets, self._settings)
        before = reached(mapping, change.targets_before or (), self._settings)
        left = left_behind(before or (), clusters or ()) if change.targets_before is not None else ()
        if clusters is None and not left:
            raise Refused(_unmapped(change.targets))
        over = replace(change, phase=Phase.CANCELLED, intervals=())
        holders = self._holders(mapping, change)
        return [
            *self._calls_of(over, left, holders),
            *self._calls_of(change, clusters or (), holders),
        ]

    def _calls_of(self, change: EventChange, clusters: Sequence[Cluster], holders: Holders) -> list[Call]:
        """What another event holds stays as that one wants it."""
        by_type = self._settings.mode is Mode.STATES
        shown = held(clusters, holders, change, by_type=by_type)
        return [call for holder, cluster in shown for call in calls_of(holder, self._settings, [cluster])]

    def _holders(self, mapping: Clusters, change: EventChange) -> Holders:
        """Events with what they may hold. One that cannot be shown holds nothing; its own push says why."""
        found: Holders = []
        for each in change.contenders:
            clusters = reached(mapping, each.targets, self._settings) or ()
            with suppress(Refused):
                calls_of(each, self._settings, clusters)
                found.append((each, clusters))
        return found

    def _clusters(self) -> Clusters:
        """Whatever has put in a mapping without asking `check_mapping`: staff have to see to it."""
        try:
            return clusters_of(self._mapping)
        except ValueError as error:
            raise OnHold(f"The mapping is wrong. {error}") from None


def _unmapped(targets: Sequence[str]) -> str:
    if not targets:
        return "The event has no targets, and the mapping has no '*'"
    return f"The mapping has neither '*' nor any of the event's targets: {', '.join(targets)}"
