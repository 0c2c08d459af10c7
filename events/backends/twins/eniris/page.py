"""The page of the twin of Eniris."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from events.backends.twins.eniris.devices import Device
    from events.backends.twins.eniris.twin import EnirisTwin

_HEADS = ("Controller", "Device", "Licences", "Phase", "What its property says")
_LOOKS = {"active": "off", "announced": "asked", "ended": "on", "cancelled": "on"}


def page_of(twin: EnirisTwin) -> str:
    """The controllers as they are, the newest telemetry, and the last calls."""
    heads = "".join(f"<th>{head}" for head in _HEADS)
    rows = "".join(_row(twin, device) for device in twin.devices.values())
    points = "".join(f"<li><code>{escape(json.dumps(each))}</code>" for each in reversed(twin.points[-10:]))
    calls = "".join(
        f"<li><code>{escape(f'{each.method} {each.target}')}</code>" for each in reversed(twin.heard[-10:])
    )
    none = "<li>none yet"
    return (
        f"<table><tr>{heads}{rows}</table><h2>Telemetry</h2><ol>{points or none}</ol>"
        f"<h2>Last calls</h2><ol>{calls or none}</ol>"
    )


def _row(twin: EnirisTwin, device: Device) -> str:
    licences = ", ".join(
        f"{each.key} ({'activated' if each.activated else 'not activated'})"
        for each in twin.licences.all
        if each.node_id == device.node_id
    )
    state = twin.state_of(device.id)
    phase = str(state.get("phase", ""))
    shown = escape(json.dumps(state, ensure_ascii=False)) if state else ""
    return (
        f"<tr><td>{device.node_id}<td>{device.id}<td>{escape(licences or 'none')}"
        f'<td><b class="{_LOOKS.get(phase, "")}">{escape(phase)}</b><td><code>{shown}</code>'
    )
