"""The JSON-RPC door as `make run` serves it: a real server, as `curl` asks it."""

from __future__ import annotations

import pytest
import requests

from participants.services.client_secrets import add_secret
from tests.conftest import NOON, Actor
from tests.tariffs.timings.conftest import PEAK, line
from tests.web import serving
from vtn.caller import Caller

SECRET = "a-secret-of-more-than-thirty-two-letters"


@pytest.mark.django_db(transaction=True)
def test_a_client_and_a_trusted_address_share_one_store(retailer: Actor):
    add_secret(caller=Caller.staff("tests"), client_id="retailer", text=SECRET, now=NOON)
    asked = {"TPid": "DR_2026", "TimingID": "PEAK", "Time": "2026-06-01 12:00:00"}

    with serving(workers=1, TARIFFS_TRUSTED_NETWORKS="127.0.0.0/8", TARIFFS_TIME_ZONE="Asia/Tokyo") as web:
        url = f"{web.url}/jsonrpc"
        written = requests.post(
            url, data=line("APIerSv1.SetTPTiming", PEAK), auth=("retailer", SECRET), timeout=10
        )
        body = line("Apier.GetTPTimingIds", {"TPid": "DR_2026"}, id=2) + line(
            "APIerSv1.TimingIsActiveAt", asked, id=3
        )
        # In chunks, of which nobody says beforehand how many there are.
        read = requests.post(url, data=iter([body.encode()]), timeout=10)
        refused = requests.post(
            url, data=line("Apier.Foo"), headers={"Origin": "https://panel.example"}, timeout=10
        )

    assert (written.status_code, written.content) == (200, b'{"id":1,"result":"OK","error":null}\n')
    assert read.content == (b'{"id":2,"result":["PEAK"],"error":null}\n{"id":3,"result":true,"error":null}\n')
    assert refused.headers["Access-Control-Allow-Origin"] == "https://panel.example"
    assert refused.json()["error"] == "rpc: can't find method Apier.Foo"
