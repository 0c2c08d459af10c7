"""A session of Tygron to test against, and bindings to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from events.backends.base import Bound
from events.backends.twins.tygron import TygronTwin
from events.backends.tygron.backend import TygronBackend
from events.backends.tygron.settings import SettingsForm

NORTH = {"stakeholder": 7, "cluster": 31, "types": ["ELECTRICITY", "HEAT"]}
STORE = {"stakeholder": 7, "cluster": 32}
MAPPING: dict[str, Any] = {"north": NORTH, "store": STORE}


@contextmanager
def tygron_running() -> Iterator[TygronTwin]:
    with TygronTwin().running() as twin:
        yield twin


def settings_to(twin: TygronTwin, **settings: Any) -> dict[str, Any]:
    """As staff fill them in."""
    return {"base_url": twin.url, "token": twin.token, **settings}


def backend_to(twin: TygronTwin, mapping: Any = MAPPING, **settings: Any) -> TygronBackend:
    form = SettingsForm(data=settings_to(twin, **settings))
    assert form.is_valid(), form.errors
    return TygronBackend(Bound(id=1, name="tygron", settings=form.cleaned_data, mapping=mapping))


def called(twin: TygronTwin) -> list[tuple[str, Any]]:
    """The events that were called, without their common path, and their parameters."""
    return [
        (each.path.removeprefix("/api/session/event/"), each.json())
        for each in twin.heard
        if each.method == "POST"
    ]
