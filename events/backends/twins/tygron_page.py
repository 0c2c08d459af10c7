"""The page of the twin of Tygron."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from events.backends.twins.tygron import TygronTwin

_HEADS = ("Cluster", "Name", "Loads", "Connected", "Attributes")
_LOOKS = {"READY": "on", "NOTHING": "off"}


def page_of(twin: TygronTwin) -> str:
    """The net clusters as they are, and the calls that made them so."""
    heads = "".join(f"<th>{head}" for head in _HEADS)
    rows = "".join(_row(twin, cluster) for cluster in twin.fractions)
    calls = "".join(
        f"<li><code>{escape(heard.target)} {escape(heard.body.decode(errors='replace'))}</code>"
        for heard in reversed(twin.heard[-10:])
    )
    return f"<table><tr>{heads}{rows}</table><h2>Last calls</h2><ol>{calls or '<li>none yet'}</ol>"


def _row(twin: TygronTwin, cluster: int) -> str:
    states = "<br>".join(
        f'{net_type} <b class="{_LOOKS.get(state, "asked")}">{state}</b>'
        for net_type, state in twin.states(cluster).items()
    )
    attributes = ", ".join(f"{name} {value:g}" for name, value in twin.attributes(cluster)[0].items())
    connected = f"{twin.fractions[cluster]:.0%}"
    return f"<tr><td>{cluster}<td>{escape(twin.name(cluster))}<td>{states}<td>{connected}<td>{escape(attributes)}"
