"""The request that Eniris' page prints, sent to a real server of ours."""

from __future__ import annotations

import shlex
import uuid

import pytest
import requests

from tests.web import serving

# Of https://docs.eniris.be, "Activate a license"; only the host and the key are others.
PRINTED = """\
curl -X POST "https://api.eniris.be/v1/license/activate" \\
  -H "Content-Type: application/json" \\
  -d '{
    "key": "string"
  }'
"""


@pytest.fixture
def server(transactional_db):
    with serving(workers=1) as web:
        yield web.url


def run(command, host, **headers):
    """What curl would do."""
    _, _, method, url, _, header, _, content = shlex.split(command.replace("\\\n", " "))
    name, _, value = header.partition(": ")
    url = url.replace("https://api.eniris.be", host)
    return requests.request(method, url, data=content, headers={name: value, **headers}, timeout=10)


def test_the_printed_request_gives_the_printed_answers(server, baker, license):
    made = license("string")
    bearer = {"Authorization": f"Bearer {baker.token}"}

    without, good, again = (
        run(PRINTED, server),
        run(PRINTED, server, **bearer),
        run(PRINTED, server, **bearer),
    )

    assert (without.status_code, without.json()) == (
        401,
        {"statusCode": 401, "error": "Unauthorized", "message": "Failed to verify token"},
    )
    shown = good.json()["license"]
    assert good.status_code == 200
    assert uuid.UUID(shown.pop("id")) == made.id
    assert shown.pop("activationDate").endswith("Z")
    assert {**good.json(), "license": shown} == {
        "success": True,
        "license": {
            "key": "string",
            "gridKw": None,
            "solarKw": None,
            "batteryKw": None,
            "evKw": None,
            "creationDate": "2026-06-01T12:00:00Z",
            "duration": 0,
            "deactivationDate": None,
            "type": "residential",
        },
    }
    assert (again.status_code, again.json()["message"]) == (400, "License is already activated")


def test_all_four_operations_over_a_socket(server, baker, scene, license):
    license("SGO-1")
    door, bearer = f"{server}/v1/license", {"Authorization": f"Bearer {baker.token}"}

    claimed = requests.post(
        f"{door}/claim", json={"licenseKey": "SGO-1", "nodeId": 12}, headers=bearer, timeout=10
    )
    of_controller = requests.get(f"{door}/controller/12", headers=bearer, timeout=10)
    of_customer = requests.get(
        f"{door}/customer/{scene.bakery.id}?includeDatalinks=true", headers=bearer, timeout=10
    )
    nothing = requests.get(f"{server}/v1/device/45", headers=bearer, timeout=10)

    assert (claimed.status_code, claimed.json()["license"]["nodeId"]) == (200, 12)
    assert [each["key"] for each in of_controller.json()["licenses"]] == ["SGO-1"]
    assert len(of_customer.json()["licenses"][0]["datalinks"]) == 1
    assert (nothing.status_code, nothing.json()["message"]) == (404, "Resource not found")
    assert of_controller.headers["Cache-Control"] == "no-store"


def test_what_no_view_sees_is_refused_in_the_form_of_the_door(server):
    door = f"{server}/v1/license"

    too_long = requests.post(f"{door}/activate", data=b" " * ((1 << 20) + 1), timeout=10)
    nul = requests.get(f"{door}/controller/%00", timeout=10)

    assert (too_long.status_code, too_long.json()) == (
        413,
        {
            "statusCode": 413,
            "error": "Content Too Large",
            "message": "The body is longer than 1048576 bytes",
        },
    )
    assert (nul.status_code, nul.json()) == (
        400,
        {
            "statusCode": 400,
            "error": "Bad Request",
            "message": "Missing or misformatted query parameter or body",
        },
    )
