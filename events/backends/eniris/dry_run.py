"""The calls of a push, for people to read: as if nothing was known yet, and with no secret in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from events.backends.base import BackendRequest, EventChange
from events.backends.eniris import documents
from events.backends.eniris.api import device_url, licences_url, telemetry_url
from events.backends.eniris.mapping import Controller
from events.backends.masking import MASK
from vtn.wire import body

_BEARER = {"Authorization": f"Bearer {MASK}"}
_JSON = {"Content-Type": "application/json"}


def requests_of(
    settings: Mapping[str, Any], meant: Sequence[tuple[Controller, EventChange]]
) -> Iterator[BackendRequest]:
    auth = settings["auth_url"].rstrip("/")
    login = {"username": settings["username"], "password": MASK}
    yield BackendRequest("POST", f"{auth}/auth/login", _JSON, body.encode_text(login))
    yield BackendRequest("GET", f"{auth}/auth/accesstoken", _BEARER, "")
    for each, change in meant:
        yield BackendRequest("GET", licences_url(settings, each.node_id), _BEARER, "")
        if settings["write_property"] and each.device_id is not None:
            patch = documents.property_patch(settings["property_name"], change)
            yield _written("PATCH", device_url(settings, each.device_id), patch)
    if settings["write_telemetry"]:
        points = [documents.point(settings["telemetry_measurement"], *each) for each in meant]
        yield _written("POST", telemetry_url(settings), points)


def _written(method: str, url: str, content: Any) -> BackendRequest:
    return BackendRequest(method, url, {**_BEARER, **_JSON}, body.encode_text(content))
