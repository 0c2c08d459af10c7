"""Several worker processes of one host, as they are in production: who was told 201 sees it everywhere at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import pytest
import requests

from participants.models import Client
from tests.conftest import Actor, event_request
from tests.web import Web, serving

ROUNDS, READERS, WORKERS = 150, 9, 3


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    with serving(workers=WORKERS) as web:
        yield web


@pytest.fixture
def readers(web: Web) -> Iterator[list[requests.Session]]:
    """One connection each, spread over the workers by the kernel; as many as it takes to meet all of them."""
    sessions: list[requests.Session] = []
    while len(_serving_workers(web)) < WORKERS or len(sessions) < READERS:
        assert len(sessions) < 100
        sessions.append(requests.Session())
        sessions[-1].get(f"{web.url}/health/live", timeout=5)
    yield sessions
    for session in sessions:
        session.close()


def _serving_workers(web: Web) -> set[int]:
    """The processes that hold a connection to a reader."""
    return {
        process.pid
        for process in psutil.Process(web.process.pid).children(recursive=True)
        for held in process.net_connections("tcp")
        if held.status == psutil.CONN_ESTABLISHED and f":{held.laddr.port}" in web.url
    }


def test_every_worker_shows_a_write_from_the_moment_it_is_answered(web, readers, retailer, ven, program):
    write, events = requests.Session(), f"{web.url}/openadr3/3.1.0/events"
    event = write.post(events, json=event_request(program), headers=bearer(retailer), timeout=5).json()
    stale = []

    for number in range(ROUNDS):
        named = event_request(program, eventName=f"version {number}")
        written = write.put(f"{events}/{event['id']}", json=named, headers=bearer(retailer), timeout=5)
        assert written.status_code == 200
        for reader in readers:
            seen = reader.get(events, headers=bearer(ven), timeout=5).json()
            stale += [(number, item["eventName"]) for item in seen if item["eventName"] != named["eventName"]]

    assert stale == []


def test_every_worker_refuses_a_client_that_was_disabled_elsewhere(web, readers, ven):
    events = f"{web.url}/openadr3/3.1.0/events"
    assert {reader.get(events, headers=bearer(ven), timeout=5).status_code for reader in readers} == {200}

    Client.objects.filter(client_id="ven").update(is_enabled=False)  # from outside, told by NOTIFY alone

    until = time.monotonic() + 5
    while {reader.get(events, headers=bearer(ven), timeout=5).status_code for reader in readers} != {401}:
        assert time.monotonic() < until


def bearer(actor: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {actor.token}"}
