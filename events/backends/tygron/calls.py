"""What is called in Tygron to show an event: pure rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.backends.base import EventChange, Refused
from events.backends.tygron.mapping import Cluster
from events.backends.tygron.settings import TygronSettings
from events.backends.tygron.steering import fraction_of, state_of
from events.backends.tygron.words import Mode

NET_CLUSTERS = "api/session/items/netclusters/"


@dataclass(frozen=True, slots=True)
class Call:
    """An event of Tygron's with its parameters, by position."""

    path: str
    parameters: Sequence[Any]

    def body(self) -> str:
        return json.dumps(self.parameters)


def calls_of(change: EventChange, settings: TygronSettings, clusters: Sequence[Cluster]) -> list[Call]:
    """One for each cluster, which the settings have completed. What they set is absolute, so that it does not matter
    how often they are made. Raises `Refused` for what is not said clearly enough."""
    call = _CALLS[settings.mode]
    return [call(change, settings, cluster) for cluster in clusters]


def _set_states(change: EventChange, settings: TygronSettings, cluster: Cluster) -> Call:
    """Types and states are paired by position; one pair alone is written without lists, as in the first example."""
    types = list(cluster.types or ())
    states = [state_of(change, settings)] * len(types)
    pair = [types[0], states[0]] if len(types) == 1 else [types, states]
    parameters = [_stakeholder(cluster), cluster.cluster, *pair]
    return Call("api/session/event/participant/net_cluster_set_states/", parameters)


def _set_fraction(change: EventChange, settings: TygronSettings, cluster: Cluster) -> Call:
    fraction = fraction_of(change, settings, cluster.full_load)
    return Call("api/session/event/logic/net_cluster_set_fraction_connected/", [cluster.cluster, fraction])


def _set_attribute(change: EventChange, settings: TygronSettings, cluster: Cluster) -> Call:
    assert cluster.full_load is not None, "the form asks for it"
    value = round(fraction_of(change, settings, cluster.full_load) * cluster.full_load, 6)
    parameters = [_stakeholder(cluster), cluster.cluster, settings.attribute, value]
    return Call("api/session/event/participant/net_cluster_set_load_attribute/", parameters)


def _stakeholder(cluster: Cluster) -> int:
    if cluster.stakeholder is None:
        raise Refused(
            f"Cluster {cluster.cluster} has no stakeholder, neither in the mapping nor in the settings"
        )
    return cluster.stakeholder


_CALLS: Mapping[Mode, Callable[[EventChange, TygronSettings, Cluster], Call]] = {
    Mode.STATES: _set_states,
    Mode.FRACTION: _set_fraction,
    Mode.ATTRIBUTE: _set_attribute,
}
