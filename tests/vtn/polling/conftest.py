"""The gate in front of Django, in this process, with its listener on a real database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.wsgi import get_wsgi_application
from werkzeug.test import Client, TestResponse

from vtn.api.reads import ask_view
from vtn.polling.gate import PollGate
from vtn.polling.state import polling


def soon(is_so: Callable[[], bool]) -> None:
    """Waits for what follows a NOTIFY, but not for ever."""
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.005)


class Door:
    """Asks the gate as a client would.

    `poll` asks until the answer has come from each place that it can come from: the database (through Django or, for a
    known caller, by the gate), the kept answers, and the requests that are remembered as a whole.
    """

    def __init__(self) -> None:
        self.gate = PollGate(get_wsgi_application(), ask_view)
        self._client = Client(self.gate)
        self._is_settled = False

    def get(
        self,
        token: str,
        path: str,
        dialect: str = "3.1.0",
        query: Any = None,
        raw_query: str | None = None,
        **headers: str,
    ) -> TestResponse:
        self._settle()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.get(
            f"/openadr3/{dialect}{path}",
            query_string=urlencode(query) if query else None,
            environ_overrides=None if raw_query is None else {"QUERY_STRING": raw_query},
            headers={"Authorization": f"Bearer {token}", **named},
        )

    def poll(self, *question: Any, **options: Any) -> TestResponse:
        answers = [self.get(*question, **options) for _ in range(3)]
        assert len({(answer.status_code, answer.data) for answer in answers}) == 1
        return answers[-1]

    def _settle(self) -> None:
        """Before the first question: what was written until now is heard of, and comes not in between two others. Its
        announcement is there by the first proof, and handled by the second."""
        listener = polling().listener
        for _ in range(0 if self._is_settled else 2):
            proved_at = listener._proved_at
            while listener.is_up and listener._proved_at == proved_at:
                time.sleep(0.005)
        self._is_settled = True


@pytest.fixture
def door(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    monkeypatch.setattr("vtn.polling.listener._PROOF_EVERY", 0.05)
    polling.cache_clear()
    door = Door()
    polling().listener.start()
    soon(lambda: polling().listener.is_up)
    yield door
    polling().polls.stop()
    polling().listener.stop()
    polling.cache_clear()
