"""Those who write events in a running system: business logic at each door of OpenADR, and staff in the admin."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

import requests

from tests.faults.system import System
from tests.faults.writers import Door


class Hand(Protocol):
    """`content` is what 3.1.0 has besides the program and the target."""

    def create(self, target: str, content: dict[str, Any]) -> str: ...
    def change(self, id_: str, target: str, content: dict[str, Any]) -> None: ...
    def delete(self, id_: str) -> None: ...


def first_screen(system: System, pattern: str) -> tuple[str, ...]:
    """What the system has told whoever started it."""
    found = re.search(pattern, system.screen.read_text())
    assert found is not None
    return found.groups()


def business_logic(system: System) -> Door:
    id_, secret = first_screen(system, r"Business logic +client id (\S+) +client secret (\S+)")
    return Door(system.url, {"client_id": id_, "client_secret": secret})


class Dialect:
    def __init__(self, door: Door, dialect: str, program_id: str) -> None:
        self._door, self._dialect, self._program_id = door, dialect, program_id

    def create(self, target: str, content: dict[str, Any]) -> str:
        return self._call("POST", "/events", self._request(target, content))["id"]

    def change(self, id_: str, target: str, content: dict[str, Any]) -> None:
        self._call("PUT", f"/events/{id_}", self._request(target, content))

    def delete(self, id_: str) -> None:
        self._call("DELETE", f"/events/{id_}")

    def _request(self, target: str, content: dict[str, Any]) -> dict[str, Any]:
        typed = [{"type": "GROUP", "values": [target]}]
        targets = typed if self._dialect == "3.0.1" else [target]
        return {"programID": self._program_id, "targets": targets, **content}

    def _call(self, method: str, path: str, request: Any = None) -> Any:
        answer = self._door.send(method, path, request, self._dialect)
        assert answer.ok, answer.text
        return answer.json()


class Staff:
    """With a browser and a session."""

    def __init__(self, system: System, program_id: str) -> None:
        self._root, self._program_id = f"{system.url}/admin/", program_id
        self._browser = requests.Session()
        name, password = first_screen(system, r"Admin +\S+ +(\S+) / (\S+)")
        self._post("login/", username=name, password=password, next="/admin/")

    def create(self, target: str, content: dict[str, Any]) -> str:
        form = {**_form(target, content), "program": self._program_id, "_continue": "1"}
        saved = self._post("events/event/add/", **form)
        return saved.url.removeprefix(f"{self._root}events/event/").partition("/")[0]

    def change(self, id_: str, target: str, content: dict[str, Any]) -> None:
        self._post(f"events/event/{id_}/change/", **_form(target, content))

    def delete(self, id_: str) -> None:
        self._post(f"events/event/{id_}/delete/", post="yes")

    def _post(self, path: str, **fields: str) -> requests.Response:
        """As a browser does: the form is looked at, filled in and sent; taken, it leads to another page."""
        url = self._root + path
        assert self._browser.get(url, timeout=30).ok
        form = {"csrfmiddlewaretoken": self._browser.cookies["csrftoken"], **fields}
        answer = self._browser.post(url, form, timeout=30)
        assert answer.ok, answer.text
        assert answer.url != url, answer.text
        return answer


def _form(target: str, content: dict[str, Any]) -> dict[str, str]:
    return {"event_name": "", "priority": "", "targets": target, "rest": json.dumps(content)}
