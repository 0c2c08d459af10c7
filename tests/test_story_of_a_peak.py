"""An evening peak from enrolment to end: all doors, the systems that follow, and a licence that ends meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.life import clock
from licensing.models import Customer, License, Order
from licensing.services import register
from participants.models import Ven
from participants.services.controllers import bind_controller
from tests.conftest import NOON
from tests.events.backends.conftest import STAFF, carry_out
from tests.events.backends.conftest import bind as bind
from tests.events.dr_events.conftest import at, dr_event_request, participant_request, posted, read
from tests.events.dr_events.conftest import mail_server as mail_server
from tests.events.dr_events.conftest import mill as mill
from tests.events.dr_events.conftest import tool as tool
from tests.events.reporting import one_value
from tests.licensing.conftest import make_license
from tests.twins import eniris as of_eniris
from tests.twins import tygron as of_tygron
from vtn.deliveries.models import Delivery

TARGET = "PARTICIPANT:NORTHMILL"
NOTIFIED, START, END = (datetime(2126, 12, 1, hour, tzinfo=UTC) for hour in (12, 16, 18))


@pytest.fixture
def tygron(bind):
    """A simulation in which the mill is net cluster 32."""
    with of_tygron.tygron_running() as twin:
        bind("tygron", "tygron", settings=of_tygron.settings_to(twin), mapping={TARGET: of_tygron.STORE})
        yield twin


@pytest.fixture
def eniris(bind):
    """An installation in which the mill's crusher is device 45 of controller 12."""
    with of_eniris.eniris_running() as twin:
        bind("eniris", "eniris", settings=of_eniris.settings_to(twin), mapping={TARGET: of_eniris.NORTH})
        yield twin


@pytest.fixture
def licence(retailer, mill) -> License:
    """Of the crusher, a resource of the mill's VEN: it is controller 12."""
    request = {"objectType": "BL_RESOURCE_REQUEST", "resourceName": "crusher", "venID": Ven.objects.get().id}
    crusher = retailer.post("/resources", request).json()
    bind_controller(caller=STAFF, node_id="12", resource_id=crusher["id"], now=NOON)
    Order.objects.create(customer=Customer.objects.create(name="North Mill"), reference="2026-1")
    return make_license("SGO-12", customer="North Mill", node="12", activated_at=NOON)


def turn(now):
    """What the clock and the workers do at a boundary of the event."""
    clock.turn(now=now)
    carry_out()


def told_to(eniris):
    """The phases that Eniris was told of, each with the limits in force."""
    written = [each.json()[0]["value"] for each in eniris.heard if each.method == "PATCH"]
    return [
        (each["phase"], [interval["payloads"][0]["values"] for interval in each["intervals"]])
        for each in written
    ]


def dead_letters():
    return list(Delivery.objects.filter(state="dead").values_list("channel", "reason"))


def test_an_evening_peak(tool, retailer, mill, licence, tygron, eniris, mail_server):
    # The mill is enrolled, and stands for its VEN.
    participant = posted(tool, "/dr/participants", participant_request())
    assert read(tool, f"/dr/participants/{participant}")["venID"] == Ven.objects.get().id

    # The operator asks for a peak to be kept low, at Ecosuite's door.
    id_ = posted(tool, "/dr/dr-events", dr_event_request(goal="limit 40 kW"))
    carry_out()

    # The VEN polls it, in both dialects, and those that follow have it announced.
    (event,) = mill.get("/events").json()
    (old,) = mill.at("3.0.1").get("/events").json()
    limit = [{"id": 0, "payloads": [{"type": "IMPORT_CAPACITY_LIMIT", "values": [40]}]}]
    assert (event["id"], event["targets"], event["intervals"]) == (id_, [TARGET], limit)
    assert (old["id"], old["targets"]) == (id_, [{"type": "PARTICIPANT", "values": ["NORTHMILL"]}])
    assert (old["intervalPeriod"], old["intervals"]) == (event["intervalPeriod"], limit)
    assert tygron.states(32) == {"ELECTRICITY": "READY"}
    assert told_to(eniris) == [("announced", [])]

    # Its people are told at the notificationDate, and not before.
    assert mail_server.mails == []
    at(NOTIFIED)
    (mail,) = mail_server.mails
    assert (mail["To"], mail["Subject"]) == (
        "ops@northmill.example",
        f"Demand response: {event['eventName']}",
    )
    assert read(tool, f"/dr/dr-events/{id_}")["notificationSent"] is True

    # The licence of its controller ends: when the peak begins, Eniris is told no more, and the reason is written down.
    licence.deactivated_at = datetime(2026, 6, 2, tzinfo=UTC)
    register.save(caller=STAFF, thing=licence, now=NOON)
    turn(START)
    assert tygron.states(32) == {"ELECTRICITY": "NOTHING"}
    assert told_to(eniris) == [("announced", [])]
    assert dead_letters() == [
        ("backend", "Not told: controller 12 has no licence in force: SGO-12 ended on 2026-06-02")
    ]

    # The VEN reports what it has used.
    report = mill.post("/reports", one_value(event, 36.5, intervalPeriod=event["intervalPeriod"]))
    assert report.status_code == 201
    assert retailer.get("/reports", {"eventID": id_}).json() == [report.json()]

    # The peak is over, and everybody is told so: to let go needs no licence.
    turn(END)
    assert tygron.states(32) == {"ELECTRICITY": "READY"}
    assert of_tygron.called(tygron) == [
        ("participant/net_cluster_set_states/", [7, 32, "ELECTRICITY", state])
        for state in ("READY", "NOTHING", "READY")
    ]
    assert told_to(eniris) == [("announced", []), ("ended", [])]
    assert (len(mail_server.mails), len(dead_letters())) == (1, 1)
