"""An Eniris to test against, and bindings to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from events.backends.base import Bound
from events.backends.eniris import calls
from events.backends.eniris.backend import EnirisBackend
from events.backends.eniris.form import SettingsForm
from events.backends.eniris.patience import Patience
from events.backends.twins.eniris.twin import DATABASE, RETENTION, EnirisTwin

NORTH = {"nodeId": 12, "deviceId": 45}
SOUTH = {"nodeId": 13, "deviceId": 46}
MAPPING: dict[str, Any] = {"north": NORTH, "south": SOUTH}
TELEMETRY = {"write_telemetry": True, "telemetry_database": DATABASE, "telemetry_retention": RETENTION}

_ids = count(1_000_000)


@contextmanager
def eniris_running() -> Iterator[EnirisTwin]:
    """A new one: whatever one on the same port has asked this process for before is forgotten."""
    with EnirisTwin().running() as twin, pytest.MonkeyPatch.context() as patched:
        patched.setattr(calls, "_patience", Patience())
        yield twin


def settings_to(twin: EnirisTwin, **settings: Any) -> dict[str, Any]:
    """As staff fill them in."""
    return {
        "username": twin.tokens.username,
        "password": twin.tokens.password,
        "api_url": twin.url,
        "auth_url": twin.url,
        "ingress_url": twin.url,
        "write_property": True,
        **settings,
    }


def backend_to(
    twin: EnirisTwin, mapping: Any = MAPPING, *, id: int | None = None, **settings: Any
) -> EnirisBackend:
    """Of a binding of its own, which nobody has logged in for yet."""
    form = SettingsForm(data=settings_to(twin, **settings))
    assert form.is_valid(), form.errors
    return EnirisBackend(
        Bound(id=id or next(_ids), name="eniris", settings=form.cleaned_data, mapping=mapping)
    )


def called(twin: EnirisTwin) -> list[str]:
    """Method and path of each call, in their order."""
    return [f"{each.method} {each.path}" for each in twin.heard]
