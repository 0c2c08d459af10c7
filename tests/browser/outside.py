"""What comes of a page, seen from outside: by tokens and by polls over HTTP."""

from __future__ import annotations

from typing import Any

import requests

from tests.web import Web


def token_for(web: Web, client_id: str, secret: str) -> requests.Response:
    asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return requests.post(f"{web.url}/openadr3/3.1.0/auth/token", data=asked, timeout=10)


def polled(web: Web, token: str | None) -> list[Any]:
    """The events that the owner of a token is answered."""
    answer = requests.get(
        f"{web.url}/openadr3/3.1.0/events", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    assert answer.status_code == 200, answer.text
    return answer.json()
