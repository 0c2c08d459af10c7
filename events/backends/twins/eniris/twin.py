"""Authentication, API and telemetry ingress of Eniris at one address, with three controllers.

It answers as the documents say. `POST /_twin/tokens {"access": true, "refresh": true}` ends the tokens' time,
`/_twin/limit {"seconds": 30}` has it ask for patience, and `/_twin/password {"password": "new"}` changes the password.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from events.backends.twins.eniris.answers import MISFORMATTED, NO_RIGHTS, Answer
from events.backends.twins.eniris.devices import Device
from events.backends.twins.eniris.licences import Licence, Licences
from events.backends.twins.eniris.limits import Limits
from events.backends.twins.eniris.page import page_of
from events.backends.twins.eniris.tokens import Tokens
from events.backends.twins.serving import Heard, Reply, Twin

CUSTOMER_ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
DATABASE, RETENTION = "demand_response", "rp_one_m"
_POINT = {"measurement", "time", "tags", "fields"}


class EnirisTwin(Twin):
    """Controllers 12 and 13 have licences, of which that of 13 is not activated yet; 14 has none."""

    title = "Twin of Eniris"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.tokens = Tokens("operator@example.com", "twin-password")
        self.limits = Limits()
        self.devices = {id_: Device(id_, node_id) for id_, node_id in ((45, 12), (46, 13), (47, 14))}
        self.licences = Licences(
            CUSTOMER_ID,
            {device.node_id for device in self.devices.values()},
            [
                Licence("SGO-12", node_id=12, activated="2026-01-10T00:00:00+00:00", duration=1200),
                Licence("SGO-13", node_id=13),
                Licence("SGO-FREE"),
            ],
        )
        self.points: list[dict[str, Any]] = []

    def state_of(self, device_id: int) -> dict[str, Any]:
        """Of the event that was told of last; nothing, if none was."""
        return self.devices[device_id].properties.get("openadr", {})

    def reply(self, heard: Heard) -> Reply:
        try:
            self.limits.require_patience()
            if heard.path.startswith("/auth/"):
                return self.tokens.reply(heard)
            self.tokens.require_access(heard)
            return self._answer(heard)
        except Answer as answer:
            return answer.reply

    def told(self, name: str, told: Mapping[str, Any]) -> Reply:
        if name == "tokens":
            self.tokens.expire(access=bool(told.get("access")), refresh=bool(told.get("refresh")))
        elif name == "limit":
            self.limits.be_busy(float(told["seconds"]))
        elif name == "password":
            self.tokens.password = str(told["password"])
        else:
            return super().told(name, told)
        return Reply(204)

    def advice(self) -> str:
        mapping = '{"*": {"nodeId": 12, "deviceId": 45}}'
        return (
            f"API, authentication and ingress: {self.url}\nUser: {self.tokens.username}\n"
            f"Password: {self.tokens.password}\nDatabase: {DATABASE}, retention policy: {RETENTION}\nMapping: {mapping}"
        )

    def page(self) -> str:
        return page_of(self)

    def _answer(self, heard: Heard) -> Reply:
        if heard.path.startswith("/v1/license/"):
            return self.licences.reply(heard)
        if (heard.method, heard.path) == ("POST", "/v1/telemetry"):
            return self._write_points(heard)
        if (heard.method, heard.path) == ("POST", "/v1/device/query"):
            return Reply(body={"device": [device.shown() for device in self.devices.values()]})
        id_ = heard.path.removeprefix("/v1/device/")
        if heard.method == "PATCH" and id_.isdigit() and int(id_) in self.devices:
            return self.devices[int(id_)].patch(heard)
        raise Answer(404, "Resource not found")

    def _write_points(self, heard: Heard) -> Reply:
        query = dict(parse_qsl(urlsplit(heard.target).query))
        if (query.get("db"), query.get("rp")) != (DATABASE, RETENTION):
            raise Answer(403, NO_RIGHTS)
        try:
            points = heard.json()
            is_good = isinstance(points, list) and all(
                set(each) == _POINT and each["fields"] for each in points
            )
        except (ValueError, TypeError):
            is_good = False
        if not is_good:
            raise Answer(400, MISFORMATTED)
        for point in points:
            self._write_point(point)
        return Reply(204)

    def _write_point(self, point: dict[str, Any]) -> None:
        """One with the same time and tags is written over."""
        which = ("measurement", "time", "tags")
        others = [each for each in self.points if any(each[name] != point[name] for name in which)]
        self.points = [*others, point]
