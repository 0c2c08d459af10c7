"""The twin of Tygron answers as its documents say: so that what works here can work there."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
import requests

from tests.twins.tygron import tygron_running

STATES = "/api/session/event/participant/net_cluster_set_states/"


@pytest.fixture
def twin():
    with tygron_running() as twin:
        yield twin


def post(twin, body, path=STATES, token=None):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token or twin.token}"}
    text = body if isinstance(body, str) else json.dumps(body)
    return requests.post(twin.url + path, data=text, headers=headers, timeout=10)


def get(twin, path):
    return requests.get(twin.url + path, headers={"Authorization": f"Bearer {twin.token}"}, timeout=10)


@pytest.mark.parametrize(
    ("body", "states"),
    [
        ([7, 31, "HEAT", "NOTHING"], {"ELECTRICITY": "READY", "HEAT": "NOTHING"}),
        ([7, 31, ["ELECTRICITY", "HEAT"], ["NOTHING", "READY"]], {"ELECTRICITY": "NOTHING", "HEAT": "READY"}),
        (
            [7, 31, ["HEAT"], "REQUEST_ZONING_APPROVAL"],
            {"ELECTRICITY": "READY", "HEAT": "REQUEST_ZONING_APPROVAL"},
        ),
        ([7, 31, "GAS", "NOTHING"], {"ELECTRICITY": "READY", "HEAT": "READY"}),
    ],
)
def test_states_are_set_by_position(twin, body, states):
    response = post(twin, body)

    assert (response.status_code, response.content) == (204, b"")
    assert twin.states(31) == states


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ({"stakeholder": 7}, 400),
        ([7, 31, "HEAT"], 400),
        ([7, 31, "HEAT", "NOTHING", 1], 400),
        (["7", 31, "HEAT", "NOTHING"], 400),
        ([7, True, "HEAT", "NOTHING"], 400),
        ([9, 31, "HEAT", "NOTHING"], 404),
        ([7, 99, "HEAT", "NOTHING"], 404),
        ([7, 31, "WATER", "NOTHING"], 400),
        ([7, 31, [], []], 400),
        ([7, 31, ["ELECTRICITY", "HEAT"], ["NOTHING"]], 400),
        # The second example of the documents has states that are not among those that the same page allows.
        ([7, 31, "HEAT", "WAITING_FOR_DATE"], 400),
        ([7, 31, ["ELECTRICITY", "HEAT"], ["NOTHING", "REQUEST_PLOT_OWNER_APPROVAL"]], 400),
    ],
)
def test_other_parameters_are_refused_and_change_nothing(twin, body, status):
    assert post(twin, body).status_code == status

    assert twin.states(31) == {"ELECTRICITY": "READY", "HEAT": "READY"}


def test_a_token_is_that_of_the_session(twin):
    old = twin.token
    body = [7, 31, "HEAT", "NOTHING"]

    assert requests.post(twin.url + STATES, json=body, timeout=10).status_code == 401
    assert post(twin, body, token="never-heard-of").status_code == 498
    new = requests.post(f"{twin.url}/_twin/session", json={}, timeout=10).json()["token"]
    assert post(twin, body, token=old).status_code == 497

    assert twin.states(31)["HEAT"] == "READY"
    assert re.fullmatch("[0-9A-F]{32}", new)
    assert post(twin, body, token=new).status_code == 204


def test_items_can_be_looked_at(twin):
    post(twin, [31, 0.5], "/api/session/event/logic/net_cluster_set_fraction_connected/")

    clusters = get(twin, "/api/session/items/netclusters/").json()
    assert [each["id"] for each in clusters] == [31, 32, 33]
    assert clusters[0]["fractionConnectedOverride"] == 0.5
    assert get(twin, "/api/session/items/netclusters/size").json() == 3
    load = get(twin, f"/api/session/items/netloads/{clusters[0]['loadIDs'][1]}").json()
    assert (load["netType"], load["connectionState"], load["clusterID"]) == ("HEAT", "READY", 31)
    assert get(twin, "/api/session/info").status_code == 200
    assert get(twin, "/api/session/items/dragons/").status_code == 404
    assert get(twin, "/api/session/items/netclusters/99").status_code == 404


def test_it_answers_what_it_was_told_to(twin):
    body = [7, 31, "HEAT", "NOTHING"]
    told = requests.post(
        f"{twin.url}/_twin/next", json={"status": 598, "times": 2, "body": "busy"}, timeout=10
    )

    assert told.status_code == 204
    assert [post(twin, body).status_code for _ in range(2)] == [598, 598]
    assert twin.states(31)["HEAT"] == "READY"
    assert post(twin, body).status_code == 204


def test_it_can_be_away(twin):
    requests.post(f"{twin.url}/_twin/mood", json={"isAway": True}, timeout=10)

    with pytest.raises(requests.ConnectionError):
        post(twin, [7, 31, "HEAT", "NOTHING"])

    assert twin.states(31)["HEAT"] == "READY"
    requests.post(f"{twin.url}/_twin/mood", json={"isAway": False}, timeout=10)
    assert post(twin, [7, 31, "HEAT", "NOTHING"]).status_code == 204


@pytest.mark.parametrize(
    ("path", "told", "status"),
    [("next", {}, 400), ("next", [], 400), ("mood", {"latency": "x"}, 400), ("dragons", {}, 404)],
)
def test_it_says_what_it_cannot_be_told(twin, path, told, status):
    assert requests.post(f"{twin.url}/_twin/{path}", json=told, timeout=10).status_code == status


def test_its_page_shows_the_states_and_no_markup_of_callers(twin):
    post(twin, [7, 31, "<b>HEAT</b>", "NOTHING"])
    post(twin, [7, 31, "HEAT", "NOTHING"])

    page = requests.get(twin.url, timeout=10)

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'HEAT <b class="off">NOTHING</b>' in page.text
    assert 'ELECTRICITY <b class="on">READY</b>' in page.text
    assert "<b>HEAT" not in page.text
    assert twin.token not in page.text


def test_the_command_runs_it_and_says_how_to_reach_it():
    command = [sys.executable, "-u", "manage.py", "twin", "tygron"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            title, url = process.stdout.readline().strip().split(": ", 1)
            token = process.stdout.readline().strip().removeprefix("API token: ")
            headers = {"Authorization": f"Bearer {token}"}
            size = requests.get(f"{url}/api/session/items/netclusters/size", headers=headers, timeout=10)
        finally:
            process.terminate()

    assert title == "Twin of Tygron"
    assert size.json() == 3
