"""`toadr3`, a client of 3.0.1. It is asynchronous; the stories wait for each answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from toadr3 import OAuthScopeConfig, ToadrClient, ToadrError

from tests.clients.lab import Lab

EVERYTHING = {
    "retailer": "read_all write_programs write_events write_subscriptions write_vens",
    "ven": "read_all write_reports write_subscriptions write_vens",
}


def refused(status: int) -> Any:
    return pytest.raises(
        ToadrError, check=lambda error: (error.status_code, error.json_response["status"]) == (status, status)
    )


class Toad:
    """At one root of the VTN."""

    def __init__(self, lab: Lab, root: str) -> None:
        self._lab, self.url = lab, lab.url + root
        self._runner = asyncio.Runner()
        self._clients: list[ToadrClient] = []

    def __enter__(self) -> Toad:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            self._runner.run(client.close())
        self._runner.close()

    def client(self, client_id: str, **choices: str) -> Waiting:
        config = OAuthScopeConfig(
            **{
                "token_url": f"{self.url}/auth/token",
                "grant_type": "client_credentials",
                "scope": EVERYTHING.get(client_id, EVERYTHING["ven"]),
                "client_id": client_id,
                "client_secret": self._lab.secrets[client_id],
                **choices,
            }
        )
        return self._opened(config)

    def anonymous(self) -> Waiting:
        return self._opened(None)

    def _opened(self, config: OAuthScopeConfig | None) -> Waiting:
        client = self._runner.run(self._open(config))
        self._clients.append(client)
        return Waiting(client, self._runner.run)

    async def _open(self, config: OAuthScopeConfig | None) -> ToadrClient:
        """Its session wants a loop that runs."""
        return ToadrClient(self.url, config)


class Waiting:
    """A client whose methods return when they are done."""

    def __init__(self, client: ToadrClient, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self._client, self._run = client, run

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda *args, **kwargs: self._run(method(*args, **kwargs))
