"""Timings as the examples have them, and who asks for them by JSON-RPC."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Actor

WINTER_EVE = {
    "TPid": "DR_2026",
    "TimingId": "WINTER_EVE",
    "Years": "2026;2027",
    "Months": "1;2;12",
    "MonthDays": "*all",
    "WeekDays": "1;2;3;4;5",
    "Time": "16:00:00",
}
PEAK = {
    "TPid": "DR_2026",
    "ID": "PEAK",
    "Years": "*any",
    "Months": "*any",
    "MonthDays": "*any",
    "WeekDays": "1;2;3;4;5",
    "Time": "08:00:00;19:00:00",
}
Call = Callable[..., Any]


def line(method: str, *params: Any, id: Any = 1) -> str:
    return json.dumps({"id": id, "method": method, "params": params})


def post(actor: Actor, text: str | bytes, **headers: str) -> Any:
    body = text if isinstance(text, bytes) else text.encode()
    return actor.at("").send("POST", "/jsonrpc", body, "text/plain", **headers)


def call(actor: Actor, method: str, *params: Any) -> Any:
    """The result, or the text of the error."""
    response = post(actor, line(method, *params))
    assert response.status_code == 200
    answer = json.loads(response.content)
    assert list(answer) == ["id", "result", "error"]
    assert answer["id"] == 1
    return answer["result"] if answer["error"] is None else answer["error"]


@pytest.fixture
def rpc(retailer: Actor) -> Call:
    """The retailer's calls."""
    return lambda method, *params: call(retailer, method, *params)
