"""The API of Eniris as one account sees it: licences, devices and telemetry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from events.backends.base import Refused, TryLater
from events.backends.eniris import documents, licences
from events.backends.eniris.calls import Answer, call, require_good
from events.backends.eniris.licences import Licence
from events.backends.eniris.session import Session


class Api:
    """Each call raises `TryLater`, `Refused` or `OnHold`."""

    def __init__(self, session: Session, settings: Mapping[str, Any]) -> None:
        self._session, self._settings = session, settings

    def require_licence(self, node_id: int, now: datetime) -> None:
        """Raises `Refused`, in words for staff. An active one is believed in for some minutes; that there is none is
        looked up each time, so that a licence counts as soon as it is activated."""
        unit = self._settings["duration_unit"]
        kept = self._session.kept_licences(node_id)
        if kept is not None and any(licences.is_active(each, at=now, unit=unit) for each in kept):
            return
        found = self.licences_of(node_id)
        if not any(licences.is_active(each, at=now, unit=unit) for each in found):
            raise Refused(licences.none_active(node_id, found, at=now, unit=unit))
        self._session.keep_licences(node_id, found)

    def licences_of(self, node_id: int | str) -> list[Licence]:
        what = f"reading the licences of controller {node_id}"
        answer = require_good(self._call(what, "GET", licences_url(self._settings, node_id)))
        try:
            return licences.licences_of(answer.json())
        except ValueError as error:
            raise TryLater(f"Eniris: {what} brought {error}", status=answer.status) from None

    def patch_device(self, device_id: int, operations: list[dict[str, Any]]) -> Answer:
        url = device_url(self._settings, device_id)
        return require_good(self._call(f"writing device {device_id}", "PATCH", url, operations))

    def write_points(self, points: list[dict[str, Any]]) -> Answer:
        """As it came, for the caller to judge."""
        return self._call("writing telemetry", "POST", telemetry_url(self._settings), points)

    def claim(self, licence_key: str, node_id: int | str) -> Answer:
        self._session.drop_licences()
        content = documents.claim(licence_key, node_id)
        return self._call(f"claiming {licence_key}", "POST", _api(self._settings, "license/claim"), content)

    def activate(self, licence_key: str, at: datetime | None) -> Answer:
        self._session.drop_licences()
        content = documents.activation(licence_key, at)
        return self._call(
            f"activating {licence_key}", "POST", _api(self._settings, "license/activate"), content
        )

    def _call(self, what: str, method: str, url: str, content: Any = None) -> Answer:
        """A token that is taken no more is renewed once."""
        token = self._session.access_token()
        answer = call(what, method, url, token=token, content=content)
        if answer.status != 401:
            return answer
        self._session.forget(token)
        return call(what, method, url, token=self._session.access_token(), content=content)


def licences_url(settings: Mapping[str, Any], node_id: int | str) -> str:
    return _api(settings, f"license/controller/{node_id}")


def device_url(settings: Mapping[str, Any], device_id: int) -> str:
    return _api(settings, f"device/{device_id}")


def telemetry_url(settings: Mapping[str, Any]) -> str:
    user = {"u": settings["telemetry_user"]} if settings.get("telemetry_user") else {}
    place = {"db": settings["telemetry_database"], "rp": settings["telemetry_retention"]}
    return f"{settings['ingress_url'].rstrip('/')}/v1/telemetry?{urlencode({**user, **place})}"


def _api(settings: Mapping[str, Any], path: str) -> str:
    return f"{settings['api_url'].rstrip('/')}/v1/{path}"
