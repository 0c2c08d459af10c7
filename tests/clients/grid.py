"""The grid coordinators' `openadr3`, a client of 3.1.0 that looks up by itself where tokens are to be had."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import pytest
from httpx import HTTPStatusError, Response
from openadr3 import OpenADRClient, body, coerce, create_bl_client, create_ven_client, fetch_token

from tests.clients.lab import Lab
from tests.conftest import ROOTS


def done(response: Response) -> Any:
    """The object in the answer. Raises what the client raises where there is none."""
    response.raise_for_status()
    return coerce(body(response))


def refused(status: int, detail: str) -> Any:
    return pytest.raises(
        HTTPStatusError,
        check=lambda error: (
            (error.response.json()["status"], error.response.json()["detail"]) == (status, detail)
        ),
    )


class Grid:
    def __init__(self, lab: Lab) -> None:
        self._lab, self._open = lab, ExitStack()
        self.url = lab.url + ROOTS["3.1.0"]

    def __enter__(self) -> Grid:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def business(self, scopes: Iterable[str] = ()) -> OpenADRClient:
        return self._open.enter_context(create_bl_client(self.url, self._token("retailer", scopes)))

    def ven(self, client_id: str = "ven", scopes: Iterable[str] = ()) -> OpenADRClient:
        return self._open.enter_context(create_ven_client(self.url, self._token(client_id, scopes)))

    def anonymous(self) -> OpenADRClient:
        return self._open.enter_context(OpenADRClient(self.url))

    def _token(self, client_id: str, scopes: Iterable[str]) -> str:
        return fetch_token(self.url, client_id, self._lab.secrets[client_id], sorted(scopes))
